"""Who the pieces of an item are or were promised to, as far as the catalogue below may know: codes, states, no names."""

from django.db.models import F

from recycling import clock
from recycling.offers import Promise
from reservations.models import HOLDS_PIECES, ReservationLine


def _lines(items):
    return (
        ReservationLine.objects.filter(item__in=items)
        .select_related("reservation__slot", "reservation__site")
        .order_by(F("reservation__slot__starts_at").asc(nulls_last=True), "reservation_id")
    )


def holders(items) -> list[Promise]:
    """The reservations that hold pieces of these items now, the next to be collected first. One query."""
    lines = _lines(items).filter(reservation__status__in=HOLDS_PIECES)
    return [_promise(line) for line in lines]


def reservations_of(item) -> dict[int, Promise]:
    """Every reservation that ever had pieces of the item, by its key."""
    return {line.reservation_id: _promise(line) for line in _lines([item])}


def _promise(line):
    reservation = line.reservation
    slot, tz = reservation.slot, reservation.site.tz
    return Promise(
        item=line.item_id,
        code=reservation.code,
        pieces=line.pieces,
        ending=reservation.pickup_code[3:] if reservation.pickup_code else "",
        status=reservation.status,
        when=clock.span_text(slot.starts_at, slot.ends_at, tz) if slot else "",
        until=clock.moment_text(reservation.held_until, tz) if reservation.held_until else "",
    )
