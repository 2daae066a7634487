"""What a stock-take has found, how it is judged, and the close that writes it into the records.

The house goes on while it is counted, so a count is compared with what the records said *at that moment*:

* what was written down at the start says which things should be found, and where;
* each scan keeps what the records said when it arrived. For one that was sent at once that is the truth of the moment;
  for one that waited for the network the truth lies between the start and its arrival, and a count in between fits;
* what was moved, collected or corrected since then is a change with a trace of its own and no difference;
* promises do not matter for what stands there. Only when something is not found do they say what may be done.

Nothing is judged missing on a shelf that nobody has called counted.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, Sum

from inventory.models import (
    DifferenceKind,
    Item,
    SetAside,
    SetAsideReason,
    StockTakeDifference,
    StockTakeScan,
    StockTakeStatus,
)
from recycling import turns
from recycling.audit.domain import record
from recycling.errors import Refused

from . import intake, moving, stock, stocktake
from .refusals import ReportChanged, ScansUnsent
from .stocktake_judging import Difference, Judged, meanwhile


@dataclass(frozen=True)
class Report:
    differences: list[Difference]
    fitting: int
    not_reached: list

    @property
    def fingerprint(self):
        """Changes whenever a difference does: what a lead has agreed to is what is written."""
        text = "\n".join(sorted(one.words() for one in self.differences))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def report(take) -> Report:
    """Everything that is not as the records have it, and how many things are."""
    lines, scans = defaultdict(list), defaultdict(list)
    for line in take.lines.select_related("item", "place__shelf").order_by("pk"):
        lines[line.item.merged_into_id or line.item_id].append(line)
    rows = take.scans.filter(undone_at=None, is_late=False).order_by("scanned_at", "pk")
    for row in rows.select_related("item", "place__shelf", "stood_on"):
        scans[row.item.merged_into_id or row.item_id].append(row)
    items = _items({*lines, *scans})
    asides, done = _asides(items), meanwhile(take, items)
    differences, fitting = [], 0
    for pk in sorted(items, key=lambda pk: items[pk].code):
        found = list(Judged(take, items[pk], lines[pk], scans[pk], asides[pk], done[pk]).differences())
        differences += found
        fitting += bool(scans[pk]) and not found
    order = [kind for kind, _words in DifferenceKind.choices]
    differences.sort(key=lambda one: (order.index(one.kind), one.item.code))
    not_reached = list(take.shelves.filter(counted_at=None).select_related("shelf"))
    return Report(differences, fitting, not_reached)


def _items(keys):
    """The items of the stock-take as they are now, few queries however many."""
    keys = sorted(keys)
    found: dict[int, Item] = {}
    for start in range(0, len(keys), 500):
        found |= Item.objects.select_related("category", "shelf", "site").in_bulk(keys[start : start + 500])
    return found


def _asides(items):
    """{item: (pieces set aside as missing, pieces set aside for anything else)}."""
    totals: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    open_rows = SetAside.objects.filter(ended_at=None)
    for item, reason, pieces in (
        open_rows.values_list("item", "reason").annotate(Sum("pieces")).order_by("item")
    ):
        if item in items:
            lost, loose = totals[item]
            is_lost = reason == SetAsideReason.MISSING
            totals[item] = (lost + pieces, loose) if is_lost else (lost, loose + pieces)
    return totals


# ---- Closing ----


@transaction.atomic
def close(take, *, write, fingerprint, by, at, despite_unsent=False):
    """End the stock-take and write the differences whose keys are in ``write`` into the records; the others stay as they are.

    Only for a lead. Refuses `scans_unsent` while a phone may hold scans, unless the lead closes ``despite_unsent``, and
    `report_changed` when the differences are not those that the lead has seen. What is promised and was not found
    changes no number: it waits on the lead's list.
    """
    stocktake.check_lead(take, by)
    locked = stocktake.move(take, StockTakeStatus.CLOSED, at=at, by=by)
    unsent = list(stocktake.holding(locked))
    if unsent and not despite_unsent:
        raise ScansUnsent
    before = report(locked).differences
    keys = sorted({one.item.pk for one in before})
    # Nobody may reserve, collect or move these between looking and writing. Shelves first, as in every move.
    list(intake.lock_shelves(Q(pk__in=[one.seen.pk for one in before if one.seen])))
    list(Item.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    told = report(locked)
    if told.fingerprint != fingerprint:
        raise ReportChanged
    for difference in sorted(told.differences, key=lambda one: (one.item.pk, one.kind)):
        _trace(locked, difference, is_done=difference.can_write and difference.key in write, by=by, at=at)
    record(
        "stocktake_closed",
        locked,
        by=by,
        at=at,
        fitting=told.fitting,
        differences=len(told.differences),
        not_counted=len(told.not_reached),
        unsent=sum(device.waiting for device in unsent),
        devices=len(unsent),
    )
    return locked


def _trace(take, difference, *, is_done, by, at):
    """Write one difference into the records, or leave it; either way there is a row that says so."""
    is_open, refused = not difference.can_write, ""
    if is_done:
        try:
            with transaction.atomic():
                WRITE[difference.kind](take, difference, by=by, at=at)
        except Refused as refusal:
            # A shelf in quarantine, a write-off that waits: a person sees to it when that has ended.
            is_done, is_open, refused = False, True, refusal.code
    elif difference.kind == DifferenceKind.PROMISED:
        record("item_promised_not_found", difference.item, by=by, at=at, pieces=difference.pieces)
    StockTakeDifference.objects.create(
        take=take,
        item=difference.item,
        kind=difference.kind,
        pieces=difference.pieces,
        recorded=difference.recorded,
        seen=difference.seen,
        is_done=is_done,
        refused=refused,
        # The lead has decided about everything but what no record can follow.
        settled_at=None if is_open else at,
        settled_by=None if is_open else by,
    )


def _write_elsewhere(_take, difference, *, by, at):
    moving.put_on_shelf(difference.item, shelf=difference.seen, by=by, at=at)


def _write_missing(_take, difference, *, by, at):
    stock.set_aside(difference.item, difference.pieces, reason=SetAsideReason.MISSING, by=by, at=at)


def _write_more(take, difference, *, by, at):
    quantity = Item.objects.values_list("quantity", flat=True).get(pk=difference.item.pk)
    stock.correct(
        difference.item,
        quantity=quantity + difference.pieces,
        by=by,
        at=at,
        reason=f"stock-take {take.token}",
    )


def _write_found_again(_take, difference, *, by, at):
    """Put back as many missing pieces as were found; what is still missing of the last row stays aside."""
    left = difference.pieces
    rows = SetAside.objects.filter(
        item=difference.item, reason=SetAsideReason.MISSING, ended_at=None
    ).select_related("item")
    with turns.when_settled(at=at):
        for row in rows.order_by("pk"):
            if left <= 0:
                break
            stock.put_back(row, by=by, at=at)
            if row.pieces > left:
                stock.set_aside(row.item, row.pieces - left, reason=row.reason, by=by, at=at)
            left -= row.pieces


WRITE = {
    DifferenceKind.ELSEWHERE: _write_elsewhere,
    DifferenceKind.MISSING: _write_missing,
    DifferenceKind.MORE: _write_more,
    DifferenceKind.FOUND_AGAIN: _write_found_again,
}


def late_scans(take):
    """What phones sent after the close: seen, but not used. The lead looks at each."""
    return (
        StockTakeScan.objects.filter(take=take, is_late=True, undone_at=None)
        .select_related("item__category", "place__shelf", "by")
        .order_by("-received_at", "-pk")
    )
