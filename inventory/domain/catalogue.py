"""The catalogue as people walk through it: newest first, a page at a time, each page one question to the database.

Nothing here counts the catalogue or skips rows to reach a page: a page begins after an item that is named by its code, and
the heading counts no further than ``COUNTED_TO``.
"""

import json
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property, lru_cache
from hashlib import blake2b

from django.core.cache import cache
from django.db.models import BooleanField, F, Func, IntegerField, JSONField, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import get_language

from inventory.models import Category, Item
from inventory.models.photo import PhotoStatus, Shown
from inventory.vocabulary import words
from recycling import clock
from recycling.codes import shown
from recycling.icons import ICONS
from recycling.translated import reading_language

from . import standing, titles
from .prepared import Prepared

PAGE = 24
COUNTED_TO = 200


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


_PHOTO_COLUMNS = tuple(field.name for field in fields(Picture))
_AS_JSON = {"postgresql": "jsonb_build_object", "sqlite": "json_object"}


class Cover(Func):
    """The first photo of an item that can be shown, as one column of the item's row: no second question, no row for each photo.

    Written out, because putting it together anew would be half the work of a page.
    """

    output_field = JSONField()

    def as_sql(self, compiler, connection, *_more, **_context):
        key, params = compiler.compile(self.get_source_expressions()[0])
        columns = ", ".join(f"'{name}', photo.{name}" for name in _PHOTO_COLUMNS)
        statement = (
            f"SELECT {_AS_JSON[connection.vendor]}({columns}) FROM inventory_photo photo "  # noqa: S608  (our own names)
            f"WHERE photo.item_id = {key} AND photo.status <> '{PhotoStatus.FAILED}' "
            f"ORDER BY photo.position, photo.id LIMIT 1"
        )
        return f"({statement})", params


COVER = Cover("pk")


@dataclass(frozen=True, slots=True)
class Row:
    """An item as the list reads it, with its category and site; a title can be made of it as of an item."""

    code: str
    category: object
    site: object
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


_COLUMNS = (
    *("code", "category_id", "site_id", "quantity", "reserved", "condition", "colour", "material"),
    *("width_cm", "depth_cm", "height_cm", "price"),
)


@dataclass(frozen=True)
class Page:
    """``more`` and ``before`` say whether the list goes on in either direction; ``mark`` changes when anything shown does.

    The rows are made when somebody looks at them: a page that has not changed needs none.
    """

    read: list[tuple]
    now: standing.Standing
    total: int
    before: bool = False
    more: bool = False
    mark: str = ""

    def __len__(self) -> int:
        return len(self.read)

    @cached_property
    def rows(self) -> list[Row]:
        return [_row(columns, self.now) for columns in self.read]

    @property
    def counted(self) -> int:
        """The number for the heading; with ``over`` set there are more than that."""
        return min(self.total, COUNTED_TO)

    @property
    def over(self) -> bool:
        return self.total > COUNTED_TO


_prepared = Prepared()


def page(items, *, at, after="", before="", shape=None) -> Page:
    """One page of the items that ``items(at)`` gives: the newest, or those after (older than) or before the one with that code.

    ``shape`` stands for what ``items`` asks for, whatever ``at`` is; without one the question is put together anew.
    """

    def build(at, code):
        return _walk(items(at), after=after and code, before=before and code)

    code = before or after
    if shape is None:
        raw = list(build(at, code))
    else:
        side = ("before" if before else "after") if code else ""
        raw = _prepared.rows((shape, side), build, at=at, code=code, as_sent=("cover", "total"))
    further = len(raw) > PAGE
    read = raw[:PAGE][::-1] if before else raw[:PAGE]
    return Page(
        read=read,
        now=standing.current(at=at),
        total=raw[0][-1] if raw else 0,
        before=further if before else bool(after),
        more=further or bool(before),
        mark=blake2b(repr((read, further)).encode(), digest_size=12).hexdigest(),
    )


def _walk(items, *, after, before):
    counted = items.newest_first().values("pk")[: COUNTED_TO + 1]
    if before:
        walked = items.filter(_Beside(before, ">")).order_by("published_at", "pk")
    else:
        walked = (items.filter(_Beside(after, "<")) if after else items).newest_first()
    columns = walked.annotate(cover=COVER, total=_Counted(counted)).values_list(*_COLUMNS, "cover", "total")
    return columns[: PAGE + 1]


