"""What a unit's people are told when their request is sent."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Min
from django.urls import reverse

from inventory.domain import titles
from recycling import clock
from recycling.notifications.domain.kinds import Draft, NotNow, says
from reservations.domain import reminders, request_sending
from reservations.models import FurnitureRequest, RequestStatus, Reservation, ReservationStatus


@says(request_sending.KIND)
def request_sent(notification, at):  # noqa: ARG001  (what comes next is read from the request)
    """That it is sent, and what comes next: an approval, or a time to choose."""
    request = (
        FurnitureRequest.objects.select_related("by", "approver", "department", "cost_centre")
        .filter(pk=notification.context["request"])
        .first()
    )
    if request is None or not request.by.is_active or not request.by.email:
        raise NotNow("contact_forgotten")
    if request.status not in {RequestStatus.WAITING, RequestStatus.ACCEPTED}:
        raise NotNow(request.status)
    if request.status == RequestStatus.ACCEPTED and request.decided_by_id:
        raise NotNow("decided")  # the decision has a message of its own
    lines = list(request.lines.select_related("item__category__parent"))
    waiting = request.status == RequestStatus.WAITING
    kept = request.reservations.filter(status=ReservationStatus.HELD).aggregate(until=Min("held_until"))[
        "until"
    ]
    return Draft(
        request.by.email,
        {
            "number": request.code,
            "unit": request.department.name,
            "pieces": sum(line.pieces for line in lines),
            "lines": _lines(lines),
            "cost_centre": str(request.cost_centre),
            "needed_by": clock.day_text(request.needed_by),
            "approver": str(request.approver) if waiting else "",
            "choose_time": bool(kept) and not waiting,
            "until": _last_day(request.waiting_until if waiting else kept),
            "url": _address(request.code),
        },
    )


@says(reminders.NO_TIME_CHOSEN, not_at_night=True)
def no_time_chosen(notification, at):  # noqa: ARG001  (it stays true)
    """What was kept for a unit until it chose a time is kept no longer."""
    reservation = Reservation.objects.filter(pk=notification.context["reservation"]).first()
    if reservation is None or not reservation.contact:
        raise NotNow("contact_forgotten")
    if reservation.status != ReservationStatus.EXPIRED:
        raise NotNow(reservation.status)
    request = FurnitureRequest.objects.get(reservations=reservation)
    return Draft(
        reservation.contact,
        {
            "number": request.code,
            "lines": _lines(reservation.lines.select_related("item__category__parent")),
            "url": _address(request.code),
        },
        tz=reservation.site.tz,
    )


def _lines(lines):
    return [
        {"item": titles.title(line.item), "code": line.item.shown_code, "pieces": line.pieces}
        for line in lines
    ]


def _last_day(until):
    """A deadline at midnight belongs to the day before."""
    if until is None:
        return ""
    return clock.day_text(clock.local(until - timedelta(seconds=1), settings.TIME_ZONE))


def _address(code):
    return f"{settings.SITE_URL}{reverse('reservations:request', args=[code])}"
