"""What a resident types: which pieces, who collects, the one-time code, why it is cancelled."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from recycling import codes
from recycling.accounts.domain import contacts
from recycling.errors import Refused
from recycling.typed import whole_number
from reservations.models import CancelReason

CODE_DIGITS = 6


@dataclass(frozen=True)
class Wish:
    """One item of what somebody wants, with the number as it was typed."""

    code: str
    typed: str

    @property
    def pieces(self) -> int:
        """The number that was meant; 0, which no verb accepts, when it is none."""
        return whole_number(self.typed.strip(), digits=9)


def wishes_in(post) -> dict[str, Wish]:
    """The wishes of a posted form, by item code; the same item twice is wished once, with the number typed last.

    One item comes as ``code`` and ``pieces``; several as ``wish`` for each code, with ``pieces-<code>`` beside it or as
    ``<code>=<pieces>``. No number is one piece. What cannot be a code of ours is left out.
    """
    named = [(text, post.get("pieces", "1")) for text in post.getlist("code")]
    for text in post.getlist("wish"):
        code, _equals, pieces = text.partition("=")
        named.append((code, post.get(f"pieces-{code}", pieces or "1")))
    found = {}
    for text, typed in named:
        try:
            code = codes.normalise(text)
        except codes.BadCode:
            continue
        found[code] = Wish(code, typed)
    return found


class WhoForm(forms.Form):
    """Who collects, and how they are reached. Nothing else is asked."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("A first name is enough."),
        error_messages={"required": _("Write the name of whoever collects.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    contact = forms.CharField(
        max_length=254, error_messages={"required": _("Tell us where to send the code.")}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["contact"]
        field.help_text = _("We send a one-time code to it.")
        if contacts.sms_offered():
            field.label = _("Phone number or e-mail")
            field.widget.attrs |= {"autocomplete": "on", "autocapitalize": "none", "spellcheck": "false"}
        else:
            field.label = _("E-mail")
            field.widget.attrs |= {"autocomplete": "email", "inputmode": "email", "autocapitalize": "none"}

    def clean_name(self):
        """One line, whatever was pasted."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        """The contact as the rest of the program knows it."""
        cleaned: dict = super().clean() or self.cleaned_data
        if typed := cleaned.get("contact"):
            try:
                cleaned["address"] = contacts.recognise(typed)
            except Refused as refusal:
                self.add_error("contact", str(refusal))
        return cleaned


class ContactForm(WhoForm):
    """The same for a pickup whose day is chosen."""

    wants_reminder = forms.BooleanField(label=_("Remind me the day before"), required=False)


class CodeForm(forms.Form):
    """The six digits that came to the contact."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        error_messages={"required": _("Write the 6 digits that we sent.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "w-code",
                "spellcheck": "false",
            }
        ),
    )

    def clean_code(self):
        """The digits alone. What cannot be the code is not tried against it."""
        found = codes.digits_in(self.cleaned_data["code"])
        if len(found) != CODE_DIGITS:
            raise forms.ValidationError(self.fields["code"].error_messages["required"])
        return found


class CancelForm(forms.Form):
    """Why it is cancelled, if somebody wants to say."""

    reason = forms.ChoiceField(
        label=_("Why do you cancel?"),
        choices=CancelReason.choices,
        required=False,
        widget=forms.RadioSelect,
    )


class LinksForm(forms.Form):
    """A contact whose links are sent to it again."""

    contact = forms.CharField(max_length=254)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["contact"]
        field.label = _("Phone number or e-mail") if contacts.sms_offered() else _("E-mail")
        field.help_text = _("The one that you gave when you booked.")
        nothing = contacts.BadContactOrPhone if contacts.sms_offered() else contacts.BadContact
        field.error_messages["required"] = nothing.message
        field.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean_contact(self):
        """The contact as the rest of the program knows it."""
        try:
            return contacts.recognise(self.cleaned_data["contact"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
