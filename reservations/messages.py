"""What each message about a reservation says, read when it is sent.

Each kind looks at the reservation again: what was cancelled, moved or collected meanwhile is not announced any more.
"""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from inventory.domain import titles
from recycling import clock
from recycling.codes import shown_pickup
from recycling.notifications.channels import Attachment
from recycling.notifications.domain.kinds import Draft, NotNow, says
from recycling.notifications.models import NOT_WANTED, Channel
from recycling.policy.models import Policy
from reservations.domain import calendar, coming, giving, handover, pausing, site_code
from reservations.domain.reminders import RECEIVERS, UNIT
from reservations.models import Reservation, ReservationStatus

from .messages_delivery import address_of, delivery_values, receivers_phone, words_for

S = ReservationStatus


def about(notification, *statuses):
    """The reservation as it is now, or `NotNow` with what has become of it."""
    reservation = (
        Reservation.objects.select_related("site", "slot", "request", "department", "cost_centre", "person")
        .filter(pk=notification.context["reservation"])
        .first()
    )
    if reservation is None or not (reservation.contact or notification.first_key == UNIT):
        raise NotNow("contact_forgotten")
    if reservation.status not in statuses:
        raise NotNow(reservation.status)
    return reservation


def _about_this_time(notification, reservation, at):
    """The time that the message was written about is still the one chosen, and not over."""
    # The outbox's key of what a time asks for is the number of changes that led to it.
    if notification.first_key != str(reservation.changes):
        raise NotNow("moved")
    if reservation.slot.ends_at <= at:
        raise NotNow("too_late")


@says("booked", by_mail_instead=True)
@says("moved", by_mail_instead=True)
def booked(notification, at):
    """The time, the place, the code, and the same for the calendar."""
    reservation = about(notification, S.BOOKED, S.READY)
    _about_this_time(notification, reservation, at)
    to = address_of(reservation, notification.channel)
    return Draft(
        to,
        values_of(reservation) | _time(reservation),
        words=words_for(notification.kind, reservation),
        attachments=_calendar(notification, reservation, to),
    )


@says("reminder", by_mail_instead=True, not_at_night=True)
def reminder(notification, at):
    """The same on the day before, and whether they still come. The calendar entry is there since the confirmation."""
    reservation = about(notification, S.BOOKED, S.READY)
    _about_this_time(notification, reservation, at)
    if not reservation.wants_reminder:
        raise NotNow(NOT_WANTED)
    values = values_of(reservation) | _time(reservation)
    if not reservation.is_delivery:
        values["url"] = coming.link(reservation)
    return Draft(
        address_of(reservation, notification.channel),
        values,
        words=words_for("reminder", reservation),
        tz=reservation.site.tz,
    )


@says(RECEIVERS, not_at_night=True)
def receivers_reminder(notification, at):
    """The same to the phone of whoever receives a delivery, in hours in which the city writes to people."""
    reservation = about(notification, S.BOOKED, S.READY)
    _about_this_time(notification, reservation, at)
    values = values_of(reservation) | _time(reservation)
    return Draft(receivers_phone(reservation), values, tz=reservation.site.tz)


@says("cancelled", by_mail_instead=True)
@says("cancelled_by_city", by_mail_instead=True)
def cancelled(notification, at):  # noqa: ARG001  (a cancellation stays true)
    """That it is cancelled, and the calendar entry with it."""
    reservation = about(notification, S.CANCELLED)
    to = address_of(reservation, notification.channel)
    return Draft(
        to,
        values_of(reservation),
        # A worker who writes down the person's own reason cancelled it for them, on the phone or at the desk.
        words="cancelled" if reservation.cancel_reason else "",
        attachments=_calendar(notification, reservation, to),
    )


@says("missed", by_mail_instead=True, not_at_night=True)
def missed(notification, at):
    """Until when it is kept."""
    reservation = about(notification, S.MISSED)
    if reservation.held_until <= at:
        raise NotNow(S.EXPIRED)
    values = values_of(reservation) | _time(reservation) | deadline(reservation)
    return Draft(
        address_of(reservation, notification.channel),
        values,
        words=words_for("missed", reservation),
        tz=reservation.site.tz,
    )


@says("paused", by_mail_instead=True, not_at_night=True)
def paused(notification, at):
    """Until when booking online is paused, and that one can ring."""
    reservation = about(notification, *ReservationStatus)
    policy, person, tz = Policy.current(), reservation.person, reservation.site.tz
    if not (day := pausing.paused_day(person, tz=tz, at=at)):
        raise NotNow("excused")
    values = {
        "day": day,
        "misses": pausing.misses_of(person, policy=policy, at=at),
        "phone": policy.help_phone,
        "url": calendar.link(reservation),
    }
    return Draft(address_of(reservation, notification.channel), values, tz=tz)


