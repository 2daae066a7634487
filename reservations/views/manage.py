"""What the reservation's page shows in each state."""

from datetime import time, timedelta

from django.shortcuts import render

from recycling import clock
from recycling.accounts import device
from recycling.codes import shown_pickup
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import (
    advice,
    coming,
    delivery,
    giving,
    handover,
    pausing,
    queue_messages,
    queueing,
    site_code,
)
from reservations.models import OPEN_AT_DESK, Handover, Reservation, ReservationStatus

from .shown import kilograms, load_of, map_of, shown_lines, when
from .times import when_proposed

S = ReservationStatus


def manage_page(request, reservation, *, at, refusal=None):
    """The page of the reservation as it is at this moment, with a refusal when something could not be done."""
    lines, brought = list(reservation.lines.all()), delivery.of(reservation)
    context = {
        "reservation": reservation,
        "site": reservation.site,
        "map": map_of(reservation.site),
        "address": delivery.address_of(brought) if brought else "",
        "lines": shown_lines(lines),
        "load": load_of(lines),
        "when": when(reservation.slot, reservation.site) if reservation.slot else "",
        "why_not_moved": advice.why_not_moved(reservation, at=at),
        "why_not_cancelled": advice.why_not_cancelled(reservation, at=at),
        "refusal": refusal,
        "language_path": reservation.get_absolute_url(),
        "others": _others(request, reservation),
    }
    context |= _in_this_state(reservation)
    if reservation.status == S.MISSED and not reservation.department_id:
        context["rules"] = Policy.shown()
        context["paused_until"] = pausing.paused_day(reservation.person, tz=reservation.site.tz, at=at)
    if coming.why_not(reservation, at=at) is None:
        context["asks_coming"] = not coming.has_said(reservation)
    context |= {
        "nobody_there": site_code.nobody_there(reservation),
        "why_not_here": site_code.why_not_collect(reservation, at=at),
    }
    if reservation.is_open:
        context["at_the_giver"] = giving.at_the_giver(reservation)
    return render(request, "reservations/manage.html", context, status=refusal.status if refusal else 200)


def _in_this_state(reservation):
    if reservation.status in OPEN_AT_DESK:
        return {
            "pickup_code": shown_pickup(reservation.pickup_code),
            "reminder": _reminder(reservation),
            "kept_until": _kept_until(reservation),
        }
    if reservation.status == S.HELD:
        proposed = reservation.proposed.all() if reservation.is_asked else ()
        times = [when_proposed(one, reservation.site) for one in proposed]
        return {"kept_until": _kept_until(reservation), "proposed": times}
    if reservation.status == S.COLLECTED:
        return {"receipt": receipt_of(reservation)}
    return {}


def _kept_until(reservation):
    """Until when it is kept, in words; "" for a status without a deadline. Midnight is the end of the day before it."""
    if reservation.held_until is None:
        return ""
    until, tz = reservation.held_until, reservation.site.tz
    if reservation.is_offer:
        until = queueing.theirs_until(reservation, told=queue_messages.told_at(reservation))
    if clock.local(until, tz).time() == time(0):
        return clock.day_long(clock.today(tz, until - timedelta(seconds=1)))
    return clock.moment_long(until, tz)


def _reminder(reservation):
    """When the reminder goes out, in words; "" when none is planned."""
    planned = Notification.objects.filter(
        recipient=f"reservation:{reservation.pk}", kind="reminder", status="due"
    ).first()
    return clock.moment_long(planned.send_after, reservation.site.tz) if planned else ""


def _others(request, reservation):
    """The other reservations of the same booking, shown only in the browser that made it."""
    if not reservation.device or reservation.device != device.key_of(request):
        return []
    others = Reservation.objects.filter(bundle=reservation.bundle, status__in=OPEN_AT_DESK)
    return [
        {"reservation": one, "site": one.site, "when": when(one.slot, one.site)}
        for one in others.exclude(pk=reservation.pk).select_related("site", "slot").order_by("pk")
    ]


def receipt_of(reservation):
    """What was given, what stayed and why, and what it saved."""
    done = Handover.objects.prefetch_related("lines__returns").get(reservation=reservation)
    rows = list(done.lines.all())
    titles = {one.item.pk: one for one in shown_lines(reservation.lines.all())}
    sums = handover.totals(done)
    return {
        "at": clock.moment_long(done.at, reservation.site.tz),
        "given": [{"line": titles[row.item_id], "pieces": row.given} for row in rows if row.given],
        "stayed": [
            {
                "line": titles[row.item_id],
                "pieces": row.promised - row.given,
                "why": row.get_why_not_display(),
            }
            for row in rows
            if row.given < row.promised
        ],
        "returned": sums["returned"],
        "kilograms": kilograms(sums["weight_kg"]),
        "is_estimate": sums["is_estimate"],
        "co2e_low": kilograms(sums["co2e_low"]),
        "co2e_high": kilograms(sums["co2e_high"]),
        "has_co2e": sums["co2e_high"] > 0,
    }
