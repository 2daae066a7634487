"""What somebody asks of the catalogue: one set of filters for the page and the API.

Whatever stands in an address must not break a page: a value that makes no sense is left out, and the sensible ones stay.
"""

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Subquery
from django.http import QueryDict

from inventory.domain import search
from inventory.domain.asked import Asked
from inventory.domain.search_keys import LONGEST_QUERY
from inventory.models import Category, Item
from inventory.vocabulary import colour_choices, condition_choices


class KnownValues(forms.MultipleChoiceField):
    """Those of the values that are among the choices, each once."""

    def clean(self, value):
        return [one for one in dict.fromkeys(value or ()) if self.valid_value(one)]


class Centimetres(forms.CharField):
    """A whole number of centimetres, however it was typed: ``60``, ``60 cm``, ``60,5``. None for anything else."""

    def clean(self, value):
        digits = re.fullmatch(r"0*(\d{1,4})([.,]\d{0,9})?\s*(cm)?", str(value or "").strip(), re.ASCII)
        return (int(digits[1]) or None) if digits else None


class Number(forms.CharField):
    """A whole number of pieces. None for anything else, and for one, which asks for nothing."""

    def clean(self, value):
        digits = re.fullmatch(r"0*(\d{1,5})", str(value or "").strip(), re.ASCII)
        return int(digits[1]) if digits and int(digits[1]) > 1 else None


class Words(forms.CharField):
    """What was typed into the search field, in one line and no longer than is searched."""

    def clean(self, value):
        plain = "".join(character if character.isprintable() else " " for character in str(value or ""))
        return " ".join(plain.split())[:LONGEST_QUERY]


class KnownValue(forms.ChoiceField):
    """The value, if it is among the choices."""

    def clean(self, value):
        return value if value and self.valid_value(value) else ""


class TypedWords(django_filters.Filter):
    field_class = Words


class TypedWidth(django_filters.Filter):
    field_class = Centimetres


class TypedNumber(django_filters.Filter):
    field_class = Number


class OneOf(django_filters.Filter):
    field_class = KnownValue


class AnyOf(django_filters.MultipleChoiceFilter):
    field_class = KnownValues

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class Ticked(django_filters.Filter):
    """On when ticked, whatever the tick is called; nothing otherwise."""

    field_class = forms.BooleanField


class ItemFilter(django_filters.FilterSet):
    """Filters a set of items; ``standing`` says which categories and sites there are."""

    q = TypedWords(method="with_words")
    category = OneOf(method="of_kind")
    width = TypedWidth(field_name="width_cm", lookup_expr="lte")
    pieces = TypedNumber(method="with_pieces")
    colour = AnyOf(choices=colour_choices)
    condition = AnyOf(choices=condition_choices)
    site = AnyOf(method="at_site")
    free = Ticked(method="only_free")
    available = Ticked(method="only_available")

    class Meta:
        model = Item
        fields: list[str] = []

    def __init__(self, data, queryset, *, standing):
        super().__init__(data, queryset)
        self.standing = standing
        self.filters["category"].extra["choices"] = [(key, key) for key in standing.by_key]
        self.filters["site"].extra["choices"] = [(site.code, site.code) for site in standing.sites.values()]

    def asked(self) -> Asked:
        """What was asked for, without what made no sense."""
        self.form.full_clean()  # our fields refuse nothing: they leave out
        sensible: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.form.cleaned_data.items()
        }
        return Asked(**sensible)

    def with_words(self, items, _name, text):
        return search.matching(items, text, remembered=self.standing.remembered)

    def of_kind(self, items, _name, key):
        return items.filter(category__in=self.standing.within(self.standing.by_key[key]))

    def at_site(self, items, _name, codes):
        keys = [site.pk for site in self.standing.sites.values() if site.code in codes]
        return items.filter(site__in=keys)

    def with_pieces(self, items, _name, number):
        """Lots of which so many are left."""
        return items.filter(quantity__gte=F("reserved") + number) if number else items

    def only_free(self, items, _name, ticked):
        return items.filter(price=0) if ticked else items

    def only_available(self, items, _name, ticked):
        return items.filter(quantity__gt=F("reserved")) if ticked else items


def asked_in(data, standing) -> Asked:
    """What these parameters of an address ask for, as ``ItemFilter`` understands them."""
    said = tuple((name, *data.getlist(name)) for name in ItemFilter.base_filters if data.get(name))
    # Most people look at everything: no form is made for nothing, and none twice for the same.
    if not said:
        return Asked()
    question = ("asked", said)
    if question not in standing.remembered:
        standing.remembered[question] = ItemFilter(data, Item.objects.none(), standing=standing).asked()
    return standing.remembered[question]


def nearest_broader(asked, items, *, way, standing) -> Asked | None:
    """The nearest wider search that finds something among ``items``, after ``asked`` found nothing among them.

    ``way`` is how its words are found (``search.way_to``), None when nothing has them all.
    """
    by_words = {"": items}
    if way:
        by_words[asked.q] = items.filter(way(search.query_tokens(asked.q)))
    candidates = asked.broader()
    if asked.q and not way:  # fewer of the words, or none
        shorter = asked.with_fewer_words()
        by_words[shorter.q] = search.matching(items, shorter.q)
        candidates = [one for one in (shorter, *candidates) if one.q != asked.q and one.pairs()]
    answers = {}
    for number, one in enumerate(candidates):
        among = ItemFilter(QueryDict(one.without("q").query()[1:]), by_words[one.q], standing=standing)
        # The newest of them, not just any: so each is looked for along an index.
        answers[f"found_{number}"] = Subquery(among.qs.newest_first().values("pk")[:1])
    if not answers:
        return None
    # One question for all of them; a row of any table will do to hang it on.
    told = Category.objects.order_by("pk").annotate(**answers).values_list(*answers).first()
    return next((one for one, found in zip(candidates, told or (), strict=False) if found), None)
