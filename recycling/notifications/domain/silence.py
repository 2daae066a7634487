"""Unusual silence: something has been due for long, and nothing leaves. Whoever watches the service is told before people notice.

A single mailbox that refuses is no silence, as long as others get theirs: each channel is silent or not by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from django.db.models import Max, Min, Q

from recycling.notifications.models import OPEN, Channel, Notification, NotificationStatus, Tick

from .sending import BACKOFF_MINUTES, MOST_ATTEMPTS

TICK = "operations.tick"
# The worker's clock has not rung for so long, or the oldest message waits for so long: whoever works here is told.
TICK_MISSING_AFTER = timedelta(minutes=5)
LATE_AFTER = timedelta(minutes=15)
SILENT_AFTER = timedelta(hours=1)
# What was given up longer ago than this is the ledger's.
GIVEN_UP = timedelta(days=1)

S = NotificationStatus


def _waited():
    """How long a message has been tried at least, by the number of tries."""
    backoff = [BACKOFF_MINUTES[min(number, len(BACKOFF_MINUTES)) - 1] for number in range(1, MOST_ATTEMPTS)]
    return dict(enumerate(map(_minutes, accumulate(backoff)), start=2))


def _minutes(number):
    return timedelta(minutes=number)


# The number of tries after which a message has been tried for long enough to speak of silence.
MANY_TRIES, TRIED_FOR = next((tries, time) for tries, time in _waited().items() if time >= SILENT_AFTER)


@dataclass(frozen=True)
class Alarm:
    """What is wrong. ``ticked_at``: when the worker's clock last rang, if that is long ago; ``oldest``: since when the oldest
    due message waits, if that is long; ``channels`` are those that are silent.
    """

    ticked_at: datetime | None
    oldest: datetime | None
    channels: tuple[Channel, ...]


def alarm(*, at) -> Alarm | None:
    """What whoever works here must know, or None. Three queries while all is well.

    A service whose worker has never run is being set up: that is for ``/readyz`` to say.
    """
    ticked_at = Tick.objects.filter(name=TICK).values_list("at", flat=True).first()
    oldest = Notification.objects.due(at).aggregate(oldest=Min("send_after"))["oldest"]
    found = Alarm(
        ticked_at=ticked_at if ticked_at and at - ticked_at > TICK_MISSING_AFTER else None,
        oldest=oldest if oldest and at - oldest > LATE_AFTER else None,
        channels=silent_channels(at=at),
    )
    return found if found.ticked_at or found.oldest or found.channels else None


def silent_channels(*, at) -> tuple[Channel, ...]:
    """The channels over which nothing has left while something was due or tried for an hour. One query while all is well."""
    return tuple(
        Channel(channel) for channel, since in _stuck_since(at) if not _has_sent(channel, since=since, at=at)
    )


def _stuck_since(at):
    """(channel, since when something of it is stuck at least), of the channels where something is."""
    overdue = Q(status__in=OPEN, send_after__lte=at - SILENT_AFTER)
    # Bounded by when they are tried next, so that nobody walks through the reminders of the coming weeks.
    tried = Q(status__in=OPEN, attempts__gte=MANY_TRIES, send_after__lte=at + _minutes(BACKOFF_MINUTES[-1]))
    given_up = Q(status=S.FAILED, why_not="too_many_tries", failed_at__gt=at - GIVEN_UP)
    rows = (
        Notification.objects.filter(overdue | tried | given_up)
        .values("channel")
        .annotate(overdue=Max("send_after", filter=overdue), tried=Max("claimed_at", filter=tried | given_up))
        .order_by("channel")
    )
    for row in rows:
        last_tried = row["tried"] and row["tried"] - TRIED_FOR
        yield row["channel"], max(filter(None, (row["overdue"], last_tried)))


def _has_sent(channel, *, since, at):
    return Notification.objects.filter(
        channel=channel, status=S.SENT, sent_at__gt=since, sent_at__lte=at
    ).exists()
