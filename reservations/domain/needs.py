"""Before a unit buys: what the city has of it already, what comes free soon, and why it is bought all the same."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from inventory.domain import cards, kinds_by_words, titles
from inventory.models import Arrival, Item, ItemStatus
from recycling.audit.domain import record
from recycling.codes import new_token
from reservations.models import NeedLine, NeedList, WhyBought

from . import requests, wanted_offers
from .wanted_refusals import NothingThere, SayWhyBought, TakenAlready

# Beside each row stand so many sets; the catalogue has the rest.
SETS = 4
LATEST = 300


@dataclass
class AlikeSet:
    """Lots of equal things, wherever they stand."""

    item: Any
    lots: list = field(default_factory=list)

    @property
    def pieces(self):
        return sum(lot.available for lot in self.lots)

    @property
    def key(self):
        """Names the set on a page: the code of its largest lot."""
        return self.lots[0].code

    @property
    def title(self):
        return titles.title(self.item)

    @property
    def size(self):
        return cards.size_text(self.item)

    @property
    def sites(self):
        """[(site, pieces)]: where they stand, most first."""
        found: dict[Any, int] = defaultdict(int)
        for lot in self.lots:
            found[lot.site] += lot.available
        return sorted(found.items(), key=lambda one: (-one[1], one[0].pk))


@dataclass(frozen=True)
class Soon:
    """What still stands in a room that is being cleared."""

    item: Any
    pieces: int
    room: str
    load: str
    day: date | None

    @property
    def title(self):
        return titles.title(self.item)


@dataclass(frozen=True)
class Found:
    """A row of the list with what there is for it."""

    line: NeedLine
    sets: list[AlikeSet]
    pieces: int
    soon: list[Soon]

    @property
    def missing(self):
        return max(self.line.pieces - self.line.taken, 0)


@transaction.atomic
def keep(needs, *, by, department, at):
    """Keep the rows as a need list: each with the category that its words name and how many pieces there were."""
    kinds = kinds_by_words.Kinds()
    made = NeedList.objects.create(token=new_token(10), by=by, department=department, created_at=at)
    lines = [
        NeedLine(
            need_list=made,
            number=place,
            words=need.words,
            category=kinds.meant_by(need.words),
            pieces=need.pieces,
            width_cm=need.width_cm,
        )
        for place, need in enumerate(needs, 1)
    ]
    for found in look(lines, by=by, department=department, at=at):
        found.line.found = found.pieces
    NeedLine.objects.bulk_create(lines)
    record("needs_looked_for", made, by=by, at=at, rows=len(lines))
    return made


def look(lines, *, by, department, at) -> list[Found]:
    """What there is for each of these rows now. Two queries, however many rows."""
    kinds = {line.category_id for line in lines if line.category_id}
    below = Q(category__in=kinds) | Q(category__parent__in=kinds)
    items = Item.objects.visible_to(by, at=at) & wanted_offers.free_items(at)
    items = items.filter(below).exclude(owner=department).select_related("category__parent", "site")
    lots = list(items.order_by("pk")) if kinds else []
    soon = _soon(below) if kinds else []
    return [_found(line, lots, soon) for line in lines]


def _found(line, lots, soon):
    fitting = [lot for lot in lots if _fits(line, lot)]
    sets: dict[tuple, AlikeSet] = {}
    for lot in sorted(fitting, key=lambda one: (-one.available, one.pk)):
        sets.setdefault(_looks(lot), AlikeSet(lot)).lots.append(lot)
    # Those that are enough by themselves first, and of them the smallest; then the largest.
    ordered = sorted(sets.values(), key=lambda one: _order(one, line.pieces))
    return Found(
        line,
        ordered[:SETS],
        sum(lot.available for lot in fitting),
        [one for one in soon if _fits(line, one.item)],
    )


def _order(one, pieces):
    return (0, one.pieces, one.item.pk) if one.pieces >= pieces else (1, -one.pieces, one.item.pk)


def _fits(line, item):
    kinds = {item.category_id, item.category.parent_id} - {None}
    narrow = line.width_cm is None or item.width_cm is None or item.width_cm <= line.width_cm
    return line.category_id in kinds and narrow


def _looks(item):
    """Alike for everybody who wants a set: the same kind, colour, material, condition and size."""
    facts = ("category_id", "colour", "material", "condition", "width_cm", "depth_cm", "height_cm", "price")
    return tuple(getattr(item, name) for name in facts)


def _soon(below):
    """Drafts that stand in rooms being cleared, the earliest day first."""
    arrivals = Arrival.objects.filter(
        item__in=Item.objects.filter(below, status=ItemStatus.DRAFT, published_at=None, merged_into=None),
        item__quantity__gt=0,
        room__load__closed_at=None,
    )
    rows = arrivals.select_related("item__category__parent", "room__load").order_by(
        F("room__load__empty_by").asc(nulls_last=True), "pk"
    )
    return [
        Soon(
            row.item,
            min(row.pieces, row.item.available),
            row.room.name,
            row.room.load.name,
            row.room.load.empty_by,
        )
        for row in rows
    ]


# -- what becomes of a row


def _locked(line):
    return NeedLine.objects.select_for_update(of=("self",)).select_related("need_list").get(pk=line.pk)


@transaction.atomic
def take(line, code, pieces, *, seen, by, at):
    """Put ``pieces`` of the set that has the lot ``code`` on the request list, from the fewest sites. Gives how many.

    ``seen`` is how many the page has shown as taken: pressed twice it is done once (`taken_already`). Refuses
    `nothing_there` when the set has gone, and what ``requests.add_pieces`` refuses. Where there are fewer, fewer are taken.
    """
    if not NeedLine.objects.filter(pk=line.pk, taken=seen).update(taken=F("taken")):
        raise TakenAlready
    department = line.need_list.department
    (found,) = look([line], by=by, department=department, at=at)
    chosen = next((one for one in found.sets if any(lot.code == code for lot in one.lots)), None)
    if chosen is None or pieces < 1:
        raise NothingThere
    request = requests.list_for(department, by=by, at=at)
    site_first = [site.pk for site, _pieces in chosen.sites]
    shares, missing = {}, pieces
    for lot in sorted(chosen.lots, key=lambda one: (site_first.index(one.site_id), -one.available, one.pk)):
        if part := min(missing, lot.available):
            shares[lot] = part
            missing -= part
    requests.add_pieces(request, shares, by=by, at=at)
    taken = pieces - missing
    NeedLine.objects.filter(pk=line.pk).update(taken=F("taken") + taken)
    record("need_taken", line.need_list, by=by, at=at, row=line.number, pieces=taken, code=request.code)
    return taken


@transaction.atomic
def bought(line, *, why, words="", by, at):
    """It is bought all the same, and why. Said again it is the last word. Refuses `say_why_bought` for "other" without words."""
    if why == WhyBought.OTHER and not words.strip():
        raise SayWhyBought
    locked = _locked(line)
    locked.why_not, locked.why_words = why, words.strip()
    locked.save(update_fields=["why_not", "why_words"])
    record("need_bought", locked.need_list, by=by, at=at, row=locked.number, why=str(why))
    return locked


# -- looking back


def bought_anyway():
    """What was found and bought all the same, by category and reason: rows, pieces asked for, found and taken. One query."""
    rows = NeedLine.objects.exclude(why_not="").values("category", "why_not")
    return list(
        rows.annotate(rows=Count("pk"), asked=Sum("pieces"), there=Sum("found"), took=Sum("taken")).order_by(
            "-asked", "category", "why_not"
        )[:LATEST]
    )
