"""The one place where the status of a unit's request is written, and what becomes of its reservations with it.

Locks: the request, then its reservations by key, then as in every other verb.
"""

from recycling import working_days
from recycling.audit.domain import record
from recycling.policy.models import Policy
from reservations.models import (
    BEING_WRITTEN,
    REQUEST_NEXT,
    FurnitureRequest,
    RequestStatus,
    ReservationStatus,
)

from . import booking, states
from .refusals import WrongState

R, S = RequestStatus, ReservationStatus
OVER = (R.REJECTED, R.CANCELLED, R.EXPIRED)


def lock(request):
    """The request as it is now, locked until the transaction ends: before its reservations, always."""
    return (
        FurnitureRequest.objects.select_for_update(of=("self",))
        .select_related("by", "department", "cost_centre", "approver")
        .get(pk=request.pk)
    )


def being_written(request):
    """Lock a request whose list may still be changed. Refuses `wrong_state`."""
    locked = lock(request)
    if locked.status not in BEING_WRITTEN:
        raise WrongState
    return locked


def move(locked, to, *, by, at, waiting_until=None, **details):
    """Write the step of an already locked request, with its audit row. Refuses `wrong_state`.

    Other fields that the verb changed are saved with it.
    """
    if to not in REQUEST_NEXT.get(RequestStatus(locked.status), ()):
        raise WrongState
    before, locked.status = locked.status, to
    locked.waiting_until = waiting_until
    locked.closed_at = at if to in OVER else None
    locked.save()
    record(f"request_{to}", locked, by=by, at=at, before=str(before), **details)
    return locked


def held_by(locked):
    """Its reservations that hold pieces, locked, in the order of their keys."""
    rows = [states.lock(one) for one in locked.reservations.holding().order_by("pk")]
    return [one for one in rows if one.is_open]  # one may have ended while its lock was waited for


def accept(locked, *, by, at):
    """What was asked for is theirs: booked where its time is chosen, else held some working days until it is."""
    move(locked, R.ACCEPTED, by=by, at=at)
    days = Policy.current().choose_time_days
    for one in held_by(locked):
        if one.slot_id and one.slot.starts_at > at:
            booking.make_booked(one, person=locked.by, by=by, at=at)
            continue
        one.person = locked.by
        until = working_days.end_of(at, days, one.site.tz)
        if one.status == S.HELD:
            one.held_until = until
            one.save(update_fields=["person", "held_until"])
        else:
            states.move(one, S.HELD, by=by, at=at, held_until=until)
    return locked


def end(locked, to, *, by, at):
    """The request is over: ``to`` is rejected, cancelled or expired, and all its pieces are free at once."""
    move(locked, to, by=by, at=at)
    for one in held_by(locked):
        after = S.CANCELLED if one.status not in (S.HELD, S.AWAITING_APPROVAL) else _ended[to][one.status]
        states.move(one, after, by=by, at=at)
        booking.let_go(one, at=at)
    return locked


# What becomes of a reservation when its request ends so.
_ended = {
    R.REJECTED: {S.HELD: S.CANCELLED, S.AWAITING_APPROVAL: S.REJECTED},
    R.CANCELLED: {S.HELD: S.CANCELLED, S.AWAITING_APPROVAL: S.CANCELLED},
    R.EXPIRED: {S.HELD: S.EXPIRED, S.AWAITING_APPROVAL: S.EXPIRED},
}
