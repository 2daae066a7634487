"""An item as lists show it: the columns that a card takes, with the first photo, and the words made of them."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.db.models import Func, JSONField
from django.urls import reverse
from django.utils.translation import get_language

from inventory.models import Site
from inventory.models.photo import PhotoStatus, Shown
from inventory.vocabulary import words
from recycling import clock
from recycling.codes import shown
from recycling.icons import ICONS
from recycling.translated import reading_language

from . import titles


@dataclass(frozen=True, slots=True)
class Picture(Shown):
    """The few columns of a photo that showing it takes."""

    key: str
    files: str
    status: str
    width: int
    height: int
    colour: str
    alt: str
    renditions: list

    @property
    def is_settled(self) -> bool:
        """Whether it has its sizes: it gets them without a new version of its item."""
        return self.status == PhotoStatus.READY


PHOTO_COLUMNS = tuple(field.name for field in fields(Picture))
_AS_JSON = {"postgresql": "jsonb_build_object", "sqlite": "json_object"}


class Cover(Func):
    """The first photo of an item that can be shown, as one column of the item's row: no second question, no row for each photo.

    Written out, because putting it together anew would be half the work of a page.
    """

    output_field = JSONField()

    def as_sql(self, compiler, connection, *_more, **_context):
        key, params = compiler.compile(self.get_source_expressions()[0])
        columns = ", ".join(f"'{name}', photo.{name}" for name in PHOTO_COLUMNS)
        statement = (
            f"SELECT {_AS_JSON[connection.vendor]}({columns}) FROM inventory_photo photo "  # noqa: S608  (our own names)
            f"WHERE photo.item_id = {key} AND photo.status <> '{PhotoStatus.FAILED}' "
            f"ORDER BY photo.position, photo.id LIMIT 1"
        )
        return f"({statement})", params


COVER = Cover("pk")


# All that changes when anything that a list shows of an item does: each change of its facts or photos raises the version.
MARKS = ("id", "version", "quantity", "reserved")


def mark_of(item) -> tuple[int, ...]:
    """The ``MARKS`` of an item or of a row of a list."""
    return tuple(getattr(item, name) for name in MARKS)


@dataclass(frozen=True, slots=True)
class Row:
    """An item as the list reads it, with its category and site; a title can be made of it as of an item."""

    id: int
    version: int
    code: str
    category: object
    site: Site
    quantity: int
    reserved: int
    condition: str
    colour: str
    material: str
    width_cm: Decimal | None
    depth_cm: Decimal | None
    height_cm: Decimal | None
    price: Decimal
    cover: Picture | None
    # While it is for units only: when residents may have it too.
    residents_from: datetime | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing that it shows is still being made."""
        return self.cover is None or self.cover.is_settled

    @property
    def title(self) -> str:
        return titles.title(self)

    @property
    def shown_code(self) -> str:
        return shown(self.code)

    @property
    def path(self) -> str:
        return f"{_list_address(get_language())}/{shown(self.code)}"

    @property
    def available(self) -> int:
        return self.quantity - self.reserved

    @property
    def icon(self) -> str:
        return icon_of(self.category)

    @property
    def size(self) -> str:
        return size_text(self)

    @property
    def condition_word(self) -> str:
        return words(self.condition).label

    @property
    def price_text(self) -> str:
        return price_text(self.price)

    @property
    def state(self) -> str:
        return state_of(self)

    @property
    def units_until(self) -> str:
        """The last day on which only units have it, as a text; "" when residents do."""
        return (
            clock.day_text(clock.last_day(self.site.tz, self.residents_from)) if self.residents_from else ""
        )


# -- words


@lru_cache(maxsize=8)
def _list_address(language):  # noqa: ARG001  (what the address depends on)
    return reverse("inventory:items")


def icon_of(category) -> str:
    """The icon of the kind that a thing belongs to; a kind that the city has added itself has a box."""
    top = category.parent or category
    return top.key if top.key in ICONS else "box"


def state_of(item) -> str:
    """``available``, ``reserved`` (every piece is promised) or ``collected`` (none is here any more)."""
    if item.quantity == 0:
        return "collected"
    return "available" if item.quantity > item.reserved else "reserved"


def size_text(item) -> str:
    """``160 × 80 × 74 cm``; "" while one of the three is unknown."""
    sizes = (item.width_cm, item.depth_cm, item.height_cm)
    return f"{' × '.join(map(number_text, sizes))} cm" if all(sizes) else ""


def number_text(value) -> str:
    """A size or a weight without a decimal that says nothing: ``68``, ``67,5``."""
    return clock.number(value, 0 if value == int(value) else 1)


def price_text(price) -> str:
    """``20 €`` / ``€20``; "" for what is free."""
    if not price:
        return ""
    amount = clock.number(price, 0 if price == int(price) else 2)
    return f"€{amount}" if reading_language() == "en" else f"{amount}\N{NO-BREAK SPACE}€"


# -- reading rows

_COLUMNS = tuple(field.name for field in fields(Row) if field.name != "cover")
_OTHER_NAMES = {"category": "category_id", "site": "site_id", "residents_from": "public_from"}
_READ = [_OTHER_NAMES.get(name, name) for name in _COLUMNS]


def read(items, *, now, at) -> list[Row]:
    """The rows of ``items``, in their order, in one question; ``now`` knows their categories and sites."""
    return [_row(columns, now, at) for columns in items.annotate(cover=COVER).values_list(*_READ, "cover")]


def _row(columns, now, at):
    *own, cover = columns
    row = dict(zip(_COLUMNS, own, strict=True))
    row["category"], row["site"] = now.categories[row["category"]], now.sites[row["site"]]
    if row["residents_from"] and row["residents_from"] <= at:
        row["residents_from"] = None
    return Row(**row, cover=picture(cover) if cover else None)


def picture(cover) -> Picture:
    """The photo in a ``Cover`` column, as the database at hand gives it."""
    if isinstance(cover, str):
        cover = json.loads(cover)
    sizes = cover["renditions"]
    # SQLite keeps JSON as text, and text inside an object stays text.
    return Picture(**cover | {"renditions": json.loads(sizes) if isinstance(sizes, str) else sizes})
