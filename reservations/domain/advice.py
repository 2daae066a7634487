"""What somebody would hear if they changed or cancelled their reservation now. The verbs have guards of their own."""

from recycling.policy.models import Policy
from reservations.models import OPEN_AT_DESK, ReservationStatus

from . import booking
from .giving_refusals import AgreedTime
from .refusals import TooLate, TooManyChanges, WrongState

S = ReservationStatus


def why_not_moved(reservation, *, by=None, at):
    """The refusal that another time would meet before any time is chosen, or None. ``by`` is a worker who chooses it."""
    is_open = reservation.status in OPEN_AT_DESK or reservation.is_kept
    if not is_open or (reservation.held_until and reservation.held_until <= at):
        return WrongState()
    if reservation.site.by_arrangement and not reservation.is_delivery and not reservation.is_kept:
        return AgreedTime()
    if by is not None:
        return None
    if refusal := booking.why_not_moved(reservation, at=at):
        return refusal
    if reservation.changes >= Policy.shown().changes_allowed:
        return TooManyChanges(limit=Policy.shown().changes_allowed, phone=Policy.shown().help_phone)
    return None


def why_not_cancelled(reservation, *, at):
    """The refusal that cancelling would meet, or None."""
    if not reservation.is_open:
        return WrongState()
    if _has_begun(reservation, at=at):
        return TooLate(phone=Policy.shown().help_phone)
    return None


def _has_begun(reservation, *, at):
    return reservation.status in {S.BOOKED, S.READY} and reservation.slot.starts_at <= at
