"""How somebody wants to be written to, as they choose it on the page of their reservation."""

from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from recycling import clock
from recycling.accounts.domain import contacts
from recycling.accounts.models import Language
from recycling.errors import Refused
from recycling.notifications.models import Channel

HOURS = range(24)


class ChoiceForm(forms.Form):
    """Language, channel, reminder, and between which hours nothing unasked is sent."""

    language = forms.ChoiceField(
        label=_("Language of the messages"), choices=Language.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=_("Send messages by"), widget=forms.RadioSelect)
    wants_reminder = forms.BooleanField(label=_("Remind me the day before"), required=False)
    quiet_until = forms.TypedChoiceField(label=_("Write to me not before"), coerce=int)
    quiet_from = forms.TypedChoiceField(
        label=_("Write to me not after"),
        help_text=_(
            "This is about reminders. Codes and answers to what you do yourself come at once. The same hour twice: at any time."
        ),
        coerce=int,
    )

    def __init__(self, *args, ways, **kwargs):
        """``ways`` are the channels to choose from; none where channel and hours are not to be chosen here."""
        super().__init__(*args, **kwargs)
        if not ways:
            for name in ("channel", "quiet_from", "quiet_until"):
                del self.fields[name]
            return
        self.fields["channel"].choices = [  # type: ignore[attr-defined]  # (a choice field)
            (one, Channel(one).label.capitalize()) for one in Channel if one in ways
        ]
        for name in ("quiet_from", "quiet_until"):
            hours = [(hour, clock.time_text(time(hour))) for hour in HOURS]
            self.fields[name].choices = hours  # type: ignore[attr-defined]  # (likewise)


class WayForm(forms.Form):
    """A second contact, of the channel that is missing."""

    contact = forms.CharField(max_length=254)

    def __init__(self, *args, channel, **kwargs):
        super().__init__(*args, **kwargs)
        self.channel = channel
        field, by_mail = self.fields["contact"], channel == Channel.EMAIL
        field.label = _("E-mail") if by_mail else _("Phone number")
        nothing = contacts.BadContact if by_mail else contacts.BadContactOrPhone
        field.error_messages["required"] = nothing.message
        field.widget.attrs |= {"autocomplete": "email" if by_mail else "tel", "autocapitalize": "none"}

    def clean_contact(self):
        """The contact as the rest of the program knows it."""
        try:
            found = contacts.recognise(self.cleaned_data["contact"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if found.channel != self.channel:
            raise forms.ValidationError(self.fields["contact"].error_messages["required"])
        return found
