"""The van: its half-days, the run sheet, and the hand-over at the door."""

from datetime import datetime
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import photos, titles
from inventory.models import Site
from recycling import clock
from recycling.audit.domain import viewed, viewed_all
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.domain import booking, delivery, desk, handover, vans
from reservations.models import OPEN_AT_DESK, Fulfilment, PickupSlot, ReservationStatus
from reservations.van_forms import ReceiveForm

from .desk import WINDOW, handed_of, mine, name_of, sheet_address
from .shown import kilograms

STEPS = {"earlier": vans.EARLIER, "later": vans.LATER}


def hours_of(slot):
    starts, ends = (clock.local(at, slot.site.tz) for at in (slot.starts_at, slot.ends_at))
    return f"{clock.time_text(starts)}-{clock.time_text(ends)}"


@require_safe
def rounds(request):
    """The half-days of the vans of one's sites, today and on the next days, with how full they are."""
    at = timezone.now()
    sites = list(Site.objects.open().worked_at_by(request.user))
    if not sites:
        raise PermissionDenied
    rows = [_round(slot) for slot in vans.rounds(sites, at=at)]
    context = {
        "days": [(words, list(group)) for words, group in groupby(rows, key=lambda row: row["day"])],
        "several": len(sites) > 1,
        "late": [_late(one) for one in vans.unrecorded(sites, at=at)],
    }
    return render(request, "reservations/vans.html", context)


def _round(slot):
    done = sum(one.status == ReservationStatus.COLLECTED for one in slot.stops)
    return {
        "slot": slot,
        "day": clock.day_long(clock.today(slot.site.tz, slot.starts_at)),
        "hours": hours_of(slot),
        "address": sheet_address(slot, slot.site),
        "load": _shown_load(slot.stops),
        "done": done,
        "free": max(slot.capacity - slot.booked, 0),
    }


def _late(one):
    return {
        "reservation": one,
        "name": name_of(one),
        "when": clock.span_text(one.slot.starts_at, one.slot.ends_at, one.site.tz),
    }


