"""Stock-takes: beginning one, its progress by shelf, pausing it, and the lead's close with every difference."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inventory.domain import stocktake, stocktake_report, titles
from inventory.domain.refusals import NoArea, ReportChanged, ShelfBlocked, TooManyPieces, WaitsForLead
from inventory.models import (
    DifferenceKind,
    Site,
    StockTake,
    StockTakeDifference,
    StockTakeShelf,
    StockTakeStatus,
)
from inventory.stocktake_forms import StartForm
from recycling import clock
from recycling.errors import Refused

from .intake import sites_or_no

PAST = 10
# The words of a state, the tone and the icon of its badge.
BADGES = {
    StockTakeStatus.OPEN: ("ok", "clock", gettext_lazy("Going on")),
    StockTakeStatus.PAUSED: ("hold", "lock", gettext_lazy("Paused")),
    StockTakeStatus.CLOSED: ("done", "check", gettext_lazy("Closed")),
    StockTakeStatus.CANCELLED: ("done", "cross", gettext_lazy("Cancelled")),
}
# What closing does with a difference, and what was done with it.
WILL = {
    DifferenceKind.ELSEWHERE: gettext_lazy("Move it to %(seen)s"),
    DifferenceKind.MISSING: gettext_lazy("Set aside as missing"),
    DifferenceKind.MORE: gettext_lazy("Add to the number of pieces"),
    DifferenceKind.FOUND_AGAIN: gettext_lazy("Put back on offer"),
}
DID = {
    DifferenceKind.ELSEWHERE: gettext_lazy("Moved to %(seen)s"),
    DifferenceKind.MISSING: gettext_lazy("It was set aside as missing"),
    DifferenceKind.MORE: gettext_lazy("Added to the number of pieces"),
    DifferenceKind.FOUND_AGAIN: gettext_lazy("It was put back on offer"),
}
HEADINGS = {
    DifferenceKind.ELSEWHERE: gettext_lazy("On another shelf"),
    DifferenceKind.MISSING: gettext_lazy("Not scanned"),
    DifferenceKind.PROMISED: gettext_lazy("Not scanned, and promised to somebody"),
    DifferenceKind.MORE: gettext_lazy("More than on record"),
    DifferenceKind.FOUND_AGAIN: gettext_lazy("Found again"),
}
# Once closed, the neutral word gives way to the plain one.
CLOSED_HEADINGS = HEADINGS | {
    DifferenceKind.MISSING: gettext_lazy("Not found"),
    DifferenceKind.PROMISED: gettext_lazy("Not found, and promised to somebody"),
}


def mine(request, token):
    """The stock-take with this token at one of the worker's sites; anything else does not exist for them."""
    if not (token.isascii() and token.isalnum()):
        raise Http404
    handled = StockTake.objects.handled_by(request.user).select_related("site", "started_by", "closed_by")
    return get_object_or_404(handled, token=token)


@require_http_methods(["GET", "HEAD", "POST"])
def takes(request):
    """What is being counted, what waits for the lead, what was counted last; and the form that begins the next one."""
    sites = sites_or_no(request.user)
    code = request.POST.get("site") or request.GET.get("site")
    site = next((one for one in sites if one.code == code), sites[0])
    shelves = list(site.shelves.all())
    if request.method != "POST":
        return _takes_page(request, sites, site, StartForm(shelves=shelves))
    form = StartForm(request.POST, shelves=shelves)
    if not form.is_valid():
        return _takes_page(request, sites, site, form, status=422)
    try:
        area = None if "whole" in request.POST else form.area()
        if area == []:
            raise NoArea
        begun = stocktake.start(
            site,
            shelves=area,
            by=request.user,
            at=timezone.now(),
            client_key=f"{request.user.pk}-{form.cleaned_data['client_key']}",
        )
    except Refused as refusal:
        status = 422 if isinstance(refusal, NoArea) else refusal.status
        return _takes_page(request, sites, site, form, refusal=refusal, status=status)
    return redirect(begun)


