"""What the desk works from: the day's pickups by time, with the shelves in walking order."""

from datetime import date, time, timedelta

from django.db.models import F, Prefetch, Q

from recycling import clock
from reservations.models import OPEN_AT_DESK, Reservation, ReservationLine, ReservationStatus

from .handover import TO_PICK


def lines_in_walking_order():
    """Lines with what a list shows of them, in the order in which one walks the shelves."""
    return ReservationLine.objects.select_related(
        "item__category__parent", "item__shelf", "picked_by"
    ).order_by(F("item__shelf__code").asc(nulls_last=True), "pk")


def pickups_of(site, *, day: date):
    """The reservations whose time is on ``day`` at ``site``, open and already handed over, in order of time; the van's last.

    What was missed and let go stays on its day: whoever rings about it is found there, and excused.
    """
    start = clock.resolve(day, time(0), site.tz)
    end = clock.resolve(day + timedelta(days=1), time(0), site.tz)
    return (
        Reservation.objects.filter(site=site, slot__starts_at__gte=start, slot__starts_at__lt=end)
        .filter(
            Q(status__in=[*OPEN_AT_DESK, ReservationStatus.COLLECTED])
            | Q(status=ReservationStatus.EXPIRED, missed_at__isnull=False)
        )
        .select_related("slot", "site", "department")
        .prefetch_related(Prefetch("lines", lines_in_walking_order()))
        .order_by("-slot__fulfilment", "slot__starts_at", "pk")
    )


def lines_to_pick(site, *, day: date):
    """The lines of the day's list that can be picked, the next to be collected first."""
    return (
        ReservationLine.objects.filter(reservation__in=pickups_of(site, day=day).filter(status__in=TO_PICK))
        .select_related("reservation", "item__category__parent", "item__shelf")
        .order_by("reservation__slot__starts_at", "reservation_id", "pk")
    )


def kept_at(site):
    """The missed ones that are still kept here for whoever comes late."""
    return (
        Reservation.objects.filter(site=site, status=ReservationStatus.MISSED)
        .select_related("slot", "site", "department")
        .prefetch_related(Prefetch("lines", lines_in_walking_order()))
        .order_by("held_until", "pk")
    )
