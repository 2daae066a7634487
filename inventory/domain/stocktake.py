"""A stock-take: several people count the shelves of a site at once, and a lead closes it.

What is expected is written down at the start (``StockTakeLine``), and each scan keeps what the records said when it
arrived. Both are needed: the house goes on while it is counted. See ``stocktake_report`` for how the two are judged.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum

from inventory.models import (
    MAX_PIECES,
    STOCK_TAKE_NEXT,
    Item,
    SetAside,
    SetAsideReason,
    Site,
    StockTake,
    StockTakeDevice,
    StockTakeDifference,
    StockTakeLine,
    StockTakeScan,
    StockTakeShelf,
    StockTakeStatus,
)
from recycling.audit.domain import record
from recycling.codes import BadCode
from recycling.errors import Refused

from . import scanning
from .refusals import (
    AlreadyCounted,
    BadScan,
    HowMany,
    NoArea,
    OnlyLead,
    StockTakeOver,
    StockTakePaused,
    UnknownItem,
    UnknownPlace,
    WrongStockTakeStep,
)

CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,40}")
LONGEST_WAIT = timedelta(days=60)


# ---- Beginning, pausing, giving up ----


@transaction.atomic
def start(site, *, shelves=None, by, at, client_key):
    """Begin to count ``shelves``, or the whole site: all its shelves and what has none. The same key again begins nothing."""
    # The site's row is the queue for starting: two people who start on one shelf do so one after the other.
    site = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if known := StockTake.objects.filter(client_key=client_key, started_by=by).first():
        return known
    places = [*site.shelves.all(), None] if shelves is None else list(shelves)
    if not places or any(place and place.site_id != site.pk for place in places):
        raise NoArea
    _check_free(site, places)
    take = StockTake.objects.create(site=site, client_key=client_key, started_by=by, started_at=at)
    rows = {place and place.pk: StockTakeShelf.objects.create(take=take, shelf=place) for place in places}
    _write_down(take, rows)
    record("stocktake_started", take, by=by, at=at, site=site.code, shelves=len(places))
    return take


def _check_free(site, places):
    busy = StockTakeShelf.objects.filter(take__in=StockTake.objects.going_on().filter(site=site))
    taken = {row.shelf_id: row for row in busy.select_related("shelf")}
    for place in places:
        if (place and place.pk) in taken:
            raise AlreadyCounted(shelf=place.code if place else "—")


def _write_down(take, rows):
    """What stands on these shelves on record now, and how many pieces of it should be found."""
    standing = Item.objects.filter(site=take.site, quantity__gt=0)
    # The whole site is asked for as one; a few shelves by their keys.
    if None not in rows:
        standing = standing.filter(shelf__in=list(rows))
    elif len(rows) == 1:
        standing = standing.filter(shelf=None)
    lost = missing_pieces(standing)
    StockTakeLine.objects.bulk_create(
        [
            StockTakeLine(take=take, item=item, place=rows[item.shelf_id], pieces=expected)
            for item in standing.only("pk", "shelf_id", "quantity").order_by("pk")
            if item.shelf_id in rows and (expected := item.quantity - lost.get(item.pk, 0)) > 0
        ],
        batch_size=1000,
    )


def missing_pieces(items):
    """{item: pieces} that are set aside as missing, for those of ``items`` that have any."""
    rows = SetAside.objects.filter(item__in=items, reason=SetAsideReason.MISSING, ended_at=None)
    return dict(rows.values_list("item").annotate(Sum("pieces")).order_by())


def move(take, to, *, at=None, by=None):
    """Lock the row, check the step and write it. Returns the locked row. For the verbs here and the close alone."""
    locked = StockTake.objects.select_for_update(of=("self",)).select_related("site").get(pk=take.pk)
    if to not in STOCK_TAKE_NEXT[StockTakeStatus(locked.status)]:
        raise WrongStockTakeStep
    locked.status = to
    locked.paused_at = at if to == StockTakeStatus.PAUSED else None
    if not STOCK_TAKE_NEXT[to]:
        locked.closed_at, locked.closed_by = at, by
    locked.save(update_fields=["status", "paused_at", "closed_at", "closed_by"])
    return locked


@transaction.atomic
def pause(take, *, by, at):
    """Nothing scanned from now on counts, until somebody resumes it."""
    record("stocktake_paused", move(take, StockTakeStatus.PAUSED, at=at), by=by, at=at)


@transaction.atomic
def resume(take, *, by, at):
    record("stocktake_resumed", move(take, StockTakeStatus.OPEN), by=by, at=at)


@transaction.atomic
def cancel(take, *, by, at):
    """Give it up: no record changes. For a lead, or whoever started it."""
    locked = move(take, StockTakeStatus.CANCELLED, at=at, by=by)
    if locked.started_by_id != by.pk:
        check_lead(locked, by)
    record("stocktake_cancelled", locked, by=by, at=at)


def may_close(take, by):
    return Site.objects.led_by(by).filter(pk=take.site_id).exists()


def check_lead(take, by):
    if not may_close(take, by):
        raise OnlyLead


# ---- Counting ----


@dataclass(frozen=True)
class Seen:
    """One scan as a device has it: ``ago`` is how long before sending, so that a phone with a wrong clock says it right."""

    client_id: str
    place: str
    code: str
    pieces: int | None = None
    ago: timedelta = timedelta()
    is_undone: bool = False


@dataclass(frozen=True)
class Taken:
    """What became of one scan: its row, or the refusal. ``is_late``: it came after the close and waits for the lead."""

    client_id: str
    scan: StockTakeScan | None = None
    refusal: Refused | None = None


@transaction.atomic
def scan(take, seen: Iterable[Seen], *, by, at) -> list[Taken]:
    """Take in a batch of scans, in any order and however often. One that is refused does not cost the others.

    A scan that is undone stays undone, whichever of the two arrives first. After the close scans are kept as late: they
    change nothing by themselves and wait on the lead's list, so that nothing seen is ever thrown away.
    """
    locked = StockTake.objects.select_for_update(of=("self",)).select_related("site").get(pk=take.pk)
    seen = list(seen)
    known = {
        row.client_id: row
        for row in StockTakeScan.objects.filter(client_id__in=[one.client_id for one in seen]).select_related(
            "item__category", "place"
        )
    }
    places = {row.key: row for row in locked.shelves.select_related("shelf")}
    return [_take_in(locked, one, known, places, by=by, at=at) for one in seen]


def _take_in(take, one, known, places, *, by, at):
    try:
        row = known.get(one.client_id)
        if row is None:
            row = known[one.client_id] = _new_scan(take, one, places, by=by, at=at)
        elif row.take_id != take.pk:
            raise BadScan
        if one.is_undone and row.undone_at is None:
            _undo(take, row, by=by, at=at)
    except Refused as refusal:
        return Taken(one.client_id, refusal=refusal)
    return Taken(one.client_id, scan=row)


def _new_scan(take, one, places, *, by, at):
    if not CLIENT_ID.fullmatch(one.client_id):
        raise BadScan
    ago = min(max(one.ago, timedelta()), LONGEST_WAIT)
    scanned_at = max(at - ago, min(take.started_at, at))
    if take.status == StockTakeStatus.CANCELLED:
        raise StockTakeOver
    if take.status == StockTakeStatus.PAUSED and scanned_at >= take.paused_at:
        raise StockTakePaused
    if one.place not in places:
        raise UnknownPlace
    item, label = _labelled(one.code)
    pieces = _pieces(item, one.pieces)
    return StockTakeScan.objects.create(
        client_id=one.client_id,
        take=take,
        place=places[one.place],
        item=item,
        label=label,
        pieces=pieces,
        by=by,
        scanned_at=scanned_at,
        received_at=at,
        expected=item.quantity - missing_pieces([item.pk]).get(item.pk, 0),
        stood_on=item.shelf if item.site_id == take.site_id else None,
        is_late=take.status == StockTakeStatus.CLOSED,
    )


def item_with(text):
    """The item whose label somebody scanned or whose code they typed. Refuses `unreadable_code`, `unknown_item`."""
    return _labelled(text)[0]


def _labelled(text):
    """The item, and the lot whose label it was: the item's own, or one that was merged into it."""
    try:
        code = scanning.code_of(text)
    except BadCode as refusal:
        raise BadScan(str(refusal)) from None
    item = scanning.item_with(code)
    if item is None:
        raise UnknownItem
    is_other_lot = code != item.code and Item.objects.filter(code=code).exists()
    return item, code if is_other_lot else item.code


