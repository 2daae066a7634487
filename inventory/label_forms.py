"""What a worker chooses before labels are printed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .domain.aliases import MOST_ON_A_SHEET
from .domain.label_sheets import SHEET
from .models import Site

PAPERS = [
    ("roll", _("Roll, 62 x 29 mm, one label a page")),
    ("sheet", _("A4 sheet of 24, 70 x 36 mm")),
]


class WhichForm(forms.Form):
    """For which items or shelves."""

    which = forms.ChoiceField(
        label=_("Labels for"),
        choices=[
            ("today", _("items logged today")),
            ("shelf", _("items of one shelf")),
            ("codes", _("items by their codes")),
            ("shelves", _("the shelves themselves")),
        ],
        widget=forms.RadioSelect,
        initial="today",
    )
    words = forms.CharField(
        label=_("Shelf or codes"),
        help_text=_(
            "A shelf like H3-02-B; or codes with a space between them; or how the codes of the shelves begin."
        ),
        max_length=1000,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "data-scan": ""}
        ),
    )
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), to_field_name="code", empty_label=None
    )

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["site"]
        field.queryset = Site.objects.filter(pk__in=[site.pk for site in sites]).order_by("pk")
        field.initial = sites[0].code
        if len(sites) == 1:
            field.widget = forms.HiddenInput()

    def clean(self):
        answers = super().clean() or {}
        if answers.get("which") in {"shelf", "codes"} and not answers.get("words"):
            self.add_error("words", _("Write the shelf or the codes."))
        return answers


class PaperForm(forms.Form):
    """On what, and from which label of the sheet on."""

    paper = forms.ChoiceField(label=_("Paper"), choices=PAPERS, widget=forms.RadioSelect, initial="roll")
    start = forms.IntegerField(
        label=_("First free label on the sheet"),
        help_text=_("1 is at the top left, 24 at the bottom right. Only for A4 sheets."),
        min_value=1,
        max_value=SHEET.places,
        initial=1,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
    )

    @property
    def first(self):
        return (self.cleaned_data["start"] or 1) if self.cleaned_data["paper"] == "sheet" else 1


class ItemPaperForm(PaperForm):
    each = forms.ChoiceField(
        label=_("Of several equal pieces"),
        choices=[("pile", _("one label for the pile")), ("piece", _("a label for each piece"))],
        widget=forms.RadioSelect,
        initial="pile",
    )


class BlankForm(PaperForm):
    """Labels that are on nothing yet."""

    labels = forms.IntegerField(
        label=_("How many labels"),
        min_value=1,
        max_value=MOST_ON_A_SHEET,
        initial=SHEET.places,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
    )
    sheet = forms.RegexField(regex=r"^[A-Za-z0-9]{8,24}$", widget=forms.HiddenInput)