def _shown_load(stops):
    load = vans.load_of(stops)
    return {
        "stops": load.stops,
        "pieces": load.pieces,
        "kilograms": kilograms(load.kilograms),
        "is_estimate": load.is_estimate,
        "minutes": load.minutes,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request, site, window):
    """The run sheet of one half day; POST puts a stop earlier or later."""
    slot = _slot_of(request, site, window)
    refusal = None
    if request.method == "POST":
        stop = get_object_or_404(slot.reservations, code=request.POST.get("stop", ""))
        try:
            vans.move_stop(stop, STEPS.get(request.POST.get("step"), 0), by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(f"{sheet_address(slot, slot.site)}#{stop.code}")
    rows = list(vans.stops().filter(slot=slot))
    # Names and phones of whoever receives are shown: whose, to whom and when is written down before the page goes out.
    viewed_all([(one, one.person) for one in rows], by=request.user, at=timezone.now(), purpose="run sheet")
    context = {
        "slot": slot,
        "site": slot.site,
        "day": clock.day_long(clock.today(slot.site.tz, slot.starts_at)),
        "hours": hours_of(slot),
        "stops": [_stop(one, number) for number, one in enumerate(rows, start=1)],
        "load": _shown_load(rows),
        "leads": Site.objects.led_by(request.user).filter(pk=slot.site_id).exists(),
        "refusal": refusal,
        "printed_at": clock.moment_text(timezone.now(), slot.site.tz),
    }
    return render(request, "reservations/van.html", context, status=refusal.status if refusal else 200)


def _slot_of(request, site, window):
    """The half day of one of the worker's sites; anything else does not exist for them."""
    place = get_object_or_404(Site.objects.worked_at_by(request.user), code=site)
    try:
        wall = datetime.strptime(window, WINDOW)  # noqa: DTZ007  (a wall time: its zone is the site's)
        starts_at = clock.resolve(wall.date(), wall.time(), place.tz)
    except (ValueError, clock.NoSuchTime):
        raise Http404 from None
    rows = PickupSlot.objects.select_related("site").filter(fulfilment=Fulfilment.DELIVERY)
    return get_object_or_404(rows, site=place, starts_at=starts_at)


def _stop(one, number):
    row = one.request.delivery if one.request and hasattr(one.request, "delivery") else None
    lines = list(one.lines.all())
    return {
        "reservation": one,
        "number": number,
        "name": name_of(one),
        "request": one.request,
        "delivery": row,
        "address": delivery.address_of(row) if row else "",
        "load": _shown_load([one]),
        "lines": [(line, titles.title(line.item)) for line in lines],
        "picked": sum(line.picked_at is not None for line in lines),
        "is_open": one.status in OPEN_AT_DESK,
        "is_over": one.status == ReservationStatus.COLLECTED,
    }


# -- at the door


@require_http_methods(["GET", "HEAD", "POST"])
def deliver(request, code):
    """Received: everything, or less with a reason for each line; by the six digits, or a signature on the screen."""
    reservation = _brought(request, code)
    form, refusal, status = None, None, 200
    if request.method == "POST":
        form, status = ReceiveForm(request.POST, request.FILES, lines=list(_lines(reservation))), 422
        if form.is_valid():
            try:
                got = vans.receive(reservation, **form.answers(), by=request.user, at=timezone.now())
            except Refused as refused:
                refusal, status = refused, refused.status
            else:
                messages.success(request, _received(got))
                return redirect(sheet_address(reservation.slot, reservation.site))
    return _door(request, reservation, form, refusal=refusal, status=status)


def _received(reservation):
    if reservation.status == ReservationStatus.COLLECTED:
        return _("Received. The receipt is on its way.")
    return _("Written down. Nothing was received, and whoever asked is told.")


def _brought(request, code):
    reservation = mine(request, code)
    if not reservation.is_delivery or reservation.slot is None:
        raise Http404
    return reservation


def _lines(reservation):
    return desk.lines_in_walking_order().filter(reservation=reservation).prefetch_related("item__photos")


def _door(request, reservation, form=None, *, refusal=None, status=200):
    at = timezone.now()
    reservation = _brought(request, reservation.code)
    viewed(reservation, by=request.user, at=at, purpose="hand-over", subject=reservation.person)
    give_form = form or ReceiveForm(lines=list(_lines(reservation)))
    slot, site, row = reservation.slot, reservation.site, delivery.of(reservation)
    context = {
        "reservation": reservation,
        "name": name_of(reservation),
        "asked": row.request if row else None,
        "delivery": row,
        "address": delivery.address_of(row) if row else "",
        "when": clock.span_text(slot.starts_at, slot.ends_at, reservation.site.tz),
        "give_form": give_form,
        "form": form,
        "rows": [
            (line, titles.title(line.item), photos.first_of(line.item), *fields)
            for line, *fields in give_form.rows()
        ],
        "pieces": sum(line.pieces for line in give_form.lines),
        "leaving": give_form.leaving(),
        "is_open": reservation.status in OPEN_AT_DESK,
        "can_miss": reservation.status in handover.TO_PICK and slot.starts_at <= at,
        "handed": handed_of(reservation),
        "asks_signature": Policy.shown().asks_signature,
        "refusal": refusal,
        "back": sheet_address(slot, site),
        "language_path": reverse("reservations:deliver", args=[reservation.code]),
    }
    return render(request, "reservations/deliver.html", context, status=status)


@require_POST
def nobody_there(request, code):
    """Nobody received it: it comes back, and whoever asked chooses another time."""
    reservation = _brought(request, code)
    try:
        booking.mark_missed(reservation, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _door(request, reservation, refusal=refusal, status=refusal.status)
    messages.success(request, _("Written down. The unit is told, and chooses another time."))
    return redirect(sheet_address(reservation.slot, reservation.site))
