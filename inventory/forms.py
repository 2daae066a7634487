"""What a worker writes about a thing. Three answers are needed: a photo, a category and a condition."""

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models import Language
from recycling.translated import reading_language

from .domain.cards import icon_of
from .domain.intake import shelf_code
from .models import ASIDE_REASONS, MAX_PIECES, Category, Item, Shelf, Site
from .vocabulary import CONDITIONS, colour_choices, material_choices


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of files; the clean value is a list."""

    # Its label is a button, "Take a photo": what is wrong with the photos is said under their own name.
    summary = _("Photos")

    def __init__(self, **options):
        super().__init__(required=False, widget=ManyFiles(attrs=options.pop("attrs")), **options)

    def clean(self, data, initial=None):  # noqa: ARG002  (Django gives both to a field of files)
        # What a file holds is looked at by inventory.domain.photos, which knows a photo when it sees one.
        return list(data or [])


class WhatIsWrongField(forms.CharField):
    """Of a thing that somebody cannot use."""

    def __init__(self, **options):
        widget = forms.Textarea(attrs={"rows": 2})
        super().__init__(
            label=_("What is wrong with it?"), max_length=500, required=False, widget=widget, **options
        )


class PhotoOfItField(forms.FileField):
    """A photo of what is wrong with it."""

    def __init__(self, **options):
        widget = forms.FileInput(attrs={"accept": "image/*"})
        super().__init__(label=_("A photo of what is wrong"), required=False, widget=widget, **options)


class Amount(forms.DecimalField):
    """A number as people write it, in any of our languages: a comma or a point, and the unit behind it if they like."""

    def __init__(self, *, units=(), **options):
        super().__init__(required=False, **options)
        self.units = units
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "w-number", "maxlength": 20})

    def to_python(self, value):
        text = "".join(str(value or "").split()).casefold()
        for unit in self.units:
            text = text.removesuffix(unit)
        return super().to_python(text.replace(",", "."))


def size(label, unit):
    return Amount(label=label, units=(unit,), min_value=Decimal("0.1"), max_value=99999, decimal_places=1)


class PiecesField(forms.IntegerField):
    def __init__(self, *, min_value=1, **options):
        super().__init__(
            min_value=min_value,
            max_value=MAX_PIECES,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-number"}),
            **options,
        )


class KeyField(forms.CharField):
    """Random, from the page: sent twice it is still one thing."""

    def __init__(self):
        super().__init__(
            max_length=24,
            required=False,
            widget=forms.HiddenInput,
            initial=lambda: get_random_string(24),
        )

    def clean(self, value):
        return super().clean(value) or None


class ShelfField(forms.CharField):
    """A shelf's code, written as it is kept before its length is looked at: the capital of an ß is two letters."""

    def __init__(self):
        super().__init__(
            label=_("Shelf"),
            max_length=Shelf._meta.get_field("code").max_length,
            required=False,
            help_text=_("For example H3-02-B, or a place on the floor."),
            widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        )

    def to_python(self, value):
        return shelf_code(super().to_python(value))


@dataclass(frozen=True)
class Tile:
    """A category as a big button: its name and the icon of its kind."""

    name: str
    icon: str
    # How many units wait for such a thing.
    units: int = 0

    def __str__(self):
        return self.name


def category_choices(also=None):
    """Every category in use, below its parent; a parent without children stands alone. ``also`` is offered in any case."""
    in_use = Q(is_active=True) | Q(pk=getattr(also, "pk", None))
    children: dict[int | None, list] = {}
    for child in Category.objects.filter(in_use, parent__isnull=False):
        children.setdefault(child.parent_id, []).append((child.key, child.name))
    parents = Category.objects.filter(in_use | Q(pk__in=children), parent=None)
    return [
        (parent.name, children[parent.pk]) if parent.pk in children else (parent.key, parent.name)
        for parent in parents
    ]


def condition_choices():
    """The conditions themselves, so that a page can say what each means."""
    return [(one.key, one) for one in CONDITIONS]


