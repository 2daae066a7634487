"""Misses in a stretch of time pause a resident's online booking; who rings is helped all the same."""

from datetime import timedelta

from recycling import clock
from recycling.accounts.models import User
from recycling.policy.models import Policy
from reservations.models import Reservation

from . import reminders


def after_a_miss(locked, *, at):
    """Pause the person's online booking when this miss is one too many, and tell them; a longer pause is told again.

    What was booked for a unit is nobody's own: it pauses nothing.
    """
    policy, person = Policy.current(), _lock(locked)
    if locked.department_id or misses_of(person, policy=policy, at=at) < policy.misses_allowed:
        return
    before, until = person.booking_paused_until, at + timedelta(days=policy.pause_days)
    person.booking_paused_until = until
    person.save(update_fields=["booking_paused_until"])
    tz = locked.site.tz
    # Several misses of one day make one pause.
    if before is None or clock.today(tz, before) != clock.today(tz, until):
        reminders.paused(locked, at=at)


def after_an_excuse(locked, *, at):
    """A pause ends when too few misses are left for it."""
    policy, person = Policy.current(), _lock(locked)
    if misses_of(person, policy=policy, at=at) < policy.misses_allowed:
        person.booking_paused_until = None
        person.save(update_fields=["booking_paused_until"])


def misses_of(person, *, policy, at):
    """The misses that count against this person at ``at``."""
    since = at - timedelta(days=policy.misses_days)
    return Reservation.objects.filter(
        person=person, department=None, missed_at__gt=since, miss_excused=False
    ).count()


def paused_day(person, *, tz, at):
    """The day until which booking online is paused for this person, in words; "" when it is not."""
    until = person.booking_paused_until
    return clock.day_text(clock.today(tz, until)) if until and until > at else ""


def _lock(locked):
    return User.objects.select_for_update().get(pk=locked.person_id)
