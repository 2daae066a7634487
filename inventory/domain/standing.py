"""What nearly every page needs and the city seldom changes: categories, sites, impact factors.

Each process keeps it ready; what somebody changes in the admin shows within ``SECONDS``.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any

from inventory.models import Category, ImpactFactor, Site, SiteKind
from recycling import clock
from recycling.lately import Lately

from . import impact

SECONDS = 10
REMEMBERED = 1_000


class Remembered(dict[Hashable, Any]):
    """Answers that may be as old as what the city has laid down; past ``REMEMBERED`` of them it begins anew."""

    def __setitem__(self, question, answer):
        if len(self) >= REMEMBERED:
            self.clear()
        super().__setitem__(question, answer)


@dataclass(frozen=True)
class Standing:
    """Categories know their parents without a query. ``factors`` are those in force on ``day``.

    ``mark`` changes when a category, a site or a factor does. ``remembered`` goes when this is read anew.
    """

    categories: dict[int, Category]
    sites: dict[int, Site]
    factors: dict[str, ImpactFactor]
    day: date
    mark: str
    remembered: Remembered = field(default_factory=Remembered, compare=False)

    @cached_property
    def by_key(self) -> dict[str, Category]:
        return {category.key: category for category in self.categories.values()}

    @cached_property
    def tree(self) -> list[tuple[Category, list[Category]]]:
        """The categories in use: each of the upper level with those below it."""
        in_use = [category for category in self.categories.values() if category.is_active]
        return [
            (top, [category for category in in_use if category.parent_id == top.pk])
            for top in in_use
            if top.parent_id is None
        ]

    @cached_property
    def open_sites(self) -> list[Site]:
        return [site for site in self.sites.values() if site.is_active]

    @cached_property
    def own_sites(self) -> list[Site]:
        """The sites of units that give things away where they stand."""
        return [site for site in self.open_sites if site.kind == SiteKind.DEPARTMENT]

    def within(self, category) -> list[int]:
        """The keys of ``category`` and of what belongs to it, also of what is out of use: its things are still here."""
        return [one.pk for one in self.categories.values() if category.pk in {one.pk, one.parent_id}]

    def settle(self, item):
        """Give ``item`` its category and site, so that nobody asks the database for them, unless they are newer than this."""
        item.category = self.categories.get(item.category_id) or item.category
        item.site = self.sites.get(item.site_id) or item.site
        return item


_kept: Lately[Standing] = Lately("standing", seconds=SECONDS)


def current(*, at) -> Standing:
    """What the city has laid down, at most ``SECONDS`` old."""
    return _kept.get(lambda: _read(at))


def _read(at):
    categories = {category.pk: category for category in Category.objects.order_by("position", "pk")}
    for category in categories.values():
        category.parent = categories[category.parent_id] if category.parent_id else None
    sites = {site.pk: site for site in Site.objects.order_by("pk")}
    day = clock.city_day(at)
    factors = impact.factors_for(categories.values(), day=day)
    return Standing(
        categories=categories,
        sites=sites,
        factors=factors,
        day=day,
        mark=_mark([*categories.values(), *sites.values(), *factors.values()]),
    )


def _mark(rows):
    fields = [[getattr(row, field.attname) for field in row._meta.concrete_fields] for row in rows]
    return blake2b(repr(fields).encode(), digest_size=12).hexdigest()
