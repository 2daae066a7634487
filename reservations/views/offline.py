"""The day's pickups as a phone keeps them, and what was picked and handed over from there without a network."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from inventory.models import ErrandKind
from inventory.views.outbox import not_filled_in, received, refused
from recycling import clock
from recycling.typed import whole_number
from reservations.desk_forms import HandOverForm
from reservations.domain import desk, sent_later
from reservations.domain.scanned import NoSuchReservation
from reservations.models import OPEN_AT_DESK

from .desk import mine, row_of, site_of


@require_safe
def kept(request):
    """Today's pickups of a site on one page: first names, last digits and lines, and nothing more of anybody."""
    site, _sites = site_of(request)
    day = clock.today(site.tz, timezone.now())
    listed = [one for one in desk.pickups_of(site, day=day) if one.status in OPEN_AT_DESK]
    late = [one for one in desk.kept_at(site) if one not in listed]
    context = {
        "site": site,
        "day_words": clock.day_text(day),
        "rows": [
            row_of(one)
            | {
                "when": clock.span_text(one.slot.starts_at, one.slot.ends_at, site.tz),
                "form": HandOverForm(lines=list(one.lines.all()), auto_id="kept-%s"),
            }
            for one in [*listed, *late]
        ],
    }
    return render(request, "reservations/desk_kept.html", context)


def _named(request):
    """The reservation that a phone names, among those of the worker's sites. Refuses `no_such_reservation`."""
    site_of(request)
    try:
        return mine(request, request.POST.get("reservation", ""))
    except Http404:
        raise NoSuchReservation from None


@require_POST
def pick(request):
    """A tick on the list that was kept."""
    try:
        reservation = _named(request)
    except NoSuchReservation as refusal:
        return refused(refusal)

    def act(errand):
        errand.address = reverse("reservations:handover", args=[reservation.code])
        picked = "undo" not in request.POST
        line = whole_number(request.POST.get("line", ""))
        sent_later.pick(reservation, line, picked=picked, by=request.user, done_at=errand.done_at)
        errand.words = _("Picked.") if picked else _("Not picked any more.")

    return received(request, act, kind=ErrandKind.PICK, about=reservation)


@require_POST
def give(request):
    """A hand-over from the list that was kept: it has happened in the hall, so it is never just refused."""
    try:
        reservation = _named(request)
    except NoSuchReservation as refusal:
        return refused(refusal)

    def act(errand):
        errand.address = reverse("reservations:handover", args=[reservation.code])
        shown = _shown(request)
        sent_later.as_shown(reservation, shown)
        lines = desk.lines_in_walking_order().filter(reservation=reservation)
        form = HandOverForm(request.POST, lines=list(lines))
        if not form.is_valid():
            raise not_filled_in(form)
        sent_later.hand_over(
            reservation,
            shown=shown,
            given=form.given,
            why_not=form.why_not,
            by=request.user,
            at=errand.received_at,
            done_at=errand.done_at,
        )
        pieces = sum(form.given.values())
        errand.words = ngettext(
            "Handed over: %(pieces)s piece.", "Handed over: %(pieces)s pieces.", pieces
        ) % {"pieces": pieces}

    return received(request, act, kind=ErrandKind.HANDOVER, about=reservation)


def _shown(request):
    """{line: pieces} as the phone had them on its screen; what is no such pair is none of ours."""
    pairs = (typed.partition(":") for typed in request.POST.getlist("shown")[:100])
    return {whole_number(line): whole_number(pieces) for line, _colon, pieces in pairs}
