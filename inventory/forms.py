"""What a worker writes about a thing. Three answers are needed: a photo, a category and a condition."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models import Language

from .models import MAX_PIECES, Category, Item, SetAsideReason, Site
from .vocabulary import colour_choices, condition_choices, material_choices

TILES = 9


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of files; the clean value is a list."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        return [super(PhotosField, self).clean(one, initial) for one in (data or [])]


def category_choices():
    """Every category in use, below its parent; a parent without children stands alone."""
    parents = Category.objects.filter(parent=None, is_active=True).prefetch_related("children")
    for parent in parents:
        children = [child for child in parent.children.all() if child.is_active]
        yield (
            (parent.name, [(child.key, child.name) for child in children])
            if children
            else (parent.key, parent.name)
        )


def optional(choices):
    return lambda: [("", "—"), *choices()]


class ItemForm(forms.Form):
    """What is said about an item, at intake and afterwards."""

    condition = forms.ChoiceField(
        label=_("Condition"),
        choices=condition_choices,
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("Choose the condition.")},
    )
    shelf = forms.CharField(
        label=_("Shelf"),
        max_length=30,
        required=False,
        help_text=_("For example H3-02-B, or a place on the floor."),
    )
    colour = forms.ChoiceField(label=_("Colour"), choices=optional(colour_choices), required=False)
    material = forms.ChoiceField(label=_("Material"), choices=optional(material_choices), required=False)
    width_cm = forms.DecimalField(
        label=_("Width, cm"), min_value=0.1, max_value=99999, decimal_places=1, required=False
    )
    depth_cm = forms.DecimalField(
        label=_("Depth, cm"), min_value=0.1, max_value=99999, decimal_places=1, required=False
    )
    height_cm = forms.DecimalField(
        label=_("Height, cm"), min_value=0.1, max_value=99999, decimal_places=1, required=False
    )
    weight_kg = forms.DecimalField(
        label=_("Weight, kg"), min_value=0.1, max_value=99999, decimal_places=1, required=False
    )
    maker = forms.CharField(label=_("Maker or model"), max_length=100, required=False)
    defects = forms.CharField(
        label=_("Defects"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    description = forms.CharField(
        label=_("Description"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    text_language = forms.ChoiceField(
        label=_("Language of the texts"), choices=Language.choices, required=False
    )
    price = forms.DecimalField(
        label=_("Price, €"),
        min_value=0,
        max_value=99999,
        decimal_places=2,
        required=False,
        help_text=_("Empty means free."),
    )

    SIZES = ("width_cm", "depth_cm", "height_cm", "weight_kg")

    def __init__(self, *args, sites, **kwargs):
        """``sites`` are those where the person works; with one there is nothing to choose."""
        super().__init__(*args, **kwargs)
        self.sites = sites
        self.fields["site"] = forms.ModelChoiceField(
            queryset=sites, label=_("Site"), empty_label=None, to_field_name="code"
        )
        if len(sites) == 1:
            self.fields["site"].widget = forms.HiddenInput()
            self.fields["site"].initial = sites[0].code
        for name in self.SIZES:
            self.fields[name].localize = True
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "w-number"})
            self.fields[name].widget.is_localized = True
        self.fields["price"].localize = True
        self.fields["price"].widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "w-number"})

    def answers(self):
        """The item's fields as the verbs take them; the shelf is still the code that was typed."""
        clean = self.cleaned_data
        return {
            "category": clean["category"],
            "site": clean["site"],
            "price": clean["price"] or 0,
            "text_language": clean["text_language"] or "fi",
            **{
                name: clean[name]
                for name in ("condition", "colour", "material", "maker", "defects", "description")
            },
            **{name: clean[name] for name in self.SIZES},
        }


class IntakeForm(ItemForm):
    """A new thing. ``uploaded`` carries photos that came with an earlier, incomplete try."""

    category = forms.CharField(
        widget=forms.RadioSelect(attrs={"class": "tiles"}), label=_("Category"), required=False
    )
    other_category = forms.ChoiceField(
        label=_("Another category"), choices=lambda: [("", "—"), *category_choices()], required=False
    )
    camera = PhotosField(
        label=_("Take a photo"),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/*", "capture": "environment"}),
    )
    album = PhotosField(
        label=_("Choose photos from the phone"), required=False, widget=ManyFiles(attrs={"accept": "image/*"})
    )
    quantity = forms.IntegerField(
        label=_("Pieces"),
        min_value=1,
        max_value=MAX_PIECES,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
    )
    client_key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    field_order = ["camera", "album", "category", "other_category", "condition", "quantity", "site", "shelf"]

    def __init__(self, *args, used, **kwargs):
        """``used`` are the categories that this worker needed most lately: the big tiles."""
        super().__init__(*args, **kwargs)
        self.fields["category"].widget.choices = [(category.key, category.name) for category in used]

    def clean(self):
        super().clean()
        key = self.cleaned_data.get("other_category") or self.cleaned_data.get("category")
        category = Category.objects.select_related("parent").filter(key=key or "", is_active=True).first()
        if category is None:
            self.add_error("category", _("Choose the category."))
        self.cleaned_data["category"] = category
        return self.cleaned_data


class EditForm(ItemForm):
    category = forms.ChoiceField(label=_("Category"), choices=category_choices)
    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ["category", "condition", "site", "shelf"]

    def clean_category(self):
        return Category.objects.select_related("parent").get(key=self.cleaned_data["category"])

    @classmethod
    def filled(cls, item: Item, *, sites):
        """The form as the item is now."""
        names = [
            *cls.SIZES,
            "condition",
            "colour",
            "material",
            "maker",
            "defects",
            "description",
            "text_language",
        ]
        initial = {name: getattr(item, name) for name in names} | {
            "category": item.category.key,
            "site": item.site.code,
            "shelf": item.shelf.code if item.shelf else "",
            "price": item.price or None,
            "version": item.version,
        }
        return cls(initial=initial, sites=sites)


class CountForm(forms.Form):
    quantity = forms.IntegerField(label=_("Pieces that are here"), min_value=0, max_value=MAX_PIECES)


class SetAsideForm(forms.Form):
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MAX_PIECES)
    reason = forms.ChoiceField(label=_("Why"), choices=SetAsideReason)


class MorePhotosForm(forms.Form):
    album = PhotosField(label=_("Add photos"), required=False, widget=ManyFiles(attrs={"accept": "image/*"}))


def sites_of(user):
    """The sites that a worker may choose from."""
    return Site.objects.open().worked_at_by(user)
