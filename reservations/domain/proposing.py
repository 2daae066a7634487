"""Pickups by arrangement: whoever reserves proposes times, and the reservation waits for the giver to take one.

It stays held meanwhile, with its person, until the last of the proposed times; ``booked_at`` says that its person has confirmed
it. The giver's answer is in ``arranging``.
"""

from datetime import timedelta

from django.db import transaction

from recycling import clock
from recycling.audit.domain import record
from recycling.policy.models import Policy
from reservations.models import ProposedTime

from . import holding, queueing, reminders, slots, states
from .giving_refusals import NoTimeProposed, TimeOutsideItsDays, TimeTooFar, TimeTooSoon, TooManyTimes
from .refusals import WrongState

MOST = 3
LENGTH = timedelta(minutes=30)
FARTHEST = timedelta(days=30)


def has_time(reservation, *, at) -> bool:
    """Whether a time still ahead was chosen; or proposed, where times are agreed with the giver."""
    if reservation.slot_id:
        return reservation.slot.starts_at > at
    return reservation.site.by_arrangement and reservation.proposed.filter(starts_at__gt=at).exists()


@transaction.atomic
def propose(reservation, times, *, at):
    """Propose up to three moments, instead of those proposed before. What was confirmed before asks the giver at once.

    Refuses `hold_over`, `wrong_state` where times are not agreed or an answer is awaited, `no_time_proposed`,
    `too_many_times`, `time_too_soon`, `time_too_far`, `time_outside_its_days`; of what somebody has waited for, the limits of
    a new booking.
    """
    locked = holding.in_progress(reservation, at=at)
    if not locked.site.by_arrangement or locked.is_asked or locked.is_delivery:
        raise WrongState
    moments = sorted(set(times))
    _check(locked, moments, at=at)
    locked.proposed.all().delete()
    ProposedTime.objects.bulk_create(
        ProposedTime(reservation=locked, starts_at=one, ends_at=one + LENGTH) for one in moments
    )
    if locked.is_offer:
        queueing.check_limits(locked, at=at)
    if locked.is_kept:
        ask(locked, person=locked.person, by=locked.person, at=at)
    return locked


def _check(locked, moments, *, at):
    if not moments:
        raise NoTimeProposed
    if len(moments) > MOST:
        raise TooManyTimes(most=MOST)
    hours, tz = Policy.current().lead_hours, locked.site.tz
    lines = states.lines_of(locked)
    for one in moments:
        when = clock.moment_text(one, tz)
        if one < at + timedelta(hours=hours) or one <= at:
            raise TimeTooSoon(when=when, hours=hours)
        if one > at + FARTHEST:
            raise TimeTooFar(when=when, days=FARTHEST.days)
        if not slots.is_in_time(lines, one, tz=tz, at=at):
            raise TimeOutsideItsDays(when=when, last=last_day_words(lines, tz=tz, at=at))


def last_day_words(lines, *, tz, at):
    """Until when all of it can be collected, in words; "" without a last day."""
    last = slots.last_day(lines, tz=tz, at=at)
    return clock.day_text(last) if last else ""


def ask(locked, *, person, by, at):
    """The locked reservation is its person's, and waits until the last of the proposed times for the giver to take one."""
    last = locked.proposed.filter(starts_at__gt=at).latest("starts_at")
    locked.person, locked.booked_at, locked.held_until = person, at, last.starts_at
    locked.save(update_fields=["person", "booked_at", "held_until"])
    record("reservation_times_proposed", locked, by=by or person, at=at)
    reminders.times_asked(locked, at=at)
