"""What a worker types about where things stand and what becomes of them."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from .forms import (
    KeyField,
    PhotoOfItField,
    PiecesField,
    SecondPhotoForm,
    ShelfField,
    WhatIsWrongField,
    condition_choices,
    size,
)
from .models import Destination, WriteOffReason


class ConditionField(forms.ChoiceField):
    def __init__(self, label):
        super().__init__(
            label=label,
            choices=condition_choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose the condition.")},
        )


class TypedForm(forms.Form):
    """Codes as they are scanned or typed: of items, and then of the shelf."""

    typed = forms.CharField(
        label=_("Code of an item, or of the shelf"),
        max_length=2000,
        required=False,
        help_text=_("One after another. The shelf's code moves them all there."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "enterkeyhint": "send"}
        ),
    )


class NewShelfForm(forms.Form):
    shelf = ShelfField()
    site = forms.ChoiceField(label=_("Site"))

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shelf"].required = True
        self.fields["site"] = forms.TypedChoiceField(
            label=_("Site"),
            choices=[(one.code, one.name) for one in sites],
            coerce={one.code: one for one in sites}.get,
        )
        if len(sites) == 1:
            self.fields["site"].widget = forms.HiddenInput()
            self.initial["site"] = sites[0].code


class ArrivedForm(NewShelfForm):
    """Where it stands now; and of what cannot be used, how many pieces, what is wrong, and a photo for the unit that gave it."""

    pieces = PiecesField(label=_("Pieces that are not usable"), min_value=0, required=False)
    words = WhatIsWrongField()
    photo = PhotoOfItField()


class ToShelfForm(forms.Form):
    shelf = ShelfField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shelf"].required = True


class SplitForm(SecondPhotoForm):
    pieces = PiecesField(label=_("How many pieces?"), initial=1)
    condition = ConditionField(_("Condition of these pieces"))
    defects = forms.CharField(
        label=_("Defects"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    client_key = KeyField()


class MergeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the other lot"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "data-scan": ""}
        ),
    )


class StageForm(forms.Form):
    days = forms.IntegerField(
        label=_("How many working days longer?"),
        min_value=1,
        max_value=60,
        initial=5,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
    )


class WriteOffForm(forms.Form):
    pieces = PiecesField(label=_("How many pieces?"), initial=1)
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=WriteOffReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )
    destination = forms.ChoiceField(
        label=_("Where to"),
        choices=Destination,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("What is missing goes nowhere: then nothing is chosen here."),
    )
    weight_kg = size(_("Weight of one piece, kg"), "kg")
    client_key = KeyField()

    def __init__(self, *args, aside=None, **kwargs):
        """``aside``: pieces that were set aside together are written off together."""
        super().__init__(*args, **kwargs)
        if aside:
            del self.fields["pieces"]

    def clean(self):
        super().clean()
        reason, destination = (self.cleaned_data.get(name) for name in ("reason", "destination"))
        if reason == WriteOffReason.MISSING:
            self.cleaned_data["destination"] = ""
        elif reason and not destination and "destination" not in self.errors:
            self.add_error("destination", _("Choose where it goes."))
        return self.cleaned_data

    def weight(self) -> Decimal | None:
        return self.cleaned_data["weight_kg"]