def one_of(rows, *, label):
    """A field that gives one of these sites or units, the first unless another is chosen; hidden where there is one only."""
    rows = list(rows)
    field = forms.TypedChoiceField(
        label=label,
        choices=[(one.code, one.name) for one in rows],
        coerce={one.code: one for one in rows}.get,
        initial=rows[0].code if rows else "",
    )
    if len(rows) == 1:
        field.widget = forms.HiddenInput()
    return field


def offer(field: Any, choices):
    """Let a field of this one form offer ``choices``."""
    field.choices = choices


def optional(choices):
    return lambda: [("", "—"), *choices()]


def sites_of(user, *, also=None):
    """The sites that a worker may choose from: the open ones where they work, and the one where the thing is."""
    return Site.objects.worked_at_by(user).filter(Q(is_active=True) | Q(pk=also))


class ItemForm(forms.Form):
    """What is said about an item, at intake and afterwards."""

    condition = forms.ChoiceField(
        label=_("Condition"),
        choices=condition_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the condition.")},
    )
    shelf = ShelfField()
    colour = forms.ChoiceField(label=_("Colour"), choices=optional(colour_choices), required=False)
    material = forms.ChoiceField(label=_("Material"), choices=optional(material_choices), required=False)
    width_cm = size(_("Width, cm"), "cm")
    depth_cm = size(_("Depth, cm"), "cm")
    height_cm = size(_("Height, cm"), "cm")
    weight_kg = size(_("Weight, kg"), "kg")
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
    price = Amount(
        label=_("Price, €"),
        units=("€", "eur"),
        min_value=0,
        max_value=99999,
        decimal_places=2,
        help_text=_("Empty means free."),
    )

    WORDS = ("condition", "colour", "material", "maker", "defects", "description")
    SIZES = ("width_cm", "depth_cm", "height_cm", "weight_kg")

    def __init__(self, *args, sites, **kwargs):
        """``sites`` are those where the person works; with one there is nothing to choose."""
        super().__init__(*args, **kwargs)
        self.fields["site"] = one_of(sites, label=_("Site"))
        self.order_fields(self.field_order)

    def answers(self):
        """The item's fields as the verbs take them."""
        clean = self.cleaned_data
        return {
            "category": clean["category"],
            "site": clean["site"],
            "shelf": clean["shelf"],
            "price": clean["price"] or 0,
            "text_language": clean["text_language"] or Language.FI,
            **{name: clean[name] for name in (*self.WORDS, *self.SIZES)},
        }


class IntakeForm(ItemForm):
    """A new thing. Its photos come as files with the form, or before it: then the page sends their keys."""

    camera = PhotosField(label=_("Take a photo"), attrs={"accept": "image/*", "capture": "environment"})
    album = PhotosField(label=_("Choose photos"), attrs={"accept": "image/*"})
    category = forms.CharField(label=_("Category"), widget=forms.RadioSelect, required=False)
    other_category = forms.ChoiceField(label=_("Or another category"), required=False)
    quantity = PiecesField(label=_("Pieces"), initial=1)
    # Random, from the page: sent twice it is still one thing. With the worker's own number before it, it fits the column.
    client_key = forms.CharField(max_length=24, widget=forms.HiddenInput, required=False)
    # A pre-printed label that was scanned before the thing is saved.
    label = forms.CharField(max_length=300, widget=forms.HiddenInput, required=False)

    field_order = [
        *("camera", "album", "category", "other_category", "condition", "quantity", "site", "shelf", "colour")
    ]

    def __init__(self, *args, used, waiting=None, **kwargs):
        """``used`` are the categories that this worker needs most: the big tiles. ``waiting``: by key, who waits for them."""
        super().__init__(*args, **kwargs)
        units = {pk: one.units for pk, one in (waiting or {}).items()}
        tiles = [
            (category.key, Tile(category.name, icon_of(category), units.get(category.pk, 0)))
            for category in used
        ]
        self.fields["category"].widget.choices = tiles
        offer(self.fields["other_category"], [("", "—"), *category_choices()])
        kept = self.initial.get("category")
        if kept and kept not in dict(tiles):
            self.initial["other_category"] = kept

    def clean(self):
        super().clean()
        # The list is chosen from after a tile that was kept from the last thing, so it counts before the tile.
        key = self.cleaned_data.get("other_category") or self.cleaned_data.get("category")
        category = Category.objects.select_related("parent").filter(key=key or "", is_active=True).first()
        if category is None:
            self.add_error("category", _("Choose the category."))
        self.cleaned_data["category"] = category
        return self.cleaned_data


