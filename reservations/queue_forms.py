"""What somebody says who wants to wait for a thing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .domain.queueing import Wish
from .forms import WhoForm
from .giving_forms import DayField


def _number(label, most, **more):
    attrs = {"max": most, "class": "w-number", "inputmode": "numeric"}
    return forms.IntegerField(
        label=label, min_value=1, max_value=most, initial=1, widget=forms.NumberInput(attrs=attrs), **more
    )


class DrawForm(forms.Form):
    """The day on which lots are drawn."""

    day = DayField(
        label=_("Day of the draw"),
        help_text=_("Lots are drawn at ten in the morning."),
        error_messages={"required": _("Choose the day of the draw.")},
    )


class QueueForm(WhoForm):
    """How many, and who. Of a single thing nobody is asked how many; whose contact is ``known`` is not asked who."""

    field_order = ["pieces", "at_least", "only_backup", "name", "contact"]
    only_backup = forms.BooleanField(
        label=_("Ask me only if nobody else in the queue wants it"),
        help_text=_("You come after everybody else, and stay there."),
        required=False,
    )

    def __init__(self, *args, quantity, known, **kwargs):
        super().__init__(*args, **kwargs)
        if quantity > 1:
            self.fields["pieces"] = _number(_("How many do you want?"), quantity)
            self.fields["at_least"] = _number(
                _("At least"), quantity, help_text=_("Fewer than this you do not take.")
            )
        if known:
            del self.fields["name"], self.fields["contact"]
        self.order_fields(self.field_order)

    @property
    def wish(self):
        said = self.cleaned_data
        return Wish(said.get("pieces", 1), said.get("at_least", 1), said["only_backup"])
