"""How a unit's request gets there: what is typed on its page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms import offer
from recycling import clock

from .domain import delivery, timetable
from .domain.refusals import SlotNotOffered
from .models import OPEN_AT_DESK, Fulfilment, Lift

ELSEWHERE, STREET = "place", "street"
# A list that a browser searches; more than these are found by what is typed.
MOST_PLACES = 500
MOST_FOUND = 8
FACTS = ("floor", "lift", "door_cm", "unloading", "contact_name", "contact_phone")


def label_of(site):
    return ", ".join(filter(None, [site.name, site.street]))


class PlaceForm(forms.Form):
    """Where the van goes, what the driver has to know, who is there."""

    to = forms.ChoiceField(
        label=_("Where to?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the van brings them.")},
    )
    place = forms.CharField(
        label=_("Name or street of the place"),
        help_text=_("Write a part of it and choose from the list."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    street = forms.CharField(
        label=_("Street address"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    floor = forms.CharField(
        label=_("Floor"), max_length=20, required=False, widget=forms.TextInput(attrs={"class": "w-number"})
    )
    lift = forms.ChoiceField(label=_("Lift"), choices=Lift.choices, required=False, widget=forms.RadioSelect)
    door_cm = forms.IntegerField(
        label=_("Narrowest door, cm"),
        help_text=_("Only if it is under 90 cm."),
        min_value=1,
        max_value=9999,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
    )
    unloading = forms.CharField(
        label=_("Where does the van stop?"),
        help_text=_("For example: the loading bay on the courtyard side."),
        max_length=200,
        required=False,
    )
    contact_name = forms.CharField(
        label=_("Who receives?"),
        max_length=100,
        error_messages={"required": _("Write who is there when the van comes.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    contact_phone = forms.CharField(
        label=_("Phone"),
        help_text=_("The driver rings when the van is near."),
        max_length=30,
        error_messages={"required": _("Write the phone number of whoever receives.")},
        widget=forms.TextInput(
            attrs={"inputmode": "tel", "autocomplete": "tel", "class": "w-phone", "type": "tel"}
        ),
    )

    def __init__(self, *args, request, by, **kwargs):
        where, known = delivery.presets(request, by=by)
        initial = {name: getattr(where, name) for name in FACTS} | {"street": where.street}
        initial["to"] = f"site-{where.site.code}" if where.site else STREET if where.street else ""
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.where = where
        self.offer(known)

    def offer(self, sites):
        """These places are to choose from, and the one that was chosen before."""
        self.sites = {f"site-{site.code}": site for site in sites}
        chosen = self.data.get("to", "")
        if chosen.startswith("site-") and chosen not in self.sites:
            self.sites |= {f"site-{site.code}": site for site in delivery.places().filter(code=chosen[5:])}
        offer(
            self.fields["to"],
            [
                *((key, label_of(site)) for key, site in self.sites.items()),
                (ELSEWHERE, _("Another place of the city")),
                (STREET, _("A street address")),
            ],
        )

    def places(self):
        """What the browser's list of places holds."""
        return [label_of(site) for site in delivery.places().order_by("name_fi")[:MOST_PLACES]]

    def clean(self):
        super().clean()
        clean, to = self.cleaned_data, self.cleaned_data.get("to", "")
        if to == STREET and not clean.get("street"):
            self.add_error("street", _("Write the street address."))
        clean["site"] = self.sites.get(to)
        if to == ELSEWHERE:
            clean["site"] = self._found(clean.get("place", ""))
        return clean

    def _found(self, typed):
        """The one place that is meant by what was typed; several are offered to choose from."""
        found = delivery.find_places(typed, most=MOST_FOUND)
        exact = [site for site in found if typed.strip() in (label_of(site), site.name)]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            self.add_error(
                "place", _("No place of the city is called so. Try another word, or write the street.")
            )
        else:
            self.offer([*self.sites.values(), *found])
            self.add_error("place", _("Several places are called so. Choose one of them above."))
        return None

    def answers(self):
        """What ``delivery.choose`` asks."""
        clean = self.cleaned_data
        return {name: clean[name] for name in FACTS} | {
            "site": clean["site"],
            "street": clean["street"] if clean["to"] == STREET else "",
        }

    def facts_missing(self):
        """Whether something has to be filled in before one can go on."""
        return bool({*FACTS, "street", "place"} & {*self.errors}) or not (
            self.where.contact_name and self.where.contact_phone
        )


class TimesForm(forms.Form):
    """The time of each of a request's reservations, half-days one by one and pickup times by their days."""

    def __init__(self, *args, tables, later, **kwargs):
        """``tables``: ``{reservation: {day: free slots}}``. ``later``: none has to be chosen yet."""
        super().__init__(*args, **kwargs)
        self.tables = tables
        for reservation, days in tables.items():
            own = reservation.slot if any(reservation.slot in free for free in days.values()) else None
            brought = self._is_brought(days)
            none = [("", _("Later, when it is approved") if later else _("Not chosen yet"))]
            choices = (_one_by_one if brought else _by_days)(days, reservation.site)
            self.fields[name_of(reservation)] = forms.ChoiceField(
                label=_("When does the van come?") if brought else _("When do you collect?"),
                # What is booked has a time, and keeps one.
                choices=[*(none if reservation.status not in OPEN_AT_DESK or not own else []), *choices],
                required=False,
                widget=forms.RadioSelect if brought else forms.Select,
                initial=timetable.value_of(own) if own else "",
                error_messages={"invalid_choice": SlotNotOffered.message},
            )

    @staticmethod
    def _is_brought(days):
        first = next((slot for free in days.values() for slot in free), None)
        return first is not None and first.fulfilment == Fulfilment.DELIVERY

    def chosen(self):
        """(reservation, slot) of each; None where it is left for later."""
        for reservation, days in self.tables.items():
            value = self.cleaned_data[name_of(reservation)]
            free = (slot for slots in days.values() for slot in slots)
            yield reservation, next((slot for slot in free if timetable.value_of(slot) == value), None)


def name_of(reservation):
    return f"time-{reservation.token}"


def _one_by_one(days, site):
    return [
        (timetable.value_of(slot), clock.span_text(slot.starts_at, slot.ends_at, site.tz))
        for free in days.values()
        for slot in free
    ]


def _by_days(days, site):
    return [
        (clock.day_long(day), [(timetable.value_of(slot), _hours(slot, site)) for slot in free])
        for day, free in days.items()
        if free
    ]


def _hours(slot, site):
    starts, ends = (clock.local(at, site.tz) for at in (slot.starts_at, slot.ends_at))
    return f"{clock.time_text(starts)}-{clock.time_text(ends)}"
