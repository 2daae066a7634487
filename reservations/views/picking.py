"""Things that are scanned at the shelves and at the desk: the right one, a wrong one, an equal one.

A script asks with ``Accept: application/json`` and puts the piece of page that it gets where the worker looks. Without one each
answer is a page.
"""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.domain import scanning, titles
from recycling import clock
from recycling.errors import Refused
from recycling.typed import whole_number
from reservations.desk_forms import HandOverForm
from reservations.domain import desk, handover, swapping
from reservations.domain.refusals import BadCount, CountFirst, NobodyWants, NotAThing, WrongPiece, WrongState
from reservations.models import OPEN_AT_DESK

from .desk import day_in, here_in, list_address, mine, name_of, page_of, row_of, site_of


class Elsewhere(Exception):  # noqa: N818  (no error: the code was somebody's pickup)
    """The code opens a page of its own."""


def wants_json(request):
    return request.headers.get("Accept", "").startswith("application/json")


def thing_in(request):
    """The item whose code was scanned or typed. Refuses what scanning refuses, and `not_a_thing`."""
    found = scanning.resolve(request.POST.get("code", ""), by=request.user, at=timezone.now())
    if found.kind == "reservation":
        raise Elsewhere(reverse("reservations:handover", args=[found.thing.code]))
    if found.kind != "item":
        raise NotAThing
    return found.thing


def _counted(request):
    """The number that goes with a scan; None where none was written, and 0, which is refused, for what is no number."""
    typed = request.POST.get("counted")
    return None if typed is None else whole_number(typed.strip())


def _to(request, address):
    return JsonResponse({"href": address}) if wants_json(request) else redirect(address)


@require_POST
def scan(request):
    """Something was taken from its shelf for the day's list, or for the one reservation that is named."""
    site, _sites = site_of(request)
    day = day_in(request, clock.today(site.tz, timezone.now()))
    code = request.POST.get("reservation", "")
    reservation = mine(request, code) if code else None
    lines = list(desk.lines_to_pick(site, day=day)) if reservation is None else []
    item = None
    try:
        item = thing_in(request)
        if reservation is None:
            reservation = _next_who_wants(item, lines).reservation
        return _pick(request, reservation, item)
    except Elsewhere as elsewhere:
        return _to(request, str(elsewhere))
    except Refused as refusal:
        if reservation:
            lines = list(desk.lines_in_walking_order().filter(reservation=reservation))
        return _stopped(request, refusal, item=item, lines=lines, reservation=reservation, site=site, day=day)


def _next_who_wants(item, lines):
    """The first line that is still without its scan; where all have it, the first one says so."""
    wanting = [line for line in lines if line.item_id == item.pk]
    if not wanting:
        raise NobodyWants(found=handover.named(item))
    return next((line for line in wanting if not line.verified_at), wanting[0])


def _pick(request, reservation, item):
    at = timezone.now()
    line = handover.verify(reservation, item, counted=_counted(request), by=request.user, at=at)
    words, tone = _said(line, item, at=at, tz=reservation.site.tz)
    day = clock.today(reservation.site.tz, reservation.slot.starts_at)
    if not wants_json(request):
        messages.add_message(request, messages.SUCCESS if tone == "ok" else messages.WARNING, words)
        return redirect(f"{list_address(reservation.site, day)}#{reservation.code}")
    fresh = desk.pickups_of(reservation.site, day=day).get(pk=reservation.pk)
    context = {"row": row_of(fresh), "site": reservation.site, "day": day}
    answer = {
        "good": tone == "ok",
        "html": _box(request, words=words, tone=tone),
        "row": render_to_string("reservations/_desk_row.html", context, request),
        "id": reservation.code,
    }
    return JsonResponse(answer)


def _said(line, item, *, at, tz):
    """What has come of the scan, in words, and their colour."""
    title = handover.named(item)
    if not line.verified_at:
        words = _("%(title)s: %(counted)s of %(pieces)s counted.")
        return words % {"title": title, "counted": line.counted, "pieces": line.pieces}, "hold"
    if line.verified_at < at:
        words = _("Picked before: %(title)s, %(who)s %(when)s")
        who = line.picked_by.first_name if line.picked_by else ""
        return words % {"title": title, "who": who, "when": clock.clock_text(line.picked_at, tz)}, "ok"
    return _("Picked and checked: %(title)s") % {"title": title}, "ok"