def _takes_page(request, sites, site, form, *, refusal=None, status=200):
    keys = [one.pk for one in sites]
    listed = StockTake.objects.filter(site__in=keys).select_related("site", "started_by")
    listed = listed.prefetch_related(Prefetch("shelves", StockTakeShelf.objects.select_related("shelf")))
    going_on = list(listed.going_on().order_by("-started_at", "-pk"))
    past = list(listed.exclude(pk__in=[one.pk for one in going_on]).order_by("-closed_at", "-pk")[:PAST])
    led = set(Site.objects.led_by(request.user).values_list("pk", flat=True))
    waiting = stocktake.waiting_for_lead(keys).order_by("-take__closed_at", "item__code")
    context = {
        "sites": sites,
        "site": site,
        "form": form,
        "refusal": refusal,
        "going_on": [_summary(one) for one in going_on],
        "past": [_summary(one) for one in past],
        "waiting": [(_row(one), one.take, one.take.site_id in led) for one in waiting[:50]],
    }
    return render(request, "inventory/wh_takes.html", context, status=status)


def _summary(take):
    """A stock-take in a list: its shelves in a few words, its state, how far it is."""
    places = list(take.shelves.all())
    named = [place.shelf.code for place in places if place.shelf]
    is_long = len(named) > 4
    return {
        "take": take,
        "shelves": ", ".join(named[:3] if is_long else named) or _("Without a shelf"),
        "further": len(named) - 3 if is_long else 0,
        "counted": sum(place.counted_at is not None for place in places),
        "places": len(places),
        "badge": BADGES[take.status],
        "started": clock.moment_text(take.started_at, take.site.tz),
        "closed": clock.moment_text(take.closed_at, take.site.tz) if take.closed_at else "",
    }


@require_http_methods(["GET", "HEAD"])
def take(request, token):
    """How far it is: by shelf, who counts, and what can be done with it. Once closed, every difference."""
    found = mine(request, token)
    return _take_page(request, found)


def _take_page(request, found, *, refusal=None, status=200):
    places = list(found.shelves.select_related("shelf", "counted_by", "take"))
    numbers = stocktake.found_on(places)
    tz = found.site.tz
    context = _summary(found) | {
        "rows": [(place, *numbers[place.pk], _counted_words(place, tz)) for place in places],
        "total": [sum(numbers[place.pk][column] for place in places) for column in (0, 1)],
        "people": _people(found),
        "is_open": found.status == StockTakeStatus.OPEN,
        "is_paused": found.status == StockTakeStatus.PAUSED,
        "is_closed": found.status == StockTakeStatus.CLOSED,
        "is_lead": stocktake.may_close(found, request.user),
        "refusal": refusal,
    }
    if context["is_closed"]:
        context |= _closed(found)
    return render(request, "inventory/wh_take.html", context, status=status)


def _counted_words(place, tz):
    if place.counted_at is None:
        return ""
    return _("Counted: %(who)s %(when)s") % {
        "who": place.counted_by.first_name,
        "when": clock.clock_text(place.counted_at, tz),
    }


def _people(take):
    """Who counts along: a name, how many scans their phone could not send, when it was last heard."""
    return [
        (one.by.first_name, one.waiting, clock.clock_text(one.told_at, take.site.tz))
        for one in stocktake.holding(take)
    ]


def _closed(take):
    rows = take.differences.select_related("item__category", "item__shelf", "recorded", "seen", "take__site")
    groups: dict[DifferenceKind, list[dict]] = {}
    for row in rows.order_by("item__code"):
        groups.setdefault(DifferenceKind(row.kind), []).append(_row(row))
    return {
        "groups": [(CLOSED_HEADINGS[kind], groups[kind]) for kind in DifferenceKind if kind in groups],
        "late": [
            (row, titles.title(row.item), clock.clock_text(row.scanned_at, take.site.tz))
            for row in stocktake_report.late_scans(take)
        ],
    }


