"""The list of a furniture request while it is written: its pieces are held for it."""

from datetime import timedelta

from django.db import transaction

from inventory.domain import stock
from inventory.models import Item
from recycling.audit.domain import record
from recycling.codes import new_token
from recycling.policy.models import Policy
from reservations.models import (
    FurnitureRequest,
    RequestLine,
    RequestStatus,
    Reservation,
    ReservationLine,
    ReservationStatus,
)

from . import request_states, states


@transaction.atomic
def current(by, department, at, *, make=True):
    """The list that ``by`` is writing; a new one for ``department`` when there is none."""
    found = FurnitureRequest.objects.filter(by=by, status=RequestStatus.WRITING).first()
    if found is None and make:
        found = FurnitureRequest.objects.create(
            code=f"Q{new_token(8)}",
            by=by,
            department=department,
            language=by.language,
            created_at=at,
            changed_at=at,
        )
    return found


@transaction.atomic
def set_pieces(request, item, pieces, by, at):
    """The list has ``pieces`` of ``item``, held for it; 0 takes it off."""
    locked = request_states.being_written(request)
    line = RequestLine.objects.filter(request=locked, item=item).first()
    more = pieces - (line.pieces if line else 0)
    until = at + timedelta(hours=Policy.current().request_hold_hours)
    held = locked.reservations.filter(site=item.site_id, status=ReservationStatus.HELD).first()
    if more > 0:
        stock.hold(item, more, visible=Item.objects.visible_to(by, at=at))
    elif more < 0:
        stock.release(item, -more)
    if held is None and pieces:
        held = Reservation.objects.create(
            code=f"R{new_token(8)}",
            bundle=locked.code,
            request=locked,
            person=by,
            department=locked.department,
            site_id=item.site_id,
            held_until=until,
            created_at=at,
        )
        record("reservation_held", held, by=by, at=at)
    if pieces:
        RequestLine.objects.update_or_create(request=locked, item=item, defaults={"pieces": pieces})
        ReservationLine.objects.update_or_create(reservation=held, item=item, defaults={"pieces": pieces})
    elif line:
        line.delete()
        ReservationLine.objects.filter(reservation=held, item=item).delete()
        if not held.lines.exists():
            states.move(states.lock(held), ReservationStatus.CANCELLED, by=by, at=at)
    locked.reservations.filter(status=ReservationStatus.HELD).update(held_until=until)
