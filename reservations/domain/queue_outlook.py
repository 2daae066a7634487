"""What somebody in a queue may hope for, said honestly: how often things come free again, and by when they know."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import comb

from django.db.models import Count, Q

from reservations.models import Reservation, ReservationStatus

S = ReservationStatus
LOOK_BACK = timedelta(days=90)
# From fewer bookings than this nobody can tell how often one comes free again.
ENOUGH = 20
LIKELY, POSSIBLE = 0.5, 0.15


@dataclass(frozen=True)
class Outlook:
    """``known_by`` is when the last promise ends, as things stand; ``percent`` of bookings came free again, None if unknown."""

    known_by: datetime | None
    percent: int | None
    hope: str


def of(item, place, *, at):
    """The outlook of the ``place``-th who waits for ``item``. Two queries."""
    ends = [_end(one) for one in _promises(item)]
    share = _share_that_came_free(at)
    return Outlook(
        known_by=max((end for end in ends if end > at), default=None),
        percent=None if share is None else round(100 * share),
        hope="" if share is None else _hope(chance(share, promises=len(ends), place=place)),
    )


def _promises(item):
    rows = Reservation.objects.holding().filter(lines__item=item)
    return rows.select_related("slot")


def _end(reservation):
    """When a promise is over one way or the other: its pickup time, or the end of its wait."""
    return reservation.held_until or reservation.slot.ends_at


def _share_that_came_free(at):
    """Of what people booked for themselves and is over since, the part that was not collected; None from too few."""
    over = Reservation.objects.filter(booked_at__isnull=False, request=None, closed_at__gt=at - LOOK_BACK)
    found = over.aggregate(all=Count("pk"), free=Count("pk", filter=Q(status__in=[S.CANCELLED, S.EXPIRED])))
    return found["free"] / found["all"] if found["all"] >= ENOUGH else None


def chance(share, *, promises, place):
    """How likely at least ``place`` of so many promises come free, each as often as bookings do."""
    fewer = (
        comb(promises, n) * share**n * (1 - share) ** (promises - n) for n in range(min(place, promises + 1))
    )
    return max(0.0, 1 - sum(fewer))


def _hope(likelihood):
    if likelihood >= LIKELY:
        return "likely"
    return "possible" if likelihood >= POSSIBLE else "unlikely"
