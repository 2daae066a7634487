"""What the driver types at the door."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms import offer

from .models import NotGiven
from .taking_forms import TakingForm

# The same reasons, in words that are true at a door.
AT_THE_DOOR = {
    NotGiven.NOT_WANTED: _("they do not want it"),
    NotGiven.DOES_NOT_FIT: _("it does not fit in at the door"),
    NotGiven.UNSUITABLE: _("it is not what was expected"),
    NotGiven.BROKEN: _("it is not usable"),
    NotGiven.MISSING: _("it is missing from the load"),
    NotGiven.LATER: _("it is brought another time"),
}


class ReceiveForm(TakingForm):
    """Everything is received, unless something is said of a line; with the six digits, or a signature."""

    typed = forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-field", "maxlength": 20}
        ),
    )

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, lines=lines, **kwargs)
        del self.fields["by_other"]
        for line in lines:
            offer(self.fields[f"why-{line.pk}"], [("", _("Nothing is left out")), *AT_THE_DOOR.items()])
            if f"given-{line.pk}" in self.fields:
                self.fields[f"given-{line.pk}"].label = _("How many are received?")

    def answers(self):
        return super().answers() | {"typed": self.cleaned_data["typed"], "said": self.said}
