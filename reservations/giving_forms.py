"""What a giver types: what is given away and where, the weekly times, the answer to proposed ones; and who proposes them."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from inventory.domain.offer_messages import GIVERS
from inventory.forms import IntakeForm, ItemForm, PiecesField, category_choices, facts, offer
from inventory.models import Category, Giving, Item
from recycling import clock
from recycling.accounts.models import Language, User

from .desk_forms import HandOverForm
from .domain.arranging import Suits
from .domain.proposing import MOST
from .domain.windows import Window
from .models import NotGiven, Weekday

WEEKS = 4
ROWS_FREE = 2


class DayInput(forms.DateInput):
    """A day, chosen from the browser's own calendar; written as such a field wants it in every language."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d", attrs={"class": "w-phone"})


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M", attrs={"class": "w-phone"})


class DayField(forms.DateField):
    def __init__(self, **options):
        super().__init__(widget=DayInput(), input_formats=["%Y-%m-%d"], **options)


class ClockField(forms.TimeField):
    def __init__(self, **options):
        super().__init__(widget=ClockInput(), input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], **options)


def givers_of(units):
    """Who may hand over what these units give away."""
    people = User.objects.filter(
        is_active=True, memberships__department__in=units, memberships__role__in=GIVERS
    )
    return people.distinct().order_by("name", "pk")


def ask_who(field: Any, units):
    """Let a field of this one form offer those who give things away for these units."""
    field.queryset = givers_of(units)


