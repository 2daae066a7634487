"""What a worker types at the desk."""

from django import forms
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from inventory.forms import KeyField, PiecesField, ShelfField, condition_choices, offer
from recycling.accounts.models import CostCentre, Department, Language
from recycling.translated import reading_language

from .forms import ContactForm
from .models import CancelReason, NotGiven, Signed

# A signature as the script of the page draws it: strokes of whole numbers, each a move and lines from there.
STROKES = r"\A(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)+\Z"
MOST_STROKES = 20_000
UNREADABLE_SIGNATURE = _("The signature could not be read. Sign again, or on paper.")


class CodeForm(forms.Form):
    """The six digits that somebody shows or says."""

    typed = forms.CharField(
        label=_("Pickup code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-field", "maxlength": 20}
        ),
        error_messages={"required": _("Write the six digits.")},
    )

    def __init__(self, *args, at_once=False, **kwargs):
        """``at_once`` opens the number pad with the page."""
        super().__init__(*args, **kwargs)
        if at_once:
            self.fields["typed"].widget.attrs["autofocus"] = True


class HandOverForm(forms.Form):
    """Everything leaves, unless something is said of a line: why it stays and, of several pieces, how many leave all the same."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"why-{line.pk}"] = forms.ChoiceField(
                label=_("Why does it stay?"),
                choices=[("", _("Nothing stays")), *NotGiven.choices],
                required=False,
                widget=forms.RadioSelect,
            )
            if line.pieces > 1:
                self.fields[f"given-{line.pk}"] = forms.IntegerField(
                    label=_("How many are handed over?"),
                    min_value=0,
                    max_value=line.pieces,
                    initial=line.pieces,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
                )

        self.fields["by_other"] = forms.BooleanField(label=_("Somebody else collects"), required=False)
        self.fields["on_paper"] = forms.BooleanField(label=_("Signed on paper"), required=False)
        self.fields["strokes"] = forms.RegexField(
            STROKES,
            required=False,
            max_length=MOST_STROKES,
            widget=forms.HiddenInput,
            error_messages={"invalid": UNREADABLE_SIGNATURE, "max_length": UNREADABLE_SIGNATURE},
        )

    def rows(self):
        """Each line with its two fields; the second is None where one piece makes the number plain."""
        for line in self.lines:
            several = f"given-{line.pk}" in self.fields
            yield line, self[f"why-{line.pk}"], self[f"given-{line.pk}"] if several else None

    def clean(self):
        super().clean()
        for line in self.lines:
            why = self.cleaned_data.get(f"why-{line.pk}")
            given = self.cleaned_data.get(f"given-{line.pk}")
            if given is None:
                continue  # one piece, or a number that has its own error
            if given < line.pieces and not why:
                self.add_error(f"why-{line.pk}", _("Say why not everything was handed over."))
            if given == line.pieces and why:
                self.add_error(
                    f"given-{line.pk}",
                    _("Something stays, so write a number below %(pieces)s.") % {"pieces": line.pieces},
                )
        return self.cleaned_data

    def answers(self):
        """What ``handover.hand_over`` asks."""
        clean = self.cleaned_data
        signed = Signed.SCREEN if clean["strokes"] else Signed.PAPER if clean["on_paper"] else Signed.NO
        return {
            "given": self.given,
            "why_not": self.why_not,
            "by_other": clean.get("by_other", False),
            "signed": signed,
            "strokes": clean["strokes"],
        }

    @property
    def given(self):
        """How many pieces of each line leave."""
        clean = self.cleaned_data
        return {
            line.pk: clean.get(f"given-{line.pk}", 0 if clean[f"why-{line.pk}"] else 1) for line in self.lines
        }

    @property
    def why_not(self):
        return {line.pk: self.cleaned_data[f"why-{line.pk}"] for line in self.lines}

    def leaving(self):
        """How many pieces leave as the form stands: for the words on its button."""
        total = 0
        for line, why, given, *_more in self.rows():
            typed = str((given or why).value() or "")
            if given is None:
                total += 0 if typed else 1
            elif typed.isascii() and typed.isdigit():
                total += min(int(typed[:9]), line.pieces)
        return total


class StaffCancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (CancelReason.ELSEWHERE, _("They found one elsewhere")),
            (CancelReason.NO_TIME, _("They cannot come")),
            (CancelReason.DOES_NOT_FIT, _("It does not fit")),
            (CancelReason.OTHER, _("Another reason")),
        ],
        initial=CancelReason.OTHER,
    )


class ItemCodeForm(forms.Form):
    """The code on the label of a thing, typed or scanned."""

    typed = forms.CharField(
        label=_("Code of the item"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "enterkeyhint": "go",
                "data-scan": "",
            }
        ),
        error_messages={"required": _("Scan or type the code on the label.")},
    )


class ReturnForm(forms.Form):
    """What came back: from which hand-over, how many, how it looks now, where it stands."""

    line = forms.ChoiceField(
        label=_("From which hand-over?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the hand-over.")},
    )
    pieces = PiecesField(label=_("How many pieces?"), initial=1)
    condition = forms.ChoiceField(
        label=_("Condition now"),
        choices=condition_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the condition.")},
    )
    shelf = ShelfField()
    client_key = KeyField()

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["line"], choices)


RESIDENT, UNIT = "resident", "unit"


def unit_choices():
    """The units in use, each with its cost centres where it has any."""
    centres: dict[int, list] = {}
    for centre in CostCentre.objects.open_on(timezone.localdate()):
        words = f"{centre.number} {centre.name}".strip()
        centres.setdefault(centre.department_id, []).append((f"centre-{centre.pk}", words))
    open_units = Department.objects.units()
    units = sorted(open_units, key=lambda unit: unit.name.casefold())
    return [
        ("", "—"),
        *(
            (unit.name, centres[unit.pk]) if unit.pk in centres else (f"unit-{unit.pk}", unit.name)
            for unit in units
        ),
    ]


def beyond_limit_field():
    return forms.BooleanField(label=_("More than the limit: I decide this as the lead"), required=False)


class WalkInForm(forms.Form):
    """Who takes things that nobody had reserved."""

    who = forms.ChoiceField(
        label=_("Who takes them?"),
        choices=[(RESIDENT, _("A resident")), (UNIT, _("A unit of the city"))],
        initial=RESIDENT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who takes them.")},
    )
    unit = forms.ChoiceField(label=_("Unit and cost centre"), required=False)
    client_key = KeyField()

    def __init__(self, *args, leads=False, **kwargs):
        """``leads``: the worker may go beyond a resident's limit."""
        super().__init__(*args, **kwargs)
        offer(self.fields["unit"], unit_choices())
        if leads:
            self.fields["beyond_limit"] = beyond_limit_field()

    def clean(self):
        super().clean()
        if (
            self.cleaned_data.get("who") == UNIT
            and not self.cleaned_data.get("unit")
            and "unit" not in self.errors
        ):
            self.add_error("unit", _("Choose the unit."))
        return self.cleaned_data

    def answers(self):
        """What ``walkin.give`` asks about who takes them."""
        clean = self.cleaned_data
        kind, _dash, key = clean["unit"].partition("-") if clean["who"] == UNIT else ("", "", "")
        centre = CostCentre.objects.select_related("department").get(pk=key) if kind == "centre" else None
        return {
            "department": centre.department if centre else Department.objects.get(pk=key) if key else None,
            "cost_centre": centre,
            "beyond_limit": clean.get("beyond_limit", False),
            "client_key": clean["client_key"] or get_random_string(24),
        }


class BehalfForm(ContactForm):
    """Whom a worker books for. Nobody is sent a code: the confirmation itself goes there."""

    language = forms.ChoiceField(
        label=_("Language of the messages"),
        choices=Language.choices,
        initial=reading_language,
        widget=forms.RadioSelect,
    )
    client_key = KeyField()

    def __init__(self, *args, leads=False, **kwargs):
        """``leads``: the worker may go beyond a resident's limit."""
        super().__init__(*args, **kwargs)
        del self.fields["wants_reminder"]
        for name in ("name", "contact"):
            self.fields[name].widget.attrs["autocomplete"] = "off"  # the worker's phone knows the worker
        self.fields["contact"].help_text = _(
            "The confirmation goes there, with the link and the pickup code."
        )
        self.fields["contact"].error_messages["required"] = _("Write where the confirmation goes.")
        if leads:
            self.fields["beyond_limit"] = beyond_limit_field()

    def answers(self):
        """What ``behalf.book`` asks about whom it is for."""
        clean = self.cleaned_data
        return {
            "contact": clean["address"],
            "name": clean["name"],
            "language": clean["language"],
            "beyond_limit": clean.get("beyond_limit", False),
            "client_key": clean["client_key"] or get_random_string(24),
        }
