"""The catalogue as people walk through it: newest first, a page at a time, each page one question to the database.

Nothing here counts the catalogue or skips rows to reach a page: a page begins after an item that is named by its code, and
the heading counts no further than ``COUNTED_TO``.

What a page shows is told by the marks of its items alone, so that whoever has that page already is not made another; the rows
themselves are read when somebody looks at them.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from django.core.cache import cache
from django.db.models import BooleanField, F, Func, IntegerField, OuterRef, Subquery, TextField

from inventory.models import Category, Item
from inventory.models.photo import PhotoStatus

from . import cards, standing
from .cards import MARKS, PHOTO_COLUMNS, Cover, Picture, Row
from .prepared import Prepared

PAGE = 24
COUNTED_TO = 200
ALIKE = 4


@dataclass(frozen=True)
class Page:
    """``more`` and ``before`` say whether the list goes on in either direction."""

    marks: list[tuple[int, ...]]
    now: standing.Standing
    total: int
    before: bool = False
    more: bool = False

    def __len__(self) -> int:
        return len(self.marks)

    @property
    def mark(self) -> str:
        """Changes when anything shown does."""
        told = repr((self.marks, self.total, self.before, self.more))
        return blake2b(told.encode(), digest_size=12).hexdigest()

    @cached_property
    def rows(self) -> list[Row]:
        return rows_by_key([mark[0] for mark in self.marks], now=self.now)

    @property
    def is_settled(self) -> bool:
        """Whether the rows are what the mark says, and stay so while it does: something may change while a page is made."""
        return are_settled(self.rows, self.marks)

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

    ``shape`` stands for what ``items`` asks for, whatever ``at`` is; without one the question is put together anew. The number
    for the heading of a longer list may be as old as what the city has laid down (``standing.SECONDS``).
    """
    now = standing.current(at=at)
    code = before or after
    total = now.remembered.get(("total", shape))

    def build(at, code):
        wanted = items(at)
        walked = _walk(wanted, after=after and code, before=before and code)
        if total is None:
            counted = wanted.newest_first().values("pk")[: COUNTED_TO + 1]
            walked = walked.annotate(total=_Counted(counted)).values_list(*MARKS, "total")
        return walked[: PAGE + 1]

    if shape is None:
        read = list(build(at, code))
    else:
        side = ("before" if before else "after") if code else ""
        read = _prepared.rows((shape, side, total is None), build, at=at, code=code)
    if total is None:
        total = read[0][-1] if read else 0
        read = [row[:-1] for row in read]
        if shape is not None:
            now.remembered[("total", shape)] = total
    further = len(read) > PAGE
    return Page(
        marks=read[:PAGE][::-1] if before else read[:PAGE],
        now=now,
        total=max(total, len(read)) if further or code else len(read),
        before=further if before else bool(after),
        more=further or bool(before),
    )


def _walk(items, *, after, before):
    if before:
        walked = items.filter(_Beside(before, ">")).order_by("published_at", "pk")
    else:
        walked = (items.filter(_Beside(after, "<")) if after else items).newest_first()
    return walked.values_list(*MARKS)


def newest(items, count, *, at) -> list[Row]:
    """The newest few of ``items``."""
    return cards.read(items.newest_first()[:count], now=standing.current(at=at))


def rows_by_code(items, codes, *, at) -> list[Row]:
    """Those of ``items`` that have these codes, in the order of the codes."""
    found = {row.code: row for row in cards.read(items.filter(code__in=codes), now=standing.current(at=at))}
    return [found[code] for code in codes if code in found]


def rows_by_key(keys, *, now) -> list[Row]:
    """What is in the catalogue among the items with these keys, in their order."""
    there = Item.objects.published().filter(pk__in=keys, quantity__gt=0)
    found = {row.id: row for row in cards.read(there, now=now)} if keys else {}
    return [found[key] for key in keys if key in found]


def are_settled(shown, marks) -> bool:
    """Whether ``shown`` are the rows that ``marks`` stand for, with nothing in them that is still being made."""
    return [cards.mark_of(row) for row in shown] == marks and all(row.is_settled for row in shown)


# -- one item


@dataclass(frozen=True)
class ItemMark:
    """What the page of one item shows: of the item itself, and of the ``alike`` beside it."""

    item: tuple[int, ...]
    alike: list[tuple[int, ...]]


def mark_of(code, *, by, at, shape) -> ItemMark | None:
    """What the page of the item with this code shows, in one question; None when ``by`` may not open it.

    ``shape`` stands for what kind of person ``by`` is.
    """

    def build(at, code):
        free = Item.objects.visible_to(by, at=at).on_offer().filter(category=OuterRef("category"))
        alike = free.exclude(pk=OuterRef("pk")).newest_first().values(*MARKS)[:ALIKE]
        items = Item.objects.shown_to(by, at=at).filter(code=code)
        return items.annotate(alike=_Marks(alike)).values_list(*MARKS, "alike")

    for *item, alike in _prepared.rows(("item", shape), build, at=at, code=code):
        marks = [tuple(map(int, one.split(","))) for one in (alike or "").split()]
        return ItemMark(item=tuple(item), alike=marks)
    return None


def item_with_photos(items, code) -> tuple[Item, list[Picture]] | None:
    """The item among ``items`` with this code and its photos in order, in one question; None when it is not there."""
    columns = {f"photo_{name}": F(f"photos__{name}") for name in PHOTO_COLUMNS}
    found = list(items.filter(code=code).annotate(**columns).order_by("photos__position", "photos__pk"))
    if not found:
        return None
    shown_photos = [
        Picture(*(getattr(row, f"photo_{name}") for name in PHOTO_COLUMNS))
        for row in found
        if row.photo_key and row.photo_status != PhotoStatus.FAILED
    ]
    return found[0], shown_photos


# -- one picture for each kind


def covers_by_category(*, at) -> dict[int, Picture]:
    """For each category of the upper level the newest photo that everybody may see of what belongs to it, a moment old."""
    covers = cache.get("covers")
    if covers is None:
        cache.set("covers", covers := _read_covers(at), timeout=standing.SECONDS)
    return covers


def _read_covers(at):
    now = standing.current(at=at)
    here = Item.objects.published().in_time(at).filter(quantity__gt=0, residents_may_come=True)
    newest_in = here.filter(public_from__lte=at, category=OuterRef("pk")).newest_first()
    kinds = Category.objects.annotate(
        item=Subquery(newest_in.values("pk")[:1]), since=Subquery(newest_in.values("published_at")[:1])
    )
    found = kinds.annotate(cover=Cover("item")).values_list("since", "pk", "cover")
    covers: dict[int, Picture] = {}
    for _since, kind, cover in sorted((row for row in found if row[2]), key=lambda row: row[0], reverse=True):
        covers.setdefault(now.categories[kind].parent_id or kind, cards.picture(cover))
    return covers


# -- what the database is asked in its own words


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


_AS_TEXT = {
    "postgresql": f"string_agg(concat_ws(',', {', '.join(MARKS)}), ' ')",
    "sqlite": "group_concat(" + " || ',' || ".join(MARKS) + ", ' ')",
}


class _Marks(Subquery):
    """The marks of a few rows as one text: their numbers with commas, a space between two."""

    output_field = TextField()

    def as_sql(self, compiler, connection, template=None, **context):  # noqa: ARG002  (Django's signature)
        told = f"(SELECT {_AS_TEXT[connection.vendor]} FROM (%(subquery)s) AS marked)"  # noqa: S608  (our own names)
        return super().as_sql(compiler, connection, template=told, **context)