class EditForm(ItemForm):
    category = forms.ChoiceField(label=_("Category"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ["category", "condition", "site", "shelf", "colour"]

    def __init__(self, *args, item: Item, **kwargs):
        super().__init__(*args, initial=facts(item) | {"version": item.version}, **kwargs)
        offer(self.fields["category"], category_choices(also=item.category))

    def clean_category(self):
        return Category.objects.select_related("parent").get(key=self.cleaned_data["category"])

    def differences(self):
        """(label, as it is now, as it was typed) of every answer that is not as the item is now, in words."""
        for name, field in self.fields.items():
            if name == "version":
                continue
            now, typed = self.initial[name], _as_shown(field, self.data.get(name, ""))
            if now != typed:
                yield field.label, _in_words(field, now), _in_words(field, typed)


def facts(item):
    """The item as the form's fields show it."""
    return {name: getattr(item, name) for name in (*ItemForm.WORDS, "text_language")} | {
        **{name: plain(getattr(item, name)) for name in ItemForm.SIZES},
        "category": item.category.key,
        "site": item.site.code,
        "shelf": item.shelf.code if item.shelf else "",
        "price": plain(item.price or None),
    }


def plain(number):
    """A number as one types it: no groups of three, which a comma would make unclear, and no decimals that say nothing."""
    if number is None:
        return ""
    text = f"{number.normalize():f}"
    return text if reading_language() == "en" else text.replace(".", ",")


def _as_shown(field, typed):
    """What was typed, written as the form would show it had it been saved."""
    if isinstance(field, Amount):
        with suppress(forms.ValidationError):
            return plain(field.clean(typed))
    if isinstance(field, ShelfField):
        return shelf_code(typed)
    return "\n".join(typed.split("\r\n")).strip()


def _in_words(field: Any, value):
    """The word of a choice; anything else as it is."""
    for key, word in getattr(field, "choices", ()):
        value = dict(word).get(value, value) if isinstance(word, list) else word if key == value else value
    return str(value)


class CountForm(forms.Form):
    quantity = PiecesField(label=_("Pieces that are here"), min_value=0)


class SetAsideForm(forms.Form):
    pieces = PiecesField(label=_("Pieces"), initial=1)
    reason = forms.ChoiceField(
        label=_("Why"), choices=[(reason.value, capfirst(reason.label)) for reason in ASIDE_REASONS]
    )
    client_key = KeyField()


class SizeForm(forms.Form):
    width_cm = size(_("Width, cm"), "cm")
    depth_cm = size(_("Depth, cm"), "cm")
    height_cm = size(_("Height, cm"), "cm")

    def clean(self):
        """What is left empty stays unknown; all of it empty is no answer."""
        super().clean()
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error("width_cm", _("Enter at least one of the sizes."))
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class WeightForm(forms.Form):
    weight_kg = size(_("Weight, kg"), "kg")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["weight_kg"].required = True


class SecondPhotoForm(forms.Form):
    camera = PhotosField(label=_("Take a photo"), attrs={"accept": "image/*", "capture": "environment"})
    album = PhotosField(label=_("Choose photos"), attrs={"accept": "image/*"})


class MorePhotosForm(forms.Form):
    album = PhotosField(label=_("Add photos"), attrs={"accept": "image/*"})


class SitesForm(forms.Form):
    table = forms.FileField(
        label=_("List of the city's places"),
        help_text=_("JSON of the service map, CSV or XLSX. You see what would change before anything does."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
