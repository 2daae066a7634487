"""What somebody says who wants a search alert."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Frequency
from recycling.accounts.domain import contacts
from recycling.errors import Refused


class FrequencyForm(forms.Form):
    """How often to write."""

    frequency = forms.ChoiceField(
        label=_("How often do we write to you?"),
        choices=Frequency.choices,
        initial=Frequency.DAILY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often we write to you.")},
    )


class AlertForm(FrequencyForm):
    """And where to."""

    contact = forms.CharField(max_length=254)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["contact"]
        field.help_text = _("We send you a link. Open it, and the alert begins.")
        field.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        if contacts.sms_offered():
            field.label = _("Phone number or e-mail")
            field.error_messages["required"] = contacts.BadContactOrPhone.message
            field.widget.attrs |= {"autocomplete": "on"}
        else:
            field.label = _("E-mail")
            field.error_messages["required"] = contacts.BadContact.message
            field.widget.attrs |= {"autocomplete": "email", "inputmode": "email"}

    def clean_contact(self):
        """The contact as the rest of the program knows it."""
        try:
            return contacts.recognise(self.cleaned_data["contact"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
