"""The desk: today's list, the code, the hand-over."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import photos, titles
from inventory.models import Site
from recycling import clock
from recycling.audit.domain import viewed
from recycling.audit.words import history_of
from recycling.errors import Refused
from recycling.policy.models import Policy
from recycling.typed import whole_number
from reservations.desk_forms import CodeForm, HandOverForm, StaffCancelForm
from reservations.domain import advice, booking, coming, desk, handover, pausing, reaching
from reservations.domain.ledger import ledger_of
from reservations.models import OPEN_AT_DESK, Handover, Reservation, ReservationStatus

from .manage import receipt_of
from .sending import alarm_words
from .times import slot_in, times_page
from .visitor import with_lines

# How far from today the list can be turned. Nobody's name is looked up in years gone by.
FARTHEST = timedelta(days=60)
WINDOW = "%Y-%m-%d-%H%M"


def site_of(request):
    """The site whose desk this is: the one asked for among those where the person works, else the first."""
    sites = list(Site.objects.open().worked_at_by(request.user))
    if not sites:
        raise PermissionDenied
    code = request.GET.get("site") or request.POST.get("site")
    return next((site for site in sites if site.code == code), sites[0]), sites


def day_in(request, today):
    """The day that is asked for; today for what is no day, or one too far away."""
    try:
        day = date.fromisoformat(request.GET.get("day") or request.POST.get("day", ""))
    except ValueError:
        return today
    return day if abs(day - today) <= FARTHEST else today


@require_safe
def today(request):
    """The pickups of a day by time, with shelves and ticks; printed it is the pick list."""
    site, sites = site_of(request)
    this_day = clock.today(site.tz, timezone.now())
    day = day_in(request, this_day)
    is_today = day == this_day
    listed = list(desk.pickups_of(site, day=day))
    # A missed one of today stands at its time; those of other days follow at the end of today's list.
    kept = [one for one in desk.kept_at(site) if one not in listed] if is_today else []
    rows = [row_of(one) for one in listed]
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    context = {
        "site": site,
        "sites": sites,
        "day": day,
        "day_words": clock.day_text(day),
        "is_today": is_today,
        "times": _times(rows, site.tz),
        "total": len(rows),
        "to_pick": _how_many(rows, ReservationStatus.BOOKED),
        "ready": _how_many(rows, ReservationStatus.READY),
        "collected": _how_many(rows, ReservationStatus.COLLECTED),
        "kept": [row_of(one) for one in kept],
        "form": CodeForm(),
        "alarm": alarm_words(at=timezone.now()) if is_today else [],
        "before": (list_address(site, before), clock.day_text(before)),
        "after": (list_address(site, after), clock.day_text(after)),
        "printed_at": clock.moment_text(timezone.now(), site.tz),
    }
    return render(request, "reservations/desk_today.html", context)


def _times(rows, tz):
    """The rows under the words of their time."""
    for slot, group in groupby(rows, key=lambda row: row["reservation"].slot):
        starts, ends = (clock.local(at, tz) for at in (slot.starts_at, slot.ends_at))
        yield f"{clock.time_text(starts)}-{clock.time_text(ends)}", list(group)


def _how_many(rows, status):
    return sum(row["reservation"].status == status for row in rows)


def list_address(site, day=None):
    """The list of a site, of today or of another day."""
    asked = {"site": site.code} | ({"day": day.isoformat()} if day else {})
    return f"{reverse('reservations:today')}?{urlencode(asked)}"


def row_of(reservation):
    """A reservation as the list shows it: first name and the code's last digits, nothing more of a person."""
    tz = reservation.site.tz
    return {
        "reservation": reservation,
        "name": name_of(reservation),
        "code_end": reservation.pickup_code[-3:],
        "lines": [
            (line, titles.title(line.item), clock.clock_text(line.picked_at, tz) if line.picked_at else "")
            for line in reservation.lines.all()
        ],
        "can_pick": reservation.status in handover.TO_PICK,
        "is_over": not reservation.is_open,
        "is_delivery": reservation.is_delivery,
        "says_coming": coming.has_said(reservation),
        "sheet": sheet_address(reservation.slot, reservation.site) if reservation.is_delivery else "",
        "until": _last_day(reservation) if reservation.held_until else "",
    }


def _last_day(reservation):
    """The last day on which it is still kept: its end at midnight belongs to the day before."""
    return clock.day_text(clock.today(reservation.site.tz, reservation.held_until - timedelta(minutes=1)))


def window_of(slot, site):
    """A van's half day in an address: by the clock of its site."""
    return clock.local(slot.starts_at, site.tz).strftime(WINDOW)


def sheet_address(slot, site):
    """The run sheet of a van's half day."""
    return reverse("reservations:van", args=[site.code, window_of(slot, site)])


