"""What is typed while shelves are counted."""

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from .domain.intake import shelf_code
from .forms import PiecesField


class StartForm(forms.Form):
    """Which shelves: whole aisles by their ticks, single ones by their codes, or (another button) the whole site."""

    codes = forms.CharField(
        label=_("Single shelves"),
        help_text=_("Scan or type the code. A comma between two."),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    client_key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args, shelves, **kwargs):
        kwargs.setdefault("initial", {"client_key": get_random_string(24)})
        super().__init__(*args, **kwargs)
        self.shelves = list(shelves)
        aisles = dict.fromkeys(shelf.aisle for shelf in self.shelves)
        choices = [(aisle, aisle) for aisle in aisles]
        self.fields["aisles"] = forms.MultipleChoiceField(
            label=_("Shelves side by side"),
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_codes(self):
        wanted = [code for code in map(shelf_code, self.cleaned_data["codes"].split(",")) if code]
        known = {shelf.code for shelf in self.shelves}
        unknown = [code for code in wanted if code not in known]
        if unknown:
            raise forms.ValidationError(_("There is no shelf %(code)s here."), params={"code": unknown[0]})
        return wanted

    def area(self):
        """The shelves that were chosen, each once, in the order in which one walks."""
        aisles, codes = self.cleaned_data["aisles"], self.cleaned_data["codes"]
        return [one for one in self.shelves if one.aisle in aisles or one.code in codes]


class ScanForm(forms.Form):
    code = forms.CharField(
        label=_("Scan the label or type the code"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code-field",
                "enterkeyhint": "done",
            }
        ),
        error_messages={"required": _("Scan a label or type its code.")},
    )
    pieces = PiecesField(label=_("How many pieces are here?"), min_value=0, required=False)
    client_id = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"client_id": get_random_string(24)})
        super().__init__(*args, **kwargs)
        self.fields["pieces"].widget.attrs["class"] = "code-field"
