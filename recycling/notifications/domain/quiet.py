"""The hours in which nothing is sent that nobody asked for at that moment: the city's, or those that a person chose."""

from datetime import time, timedelta

from recycling import clock
from recycling.notifications.models import MessageChoice
from recycling.policy.models import Policy


def hours_of(person):
    """(from, until) for whoever ``person`` is; the city's where they chose none, or nobody is known."""
    chosen = MessageChoice.objects.filter(person=person, quiet_from__isnull=False).first() if person else None
    if chosen:
        return chosen.quiet_from, chosen.quiet_until
    policy = Policy.current()
    return policy.quiet_from, policy.quiet_until


def after(at, *, tz, person=None):
    """``at``, or the end of the quiet hours when it falls into them, by the clock of ``tz``."""
    quiet_from, until = hours_of(person)
    local = clock.local(at, tz)
    if not _is_quiet(local.hour, quiet_from, until):
        return at
    over_midnight = quiet_from > until and local.hour >= quiet_from
    day = local.date() + timedelta(days=1 if over_midnight else 0)
    return clock.first_moment(day, time(until), tz)


def _is_quiet(hour, quiet_from, until):
    if quiet_from <= until:
        return quiet_from <= hour < until
    return hour >= quiet_from or hour < until
