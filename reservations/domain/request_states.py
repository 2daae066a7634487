"""The one place where the status of a unit's request is written, and what becomes of its reservations with it.

Locks: the request, then its reservations by key, then as in every other verb.
"""

from datetime import timedelta

from recycling import working_days
from recycling.accounts.models.contact import ContactChannel
from recycling.audit.domain import record
from recycling.policy.models import Policy
from reservations.models import (
    BEING_WRITTEN,
    REQUEST_NEXT,
    FurnitureRequest,
    RequestStatus,
    ReservationStatus,
)

from . import booking, holding, slots, states, wanted_taken
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


def writing_until(at):
    """How long the pieces of a list that is changed now are held."""
    return at + timedelta(hours=Policy.current().request_hold_hours)


def accept(locked, *, by, at):
    """What was asked for is theirs: booked where its time is chosen, else held some working days until it is.

    A time that has come too near meanwhile, or is of the other way, is given up.
    """
    move(locked, R.ACCEPTED, by=by, at=at)
    days = Policy.current().choose_time_days
    rows = held_by(locked)
    holding.leave_slots(one for one in rows if one.slot_id and not _time_holds(one, locked, at=at))
    for one in rows:
        _make_theirs(one, locked, at=at)
        if one.slot_id:
            one.coming_at = at if by == locked.by else None
            booking.make_booked(one, person=locked.by, by=by, at=at)
            continue
        until = working_days.end_of(at, days, one.site.tz)
        if one.status == S.HELD:
            one.held_until = until
            one.save()
        else:
            states.move(one, S.HELD, by=by, at=at, held_until=until)
    return locked


def _time_holds(one, locked, *, at):
    return one.slot.fulfilment == (locked.fulfilment or one.fulfilment) and slots.in_time(one.slot, at=at)


def _make_theirs(one, locked, *, at):
    """Whose it is, how it gets there, and where messages about it go: to whoever asked, who signed in with that address."""
    one.person, one.department, one.cost_centre = locked.by, locked.department, locked.cost_centre
    one.fulfilment = locked.fulfilment or one.fulfilment
    one.language = locked.language
    one.contact_name = locked.contact_name or locked.by.name
    if locked.by.email:
        one.contact_channel, one.contact, one.contact_proved_at = ContactChannel.EMAIL, locked.by.email, at


def end(locked, to, *, by, at):
    """The request is over: ``to`` is rejected, cancelled or expired, and all its pieces are free at once."""
    move(locked, to, by=by, at=at)
    held = held_by(locked)
    for one in held:
        after = S.CANCELLED if one.status not in (S.HELD, S.AWAITING_APPROVAL) else _ended[to][one.status]
        states.move(one, after, by=by, at=at)
    booking.let_all_go(held, at=at)
    wanted_taken.look_again(locked.pk, at=at)
    return locked


# What becomes of a reservation when its request ends so.
_ended = {
    R.REJECTED: {S.HELD: S.CANCELLED, S.AWAITING_APPROVAL: S.REJECTED},
    R.CANCELLED: {S.HELD: S.CANCELLED, S.AWAITING_APPROVAL: S.CANCELLED},
    R.EXPIRED: {S.HELD: S.EXPIRED, S.AWAITING_APPROVAL: S.EXPIRED},
}
