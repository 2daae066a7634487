"""What has to happen in time: each job finds its rows by query and calls one verb for each."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from inventory.models import Site
from recycling import clock, sweeping
from recycling.accounts.domain import forgetting as accounts
from recycling.policy.models import Policy
from reservations.domain import (
    approval_calls,
    booking,
    drawing_lots,
    forgetting,
    monthly,
    queueing,
    slots,
    wanted,
    wanted_later,
)
from reservations.models import (
    Draw,
    Fulfilment,
    QueueEntry,
    Reservation,
    ReservationStatus,
    WantedEntry,
    WantedStatus,
)


@shared_task(name="reservations.expire_overdue")
def expire_overdue():
    """Let go what was held, awaited or kept until now."""
    at = timezone.now()
    rows = Reservation.objects.overdue(at).order_by("held_until", "pk")
    sweeping.each(rows, lambda row: booking.expire(row, at=at), job="reservations.expire_overdue")


@shared_task(name="reservations.call_for_approval")
def call_for_approval():
    """Remind of approvals that nobody gave, and end the requests that nobody decided in time."""
    at = timezone.now()
    sweeping.each(
        approval_calls.due(at),
        lambda row: approval_calls.call(row, at=at),
        job="reservations.call_for_approval",
    )


@shared_task(name="reservations.mark_missed")
def mark_missed():
    """Pickups whose time ended a while ago and to which nobody came. Whether a van was let in, only its driver knows."""
    at = timezone.now()
    over_since = at - timedelta(minutes=Policy.current().missed_after_minutes)
    rows = Reservation.objects.filter(
        status__in=[ReservationStatus.BOOKED, ReservationStatus.READY],
        fulfilment=Fulfilment.PICKUP,
        slot__ends_at__lte=over_since,
    ).order_by("slot__ends_at", "pk")
    sweeping.each(rows, lambda row: booking.mark_missed(row, at=at), job="reservations.mark_missed")


@shared_task(name="reservations.plan_slots")
def plan_slots():
    """Pickup times as far ahead as they are offered, with public holidays closed."""
    at = timezone.now()
    for year in (at.year, at.year + 1):
        slots.close_holidays(year)
    sweeping.each(Site.objects.open(), lambda site: slots.plan(site, at=at), job="reservations.plan_slots")


@shared_task(name="reservations.tell_the_month")
def tell_the_month():
    """The month's summary for units, on its first working day."""
    monthly.post(at=timezone.now())


@shared_task(name="reservations.match_wanted")
def match_wanted():
    """What came free since goes to the units that wait for it."""
    wanted_later.offer_what_came_free(at=timezone.now())


@shared_task(name="reservations.end_wanted")
def end_wanted():
    """What units needed by a day that has passed, and nothing came."""
    at = timezone.now()
    rows = WantedEntry.objects.filter(status=WantedStatus.OPEN, needed_by__lt=clock.city_day(at))
    sweeping.each(rows.order_by("pk"), lambda row: wanted.end_past(row, at=at), job="reservations.end_wanted")


@shared_task(name="reservations.hold_draws")
def hold_draws():
    """The draws whose moment has come."""
    at = timezone.now()
    rows = Draw.objects.filter(drawn_at=None, at__lte=at).select_related("item__site").order_by("at", "pk")
    sweeping.each(rows, lambda row: drawing_lots.hold(row, at=at), job="reservations.hold_draws")


@shared_task(name="reservations.end_queues")
def end_queues():
    """Whoever waits for what will not come any more is told."""
    at = timezone.now()
    rows = QueueEntry.objects.in_vain().order_by("pk")
    sweeping.each(rows, lambda row: queueing.end(row, at=at), job="reservations.end_queues")


@shared_task(name="accounts.forget_expired")
def forget_expired():
    """Throw away what is no longer needed. The job lives here because only reservations know when a person is done."""
    at = timezone.now()
    accounts.forget_expired(at=at)
    forgetting.forget_contacts(at)