class WhereItStands(forms.Form):
    """What an offer says beside what every item says."""

    place = forms.CharField(
        label=_("Place in the building"),
        max_length=120,
        required=False,
        help_text=_("For example: ground floor, room 112."),
    )
    access = forms.CharField(
        label=_("How to get there"),
        max_length=300,
        required=False,
        help_text=_("Door, lift, ramp, parking. Only who has reserved it sees this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    available_until = DayField(
        label=_("Can be collected until"),
        error_messages={"required": _("Say until when it can be collected.")},
    )
    available_from = DayField(
        label=_("Can be collected from"), required=False, help_text=_("Empty: at once.")
    )
    given_by = forms.ModelChoiceField(User.objects.none(), label=_("Who hands it over"), empty_label=None)
    residents_may_come = forms.BooleanField(
        label=_("Residents may come to fetch it too"),
        required=False,
        help_text=_("Otherwise only people of the city come. Schools in term time usually leave this empty."),
    )

    ABOUT = ("place", "access", "available_until", "available_from", "given_by", "residents_may_come")

    def about(self):
        return {name: self.cleaned_data[name] for name in self.ABOUT}

    def clean(self):
        super().clean()
        first, last = (self.cleaned_data.get(name) for name in ("available_from", "available_until"))
        if first and last and first > last:
            self.add_error("available_until", _("The last day is before the first."))
        return self.cleaned_data


class GiveForm(WhereItStands, IntakeForm):
    """What a unit gives away: the warehouse's own form for a new thing, and where it stands."""

    unit = forms.ChoiceField(label=_("Unit"))
    giving = forms.ChoiceField(
        label=_("What happens with it?"),
        choices=[(one.value, capfirst(one.label)) for one in Giving],
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        initial=Giving.STAYS,
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, sites=[], **kwargs)
        for name in ("site", "shelf", "label", "price"):
            del self.fields[name]
        self.units = {one.code: one for one in units}
        offer(self.fields["unit"], [(one.code, one.name) for one in units])
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial["unit"] = units[0].code
        ask_who(self.fields["given_by"], units)

    def clean(self):
        super().clean()
        unit = self.cleaned_data["unit"] = self.units.get(self.cleaned_data.get("unit", ""))
        person = self.cleaned_data.get("given_by")
        if unit and person and not givers_of([unit]).filter(pk=person.pk).exists():
            self.add_error("given_by", _("Choose somebody who gives things away for this unit."))
        return self.cleaned_data

    def answers(self):
        clean = self.cleaned_data
        return {
            "category": clean["category"],
            "quantity": clean["quantity"],
            "giving": clean["giving"],
            "text_language": clean["text_language"] or Language.FI,
            **{name: clean[name] for name in (*self.WORDS, *self.SIZES)},
            **self.about(),
        }


class ChangeOfferForm(WhereItStands, ItemForm):
    """What an offer says, changed."""

    category = forms.ChoiceField(label=_("Category"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ["category", "condition", "colour"]

    def __init__(self, *args, item: Item, **kwargs):
        initial = facts(item) | {name: getattr(item, name) for name in self.ABOUT} | {"version": item.version}
        super().__init__(*args, sites=[], initial=initial, **kwargs)
        for name in ("site", "shelf", "price"):
            del self.fields[name]
        offer(self.fields["category"], category_choices(also=item.category))
        ask_who(self.fields["given_by"], [item.owner])

    def clean_category(self):
        return Category.objects.select_related("parent").get(key=self.cleaned_data["category"])

    def answers(self):
        clean = self.cleaned_data
        return {
            "category": clean["category"],
            "text_language": clean["text_language"] or Language.FI,
            **{name: clean[name] for name in (*self.WORDS, *self.SIZES)},
            **self.about(),
        }


class UntilForm(forms.Form):
    """Another last day."""

    until = DayField(label=_("New last day"))

    def __init__(self, data=None, *, item, today):
        later = max(item.available_until or today, today) + timedelta(weeks=WEEKS)
        super().__init__(data, initial={"until": later}, auto_id="until_%s")


class CountForm(forms.Form):
    quantity = PiecesField(label=_("Pieces that are here"), min_value=0)


class WindowForm(forms.Form):
    """One of the weekly times; empty it is none."""

    weekday = forms.TypedChoiceField(
        label=_("Weekday"),
        coerce=int,
        empty_value=None,
        choices=[("", "-"), *((day.value, capfirst(day.label)) for day in Weekday)],
        required=False,
    )
    opens = ClockField(label=_("From"), required=False)
    closes = ClockField(label=_("Until"), required=False)

    def clean(self):
        super().clean()
        given = [self.cleaned_data.get(name) for name in ("weekday", "opens", "closes")]
        if not self.errors and any(one is not None for one in given) and None in given:
            raise forms.ValidationError(_("Fill in the weekday and both times, or none of them."))
        return self.cleaned_data

    @property
    def window(self):
        clean = self.cleaned_data
        return (
            None
            if clean.get("weekday") is None
            else Window(clean["weekday"], clean["opens"], clean["closes"])
        )


class WindowsForm(forms.Form):
    """Weekly times or by arrangement; ``rows`` are the times."""

    how = forms.ChoiceField(
        label=_("How is it collected?"),
        choices=[("weekly", _("At our weekly times")), ("arranged", _("By arrangement: they propose times"))],
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
    )

    def __init__(self, data=None, *, site, windows):
        super().__init__(data, initial={"how": "arranged" if site.by_arrangement else "weekly"})
        known = [vars(one) for one in windows]
        # As many rows as were shown come back; what somebody has added meanwhile does not push the last ones out.
        shown = int(data["rows"]) if data and data.get("rows", "").isdigit() and len(data["rows"]) < 3 else 0
        number = min(max(len(known) + ROWS_FREE, shown), 21)
        initial = [*known, *([{}] * number)][:number]
        self.rows = [WindowForm(data, initial=one, prefix=f"row{place}") for place, one in enumerate(initial)]

    def is_valid(self):
        bad = [row for row in self.rows if not row.is_valid()]
        return super().is_valid() and not bad

    def windows(self):
        return [row.window for row in self.rows if row.window]


class ProposalForm(forms.Form):
    """Up to three moments at which somebody could come."""

    def __init__(self, *args, tz, **kwargs):
        super().__init__(*args, **kwargs)
        self.tz = tz
        for number in range(1, MOST + 1):
            self.fields[f"day{number}"] = DayField(label=_("Day"), required=number == 1)
            self.fields[f"time{number}"] = ClockField(label=_("Time"), required=number == 1)

    def rows(self):
        return [(number, self[f"day{number}"], self[f"time{number}"]) for number in range(1, MOST + 1)]

    def clean(self):
        super().clean()
        self.moments = []
        for number in range(1, MOST + 1):
            day, time = self.cleaned_data.get(f"day{number}"), self.cleaned_data.get(f"time{number}")
            if day and time:
                try:
                    self.moments.append(clock.resolve(day, time, self.tz))
                except clock.NoSuchTime as refusal:
                    self.add_error(f"time{number}", str(refusal))
            elif (day or time) and not any(self.errors.get(f"{name}{number}") for name in ("day", "time")):
                self.add_error(f"time{number}" if day else f"day{number}", _("Write the day and the time."))
        return self.cleaned_data


class AnswerForm(forms.Form):
    """None of the times suits, and what would."""

    suits = forms.ChoiceField(label=_("What would suit?"), choices=Suits.choices, initial=Suits.OTHER)


class GiverHandOverForm(HandOverForm):
    """The hand-over on the giver's phone: what leaves and what stays."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, lines=lines, **kwargs)
        del self.fields["on_paper"], self.fields["strokes"]
        for line in lines:
            why = self.fields[f"why-{line.pk}"]
            offer(why, [("", _("Nothing stays")), *((one.value, capfirst(one.label)) for one in NotGiven)])

    def answers(self):
        return {"given": self.given, "why_not": self.why_not, "by_other": self.cleaned_data["by_other"]}


def moment_in(text):
    """The moment that a button's value means; None for anything else."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
