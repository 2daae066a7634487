"""Booking for somebody who rings or stands at the desk: things, a time, who.

What was chosen so far stands in the address, so that every step can be gone back to; who it is for never does.
"""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.models import Site
from inventory.views.intake import sites_or_no
from recycling.errors import Refused
from reservations.desk_forms import BehalfForm
from reservations.domain import behalf as verbs
from reservations.domain.refusals import BadPieces, NothingChosen, SlotFull, SlotNotOffered
from reservations.models import ReservationLine

from .shown import when
from .things import Things
from .times import chosen_slot, times_of


@require_http_methods(["GET", "HEAD", "POST"])
def book(request):
    """The step that comes next by what the address says; POST presses a time, or books."""
    sites_or_no(request.user)
    at = timezone.now()
    things = Things(request.GET, by=request.user, at=at)
    if request.method == "POST":
        return _pressed(request, things, at=at)
    if things.refusal or not things or not {"go", "slot"} & set(request.GET):
        return _things_page(request, things, refusal=things.refusal)
    if not all(pieces >= 1 for pieces in things.wishes.values()):
        return _things_page(request, things, refusal=BadPieces())
    if "slot" not in request.GET:
        return _times_page(request, things, at=at)
    try:
        slot = chosen_slot(request.GET["slot"], things.site)
    except Refused as refusal:
        return _times_page(request, things, at=at, refusal=refusal)
    return _who_page(request, things, slot, BehalfForm(leads=_leads(request, things)))


def _pressed(request, things, *, at):
    if not things:
        return _things_page(request, things, refusal=NothingChosen())
    if "slot" in request.POST:
        return redirect(_address(things, slot=request.POST["slot"][:30]))
    try:
        slot = chosen_slot(request.GET.get("slot", ""), things.site)
    except Refused as refusal:
        return _times_page(request, things, at=at, refusal=refusal)
    form = BehalfForm(request.POST, leads=_leads(request, things))
    if not form.is_valid():
        return _who_page(request, things, slot, form, status=422)
    return _book(request, things, slot, form, at=at)


def _book(request, things, slot, form, *, at):
    try:
        made = verbs.book(things.wishes, slot, **form.answers(), by=request.user, at=at)
    except (SlotFull, SlotNotOffered) as refusal:
        return _times_page(request, things, at=at, refusal=refusal)
    except Refused as refusal:
        return _who_page(request, things, slot, form, refusal=refusal)
    messages.success(request, _("Booked. The person is told, with the link and the pickup code."))
    return redirect("reservations:handover", made.code)


def _leads(request, things):
    return Site.objects.led_by(request.user).filter(pk=things.site.pk).exists()


def _address(things, **more):
    """The address of this page with what was chosen: codes and numbers."""
    query = QueryDict(mutable=True)
    query.setlist("item", [row.item.code for row in things.rows])
    for row in things.rows:
        query[f"pieces-{row.item.code}"] = row.typed
    query.update(more)
    return f"{reverse('reservations:behalf')}?{query.urlencode()}"


def _page(request, template, context, *, refusal=None, status=200):
    # Also where a POST was answered, the languages lead to the same step.
    context |= {"refusal": refusal, "language_path": request.get_full_path()}
    return render(request, template, context, status=refusal.status if refusal else status)


def _things_page(request, things, *, refusal=None):
    return _page(request, "reservations/desk_book.html", {"things": things}, refusal=refusal)


def _times_page(request, things, *, at, refusal=None):
    lines = [ReservationLine(item=item, pieces=pieces) for item, pieces in things.wishes.items()]
    context = times_of(
        request, things.site, lines, at=at, address=lambda **more: _address(things, go=1, **more)
    )
    context |= {"things": things, "back": _address(things)}
    return _page(request, "reservations/desk_book_time.html", context, refusal=refusal)


def _who_page(request, things, slot, form, *, refusal=None, status=200):
    if refusal:
        things.explain(refusal)
    context = {
        "things": things,
        "form": form,
        "when": when(slot, things.site),
        "change_things": _address(things),
        "change_time": _address(things, go=1),
    }
    return _page(request, "reservations/desk_book_who.html", context, refusal=refusal, status=status)
