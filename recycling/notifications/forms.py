"""What the city types for a message."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .domain.city_texts import MOST_WORDS


class WordsForm(forms.Form):
    """Words with ``{names}`` in them. ``seen`` is the version that the page showed."""

    words = forms.CharField(
        label=_("Text"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "true"}),
        error_messages={"required": _("Write the text, or go back to the original.")},
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput())

    def clean_seen(self):
        return self.cleaned_data["seen"] or 0
