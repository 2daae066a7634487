"""What somebody writes who asks for furniture for a unit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms import KeyField, PiecesField, offer
from recycling.accounts.models import CostCentre
from reservations.models import MOST_TEXT, Replaces

from .domain.unit_refusals import CentreMissing, SayNeededBy, SayReplaces


class SeveralPiecesForm(forms.Form):
    """How many of one item."""

    pieces = PiecesField(
        label=_("Pieces"), error_messages={"required": _("Write how many pieces you want, from 1 up.")}
    )


class SetForm(forms.Form):
    """How many alike, and how many would do."""

    pieces = PiecesField(
        label=_("How many do you want?"),
        error_messages={"required": _("Write how many pieces you want, from 1 up.")},
    )
    at_least = PiecesField(
        label=_("How many would do?"),
        required=False,
        help_text=_("If fewer are left than that, nothing is added. Empty: all or nothing."),
    )

    def clean(self):
        super().clean()
        pieces, at_least = self.cleaned_data.get("pieces"), self.cleaned_data.get("at_least")
        if pieces and at_least and at_least > pieces:
            self.add_error("at_least", _("Write a number that is not above the one you want."))
        return self.cleaned_data


class LinesForm(forms.Form):
    """The number of each line of a list."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            field = PiecesField(label=_("Pieces"), min_value=0, initial=line.pieces)
            field.error_messages["required"] = _(
                "Write how many pieces you want, or 0 to take it off the list."
            )
            self.fields[f"pieces-{line.pk}"] = field

    def rows(self):
        """Each line with its field."""
        for line in self.lines:
            yield line, self[f"pieces-{line.pk}"]

    def changed_lines(self):
        """``(line, pieces)`` for each number that was changed."""
        for line in self.lines:
            pieces = self.cleaned_data[f"pieces-{line.pk}"]
            if pieces != line.pieces:
                yield line, pieces


class DetailsForm(forms.Form):
    """For whom, instead of what, by when, and whom to ask. The unit is the one of the cost centre."""

    cost_centre = forms.ChoiceField(
        label=_("Unit and cost centre"),
        error_messages={"required": CentreMissing.message, "invalid_choice": CentreMissing.message},
    )
    replaces = forms.ChoiceField(
        label=_("What do the things replace?"),
        choices=Replaces.choices,
        widget=forms.RadioSelect,
        help_text=_("We count from it how much your unit saves."),
        error_messages={"required": SayReplaces.message},
    )
    needed_by = forms.DateField(
        label=_("Needed by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": SayNeededBy.message},
    )
    contact_name = forms.CharField(
        label=_("Whom can we ask?"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": _("Write a name.")},
    )
    contact_phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": "w-phone"}),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args, units, day, **kwargs):
        super().__init__(*args, **kwargs)
        if len(units) == 1:
            self.fields["cost_centre"].label = _("Cost centre")
        open_ones = CostCentre.objects.open_on(day).filter(department__in=units).select_related("department")
        self.centres = {str(one.pk): one for one in open_ones}
        groups = [
            (
                unit.name,
                [
                    (key, f"{one.number} {one.name}".strip())
                    for key, one in self.centres.items()
                    if one.department_id == unit.pk
                ],
            )
            for unit in units
        ]
        offer(
            self.fields["cost_centre"], [("", "—"), *((name, centres) for name, centres in groups if centres)]
        )

    def facts(self):
        """What ``requests.write`` asks."""
        centre = self.centres[self.cleaned_data["cost_centre"]]
        return self.cleaned_data | {"cost_centre": centre, "department": centre.department}


class ApproverForm(forms.Form):
    """Who is asked."""

    approver = forms.ChoiceField(
        label=_("Who is asked?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who is asked.")},
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        offer(self.fields["approver"], [(key, one.name) for key, one in self.people.items()])

    @property
    def chosen(self):
        return self.people[self.cleaned_data["approver"]]


class MessageForm(forms.Form):
    """A message about a request. ``seen`` is the newest one that the page showed: what came after it is not read yet."""

    text = forms.CharField(
        label=_("Your message"),
        help_text=_("The warehouse and those of the unit who see the request can read it."),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write the message first.")},
    )
    client_key = KeyField()
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
