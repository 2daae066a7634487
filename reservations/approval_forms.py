"""What an approver, and the lead of a unit, types."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models import UnitRole

from .domain.approval import Verdict


class DecisionForm(forms.Form):
    """As many of each line as are approved, and the reason. ``verdict`` is the button that was pressed."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed when you return or reject it. Whoever asked reads it."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, lines, verdict="", **kwargs):
        super().__init__(*args, **kwargs)
        self.lines, self.verdict = lines, verdict
        for line in lines:
            self.fields[f"pieces-{line.pk}"] = forms.IntegerField(
                label=_("Pieces approved"),
                min_value=0,
                max_value=line.pieces,
                initial=line.pieces,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
                error_messages={
                    "required": _("Write how many pieces you approve; 0 for none."),
                    "min_value": _("Write how many pieces you approve; 0 for none."),
                    "max_value": _(
                        "An approver can lower what was asked, not raise it: at most %(limit_value)s."
                    ),
                },
            )

    def field_of(self, line):
        return self[f"pieces-{line.pk}"]

    def clean(self):
        super().clean()
        if self.verdict not in Verdict.values:
            raise forms.ValidationError(_("Choose: approve, return or reject."))
        if self.verdict != Verdict.APPROVE and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why, so that whoever asked knows what to do."))
        return self.cleaned_data

    @property
    def pieces(self):
        """How many of each line, as far as they could be read."""
        typed = {line.pk: self.cleaned_data.get(f"pieces-{line.pk}") for line in self.lines}
        return {pk: count for pk, count in typed.items() if count is not None}


class ReassignForm(forms.Form):
    """Whom the lead asks instead."""

    approver = forms.ChoiceField(label=_("Who approves it?"), error_messages={"required": _("Choose who.")})

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.pk): one.person for one in people}
        self.fields["approver"].choices = [  # type: ignore[attr-defined]  # (a choice field)
            (
                str(one.person.pk),
                _("%(name)s (away)") % {"name": one.person} if one.is_away else str(one.person),
            )
            for one in people
        ]

    def person(self):
        return self.people[self.cleaned_data["approver"]]


class RoleForm(forms.Form):
    """A role for somebody of the city."""

    email = forms.EmailField(
        label=_("Work e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write their work e-mail address.")},
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=UnitRole.choices, error_messages={"required": _("Choose the role.")}
    )
    is_deputy = forms.BooleanField(
        label=_("A deputy: asked while the approver is away, or does not answer"), required=False
    )


class AwayForm(forms.Form):
    """Until when somebody is away; nothing: they are here."""

    until = forms.DateField(
        label=_("Away until"),
        help_text=_("That day included. Empty: not away."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day, for example 2026-12-24, or leave it empty.")},
    )
