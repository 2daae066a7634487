"""One shelf of a stock-take in the hand of whoever counts it, and the address to which phones send their scans."""

import json
import re
from datetime import timedelta

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.domain import stocktake, titles
from inventory.domain.refusals import BadScan, HowMany, StockTakePaused
from inventory.domain.stocktake import Seen, Taken
from inventory.models import StockTakeShelf, StockTakeStatus
from inventory.stocktake_forms import ScanForm
from recycling import clock
from recycling.codes import shown
from recycling.errors import Refused

from .stocktake import mine

MOST = 200
LATEST = 5
# What a phone keeps and sends again later. `how_many` it keeps until its person has answered; everything else that is refused
# is told to them and let go.
KEPT = (StockTakePaused,)


def _place(request, token, key):
    take = mine(request, token)
    places = StockTakeShelf.objects.select_related("shelf", "counted_by", "take__site")
    place = get_object_or_404(places, take=take, key=key)
    return take, place


@require_http_methods(["GET", "HEAD", "POST"])
def shelf(request, token, key):
    """What should stand here and what has been scanned. POST is one scan of a browser without the script."""
    take, place = _place(request, token, key)
    if request.method != "POST":
        return _page(request, take, place, ScanForm(), last=request.GET.get("last", ""))
    form = ScanForm(request.POST)
    if not form.is_valid():
        return _page(request, take, place, form, status=422)
    one = Seen(
        client_id=form.cleaned_data["client_id"] or "",
        place=place.key,
        code=form.cleaned_data["code"],
        pieces=form.cleaned_data["pieces"],
    )
    (taken,) = stocktake.scan(take, [one], by=request.user, at=timezone.now())
    refusal = taken.refusal
    if isinstance(refusal, HowMany):
        return _page(request, take, place, form, asks=_title_of(one.code))
    if isinstance(refusal, BadScan):
        try:
            if other := stocktake.place_with(take, one.code, by=request.user, at=timezone.now()):
                return redirect(other)
        except Refused as refused:
            refusal = refused
    if refusal:
        return _page(request, take, place, form, refusal=refusal, status=refusal.status)
    return redirect(f"{place.get_absolute_url()}?{urlencode({'last': one.client_id})}")


def _title_of(code):
    return titles.title(stocktake.item_with(code))


def _page(request, take, place, form, *, last="", asks="", refusal=None, status=200):
    places = list(take.shelves.select_related("shelf"))
    state = _state(take, place, places)
    scans = list(
        take.scans.filter(place=place, undone_at=None)
        .select_related("item__category", "by", "stood_on", "place__shelf")
        .order_by("-scanned_at", "-pk")[:LATEST]
    )
    lines = (
        place.lines.select_related("item__category")
        .prefetch_related("item__aliases", "item__merged")
        .order_by("item__category__position", "item__code")
    )
    rows = [(line, titles.title(line.item), state["seen"].get(line.item.code)) for line in lines]
    newest = next((one for one in scans if one.client_id == last), None)
    context = {
        "take": take,
        "place": place,
        "form": form,
        "asks": asks,
        "refusal": refusal,
        "is_open": take.status == StockTakeStatus.OPEN,
        "is_paused": take.status == StockTakeStatus.PAUSED,
        "found": state["places"][place.key][1],
        "expected": state["places"][place.key][0],
        "rows": sorted(rows, key=lambda row: row[2] is not None),
        "latest": [
            (one, titles.title(one.item), clock.clock_text(one.scanned_at, take.site.tz)) for one in scans
        ],
        "newest": newest and _said(newest),
        "counted_at": place.counted_at and clock.clock_text(place.counted_at, take.site.tz),
        # The script knows the labels of all shelves of the stock-take, and where each is counted.
        "addresses": json.dumps({one.shelf.code: one.get_absolute_url() for one in places if one.shelf}),
        "scans_url": reverse("inventory:wh_take_scans", args=[take.token]),
    }
    return render(request, "inventory/wh_take_shelf.html", context, status=status)


def _said(scan):
    """What a scan is answered with: the thing, and whether it belongs here."""
    tone, words = "ok", _("Belongs here.")
    if scan.is_late:
        tone, words = "hold", _("The stock-take was closed before this arrived. The lead will look at it.")
    elif scan.expected == 0:
        tone, words = "hold", _("On record it is gone. Leave it here; the lead decides.")
    elif scan.place.shelf_id and scan.stood_on_id != scan.place.shelf_id:
        tone = "hold"
        words = (
            _("On record it stands on %(shelf)s. Leave it here; the lead decides.") % {"shelf": scan.stood_on}
            if scan.stood_on
            else _("On record it has no shelf here. Leave it here; the lead decides.")
        )
    pieces = "" if scan.pieces == 1 and scan.expected <= 1 else f"{scan.pieces} × "
    return {
        "id": scan.client_id,
        "code": scan.item.code,
        "shown": shown(scan.item.code),
        "title": f"{pieces}{titles.title(scan.item)}",
        "tone": tone,
        "words": words,
    }


