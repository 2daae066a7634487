"""What a worker types at the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import CancelReason, NotGiven


class CodeForm(forms.Form):
    """The six digits that somebody shows or says."""

    typed = forms.CharField(
        label=_("Pickup code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-field", "autofocus": True}
        ),
        error_messages={"required": _("Write the six digits.")},
    )


class HandOverForm(forms.Form):
    """For each line how many pieces leave, and why the rest does not. All of them, unless something else is written."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"given-{line.pk}"] = forms.IntegerField(
                label=_("Handed over"),
                min_value=0,
                max_value=line.pieces,
                initial=line.pieces,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
            )
            self.fields[f"why-{line.pk}"] = forms.ChoiceField(
                label=_("Why not all"), choices=[("", "—"), *NotGiven.choices], required=False
            )

    def rows(self):
        """Each line with its two fields."""
        return [(line, self[f"given-{line.pk}"], self[f"why-{line.pk}"]) for line in self.lines]

    def clean(self):
        super().clean()
        for line in self.lines:
            given = self.cleaned_data.get(f"given-{line.pk}")
            if given is not None and given < line.pieces and not self.cleaned_data.get(f"why-{line.pk}"):
                self.add_error(f"why-{line.pk}", _("Say why not everything was handed over."))
        return self.cleaned_data

    @property
    def given(self):
        return {line.pk: self.cleaned_data[f"given-{line.pk}"] for line in self.lines}

    @property
    def why_not(self):
        return {line.pk: self.cleaned_data[f"why-{line.pk}"] for line in self.lines}


class StaffCancelForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"), choices=CancelReason, initial=CancelReason.OTHER)
