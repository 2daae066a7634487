"""What a worker says about a load, and about a lot that is made of its photos."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .forms import (
    AsksAboutShelf,
    PhotosField,
    PiecesField,
    ShelfField,
    category_choices,
    condition_choices,
    offer,
)
from .models import Category, LoadKind

MOST_ROOMS = 60


class LoadForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=LoadKind, widget=forms.RadioSelect(attrs={"class": "tiles"})
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For example: Park School, west wing.")
    )
    source = forms.CharField(label=_("From which unit or place"), max_length=120, required=False)
    empty_by = forms.DateField(
        label=_("Must be empty by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    rooms = forms.CharField(
        label=_("Rooms, one on each line"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In the order in which you walk. Empty: one room."),
    )
    client_key = forms.CharField(max_length=24, widget=forms.HiddenInput, required=False)

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        site = self.fields["site"] = forms.TypedChoiceField(
            label=_("Where the things come to"),
            choices=[(one.code, one.name) for one in sites],
            coerce={one.code: one for one in sites}.get,
        )
        self.order_fields(["kind", "name", "site"])
        if len(sites) == 1:
            site.widget = forms.HiddenInput()
            site.initial = sites[0].code

    def clean_rooms(self):
        """The rooms by name, each once."""
        names = [" ".join(line.split()) for line in self.cleaned_data["rooms"].splitlines()]
        names = list(dict.fromkeys(name for name in names if name))
        if len(names) > MOST_ROOMS or any(len(name) > 60 for name in names):
            raise forms.ValidationError(_("At most 60 rooms, and 60 characters for each."))
        return names


class ArrivedForm(forms.Form):
    shelf = ShelfField()


class ShootForm(forms.Form):
    camera = PhotosField(label=_("Take a photo"), attrs={"accept": "image/*", "capture": "environment"})
    album = PhotosField(label=_("Choose photos"), attrs={"accept": "image/*"})


class GroupForm(AsksAboutShelf):
    category = forms.ChoiceField(label=_("Category"), error_messages={"required": _("Choose the category.")})
    condition = forms.ChoiceField(
        label=_("Condition"),
        choices=condition_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the condition.")},
    )
    quantity = PiecesField(label=_("Pieces"), initial=1)
    shelf = ShelfField()
    client_key = forms.CharField(max_length=24, widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["category"], [("", "—"), *category_choices()])

    def clean_category(self):
        return Category.objects.select_related("parent").get(key=self.cleaned_data["category"])
