"""What leaves for good: the form, the lead's list, and the undoing."""

from datetime import date, time

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from inventory.domain import cards, photos, titles, writing_off
from inventory.forms import plain
from inventory.hall_forms import WriteOffForm
from inventory.models import Destination, Photo, Site, Stage, WriteOff, WriteOffReason, WriteOffStatus
from recycling import clock
from recycling.errors import Refused
from recycling.policy.models import Policy

from .intake import sites_or_no
from .shelves import mine, with_token
from .stocked import stocked

RECENT = 40


@require_http_methods(["GET", "HEAD", "POST"])
def write_off(request, code):
    """Why, where to and how heavy; over the limit it waits for the lead, and the page says so beforehand."""
    found, at = mine(request, code), timezone.now()
    key = request.POST.get("client_key", "").replace("\0", "")
    if key and WriteOff.objects.filter(client_key=key, by=request.user).exists():
        # The second of two taps: what was set aside is gone by now.
        return redirect("inventory:wh_write_offs")
    aside = _aside(found, request.POST.get("aside") or request.GET.get("aside") or "")
    preset = writing_off.preset(found, at=at)
    initial = {"weight_kg": plain(preset.weight_kg)}
    if found.stage == Stage.LEAVING and not aside:
        initial |= {"pieces": found.available, "reason": WriteOffReason.UNWANTED}
    form = WriteOffForm(request.POST or None, aside=aside, initial=initial)
    status, refusal = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = _written_off(request, found, form, aside, at)
            except Refused as refused:
                refusal, status = refused, refused.status
            else:
                waits = row.status == WriteOffStatus.WAITING
                said = (
                    _("The lead has to confirm it. Until then it is set aside.")
                    if waits
                    else _("Written off.")
                )
                messages.success(request, said)
                return redirect("inventory:wh_write_offs")
    context = {
        "item": found,
        "shown": stocked(found),
        "title": titles.title(found),
        "aside": aside,
        "form": form,
        "refusal": refusal,
        "limit": Policy.shown(),
        "is_lead": writing_off.leads(request.user, found),
    }
    return render(request, "inventory/wh_write_off.html", context, status=status)


def _aside(found, typed):
    """The row of what is set aside that is asked for; none is asked for by an empty one."""
    return with_token(found.set_aside.filter(ended_at=None), typed) if typed else None


def _written_off(request, found, form, aside, at):
    clean = form.cleaned_data
    return writing_off.write_off(
        *(found, clean.get("pieces", 0)),
        reason=clean["reason"],
        destination=clean["destination"],
        weight_kg=form.weight(),
        aside=aside,
        client_key=clean["client_key"],
        by=request.user,
        at=at,
    )


ANSWERS = {
    "confirm": (writing_off.confirm, gettext_lazy("Written off.")),
    "reject": (writing_off.reject, None),
    "undo": (writing_off.undo, gettext_lazy("Undone. The pieces are here again.")),
}
# What becomes of the pieces that are not written off, by whether they were set aside for this alone.
STAYS = {True: gettext_lazy("Back on offer."), False: gettext_lazy("It is still set aside.")}


@require_http_methods(["GET", "HEAD", "POST"])
def write_offs(request):
    """What waits for the lead, what was written off lately and may be undone today, and what left where to this year."""
    tz = sites_or_no(request.user)[0].tz
    at = timezone.now()
    mine_ = WriteOff.objects.handled_by(request.user).select_related(
        "item__category__parent",
        "item__site",
        "item__shelf",
        "item__merged_into",
        "aside__item",
        "by",
        "decided_by",
    )
    refusal, status = None, 200
    if request.method == "POST":
        answer = next((name for name in ANSWERS if name in request.POST), None)
        if answer is None:
            raise Http404
        verb, said = ANSWERS[answer]
        row = with_token(mine_, request.POST[answer])
        try:
            verb(row, by=request.user, at=at)
        except Refused as refused:
            refusal, status = refused, refused.status
        else:
            messages.success(request, said or STAYS[writing_off.goes_back(row)])
            return redirect("inventory:wh_write_offs")
    led = set(Site.objects.led_by(request.user).values_list("pk", flat=True))
    waiting = mine_.filter(status=WriteOffStatus.WAITING).order_by("pk")
    waiting = waiting.prefetch_related(Prefetch("item__photos", Photo.objects.filter(position=0)))
    year = clock.today(tz, at).year
    begins = clock.resolve(date(year, 1, 1), time.min, tz)
    words = dict(Destination.choices) | {"": _("missing")}
    context = {
        "waiting": [
            (_shown(row) | _looks(row), row.item.site_id in led, row.by == request.user) for row in waiting
        ],
        "recent": [
            (_shown(row), writing_off.can_undo(row, at=at))
            for row in mine_.exclude(status=WriteOffStatus.WAITING)[:RECENT]
        ],
        "year": year,
        "totals": [
            (words[one["destination"]], one["sum_pieces"], clock.number(one["sum_kg"]), one["estimates"])
            for one in writing_off.totals(mine_.filter(at__gte=begins))
        ],
        "refusal": refusal,
    }
    return render(request, "inventory/wh_write_offs.html", context, status=status)


def _shown(row):
    return {
        "row": row,
        "title": titles.title(row.item),
        "when": clock.moment_text(row.at, row.item.site.tz),
        "kilograms": clock.number(row.weight_kg),
    }


def _looks(row):
    """What the lead has to see who does not stand before the thing."""
    return {
        "photo": photos.first_of(row.item),
        "value": cards.price_text(row.value),
        "goes_back": writing_off.goes_back(row),
    }