def place_with(take, text, *, by, at):
    """The place of this stock-take whose shelf's label was scanned, or whose code was typed; None when it is no shelf."""
    try:
        found = scanning.resolve(text, by=by, at=at)
    except Refused:
        return None
    if found.kind != "shelf":
        return None
    place = take.shelves.filter(shelf=found.thing).first()
    if place is None:
        raise UnknownPlace
    return place


def _pieces(item, pieces):
    """How many were seen: a single thing is one; of a lot somebody has to say how many."""
    if pieces is None and item.quantity > 1:
        raise HowMany
    if pieces is not None and not 0 <= pieces <= MAX_PIECES:
        raise BadScan
    return 1 if pieces is None else pieces


@transaction.atomic
def undo_scan(take, client_id, *, by, at):
    """It was a mistake: as if it had never been scanned. Twice is once."""
    locked = StockTake.objects.select_for_update(of=("self",)).get(pk=take.pk)
    row = locked.scans.select_related("item").filter(client_id=client_id).first()
    if row is None:
        raise BadScan
    if row.undone_at is None:
        _undo(locked, row, by=by, at=at)


def _undo(take, row, *, by, at):
    if not STOCK_TAKE_NEXT[StockTakeStatus(take.status)] and not row.is_late:
        raise WrongStockTakeStep
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    record("stocktake_scan_undone", take, by=by, at=at, code=row.item.code)