def newest(items, count, *, at) -> list[Row]:
    """The newest few of ``items``."""
    rows = items.newest_first().annotate(cover=COVER).values_list(*_COLUMNS, "cover")[:count]
    now = standing.current(at=at)
    return [_row(columns, now) for columns in rows]


def rows_by_code(items, codes, *, at) -> list[Row]:
    """Those of ``items`` that have these codes, in the order of the codes."""
    raw = items.filter(code__in=codes).annotate(cover=COVER).values_list(*_COLUMNS, "cover")
    now = standing.current(at=at)
    found = {columns[0]: _row(columns, now) for columns in raw}
    return [found[code] for code in codes if code in found]


def similar(item, *, by, at, count=4) -> list[Row]:
    """Other things of the same kind that can be had now."""
    same_kind = Item.objects.visible_to(by, at=at).on_offer().filter(category=item.category_id)
    return newest(same_kind.exclude(pk=item.pk), count, at=at)


def item_with_photos(items, code) -> tuple[Item, list[Picture]] | None:
    """The item among ``items`` with this code and its photos in order, in one question; None when it is not there."""
    columns = {f"photo_{name}": F(f"photos__{name}") for name in _PHOTO_COLUMNS}
    rows = list(items.filter(code=code).annotate(**columns).order_by("photos__position", "photos__pk"))
    if not rows:
        return None
    shown_photos = [
        Picture(*(getattr(row, f"photo_{name}") for name in _PHOTO_COLUMNS))
        for row in rows
        if row.photo_key and row.photo_status != PhotoStatus.FAILED
    ]
    return rows[0], shown_photos


def covers_by_category(*, at) -> dict[int, Picture]:
    """For each category of the upper level the newest photo that everybody may see of what belongs to it, a moment old."""
    covers = cache.get("covers")
    if covers is None:
        cache.set("covers", covers := _read_covers(at), timeout=standing.SECONDS)
    return covers


def _read_covers(at):
    now = standing.current(at=at)
    newest_in = Item.objects.published().filter(quantity__gt=0, public_from__lte=at, category=OuterRef("pk"))
    newest_in = newest_in.newest_first()
    kinds = Category.objects.annotate(
        item=Subquery(newest_in.values("pk")[:1]), since=Subquery(newest_in.values("published_at")[:1])
    )
    found = kinds.annotate(cover=Cover("item")).values_list("since", "pk", "cover")
    covers: dict[int, Picture] = {}
    for _since, kind, cover in sorted((row for row in found if row[2]), key=lambda row: row[0], reverse=True):
        covers.setdefault(now.categories[kind].parent_id or kind, _picture(cover))
    return covers


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


def _row(columns, now):
    own = dict(zip(_COLUMNS, columns, strict=False))
    cover = columns[len(_COLUMNS)]
    return Row(
        category=now.categories[own.pop("category_id")],
        site=now.sites[own.pop("site_id")],
        cover=_picture(cover) if cover else None,
        **own,
    )


def _picture(cover):
    if isinstance(cover, str):
        cover = json.loads(cover)
    sizes = cover["renditions"]
    # SQLite keeps JSON as text, and text inside an object stays text.
    return Picture(**cover | {"renditions": json.loads(sizes) if isinstance(sizes, str) else sizes})


class _Beside(Func):
    """Whether an item stands after ("<", older) or before (">", newer) the one with ``code`` in the order of the catalogue.

    The two columns are compared as one value, as the indexes hold them: a thousand items of one moment, from an import,
    are no thousand rows to read and leave out.
    """

    output_field = BooleanField()

    def __init__(self, code, side):
        self.side = side
        there = Item.objects.filter(code=code).values("published_at", "pk")
        super().__init__("published_at", "pk", Subquery(there))

    def as_sql(self, compiler, connection, *_more, **_context):  # noqa: ARG002  (Django's signature)
        published_at, key, there = self.get_source_expressions()
        left, left_params = compiler.compile(published_at)
        right, right_params = compiler.compile(key)
        named, named_params = compiler.compile(there)
        return f"({left}, {right}) {self.side} {named}", [*left_params, *right_params, *named_params]


class _Counted(Subquery):
    """How many rows a query has. Sliced, it stops there."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
