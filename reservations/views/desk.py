"""The desk: today's list, the code, the hand-over."""

from datetime import date, timedelta
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import pictures, titles
from inventory.models import Site
from recycling import clock
from recycling.audit.domain import viewed
from recycling.audit.words import history_of
from recycling.errors import Refused
from reservations.desk_forms import CodeForm, HandOverForm, StaffCancelForm
from reservations.domain import booking, desk, handover
from reservations.domain.ledger import ledger_of
from reservations.models import OPEN_AT_DESK, Handover, Reservation, ReservationStatus


def _site(request):
    """The site whose desk this is: the one asked for among those where the person works, else the first."""
    sites = list(Site.objects.open().worked_at_by(request.user))
    if not sites:
        raise PermissionDenied
    code = request.GET.get("site") or request.POST.get("site")
    return next((site for site in sites if site.code == code), sites[0]), sites


def _day(request, site):
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today(site.tz, timezone.now())


@require_safe
def today(request):
    """The pickups of a day by time, with shelves and ticks; printed it is the pick list."""
    site, sites = _site(request)
    day = _day(request, site)
    rows = list(desk.pickups_of(site, day=day))
    times = [
        (clock.span_text(slot.starts_at, slot.ends_at, site.tz), [_row(one) for one in group])
        for slot, group in groupby(rows, key=lambda one: one.slot)
    ]
    is_today = day == clock.today(site.tz, timezone.now())
    context = {
        "site": site,
        "sites": sites,
        "day": day,
        "day_words": clock.day_long(day),
        "is_today": is_today,
        "times": times,
        "total": len(rows),
        "kept": [_row(one) for one in desk.kept_at(site)] if is_today else [],
        "form": CodeForm(),
        "before": _link(site, day - timedelta(days=1)),
        "after": _link(site, day + timedelta(days=1)),
    }
    return render(request, "reservations/desk_today.html", context)


def _link(site, day):
    return f"{reverse('reservations:today')}?{urlencode({'site': site.code, 'day': day.isoformat()})}"


def _row(reservation):
    """A reservation as the list shows it: first name and the code's last digits, nothing more of a person."""
    return {
        "reservation": reservation,
        "name": str(reservation.department) if reservation.department else reservation.first_name,
        "code_end": reservation.pickup_code[-3:],
        "lines": [(line, titles.title(line.item)) for line in reservation.lines.all()],
        "can_pick": reservation.status in {ReservationStatus.BOOKED, ReservationStatus.READY},
    }


@require_POST
def find(request):
    """The six digits lead to the reservation; a wrong code says so on the same page."""
    site, sites = _site(request)
    form = CodeForm(request.POST)
    refusal, status = None, 422
    if form.is_valid():
        try:
            found = handover.find(form.cleaned_data["typed"], by=request.user, at=timezone.now())
            return redirect("reservations:handover", found.code)
        except Refused as refused:
            refusal, status = refused, refused.status
    context = {"form": form, "site": site, "sites": sites, "refusal": refusal}
    context["language_path"] = reverse("reservations:today")
    return render(request, "reservations/desk_code.html", context, status=status)


def _mine(request, code):
    """The reservation with this code at one of the worker's sites; anything else does not exist for them."""
    return get_object_or_404(
        Reservation.objects.handed_over_by(request.user).select_related(
            "site", "slot", "person", "department"
        ),
        code=code,
    )


@require_POST
def pick(request, code):
    """Tick or untick one line as taken from its shelf."""
    reservation = _mine(request, code)
    number = request.POST.get("line", "")
    line = get_object_or_404(reservation.lines, pk=number if number.isdecimal() and len(number) < 19 else 0)
    try:
        handover.pick(line, by=request.user, at=timezone.now(), picked="undo" not in request.POST)
    except Refused as refusal:
        messages.error(request, str(refusal))
    day = clock.local(reservation.slot.starts_at, reservation.site.tz).date()
    return redirect(f"{_link(reservation.site, day)}#{reservation.code}")


@require_http_methods(["GET", "HEAD", "POST"])
def give(request, code):
    """The hand-over: everything, or less with a reason for each line."""
    reservation = _mine(request, code)
    lines = list(_lines(reservation))
    if request.method != "POST":
        return _page(request, reservation, HandOverForm(lines=lines))
    form = HandOverForm(request.POST, lines=lines)
    if not form.is_valid():
        return _page(request, reservation, form, status=422)
    try:
        handover.hand_over(
            reservation, given=form.given, why_not=form.why_not, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _page(request, reservation, form, refusal=refusal, status=refusal.status)
    return redirect("reservations:handover", reservation.code)


def _lines(reservation):
    return desk.lines_in_walking_order().filter(reservation=reservation).prefetch_related("item__photos")


def _page(request, reservation, form, *, refusal=None, status=200):
    reservation.refresh_from_db()
    at = timezone.now()
    # A name and a history are shown: whose, to whom and when is written down before the page goes out.
    viewed(reservation, by=request.user, at=at, purpose="hand-over", subject=reservation.person)
    site, slot = reservation.site, reservation.slot
    context = {
        "reservation": reservation,
        "form": form,
        "rows": [
            (line, titles.title(line.item), _picture(line.item), *fields) for line, *fields in form.rows()
        ],
        "when": clock.span_text(slot.starts_at, slot.ends_at, site.tz) if slot else "",
        "another_day": slot and clock.today(site.tz, slot.starts_at) != clock.today(site.tz, at),
        "kept_until": clock.moment_text(reservation.held_until, site.tz) if reservation.held_until else "",
        "is_open": reservation.status in OPEN_AT_DESK,
        "can_miss": reservation.status in {"booked", "ready"} and slot.starts_at <= at,
        "can_excuse": reservation.missed_at and not reservation.miss_excused,
        "handed": _handed(reservation),
        "history": history_of(reservation, tz=site.tz),
        "ledger": [(entry, clock.moment_text(entry.at, site.tz)) for entry in ledger_of(reservation)],
        "cancel_form": StaffCancelForm(auto_id="cancel_%s"),
        "refusal": refusal,
        "language_path": request.path,
    }
    return render(request, "reservations/desk_handover.html", context, status=status)


def _picture(item):
    first = next(iter(item.photos.all()), None)
    return pictures.picture(first, alt="") if first else None


def _handed(reservation):
    """What left the house and what it saved, in the reader's numbers; None before the hand-over."""
    done = Handover.objects.filter(reservation=reservation).prefetch_related("lines").first()
    if done is None:
        return None
    totals = handover.totals(done)
    return {
        "pieces": totals["pieces"],
        "kilograms": clock.number(totals["weight_kg"]),
        "low": clock.number(totals["co2e_low"]),
        "high": clock.number(totals["co2e_high"]),
    }


VERBS = {
    "missed": lambda one, request, at: booking.mark_missed(one, by=request.user, at=at),
    "excuse": lambda one, request, at: booking.excuse(one, by=request.user, at=at),
    "cancel": lambda one, request, at: booking.cancel(one, by=request.user, at=at, reason=_reason(request)),
}


def _reason(request):
    form = StaffCancelForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


@require_POST
def act(request, code, action):
    """Nobody came, it was not their fault, or it is cancelled by the city."""
    reservation = _mine(request, code)
    if action not in VERBS:
        raise Http404
    try:
        VERBS[action](reservation, request, timezone.now())
    except Refused as refusal:
        lines = list(_lines(reservation))
        return _page(
            request, reservation, lines, HandOverForm(lines=lines), refusal=refusal, status=refusal.status
        )
    messages.success(request, _("Done."))
    return redirect("reservations:handover", reservation.code)
