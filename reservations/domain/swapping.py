"""An equal thing instead of the promised one: the worker has it in their hands, and nobody gets less."""

from django.db import transaction

from inventory.domain import lots, stock
from inventory.models import Item
from recycling.audit.domain import record
from reservations.models import OPEN_AT_DESK, ReservationLine

from . import states
from .handover import NOT_PICKED, ready_or_not
from .refusals import NotAlike, NotEnoughAlike, StandsInQuarantine, WrongState


def alike(item, lines):
    """Those of the lines that ``item`` could be given for. Advice: the verb looks again."""
    if any(line.item_id == item.pk for line in lines) or stock.is_blocked(item):
        return []
    return [
        line
        for line in lines
        if not lots.differences(line.item, item, names=lots.ALIKE)
        and (item.available >= line.pieces or _theirs(line, item) is not None)
    ]


@transaction.atomic
def swap(line, item, *, by, at):
    """The line is promised pieces of ``item`` instead of its own, as many as before, and is not picked yet.

    They are free pieces of ``item``; or they were promised to somebody else, who is promised the line's former pieces.
    Swapping for what the line has already changes nothing. Refuses `wrong_state`, `not_alike`, `not_enough_alike`,
    `in_quarantine`.
    """
    theirs = _theirs(line, item)
    locked = states.lock_in_order(line.reservation, *([theirs.reservation] if theirs else []))
    mine = ReservationLine.objects.filter(pk=line.pk).first()
    if mine is None or locked[line.reservation_id].status not in OPEN_AT_DESK:
        raise WrongState
    if mine.item_id == item.pk:
        return mine
    rows = _locked_items(mine.item_id, item.pk)
    gone, instead = rows[mine.item_id], rows[item.pk]
    _check(gone, instead, locked[mine.reservation_id])
    touched = [locked[mine.reservation_id]]
    if instead.available >= mine.pieces:
        _move_promises(mine.pieces, gone=gone, instead=instead, by=by, at=at)
    else:
        touched.append(_change_places(theirs, mine.pieces, locked, gone=gone, instead=instead))
    ReservationLine.objects.filter(pk=mine.pk).update(item=instead, **NOT_PICKED)
    _write_down(touched, mine.pieces, gone=gone, instead=instead, by=by, at=at)
    for one in touched:
        ready_or_not(one, by=by, at=at)
    return ReservationLine.objects.get(pk=mine.pk)


def _theirs(line, item):
    """A line of another reservation that has enough pieces of ``item``, the last to be collected first."""
    others = ReservationLine.objects.filter(
        item=item, pieces__gte=line.pieces, reservation__status__in=OPEN_AT_DESK
    ).exclude(reservation=line.reservation_id)
    return others.select_related("reservation").order_by("-reservation__slot__starts_at", "-pk").first()


def _locked_items(*keys):
    rows = (
        Item.objects.select_for_update(of=("self",))
        .select_related("category__parent", "site", "shelf", "owner")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def _check(gone, instead, reservation):
    if instead.merged_into_id or reservation.lines.filter(item=instead).exists():
        raise NotEnoughAlike(code=instead.shown_code)
    if stock.is_blocked(instead):
        raise StandsInQuarantine(code=instead.shown_code)
    if what := lots.differences(gone, instead, names=lots.ALIKE):
        raise NotAlike(code=instead.shown_code, what=", ".join(str(label) for label in what))


def _move_promises(pieces, *, gone, instead, by, at):
    """Free pieces of the one are promised, and those of the other are free; in the order of the keys."""
    steps = [
        (gone.pk, lambda: stock.release(gone, pieces, at=at)),
        (instead.pk, lambda: stock.hold(instead, pieces, visible=Item.objects.visible_to(by, at=at))),
    ]
    for _pk, step in sorted(steps, key=lambda one: one[0]):
        step()


def _change_places(theirs, pieces, locked, *, gone, instead):
    """The other reservation gives ``pieces`` of the one and is promised as many of the other. No counter moves."""
    theirs = (
        theirs
        and ReservationLine.objects.filter(
            pk=theirs.pk, item=instead, pieces__gte=pieces, reservation__status__in=OPEN_AT_DESK
        ).first()
    )
    if theirs is None:
        raise NotEnoughAlike(code=instead.shown_code)
    other = locked[theirs.reservation_id]
    same = other.lines.filter(item=gone).first()
    if same:
        ReservationLine.objects.filter(pk=same.pk).update(pieces=same.pieces + pieces, **NOT_PICKED)
    if theirs.pieces > pieces:
        ReservationLine.objects.filter(pk=theirs.pk).update(pieces=theirs.pieces - pieces, **NOT_PICKED)
    elif same:
        theirs.delete()
    else:
        ReservationLine.objects.filter(pk=theirs.pk).update(item=gone, **NOT_PICKED)
        return other
    if not same:
        ReservationLine.objects.create(reservation=other, item=gone, pieces=pieces)
    return other


def _write_down(touched, pieces, *, gone, instead, by, at):
    """In the history of the reservations and of both items; the second reservation got it the other way round."""
    for one, new, old in zip(touched, (instead, gone), (gone, instead), strict=False):
        record(
            *("reservation_swapped", one),
            by=by,
            at=at,
            pieces=pieces,
            code=new.shown_code,
            instead=old.shown_code,
        )
    for item, other in ((gone, instead), (instead, gone)):
        record("item_swapped", item, by=by, at=at, pieces=pieces, code=other.shown_code)