def name_of(reservation):
    """What the person is called at the desk: their unit, or their first name while we still know it."""
    if reservation.is_walk_in and not reservation.department:
        return _("Without a reservation")
    return str(reservation.department or reservation.first_name or reservation.code)


@require_http_methods(["GET", "HEAD", "POST"])
def find(request):
    """The six digits lead to the reservation; a wrong code says so on the same page."""
    site, sites = site_of(request)
    form = CodeForm(request.POST or None, at_once=True)
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = handover.find(form.cleaned_data["typed"], by=request.user, at=timezone.now())
                return redirect("reservations:handover", found.code)
            except Refused as refused:
                refusal, status = refused, refused.status
    context = {"form": form, "site": site, "sites": sites, "refusal": refusal, "list": list_address(site)}
    return render(request, "reservations/desk_code.html", context, status=status)


def mine(request, code):
    """The reservation with this code at one of the worker's sites; anything else does not exist for them."""
    if not (code.isascii() and code.isalnum()):
        raise Http404
    return get_object_or_404(
        Reservation.objects.handed_over_by(request.user).select_related(
            "site", "slot", "person", "department", "request"
        ),
        code=code,
    )


@require_POST
def pick(request, code):
    """Tick or untick one line as taken from its shelf."""
    reservation = mine(request, code)
    line = get_object_or_404(reservation.lines, pk=whole_number(request.POST.get("line", "")))
    try:
        handover.pick(line, by=request.user, at=timezone.now(), picked="undo" not in request.POST)
    except Refused as refusal:
        return page_of(request, reservation, refusal=refusal, status=refusal.status)
    day = clock.today(reservation.site.tz, reservation.slot.starts_at)
    return redirect(f"{list_address(reservation.site, day)}#{reservation.code}")


@require_http_methods(["GET", "HEAD", "POST"])
def give(request, code):
    """The hand-over: everything, or less with a reason for each line."""
    reservation = mine(request, code)
    if request.method != "POST":
        return page_of(request, reservation)
    form = HandOverForm(request.POST, lines=list(_lines(reservation)))
    if not form.is_valid():
        return page_of(request, reservation, form, status=422)
    try:
        handover.hand_over(reservation, **form.answers(), by=request.user, at=timezone.now())
    except Refused as refusal:
        return page_of(request, reservation, form, refusal=refusal, status=refusal.status)
    return redirect("reservations:handover", reservation.code)


def _lines(reservation):
    return desk.lines_in_walking_order().filter(reservation=reservation).prefetch_related("item__photos")


def page_of(request, reservation, form=None, *, refusal=None, status=200, cancel_form=None, **scanned):
    """The page of the hand-over. ``scanned`` is what a scan without a script adds: see ``picking``."""
    at, lines = timezone.now(), list(_lines(reservation))
    reservation = mine(request, reservation.code)
    # A name and a history are shown: whose, to whom and when is written down before the page goes out.
    viewed(reservation, by=request.user, at=at, purpose="hand-over", subject=reservation.person)
    site, slot = reservation.site, reservation.slot
    give_form = form or HandOverForm(lines=lines)
    can_excuse = reservation.missed_at and not reservation.miss_excused
    here = here_in(request) | scanned.pop("here", set())
    context = {
        "reservation": reservation,
        "name": name_of(reservation),
        "here": here,
        "here_lines": sum(line.item.code in here for line in lines),
        "give_form": give_form,
        "asks_signature": Policy.shown().asks_signature,
        # The form that something is wrong with, for the summary of errors.
        "form": form or cancel_form,
        "rows": [
            (line, titles.title(line.item), photos.first_of(line.item), *fields)
            for line, *fields in give_form.rows()
        ],
        "pieces": sum(line.pieces for line in lines),
        "leaving": give_form.leaving(),
        "when": clock.span_text(slot.starts_at, slot.ends_at, site.tz) if slot else "",
        "another_day": slot and clock.today(site.tz, slot.starts_at) != clock.today(site.tz, at),
        "kept_until": _last_day(reservation) if reservation.held_until else "",
        "is_open": reservation.status in OPEN_AT_DESK,
        "can_miss": reservation.status in handover.TO_PICK and slot.starts_at <= at,
        "can_move": advice.why_not_moved(reservation, by=request.user, at=at) is None,
        "can_excuse": can_excuse,
        "paused_until": pausing.paused_day(reservation.person, tz=site.tz, at=at) if can_excuse else "",
        "handed": handed_of(reservation),
        "history": history_of(reservation, tz=site.tz),
        "ledger": [(entry, clock.moment_text(entry.at, site.tz)) for entry in ledger_of(reservation)],
        "in_trouble": reaching.in_trouble(reservation),
        "cancel_form": cancel_form or StaffCancelForm(auto_id="cancel_%s"),
        "refusal": refusal,
        "list": list_address(site),
        "language_path": reverse("reservations:handover", args=[reservation.code]),
    }
    return render(request, "reservations/desk_handover.html", context | scanned, status=status)


