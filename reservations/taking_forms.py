"""What is said where somebody takes things and may find them not to be usable: on the phone at the place, and at a door."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.domain.offer_refusals import SayWhatIsWrong
from inventory.domain.photos import NoPhoto
from inventory.forms import PhotoOfItField, WhatIsWrongField, offer
from inventory.models import Destination

from .desk_forms import HandOverForm
from .models import NotGiven

# The same reasons, in the words of whoever came for the things.
AT_THE_PLACE = {
    NotGiven.BROKEN: _("It is not usable"),
    NotGiven.UNSUITABLE: _("It is not what I expected"),
    NotGiven.DOES_NOT_FIT: _("It does not fit in my vehicle"),
    NotGiven.NOT_WANTED: _("I do not want it"),
    NotGiven.MISSING: _("It is not here"),
    NotGiven.LATER: _("I collect it another time"),
}


class TakingForm(HandOverForm):
    """Of what a unit has given and is not usable, it is asked what is wrong, with a photo: that unit is told."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, lines=lines, **kwargs)
        for line in self._given_by_units():
            self.fields[f"wrong-{line.pk}"] = WhatIsWrongField()
            self.fields[f"photo-{line.pk}"] = PhotoOfItField(
                help_text=_(
                    "The unit that gave it sees what you write and the photo. No people in the picture."
                )
            )

    def _given_by_units(self):
        return [line for line in self.lines if line.item.owner_id]

    def rows(self):
        """Each line with its fields; the last two are None where nobody is told."""
        for line, why, given in super().rows():
            told = bool(line.item.owner_id)
            wrong, photo = (self[f"{name}-{line.pk}"] if told else None for name in ("wrong", "photo"))
            yield line, why, given, wrong, photo

    def clean(self):
        super().clean()
        for line in self._given_by_units():
            if self.cleaned_data.get(f"why-{line.pk}") != NotGiven.BROKEN:
                continue
            if not self.cleaned_data.get(f"wrong-{line.pk}"):
                self.add_error(f"wrong-{line.pk}", SayWhatIsWrong.message)
            if not self.cleaned_data.get(f"photo-{line.pk}") and f"photo-{line.pk}" not in self.errors:
                self.add_error(f"photo-{line.pk}", NoPhoto.message)
        return self.cleaned_data

    @property
    def said(self):
        """What is wrong with each line, as ``taking.take`` asks it."""
        return {
            line.pk: (self.cleaned_data[f"wrong-{line.pk}"], self.cleaned_data[f"photo-{line.pk}"])
            for line in self._given_by_units()
        }


class AtThePlaceForm(TakingForm):
    """Everything is taken, unless something is said of a line; and the digits of the paper."""

    typed = forms.CharField(
        label=_("The four digits on the paper"),
        help_text=_("The paper is where the things stand."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-code", "maxlength": 20}
        ),
        error_messages={"required": _("Write the four digits of the paper at the place.")},
    )

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, lines=lines, **kwargs)
        for name in ("by_other", "on_paper", "strokes"):
            del self.fields[name]
        for line in lines:
            why = self.fields[f"why-{line.pk}"]
            why.label = _("Why do you leave it?")
            offer(why, [("", _("I take all of it")), *AT_THE_PLACE.items()])
            if f"given-{line.pk}" in self.fields:
                self.fields[f"given-{line.pk}"].label = _("How many do you take?")

    def answers(self):
        return {
            "typed": self.cleaned_data["typed"],
            "given": self.given,
            "why_not": self.why_not,
            "said": self.said,
        }


class RecycledForm(forms.Form):
    """Where what was not usable has gone."""

    destination = forms.ChoiceField(
        label=_("Where did it go?"),
        choices=Destination,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where it went.")},
    )
