"""Still coming? Asked on the day before a pickup, and answered by one press of yes, of another time, or of cancel.

Whoever does not answer loses nothing: silence is no answer. Who says no in time makes room for somebody else.
"""

from django.conf import settings
from django.db import transaction

from recycling.audit.domain import record
from recycling.policy.models import Policy
from reservations.models import ReservationStatus

from . import booking, reminders, states
from .refusals import WrongState

TO_COME = (ReservationStatus.BOOKED, ReservationStatus.READY)


@transaction.atomic
def say(reservation, *, at):
    """Its person comes. Said twice it is said once. Refuses `wrong_state` where nobody is asked, `too_late` after the start."""
    locked = states.lock(reservation)
    if refusal := why_not(locked, at=at):
        raise refusal
    if not has_said(locked):
        locked.coming_at = at
        locked.save(update_fields=["coming_at"])
        record("reservation_coming", locked, by=locked.person, at=at)
    return locked


def why_not(reservation, *, at):
    """The refusal that an answer would meet, or None while it is asked for."""
    if not _is_asked(reservation) or at < _asked_from(reservation):
        return WrongState()
    if reservation.slot.starts_at <= at:
        return booking.too_late(reservation)
    return None


def has_said(reservation):
    """Whether its person has said since it is asked that they come: by pressing yes, or by choosing this time so late."""
    said = _is_asked(reservation) and reservation.coming_at is not None
    return said and reservation.coming_at >= _asked_from(reservation)


def _is_asked(reservation):
    return reservation.status in TO_COME and not reservation.is_delivery


def _asked_from(reservation):
    return reminders.day_before(reservation.slot, reservation.site.tz, policy=Policy.shown())


def link(reservation) -> str:
    """The page with the question, as messages give it: as short as a text message needs it."""
    return f"{settings.SITE_URL}/r/{reservation.token}/q"
