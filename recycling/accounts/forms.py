"""Signing in, for those who work for the city; the table of its units."""

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recycling import codes
from recycling.accounts.domain import joining, passkeys
from recycling.accounts.models import CostCentre, Department, User
from recycling.accounts.rules import may_sign_in


class SignInForm(RequestLoginCodeForm):
    email = forms.EmailField(
        label=_("Work e-mail"),
        error_messages={"required": _("Write your work e-mail address.")},
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    _user: User | None

    def clean_email(self):
        """A resident who has reserved something has a row too, but nothing to sign in to: as if unknown.

        So are the demo's people outside the demo, where anybody may know their addresses.
        """
        email = super().clean_email()
        if self._user and (not may_sign_in(self._user) or (self._user.is_demo and not settings.DEMO)):
            self._user = None
        return email


class SignInCodeForm(ConfirmLoginCodeForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits, for example 731 204."),
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "w-code",
                "autofocus": True,
            }
        ),
        error_messages={"required": _("Write the six digits that we sent to your e-mail.")},
    )

    def clean_code(self):
        self.cleaned_data["code"] = codes.digits_in(self.cleaned_data["code"])
        try:
            return super().clean_code()
        except forms.ValidationError:
            raise forms.ValidationError(_("That is not the code we sent. Check it and try again.")) from None


class PasskeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the passkey"),
        help_text=_("So that you know it again, for example “Work phone”."),
        max_length=passkeys.LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _cost_centre(label, choices, help_text=""):
    """A cost centre of those given; it may be left open."""
    return forms.ModelChoiceField(
        label=label,
        queryset=choices,
        to_field_name="number",
        required=False,
        empty_label=_("I choose it each time"),
        help_text=help_text,
        error_messages={"invalid_choice": _("Choose an open cost centre of this unit.")},
    )


def _with_name(centre):
    return f"{centre.number} {centre.name}".strip()


class JoinForm(forms.Form):
    """The cost centre that whoever joins ``department`` will usually write."""

    def __init__(self, *args, department, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.department = department
        field = _cost_centre(_("Cost centre you usually use"), joining.cost_centres_of(department, at=at))
        field.label_from_instance = _with_name
        self.fields["cost_centre"] = field


class OwnUnitForm(forms.Form):
    """One of the units that somebody has, and a cost centre of it."""

    def __init__(self, *args, person, units, at, **kwargs):
        mine = person.memberships.filter(is_primary=True).select_related("department", "cost_centre").first()
        if mine:
            centre = mine.cost_centre.number if mine.cost_centre else ""
            kwargs["initial"] = {"unit": mine.department.code, "cost_centre": centre}
        super().__init__(*args, **kwargs)
        self.fields["unit"] = forms.ModelChoiceField(
            label=_("My own unit"),
            queryset=Department.objects.filter(pk__in=[one.pk for one in units]),
            to_field_name="code",
            empty_label=None,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose one of your own units."),
                "invalid_choice": _("Choose one of your own units."),
            },
        )
        centres = CostCentre.objects.filter(department__in=units).open_on(timezone.localdate(at))
        field = _cost_centre(
            _("Cost centre you usually use"), centres, _("It has to be one of the unit that you chose.")
        )
        field.label_from_instance = _with_name
        self.fields["cost_centre"] = field


class UnitsForm(forms.Form):
    table = forms.FileField(
        label=_("Table of divisions, units and cost centres"),
        help_text=_("CSV in UTF-8 or XLSX. You see what would change before anything does."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
