"""Where every piece of a load went."""

from dataclasses import dataclass

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from inventory.domain import titles
from inventory.models import Arrival, Item, ItemStatus, LoadKind, SetAside, WriteOff, WriteOffStatus
from reservations.models import HandoverLine

# What has left a lot that was merged into another keeps the name of its lot; its arrivals are the other one's.
LOT = Coalesce("item__merged_into", "item")
PLACES = ("spot", "free", "reserved", "aside", "given", "off", "withdrawn", "other")


@dataclass(frozen=True)
class Row:
    """One lot: the pieces that came, and how many of them are where. They add up, whatever happened."""

    item: Item
    title: str
    room: str
    pieces: int
    places: dict

    @property
    def shares(self):
        return list(self.places.items())


def where_it_went(load) -> tuple[list[Row], dict[str, int]]:
    """Every lot of the load by room, and the sums. Four questions, however many there are."""
    of_the_load = Arrival.objects.filter(room__load=load).values("item")
    came = Arrival.objects.filter(item__in=of_the_load).select_related("room", "item__category")
    arrivals = list(came.order_by("room__load", "room__position", "pk"))
    items = [arrival.item_id for arrival in arrivals]
    # What came back is here again, or a lot of its own.
    given = dict(
        HandoverLine.objects.annotate(lot=LOT)
        .filter(lot__in=items)
        .order_by()
        .values_list("lot")
        .annotate(out=Sum(F("given") - F("returned")))
    )
    aside = dict(
        SetAside.objects.filter(item__in=items, ended_at=None)
        .order_by()
        .values_list("item")
        .annotate(Sum("pieces"))
    )
    off = dict(
        WriteOff.objects.annotate(lot=LOT)
        .filter(lot__in=items, status=WriteOffStatus.DONE)
        .order_by()
        .values_list("lot")
        .annotate(Sum("pieces"))
    )
    by_item: dict[Item, list[Arrival]] = {}
    for arrival in arrivals:
        by_item.setdefault(arrival.item, []).append(arrival)
    rows = [
        Row(item, titles.title(item), arrival.room.name, arrival.pieces, places)
        for item, rooms in by_item.items()
        for arrival, places in _poured(
            rooms, _places(item, rooms, given, aside, off, is_clearance=load.kind == LoadKind.CLEARANCE)
        )
        if arrival.room.load_id == load.pk
    ]
    return rows, {place: sum(row.places[place] for row in rows) for place in PLACES}


def _places(item, rooms, given, aside, off, *, is_clearance):
    """Where the pieces of one lot are, wherever they came from."""
    put_aside = aside.get(item.pk, 0)
    out = item.status == ItemStatus.WITHDRAWN
    waits = is_clearance and item.status == ItemStatus.DRAFT and item.published_at is None
    places = {
        "spot": item.available if waits else 0,
        "free": 0 if out or waits else item.available,
        "reserved": item.reserved - put_aside,
        "aside": put_aside,
        "given": given.get(item.pk, 0),
        "off": off.get(item.pk, 0),
        "withdrawn": item.available if out else 0,
    }
    # What was counted otherwise since: more pieces, or fewer.
    places["other"] = sum(arrival.pieces for arrival in rooms) - sum(places.values())
    return places


def _poured(rooms, places):
    """The lot's pieces by where they came from. They cannot be told apart, so each room in turn gets its number of them."""
    left = dict(places)
    for arrival in rooms[:-1]:
        share, open_ = dict.fromkeys(PLACES, 0), arrival.pieces
        for place in PLACES:
            share[place] = max(0, min(left[place], open_))
            left[place] -= share[place]
            open_ -= share[place]
        yield arrival, share
    yield rooms[-1], left