def _stopped(request, refusal, *, item, lines, reservation, site=None, day=None, at_desk=False):
    """Why it was not picked, with the way on: the number to write, or an equal thing to give instead."""
    site = site or reservation.site
    if day is None and reservation.slot:
        day = clock.today(site.tz, reservation.slot.starts_at)
    asks = isinstance(refusal, CountFirst | BadCount)
    context = {
        "words": str(refusal),
        "tone": "hold" if asks else "danger",
        "item": item,
        "asks": asks and refusal.details["pieces"],
        "reservation": reservation,
        "offers": _offers(request, item, lines, at_desk=at_desk) if isinstance(refusal, WrongPiece) else [],
        "site": site,
        "day": day,
        "at_desk": at_desk,
    }
    if wants_json(request):
        body = {"good": False, "code": refusal.code, "detail": str(refusal), "html": _box(request, **context)}
        return JsonResponse(body, status=refusal.status)
    context |= {
        "refusal": None if isinstance(refusal, CountFirst) else refusal,
        "list": list_address(site, day),
        "language_path": list_address(site, day),
    }
    return render(request, "reservations/desk_scan.html", context, status=refusal.status)


def _box(request, **context):
    return render_to_string("reservations/_desk_scan.html", {"in_box": True} | context, request)


def _offers(request, item, lines, *, at_desk):
    """Whose line the scanned thing may be given for: (line, the title of what it was, what the person is called)."""
    here = here_in(request)
    done = [line.item.code in here if at_desk else line.verified_at for line in lines]
    open_lines = [line for line, is_done in zip(lines, done, strict=True) if not is_done]
    alike = swapping.alike(item, open_lines)[:3]
    return [(line, titles.title(line.item), name_of(line.reservation)) for line in alike]


@require_POST
def here(request, code):
    """At the desk: the thing that was scanned is one of those that are handed over. Nothing is written yet."""
    reservation = mine(request, code)
    lines = list(desk.lines_in_walking_order().filter(reservation=reservation))
    item = None
    try:
        if reservation.status not in OPEN_AT_DESK:
            raise WrongState
        item = thing_in(request)
        line = handover.wanted(reservation, item)
    except Elsewhere as address:
        return _to(request, str(address))
    except Refused as refusal:
        if wants_json(request):
            return _stopped(request, refusal, item=item, lines=lines, reservation=reservation, at_desk=True)
        offers = _offers(request, item, lines, at_desk=True) if isinstance(refusal, WrongPiece) else []
        form = _as_it_stands(request, lines)
        scene = {"refusal": refusal, "status": refusal.status, "offers": offers, "item": item}
        return page_of(request, reservation, form, **scene)
    if not wants_json(request):
        return page_of(request, reservation, _as_it_stands(request, lines), here={item.code})
    words = _("Here: %(pieces)s × %(title)s") % {"pieces": line.pieces, "title": handover.named(item)}
    return JsonResponse({"good": True, "here": item.code, "html": _box(request, words=words, tone="ok")})


def _as_it_stands(request, lines):
    """The form with what was chosen so far, not yet looked at."""
    return HandOverForm(lines=lines, initial=request.POST.dict())


@require_POST
def swap(request, code):
    """The scanned thing is given instead of the equal one that was promised; at the shelves it is then picked."""
    reservation = mine(request, code)
    line = get_object_or_404(reservation.lines, pk=whole_number(request.POST.get("line", "")))
    at_desk = "at_desk" in request.POST
    item = None
    try:
        item = thing_in(request)
        swapping.swap(line, item, by=request.user, at=timezone.now())
        if not at_desk:
            return _pick(request, reservation, item)
    except Elsewhere as address:
        return _to(request, str(address))
    except Refused as refusal:
        if at_desk and not wants_json(request):
            return page_of(request, reservation, refusal=refusal, status=refusal.status)
        return _stopped(request, refusal, item=item, lines=[], reservation=reservation, at_desk=at_desk)
    seen = urlencode({"here": [*request.POST.getlist("here"), item.code]}, doseq=True)
    return _to(request, f"{reverse('reservations:handover', args=[reservation.code])}?{seen}")
