"""A thing that was handed over comes back: its code, its condition, its shelf."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.domain import photos, scanning, titles
from inventory.models import Item, Site
from recycling import clock
from recycling.codes import BadCode, normalise
from recycling.errors import Refused
from reservations.desk_forms import ItemCodeForm, ReturnForm
from reservations.domain import returning
from reservations.models import Returned

from .desk import name_of

LATELY = 12


@require_http_methods(["GET", "HEAD", "POST"])
def returns(request):
    """The code of what came back leads to its page; below it what came back lately."""
    if not Site.objects.open().worked_at_by(request.user).exists():
        raise PermissionDenied
    form = ItemCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = scanning.item_or_label(form.cleaned_data["typed"], by=request.user)
            if found.kind != "item":
                raise scanning.NoSuchItem(code=str(found.thing))
        except Refused as refusal:
            form.add_error("typed", str(refusal))
        else:
            return redirect("reservations:return_item", found.thing.shown_code)
    lately = (
        Returned.objects.filter(into__in=Item.objects.handled_by(request.user))
        .select_related("into__category__parent", "into__site", "into__shelf")
        .order_by("-pk")[:LATELY]
    )
    rows = [(row, titles.title(row.into), clock.moment_text(row.at, row.into.site.tz)) for row in lately]
    status = 422 if request.method == "POST" else 200
    return render(request, "reservations/wh_returns.html", {"form": form, "rows": rows}, status=status)


def _item(request, code):
    try:
        code = normalise(code)
    except BadCode as refusal:
        raise Http404(str(refusal)) from None
    mine = Item.objects.handled_by(request.user).select_related(
        "category__parent", "site", "shelf", "merged_into"
    )
    return get_object_or_404(mine, code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def return_item(request, code):
    """From which hand-over, how many, in which condition, to which shelf."""
    found = _item(request, code)
    key = request.POST.get("client_key", "").replace("\0", "")
    known = Returned.objects.filter(client_key=key, by=request.user).select_related("into").first()
    if key and known:
        # The second of two taps: by now nothing may be out any more.
        return redirect("inventory:wh_item", known.into.shown_code)
    out = returning.still_out(found)
    page = Paginator(out, LATELY).get_page(request.GET.get("page"))
    lines = {_key(line, found): line for line in [*page, *_chosen(request, out)]}
    choices = [(key, _said(line)) for key, line in lines.items()]
    first = {"line": choices[0][0] if len(choices) == 1 else ""}
    first["shelf"] = found.shelf.code if found.shelf else ""
    form = ReturnForm(request.POST or None, choices=choices, initial=first)
    status, refusal = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = _take_back(request, form, lines)
            except Refused as refused:
                refusal, status = refused, refused.status
            else:
                messages.success(request, _("It is here again. Its hand-over no longer counts."))
                return redirect("inventory:wh_item", row.into.shown_code)
    context = {
        "item": found,
        "title": titles.title(found),
        "photo": photos.first_of(found),
        "form": form,
        "nothing_out": not lines,
        "newer": page.has_previous() and f"?page={page.previous_page_number()}",
        "older": page.has_next() and f"?page={page.next_page_number()}",
        "refusal": refusal,
        "language_path": reverse("reservations:return_item", args=[found.shown_code]),
    }
    return render(request, "reservations/wh_return.html", context, status=status)


def _key(line, found):
    """By its reservation; of a lot that this one took in, with its code: one hand-over may have had pieces of both."""
    code = line.handover.reservation.code
    return code if line.item_id == found.pk else f"{code}-{line.item.code}"


def _chosen(request, out):
    """The lines of the hand-over that was chosen. Pages may have moved on since, so it is known wherever it stands."""
    code = request.POST.get("line", "").partition("-")[0].replace("\0", "")
    return list(out.filter(handover__reservation__code=code)) if code else []


def _said(line):
    """A hand-over as the list of pickups names it: when, who it was for, the end of the pickup code."""
    done = line.handover
    words = [
        clock.moment_text(done.at, line.item.site.tz),
        f"{name_of(done.reservation)} …{done.reservation.pickup_code[-3:]}",
    ]
    words.append(_("still out: %(pieces)s") % {"pieces": line.given - line.returned})
    return ", ".join(words)


def _take_back(request, form, lines):
    clean = form.cleaned_data
    return returning.take_back(
        lines[clean["line"]],
        clean["pieces"],
        condition=clean["condition"],
        shelf=clean["shelf"],
        client_key=clean["client_key"],
        by=request.user,
        at=timezone.now(),
    )
