"""What a unit says before it buys: its list, and why it buys anyway."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms import PiecesField, offer, one_of

from .domain.need_rows import NoNeeds
from .models import WhyBought

LONGEST_TEXT = 20_000


class NeedsForm(forms.Form):
    rows = forms.CharField(
        label=_("What you are about to buy"),
        error_messages={"required": NoNeeds.message},
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_(
            "One kind of thing on each row: how many, what, and its largest width. For example: 10; whiteboard; 120 cm"
        ),
    )
    table = forms.FileField(
        label=_("Or a table"), required=False, help_text=_("CSV or XLSX, at most 200 rows.")
    )

    def __init__(self, data=None, files=None, *, units):
        super().__init__(data, files)
        # One of the two is enough, and the first one is what is usually filled in.
        self.fields["rows"].required = not (files and files.get("table"))
        self.fields["unit"] = one_of(units, label=_("For which unit"))
        self.order_fields(["unit"])


class TakeForm(forms.Form):
    lot = forms.CharField(max_length=7, widget=forms.HiddenInput)
    pieces = PiecesField(label=_("How many pieces"))


class BoughtForm(forms.Form):
    why = forms.ChoiceField(label=_("Why?"), error_messages={"required": _("Choose why.")})
    words = forms.CharField(label=_("In a few words"), max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer(
            self.fields["why"], [("", "—"), *((one.value, str(one.label).capitalize()) for one in WhyBought)]
        )