@transaction.atomic
def finish_shelf(place, *, by, at, is_counted=True):
    """Everything at this place has been scanned (or, on second thoughts, has not). Only then may a thing be called missing."""
    take = StockTake.objects.select_for_update(of=("self",)).get(pk=place.take_id)
    if take.status != StockTakeStatus.OPEN:
        raise StockTakePaused if take.status == StockTakeStatus.PAUSED else WrongStockTakeStep
    if is_counted:
        changed = place.take.shelves.filter(pk=place.pk, counted_at=None).update(counted_at=at, counted_by=by)
    else:
        changed = place.take.shelves.filter(pk=place.pk).exclude(counted_at=None)
        changed = changed.update(counted_at=None, counted_by=None)
    if changed:
        action = "stocktake_shelf_counted" if is_counted else "stocktake_shelf_reopened"
        record(action, take, by=by, at=at, shelf=place.shelf.code if place.shelf else "—")


@transaction.atomic
def announce(take, *, device, waiting, by, at, leaves=False):
    """A browser says that it counts along and how many scans it could not send, or that it leaves with nothing unsent."""
    if not CLIENT_ID.fullmatch(device):
        raise BadScan
    StockTakeDevice.objects.update_or_create(
        take=take,
        key=device,
        defaults={
            "by": by,
            "waiting": waiting,
            "told_at": at,
            "left_at": at if leaves and not waiting else None,
        },
    )


def holding(take):
    """The devices that may know more than we do: they hold unsent scans, or have not said that they are finished.

    A phone that lost its network cannot say so. Therefore silence counts as holding, not as having nothing to say.
    """
    return take.devices.filter(left_at=None).select_related("by").order_by("-waiting", "told_at")


# ---- The lead's list ----


def waiting_for_lead(site_ids):
    """What the closed stock-takes left for the lead: differences that no record could settle."""
    return StockTakeDifference.objects.filter(take__site__in=site_ids, settled_at=None).select_related(
        "take__site", "item__category", "item__shelf", "recorded", "seen"
    )


@transaction.atomic
def settle(difference, *, by, at):
    """The lead has seen to it. Twice is once."""
    check_lead(difference.take, by)
    if StockTakeDifference.objects.filter(pk=difference.pk, settled_at=None).update(
        settled_at=at, settled_by=by
    ):
        record("stocktake_settled", difference.item, by=by, at=at, pieces=difference.pieces)


def found_on(places):
    """{place: (things on record there, those of them that were seen somewhere)}. One query, however many places."""
    seen = StockTakeScan.objects.filter(
        take=OuterRef("take"), item=OuterRef("item"), undone_at=None, is_late=False
    )
    rows = StockTakeLine.objects.filter(place__in=places).annotate(is_seen=Exists(seen)).values("place")
    counted = rows.annotate(expected=Count("pk"), found=Count("pk", filter=Q(is_seen=True))).order_by()
    numbers = {row["place"]: (row["expected"], row["found"]) for row in counted}
    return {place.pk: numbers.get(place.pk, (0, 0)) for place in places}
