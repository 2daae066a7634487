"""Holding what somebody wants, going on with it, letting it go."""

import hashlib
import secrets

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inventory.domain import photos, standing, titles
from inventory.models import Item
from recycling.accounts import device
from recycling.accounts.rules import is_city
from recycling.errors import Refused
from recycling.translated import reading_language
from reservations.domain import booking as verbs
from reservations.domain import lapsing
from reservations.domain.refusals import SomeGone
from reservations.forms import wishes_in

from .shown import shown_lines
from .visitor import booking_page, bookings_in_progress, device_of, private_page, require_page


@require_page
@private_page
def hold(request):
    """POST holds what was wished for; GET shows what this browser is booking already."""
    at = timezone.now()
    if request.method != "POST":
        in_progress = [_in_progress(booking) for booking in bookings_in_progress(request, at=at)]
        return render(request, "reservations/in_progress.html", {"bookings": in_progress})
    wishes = wishes_in(request.POST)
    items = _items(wishes, by=request.user, at=at)
    if not items and ("code" in request.POST or wishes):
        raise Http404
    key, secret = device_of(request)
    try:
        held = lapsing.hold(
            {item: wishes[item.code].pieces for item in items},
            device=key,
            network=device.network_of(request),
            language=reading_language(),
            client_key=_client_key(key, request.POST.get("client_key", "")),
            by=request.user,
            at=at,
        )
    except Refused as refusal:
        return _not_held(request, refusal, items, wishes)
    response = redirect("reservations:time", held[0].bundle)
    if secret:
        device.remember(response, secret)
    return response


def _items(wishes, *, by, at):
    """The items with these codes, as far as this person may know that they exist; of each what holding it takes."""
    known = Item.objects.filter(code__in=wishes, published_at__isnull=False)
    if not is_city(by):
        known = known.filter(public_from__lte=at)
    now = standing.current(at=at)
    return [
        now.settle(item)
        for item in known.only("code", "category", "site", "condition", "stage").order_by("pk")
    ]


def _client_key(key, typed):
    """The form's random key made this browser's own, so that two browsers never meet in it. Without one every press counts."""
    return hashlib.sha256(f"{key}:{typed or secrets.token_hex(8)}".encode()).hexdigest()[:40]


def _not_held(request, refusal, items, wishes):
    """Nothing was held: what was wished for, why not, and the form to try again with."""
    items = Item.objects.filter(pk__in=[item.pk for item in items])
    items = list(items.select_related("category__parent").prefetch_related("photos").order_by("pk"))
    why = refusal.refusals if isinstance(refusal, SomeGone) else {}
    shown = [
        {
            "item": item,
            "title": titles.title(item),
            "photo": photos.first_of(item),
            "typed": wishes[item.code].typed,
            "refusal": why.get(item),
        }
        for item in items
    ]
    context = {
        "refusal": refusal,
        "wishes": shown,
        # What may be tried again: all of it, or what is left of a list when some of it has gone.
        "again": [one for one in shown if _may_try_again(one["item"], one["refusal"] or refusal)],
        "client_key": secrets.token_urlsafe(16),
        "language_path": items[0].get_absolute_url() if len(items) == 1 else request.path,
    }
    return render(request, "reservations/not_held.html", context, status=refusal.status)


def _may_try_again(item, refusal):
    """Whether another number or another moment may help."""
    return item.available > 0 and refusal.code not in {"residents_may_not", "only_by_request", "not_on_offer"}


def _in_progress(booking):
    return booking.on_page() | {"lines": shown_lines(booking.lines)}


@require_safe
@booking_page
def resume(request, booking):  # noqa: ARG001  (every page takes the request)
    """To the step that this booking waits at."""
    return booking.go_on()


@require_POST
@booking_page
def release(request, booking):
    """Let everything go: the pieces are free at once."""
    for reservation in booking.reservations:
        verbs.cancel(reservation, at=booking.at)
    messages.success(request, _("You let it go. It is free for others again."))
    items = {line.item for line in booking.lines}
    return redirect(items.pop()) if len(items) == 1 else redirect("inventory:items")