def here_in(request):
    """The codes of the things that were scanned at the desk so far: the page carries them until the hand-over."""
    return set(request.POST.getlist("here") or request.GET.getlist("here"))


def handed_of(reservation):
    """What left the house and what it saved, in the reader's numbers; None before the hand-over."""
    done = (
        Handover.objects.filter(reservation=reservation)
        .prefetch_related("lines__item__category", "lines__returns")
        .select_related("by", "signature")
        .first()
    )
    if done is None:
        return None
    totals = handover.totals(done)
    return {
        "pieces": totals["pieces"] + totals["returned"],
        "returned": totals["returned"],
        "kilograms": clock.number(totals["weight_kg"]),
        "low": clock.number(totals["co2e_low"]),
        "high": clock.number(totals["co2e_high"]),
        "when": clock.moment_text(done.at, reservation.site.tz),
        "by": done.by.first_name if done.by else "",
        "by_other": done.by_other,
        "signed": done.get_signed_display() if done.signed else "",
        "strokes": done.signature.strokes if hasattr(done, "signature") else "",
        "stayed": [
            (line.promised - line.given, titles.title(line.item), line.get_why_not_display())
            for line in done.lines.all()
            if line.given < line.promised
        ],
    }


@require_safe
def thanks(request, code):
    """What the screen says when it is turned to the person: in their language, and nothing that is not theirs."""
    reservation = mine(request, code)
    back = reverse("reservations:handover", args=[code])
    with translation.override(reservation.language):
        if (handed := handed_of(reservation)) is None:
            raise Http404
        viewed(
            reservation,
            by=request.user,
            at=timezone.now(),
            purpose="hand-over",
            subject=reservation.person,
        )
        context = {"reservation": reservation, "handed": handed, "back": back}
        return render(request, "reservations/desk_thanks.html", context)


@require_safe
def receipt(request, code):
    """On paper for who took the things: in their language, what left and what stayed. Nobody's name stands on it."""
    reservation = mine(request, code)
    back = reverse("reservations:handover", args=[code])
    if reservation.status != ReservationStatus.COLLECTED:
        raise Http404
    with translation.override(reservation.language):
        context = {
            "reservation": reservation,
            "receipt": receipt_of(with_lines(Reservation.objects.filter(pk=reservation.pk)).get()),
            "site": reservation.site,
            "back": back,
        }
        return render(request, "reservations/desk_receipt.html", context)


DONE: dict[str, tuple[Callable, Any]] = {
    "missed": (booking.mark_missed, gettext_lazy("Written down: nobody came.")),
    "excuse": (booking.excuse, gettext_lazy("The miss does not count.")),
}


@require_POST
def act(request, code, action):
    """Nobody came, or it was not their fault."""
    reservation = mine(request, code)
    verb, said = DONE[action]
    return _do(request, reservation, said, verb)


@require_POST
def cancel(request, code):
    """Cancelled by the city, with a reason for the statistics; the person is told."""
    reservation = mine(request, code)
    form = StaffCancelForm(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return page_of(request, reservation, status=422, cancel_form=form)
    reason = form.cleaned_data["reason"]
    return _do(
        *(request, reservation, _("Cancelled.")),
        lambda one, **who: booking.cancel(one, reason=reason, **who),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move(request, code):
    """Another time on the person's behalf: they rang, or the day is to be closed. They are told as if they had done it."""
    at, reservation = timezone.now(), mine(request, code)
    if refusal := advice.why_not_moved(reservation, by=request.user, at=at):
        return page_of(request, reservation, refusal=refusal, status=refusal.status)
    if request.method == "POST":
        try:
            booking.reschedule(
                reservation,
                slot_in(request, reservation.site, reservation.fulfilment),
                by=request.user,
                at=at,
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The new time is booked, and the person is told."))
            return redirect("reservations:handover", reservation.code)
    reservation = with_lines(Reservation.objects.filter(pk=reservation.pk)).get()
    viewed(reservation, by=request.user, at=at, purpose="change of time", subject=reservation.person)
    slot = reservation.slot
    context = times_page(request, reservation, at=at) | {
        "refusal": refusal,
        "name": name_of(reservation),
        "when": clock.span_text(slot.starts_at, slot.ends_at, reservation.site.tz) if slot else "",
    }
    return render(request, "reservations/desk_time.html", context, status=refusal.status if refusal else 200)


def _do(request, reservation, said, verb):
    try:
        verb(reservation, by=request.user, at=timezone.now())
    except Refused as refusal:
        return page_of(request, reservation, refusal=refusal, status=refusal.status)
    messages.success(request, said)
    return redirect("reservations:handover", reservation.code)
