"""What a worker types at the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms import KeyField, PiecesField, ShelfField, condition_choices, offer

from .models import CancelReason, NotGiven


class CodeForm(forms.Form):
    """The six digits that somebody shows or says."""

    typed = forms.CharField(
        label=_("Pickup code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-field", "maxlength": 20}
        ),
        error_messages={"required": _("Write the six digits.")},
    )

    def __init__(self, *args, at_once=False, **kwargs):
        """``at_once`` opens the number pad with the page."""
        super().__init__(*args, **kwargs)
        if at_once:
            self.fields["typed"].widget.attrs["autofocus"] = True


class HandOverForm(forms.Form):
    """Everything leaves, unless something is said of a line: why it stays and, of several pieces, how many leave all the same."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"why-{line.pk}"] = forms.ChoiceField(
                label=_("Why does it stay?"),
                choices=[("", _("Nothing stays")), *NotGiven.choices],
                required=False,
                widget=forms.RadioSelect,
            )
            if line.pieces > 1:
                self.fields[f"given-{line.pk}"] = forms.IntegerField(
                    label=_("How many are handed over?"),
                    min_value=0,
                    max_value=line.pieces,
                    initial=line.pieces,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
                )

    def rows(self):
        """Each line with its two fields; the second is None where one piece makes the number plain."""
        for line in self.lines:
            several = f"given-{line.pk}" in self.fields
            yield line, self[f"why-{line.pk}"], self[f"given-{line.pk}"] if several else None

    def clean(self):
        super().clean()
        for line in self.lines:
            why = self.cleaned_data.get(f"why-{line.pk}")
            given = self.cleaned_data.get(f"given-{line.pk}")
            if given is None:
                continue  # one piece, or a number that has its own error
            if given < line.pieces and not why:
                self.add_error(f"why-{line.pk}", _("Say why not everything was handed over."))
            if given == line.pieces and why:
                self.add_error(
                    f"given-{line.pk}",
                    _("Something stays, so write a number below %(pieces)s.") % {"pieces": line.pieces},
                )
        return self.cleaned_data

    @property
    def given(self):
        """How many pieces of each line leave."""
        clean = self.cleaned_data
        return {
            line.pk: clean.get(f"given-{line.pk}", 0 if clean[f"why-{line.pk}"] else 1) for line in self.lines
        }

    @property
    def why_not(self):
        return {line.pk: self.cleaned_data[f"why-{line.pk}"] for line in self.lines}

    def leaving(self):
        """How many pieces leave as the form stands: for the words on its button."""
        total = 0
        for line, why, given in self.rows():
            typed = str((given or why).value() or "")
            if given is None:
                total += 0 if typed else 1
            elif typed.isascii() and typed.isdigit():
                total += min(int(typed[:9]), line.pieces)
        return total


class StaffCancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (CancelReason.ELSEWHERE, _("They found one elsewhere")),
            (CancelReason.NO_TIME, _("They cannot come")),
            (CancelReason.DOES_NOT_FIT, _("It does not fit")),
            (CancelReason.OTHER, _("Another reason")),
        ],
        initial=CancelReason.OTHER,
    )


class ItemCodeForm(forms.Form):
    """The code on the label of a thing, typed or scanned."""

    typed = forms.CharField(
        label=_("Code of the item"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "enterkeyhint": "go",
                "data-scan": "",
            }
        ),
        error_messages={"required": _("Scan or type the code on the label.")},
    )


class ReturnForm(forms.Form):
    """What came back: from which hand-over, how many, how it looks now, where it stands."""

    line = forms.ChoiceField(
        label=_("From which hand-over?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the hand-over.")},
    )
    pieces = PiecesField(label=_("How many pieces?"), initial=1)
    condition = forms.ChoiceField(
        label=_("Condition now"),
        choices=condition_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the condition.")},
    )
    shelf = ShelfField()
    client_key = KeyField()

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["line"], choices)
