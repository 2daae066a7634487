"""Saved items: a list in a signed cookie of this device. It holds nothing for anybody and asks for no account."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from inventory.domain import catalogue, stages
from inventory.models import Item
from recycling.accounts.rules import Who, kind_of
from recycling.codes import BadCode, normalise, shown
from recycling.errors import Refused

COOKIE = "kierto_saved"
SALT = "kierto.saved"
MAX_AGE = 366 * 24 * 60 * 60
AT_MOST = 50


class ListFull(Refused):
    code = "list_full"
    message = _("You have saved %(limit)s items, which is as many as the list holds. Remove one first.")


def codes(request) -> list[str]:
    """The codes that this device has saved, the newest first. Anything that we did not write is an empty list."""
    text = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MAX_AGE)
    return text.split(".")[:AT_MOST] if text else []


def _keep(response, kept):
    response.set_signed_cookie(
        COOKIE,
        ".".join(kept),
        salt=SALT,
        max_age=MAX_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@login_not_required
@require_safe
def saved(request):
    """The saved items, to be reserved together; those that are gone say so."""
    return _page(request)


def _page(request, *, refusal=None):
    at = timezone.now()
    kept = codes(request)
    rows = catalogue.rows_by_code(Item.objects.shown_to(request.user, at=at), kept, at=at)
    here = [row for row in rows if row.state == "available"]
    mine = _reservable(here, request.user, at=at)
    context = {
        "rows": mine,
        "for_units": [row for row in here if row not in mine],
        "asks_by_request": kind_of(request.user) == Who.UNIT,
        "gone": [row for row in rows if row.state != "available"],
        "unknown": len(kept) - len(rows),
        "client_key": secrets.token_urlsafe(16),
        "refusal": refusal,
        "language_path": reverse("inventory:saved"),
    }
    return render(request, "inventory/saved.html", context, status=refusal.status if refusal else 200)


def _reservable(rows, person, *, at):
    """Those of the rows that this person may reserve for themselves."""
    who = kind_of(person)
    if who == Who.STAFF:
        return rows
    if who == Who.UNIT:
        open_ones = Item.objects.reservable_by(person, at=at).filter(pk__in=[row.id for row in rows])
        keys = set(open_ones.values_list("pk", flat=True))
        rows = [row for row in rows if row.id in keys]
    return [row for row in rows if stages.residents_may(row)]


@login_not_required
@require_POST
def save(request, code):
    """Put an item on the list; it is there once, however often it is saved."""
    stored = _stored(code)
    if not Item.objects.shown_to(request.user, at=timezone.now()).filter(code=stored).exists():
        raise Http404
    kept = codes(request)
    if stored in kept:
        return redirect("inventory:item", shown(stored))
    if len(kept) >= AT_MOST:
        return _page(request, refusal=ListFull(limit=AT_MOST))
    return _keep(redirect("inventory:item", shown(stored)), [stored, *kept])


@login_not_required
@require_POST
def unsave(request, code):
    """Take an item off the list, also one that no longer exists; back to where it was taken off."""
    stored = _stored(code)
    back = (
        redirect("inventory:item", shown(stored)) if "item" in request.POST else redirect("inventory:saved")
    )
    return _keep(back, [one for one in codes(request) if one != stored])


@login_not_required
@require_POST
def tidy(request):
    """Take off everything that cannot be had any more."""
    at = timezone.now()
    kept = codes(request)
    rows = catalogue.rows_by_code(Item.objects.visible_to(request.user, at=at), kept, at=at)
    return _keep(redirect("inventory:saved"), [row.code for row in rows if row.state == "available"])


def _stored(code):
    try:
        return normalise(code)
    except BadCode as bad:
        raise Http404 from bad