@require_POST
def undo(request, token, key):
    """The scan was a mistake."""
    take, place = _place(request, token, key)
    try:
        stocktake.undo_scan(
            take, request.POST.get("scan", "")[:40].replace("\0", ""), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _page(request, take, place, ScanForm(), refusal=refusal, status=refusal.status)
    messages.success(request, _("Undone."))
    return redirect(place)


@require_POST
def finish(request, token, key, action):
    """This shelf is counted; or it is counted once more."""
    take, place = _place(request, token, key)
    try:
        stocktake.finish_shelf(place, by=request.user, at=timezone.now(), is_counted=action == "counted")
    except Refused as refusal:
        return _page(request, take, place, ScanForm(), refusal=refusal, status=refusal.status)
    if action == "again":
        return redirect(place)
    messages.success(request, _("Shelf %(shelf)s is counted.") % {"shelf": place.shelf or "—"})
    return redirect(take)


# ---- For the script ----


@require_http_methods(["GET", "HEAD", "POST"])
def scans(request, token):
    """GET tells how far everybody is. POST takes a batch of scans, in any order and again, and says what became of each."""
    take = mine(request, token)
    place = take.shelves.filter(key=request.GET.get("shelf", "")[:6].replace("\0", "")).first()
    if request.method != "POST":
        return JsonResponse(_state(take, place))
    try:
        batch = _batch(request)
        told = (
            stocktake.scan(take, batch["scans"], by=request.user, at=timezone.now()) if batch["scans"] else []
        )
        told += batch["senseless"]
        if take.status in {StockTakeStatus.OPEN, StockTakeStatus.PAUSED}:
            kept = sum(isinstance(one.refusal, (*KEPT, HowMany)) for one in told)
            stocktake.announce(
                take,
                device=batch["device"],
                waiting=batch["waiting"] + kept,
                leaves=batch["leaves"],
                by=request.user,
                at=timezone.now(),
            )
    except Refused as refusal:
        return _no(refusal)
    return JsonResponse(_state(take, place) | _answers(told))


def _no(refusal):
    return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=refusal.status)


def _answers(told):
    return {
        "taken": [_said(one.scan) for one in told if one.scan],
        "refused": [
            {
                "id": one.client_id,
                "code": one.refusal.code,
                "detail": str(one.refusal),
                "keep": isinstance(one.refusal, KEPT),
            }
            for one in told
            if one.refusal
        ],
    }


def _state(take, place, places=None):
    """How far the stock-take is: by place (things, found, counted), and of one place what has been seen of each thing."""
    places = list(take.shelves.all()) if places is None else places
    numbers = stocktake.found_on(places)
    seen = {}
    if place:
        here = place.lines.values("item")
        rows = take.scans.filter(undone_at=None, item__in=here).order_by("scanned_at", "pk")
        seen = dict(rows.values_list("item__code", "pieces"))  # the last one counts
    return {
        "status": take.status,
        "places": {row.key: [*numbers[row.pk], row.counted_at is not None] for row in places},
        "seen": seen,
    }


def _batch(request):
    """What a phone has sent, every part of it of the kind it should be. Refuses `bad_scan`."""
    try:
        sent = json.loads(request.body)
        rows = sent.get("scans", [])
        if not isinstance(rows, list) or len(rows) > MOST:
            raise BadScan
        waiting = sent.get("waiting", 0)
        read = [_seen(row) for row in rows]
        return {
            "device": _text(sent["device"], most=40),
            "waiting": min(_number(waiting), 100_000),
            "leaves": sent.get("leaves") is True,
            "scans": [one for one in read if isinstance(one, Seen)],
            "senseless": [one for one in read if isinstance(one, Taken)],
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadScan from None


def _seen(row):
    """One scan; or its refusal, so that one that makes no sense does not hold up the others of its phone."""
    client_id, pieces = _text(row["id"], most=40), row.get("pieces")
    try:
        return Seen(
            client_id=client_id,
            place=_text(row["place"], most=6),
            code=_text(row["code"], most=200),
            pieces=None if pieces is None else _number(pieces),
            ago=timedelta(milliseconds=min(_number(row.get("ago", 0)), 10**11)),
            is_undone=row.get("undone") is True,
        )
    except (BadScan, KeyError):
        return Taken(client_id, refusal=BadScan())


def _text(value, *, most):
    # Half of a pair of surrogates is no letter, and no database keeps it.
    if not isinstance(value, str) or len(value) > most or re.search("[\0\ud800-\udfff]", value):
        raise BadScan
    return value


def _number(value):
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadScan
    return value
