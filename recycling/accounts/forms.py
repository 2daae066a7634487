"""Signing in, for those who work for the city; the table of its units."""

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from recycling import codes
from recycling.accounts.models import User
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


class UnitsForm(forms.Form):
    table = forms.FileField(
        label=_("Table of divisions, units and cost centres"),
        help_text=_("CSV in UTF-8 or XLSX. You see what would change before anything does."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