@says("let_go", by_mail_instead=True, not_at_night=True)
def let_go(notification, at):  # noqa: ARG001  (it stays true)
    """What was kept after a missed pickup is kept no longer."""
    reservation = about(notification, S.EXPIRED)
    return Draft(
        address_of(reservation, notification.channel),
        values_of(reservation),
        words=words_for("let_go", reservation),
        tz=reservation.site.tz,
    )


@says("rest_kept", by_mail_instead=True)
def rest_kept(notification, at):
    """What was not handed over waits for another time."""
    reservation = about(notification, S.HELD)
    if reservation.held_until <= at:
        raise NotNow(S.EXPIRED)
    return Draft(
        address_of(reservation, notification.channel),
        values_of(reservation) | deadline(reservation),
        words=words_for("rest_kept", reservation),
    )


@says("receipt")
def receipt(notification, at):  # noqa: ARG001  (a receipt stays true)
    """What was collected, and what that saved: the figures copied at the hand-over. A unit's mailbox gets one too."""
    reservation = about(notification, S.COLLECTED)
    if notification.first_key == UNIT:
        to, words = reservation.department and reservation.department.receipt_email, "receipt_unit"
        if not to:
            raise NotNow(NOT_WANTED)
    else:
        to, words = address_of(reservation, notification.channel), words_for("receipt", reservation)
    given = reservation.handover
    lines = list(given.lines.select_related("item__category"))
    saved = handover.totals(given)
    return Draft(
        to,
        values_of(reservation)
        | {
            "unit": reservation.department.name if reservation.department else "",
            "cost_centre": reservation.cost_centre.number if reservation.cost_centre else "",
            "request": reservation.request.code if reservation.request else "",
            "day": clock.day_text(clock.today(reservation.site.tz, given.at)),
            "lines": [
                {"item": titles.title(line.item), "pieces": line.given} for line in lines if line.given
            ],
            "stayed": [
                {
                    "item": titles.title(line.item),
                    "pieces": line.promised - line.given,
                    "why": line.get_why_not_display(),
                }
                for line in lines
                if line.given < line.promised
            ],
            "pieces": saved["pieces"],
            "weight": _amount(saved["weight_kg"]),
            "co2e": _span(saved["co2e_low"], saved["co2e_high"]),
            "method_url": settings.SITE_URL + reverse("inventory:method"),
        },
        words=words,
    )


# -- the values that the words ask for


def values_of(reservation):
    lines = reservation.lines.select_related("item__category__parent")
    first, *others = [titles.title(line.item) for line in lines]
    site = reservation.site
    return {
        "item": first + (f" + {len(others)}" if others else ""),
        "lines": [_line(line) for line in lines],
        "place": site.street,
        "address": ", ".join(filter(None, [site.name, site.street])),
        "access": site.access,
        "step_free": site.is_step_free,
        "nobody_there": site_code.nobody_there(reservation),
        "at_the_giver": giving.at_the_giver(reservation),
        "code": shown_pickup(reservation.pickup_code),
        "url": calendar.link(reservation),
        "rule": _rule_for(reservation),
    } | delivery_values(reservation)


def _rule_for(reservation):
    """The rules, where missing this pickup would count against somebody."""
    return None if reservation.department_id or reservation.is_delivery else Policy.current()


def _line(line):
    item = line.item
    sizes = [
        getattr(item, name) or item.category.inherited(name) for name in ("width_cm", "depth_cm", "height_cm")
    ]
    return {
        "item": titles.title(item),
        "code": item.shown_code,
        "pieces": line.pieces,
        "size": " x ".join(clock.number(size) for size in sizes) if all(sizes) else "",
        "weight": _amount(item.weight_kg or item.category.inherited("weight_kg")),
    }


def _time(reservation):
    starts, ends, tz = reservation.slot.starts_at, reservation.slot.ends_at, reservation.site.tz
    return {
        "when": clock.span_text(starts, ends, tz),
        "when_long": clock.span_long(starts, ends, tz),
        "start": clock.moment_text(starts, tz),
    }


def deadline(reservation):
    """The last day on which it is still there: a deadline at midnight belongs to the day before."""
    last = reservation.held_until - timedelta(seconds=1)
    return {"until": clock.day_text(clock.local(last, reservation.site.tz))}


def _calendar(notification, reservation, to):
    if notification.channel != Channel.EMAIL:
        return ()
    method = calendar.method_of(reservation, to=to)
    return (Attachment("pickup.ics", calendar.ics(reservation, to=to), "calendar", method),)


def _amount(kilos):
    """Whole kilograms from ten up, one decimal below; nothing when nothing is known."""
    return clock.number(kilos, 0 if kilos >= 10 else 1) if kilos else ""


def _span(low, high):
    low, high = clock.number(low), clock.number(high)
    if high == "0":
        return ""
    return low if low == high else f"{low}-{high}"