# Why the records could not follow, where a person has to know it.
REFUSED = {one.code: one.message for one in (ShelfBlocked, WaitsForLead, TooManyPieces)}


def _row(row):
    """A difference of the past with its words."""
    outcome = DID[row.kind] % {"seen": row.seen} if row.is_done else _("Left as it was")
    if row.kind == DifferenceKind.PROMISED:
        outcome = _("No number changed. Look again, then offer another one or tell the person.")
    elif row.refused:
        outcome = str(REFUSED.get(row.refused, _("The records could not follow. Look at the item.")))
    elif not row.is_done and row.settled_at is None:
        outcome = _("Promised at another site, so it was not moved.")
    return {"row": row, "item": row.item, "title": titles.title(row.item), "outcome": outcome}


ACTIONS = {"pause": stocktake.pause, "resume": stocktake.resume, "cancel": stocktake.cancel}
SAID = {
    "pause": gettext_lazy("The stock-take is paused."),
    "resume": gettext_lazy("The stock-take goes on."),
    "cancel": gettext_lazy("The stock-take is cancelled. Nothing was changed by it."),
}


@require_POST
def act(request, token, action):
    """Pause, resume or cancel."""
    found = mine(request, token)
    try:
        ACTIONS[action](found, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _take_page(request, mine(request, token), refusal=refusal, status=refusal.status)
    messages.success(request, SAID[action])
    return redirect("inventory:wh_takes" if action == "cancel" else found)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, token):
    """Each difference and what will happen; the lead unticks what shall stay as it is, and closes."""
    found = mine(request, token)
    if request.method != "POST":
        if found.status != StockTakeStatus.OPEN:
            return redirect(found)
        return _close_page(request, found)
    try:
        stocktake_report.close(
            found,
            write=set(request.POST.getlist("write")),
            fingerprint=request.POST.get("fingerprint", ""),
            by=request.user,
            at=timezone.now(),
            despite_unsent="despite" in request.POST,
        )
    except Refused as refusal:
        # Other differences are a new decision; the same ones keep the ticks as they were left.
        ticked = None if isinstance(refusal, ReportChanged) else set(request.POST.getlist("write"))
        return _close_page(
            request, mine(request, token), refusal=refusal, ticked=ticked, status=refusal.status
        )
    messages.success(request, _("The stock-take is closed."))
    return redirect(found)


def _close_page(request, found, *, refusal=None, ticked=None, status=200):
    """``ticked`` are the keys that the lead had left ticked before a refusal; None: as usual."""
    told = stocktake_report.report(found)
    groups: dict[DifferenceKind, list[dict]] = {}
    for one in told.differences:
        is_ticked = one.is_usual if ticked is None else one.key in ticked
        groups.setdefault(one.kind, []).append(
            {
                "difference": one,
                "title": titles.title(one.item),
                "will": WILL[one.kind] % {"seen": one.seen} if one.can_write else "",
                "is_ticked": is_ticked,
            }
        )
    context = {
        "take": found,
        "told": told,
        "groups": [(kind.value, HEADINGS[kind], groups[kind]) for kind in DifferenceKind if kind in groups],
        "people": _people(found),
        "is_lead": stocktake.may_close(found, request.user),
        "is_open": found.status == StockTakeStatus.OPEN,
        "refusal": refusal,
    }
    return render(request, "inventory/wh_take_close.html", context, status=status)


@require_POST
def settle(request, token):
    """The lead has seen to one thing that a stock-take left open."""
    found = mine(request, token)
    kind, _dash, code = request.POST.get("difference", "").replace("\0", "").partition("-")
    rows = StockTakeDifference.objects.select_related("take", "item")
    row = get_object_or_404(rows, take=found, kind=kind, item__code=code)
    try:
        stocktake.settle(row, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _take_page(request, found, refusal=refusal, status=refusal.status)
    messages.success(request, _("Off the list."))
    return redirect("inventory:wh_takes")
