"""Handing over what a unit gives away: the weekly times, the answer to proposed ones, and the hand-over on the giver's phone."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.domain import offers, photos, titles
from recycling import clock
from recycling.audit.domain import viewed
from recycling.errors import Refused
from reservations.desk_forms import CodeForm
from reservations.domain import arranging, handover, windows
from reservations.domain.giving_refusals import NotProposed
from reservations.giving_forms import AnswerForm, GiverHandOverForm, WindowsForm, moment_in
from reservations.models import OPEN_AT_DESK, Reservation

from .desk import handed_of
from .giving import units_or_no, who_comes
from .shown import when
from .times import when_proposed

require_form = require_http_methods(["GET", "HEAD", "POST"])


def unit_with_site(request):
    """The person's units that have a site of their own, and the one that the request names; what has none keeps nothing."""
    units = [one for one in units_or_no(request.user) if offers.site_of(one)]
    code = request.POST.get("unit") or request.GET.get("unit")
    unit = next((one for one in units if one.code == code), units[0] if units else None)
    if unit is None and request.method == "POST":
        raise Http404
    return units, unit


# -- the weekly times


@require_form
def times_kept(request):
    """The weekly times of the unit's own site, or by arrangement."""
    units, unit = unit_with_site(request)
    if unit is None:
        return render(request, "department/give_windows.html", {"page": "give_windows", "unit": None})
    site = offers.site_of(unit)
    data = request.POST if request.method == "POST" else None
    form, refusal, status = WindowsForm(data, site=site, windows=windows.windows_of(site)), None, 200
    if data is not None:
        status = 422
        if form.is_valid():
            try:
                windows.keep(
                    unit,
                    form.windows(),
                    by_arrangement=form.cleaned_data["how"] == "arranged",
                    by=request.user,
                    at=timezone.now(),
                )
            except Refused as refused:
                refusal, status = refused, refused.status
            else:
                messages.success(request, _("The times are saved. What is booked already stays as it is."))
                return redirect(f"{reverse('reservations:give_windows')}?unit={unit.code}")
    context = {
        "page": "give_windows",
        "units": units,
        "unit": unit,
        "site": site,
        "kept_by": windows.kept_by_another(site, unit),
        "times": windows.in_words().get(site.pk, []),
        "form": form,
        "bad_rows": [row for row in form.rows if data is not None and row.errors],
        "refusal": refusal,
    }
    return render(request, "department/give_windows.html", context, status=status)


# -- reservations of what the unit gives away


def mine(request, code):
    """The reservation with this code of something that this person's unit gives away; anything else does not exist here."""
    units_or_no(request.user)
    if not (code.isascii() and code.isalnum()):
        raise Http404
    rows = Reservation.objects.given_by_unit_of(request.user).select_related(
        "site", "slot", "person", "department"
    )
    return get_object_or_404(rows, code=code)


def looked_at(request, reservation):
    """A name is shown: whose, to whom and when is written down before the page goes out."""
    viewed(reservation, by=request.user, at=timezone.now(), purpose="hand-over", subject=reservation.person)


@require_form
def answer(request, code):
    """The proposed times, one button each; or none of them suits."""
    reservation, at, refusal, status = mine(request, code), timezone.now(), None, 200
    form = AnswerForm(request.POST if "none" in request.POST else None)
    if request.method == "POST":
        try:
            if "none" in request.POST and form.is_valid():
                arranging.decline(reservation, suits=form.cleaned_data["suits"], by=request.user, at=at)
                messages.success(request, _("We told them, and asked for other times."))
                return redirect("reservations:give")
            if "none" not in request.POST:
                arranging.agree(reservation, _chosen(request, reservation), by=request.user, at=at)
                messages.success(request, _("The time is agreed, and we told them."))
                return redirect("reservations:give_handover", reservation.code)
            status = 422
        except Refused as refused:
            refusal, status = refused, refused.status
            reservation = mine(request, code)
    looked_at(request, reservation)
    context = {
        "page": "give",
        "reservation": reservation,
        "name": who_comes(reservation),
        "waits": reservation.is_asked and reservation.held_until > at,
        "until": clock.moment_text(reservation.held_until, reservation.site.tz)
        if reservation.held_until
        else "",
        "times": [
            (one.starts_at.isoformat(), when_proposed(one, reservation.site))
            for one in reservation.proposed.filter(starts_at__gt=at)
        ],
        "rows": [(line.pieces, titles.title(line.item)) for line in _lines(reservation)],
        "answer_form": form,
        "form": form if form.errors else None,
        "refusal": refusal,
        "language_path": request.path,
    }
    return render(request, "department/give_times.html", context, status=status)


def _chosen(request, reservation):
    """The proposed time whose button was pressed. Refuses `not_proposed`."""
    moment = moment_in(request.POST.get("time", ""))
    found = moment and moment.tzinfo and reservation.proposed.filter(starts_at=moment).first()
    if not found:
        raise NotProposed
    return found


def _lines(reservation):
    lines = reservation.lines.select_related("item__category__parent").prefetch_related("item__photos")
    return list(lines.order_by("pk"))


@require_form
def find(request):
    """The six digits lead to the reservation; a wrong code says so on the same page."""
    units_or_no(request.user)
    form = CodeForm(request.POST or None, at_once=True)
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            theirs = Reservation.objects.given_by_unit_of(request.user)
            try:
                found = handover.find(
                    form.cleaned_data["typed"], by=request.user, at=timezone.now(), among=theirs
                )
                return redirect("reservations:give_handover", found.code)
            except Refused as refused:
                refusal, status = refused, refused.status
    context = {"page": "give_handover", "form": form, "refusal": refusal}
    return render(request, "department/give_find.html", context, status=status)


@require_form
def give(request, code):
    """The hand-over: everything, or less with a reason for each line."""
    reservation = mine(request, code)
    if request.method != "POST":
        return _give_page(request, reservation)
    form = GiverHandOverForm(request.POST, lines=_lines(reservation))
    if not form.is_valid():
        return _give_page(request, reservation, form, status=422)
    try:
        handover.hand_over(reservation, **form.answers(), by=request.user, at=timezone.now())
    except Refused as refusal:
        return _give_page(request, reservation, form, refusal=refusal, status=refusal.status)
    return redirect("reservations:give_handover", reservation.code)


def _give_page(request, reservation, form=None, *, refusal=None, status=200):
    lines = _lines(reservation)
    reservation = mine(request, reservation.code)
    looked_at(request, reservation)
    give_form = form or GiverHandOverForm(lines=lines)
    context = {
        "page": "give_handover",
        "reservation": reservation,
        "name": who_comes(reservation),
        "when": when(reservation.slot, reservation.site) if reservation.slot else "",
        "is_open": reservation.status in OPEN_AT_DESK,
        "is_asked": reservation.is_asked,
        "handed": handed_of(reservation),
        "give_form": give_form,
        "form": form,
        "rows": [
            (line, titles.title(line.item), photos.first_of(line.item), *fields)
            for line, *fields in give_form.rows()
        ],
        "refusal": refusal,
        "language_path": reverse("reservations:give_handover", args=[reservation.code]),
    }
    return render(request, "department/give_handover.html", context, status=status)
