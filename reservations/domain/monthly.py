"""The month's summary for a unit: on the first working day, to those of its people who want it."""

from datetime import time

from django.conf import settings
from django.db.models import Q

from recycling import clock, working_days
from recycling.accounts.models import Department, Membership, UnitRole
from recycling.notifications.domain import outbox
from recycling.notifications.models import Channel
from recycling.periods import Period
from reservations.models import HandoverLine, Reservation

KIND = "unit_month"
HOUR = 8
# A worker that was away for longer does not tell old news.
DAYS_LATE = 10


def last_month(at) -> Period | None:
    """The month to be told of at this moment, or None on the days on which none is."""
    today = clock.city_day(at)
    month = Period(today.year, today.month)
    first = month.first if working_days.is_working(month.first) else working_days.after(month.first, 1)
    begins = clock.resolve(first, time(HOUR), settings.TIME_ZONE)
    return month.before if at >= begins and (today - first).days <= DAYS_LATE else None


def post(*, at) -> int:
    """Write the summaries that are due into the outbox, each once; how many people get one. Five questions at most.

    A unit where nothing moved gets none: silence says that.
    """
    month = last_month(at)
    if month is None:
        return 0
    people = Membership.objects.filter(gets_summary=True, user__is_active=True, user__email__isnull=False)
    people = people.filter(department__in=_moved_something(month)).exclude(role=UnitRole.GIVER)
    rows = (
        people.order_by("department", "user").values_list("department", "user", "user__language").distinct()
    )
    return outbox.post_many(
        (
            outbox.message(
                f"user:{user}",
                KIND,
                channel=Channel.EMAIL,
                language=language,
                key=f"{department}:{month}",
                send_after=at,
                person_id=user,
                department=department,
                month=str(month),
            )
            for department, user, language in rows
        )
    )


def _moved_something(month):
    """The units that received or gave something in this month."""
    begins, ends = month.span()
    lines = HandoverLine.objects.filter(handover__at__gte=begins, handover__at__lt=ends, given__gt=0)
    took = Reservation.objects.filter(pk__in=lines.values("handover__reservation"), department__isnull=False)
    return Department.objects.units().filter(
        Q(pk__in=took.values("department"))
        | Q(pk__in=lines.filter(item__owner__isnull=False).values("item__owner")),
    )
