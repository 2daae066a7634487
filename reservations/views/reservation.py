"""The reservation's own page for its whole life, by the link that every message carries; change, cancel, calendar, QR."""

import io

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.models import Site
from recycling.errors import Refused
from reservations.domain import advice, calendar
from reservations.domain import booking as verbs
from reservations.domain import coming as question
from reservations.forms import CancelForm
from reservations.models import OPEN_AT_DESK, Reservation, ReservationStatus

from .manage import manage_page
from .shown import shown_lines, when
from .times import proposal_page, propose, slot_in, times_page, typed_proposal
from .visitor import private_page, require_page, reservation_of


def works_there(user, reservation):
    """Whether this signed-in person hands things over at the reservation's site."""
    return Site.objects.worked_at_by(user).filter(pk=reservation.site_id).exists()


@private_page
@require_safe
def link(request, token):
    """The link of a message or a QR code: the worker's or the giver's hand-over, anybody else's page in its own language."""
    reservation = reservation_of(token)
    if reservation.status in OPEN_AT_DESK and request.user.is_authenticated:
        with translation.override(request.user.language):
            if works_there(request.user, reservation):
                return redirect("reservations:handover", reservation.code)
            # In the eyes of the phone's own camera the code that somebody shows at a unit's site is this link.
            if Reservation.objects.given_by_unit_of(request.user).filter(pk=reservation.pk).exists():
                return redirect("reservations:give_handover", reservation.code)
    with translation.override(reservation.language):
        return redirect(reservation)


@private_page
@require_safe
def manage(request, token):
    """What the reservation says today, and what can be done about it."""
    return manage_page(request, reservation_of(token), at=timezone.now())


@private_page
@require_safe
def question_link(request, token):  # noqa: ARG001  (every page takes the request)
    """The link of a reminder: the question, in the language of the reservation."""
    reservation = reservation_of(token)
    with translation.override(reservation.language):
        return redirect("reservations:coming", reservation.token)


@private_page
@require_page
def coming(request, token):
    """GET asks whether they still come, with a button for each answer; POST is the yes."""
    at, reservation = timezone.now(), reservation_of(token)
    if refusal := question.why_not(reservation, at=at):
        return _not_now(request, reservation, refusal, at=at)
    if request.method == "POST":
        try:
            question.say(reservation, at=at)
        except Refused as refused:
            return manage_page(request, reservation_of(token), at=at, refusal=refused)
        messages.success(request, _("Thank you. We expect you."))
        return redirect(reservation)
    context = {
        "reservation": reservation,
        "site": reservation.site,
        "lines": shown_lines(reservation.lines.all()),
        "when": when(reservation.slot, reservation.site),
        "has_said": question.has_said(reservation),
        "why_not_moved": advice.why_not_moved(reservation, at=at),
    }
    return render(request, "reservations/coming.html", context)


@private_page
@require_page
def change(request, token):
    """Another time, or the first one for what was kept; the old one is kept until the new one is taken."""
    at, reservation = timezone.now(), reservation_of(token)
    if refusal := advice.why_not_moved(reservation, at=at):
        return _not_now(request, reservation, refusal, at=at)
    if reservation.site.by_arrangement and not reservation.is_delivery:
        return _propose(request, reservation, at=at)
    if request.method == "POST":
        had_time = reservation.status != ReservationStatus.HELD
        try:
            verbs.reschedule(reservation, slot_in(request, reservation.site, reservation.fulfilment), at=at)
        except Refused as refused:
            refusal = refused
            reservation = reservation_of(token)
        else:
            messages.success(
                request, _("The new time is confirmed.") if had_time else _("The time is booked.")
            )
            return redirect(reservation)
    context = times_page(request, reservation, at=at) | {
        "refusal": refusal,
        "when": when(reservation.slot, reservation.site) if reservation.slot else "",
        "missed": reservation.status == ReservationStatus.MISSED,
    }
    return render(request, "reservations/change.html", context, status=refusal.status if refusal else 200)


def _propose(request, reservation, *, at):
    """Times are agreed with the giver here: what is kept for somebody gets new proposals."""
    form = refusal = None
    status = 200
    if request.method == "POST":
        try:
            form = propose(request, reservation, at=at)
        except Refused as refused:
            form, refusal = typed_proposal(request, reservation), refused
        else:
            if form is None:
                messages.success(request, _("We asked, and write to you when there is an answer."))
                return redirect(reservation)
        status = refusal.status if refusal else 422
    context = {
        "reservation": reservation,
        "site": reservation.site,
        "lines": shown_lines(reservation.lines.all()),
        "refusal": refusal,
    } | proposal_page(reservation, form, at=at)
    return render(request, "reservations/change.html", context, status=status)


def _not_now(request, reservation, refusal, *, at):
    """Asked for by an old page or link: the reservation's page says how things stand."""
    if request.method != "POST":
        return redirect(reservation)
    return manage_page(request, reservation, at=at, refusal=refusal)


@private_page
@require_page
def cancel(request, token):
    """GET asks once more, POST cancels. Cancelling what is cancelled says that it is."""
    at, reservation = timezone.now(), reservation_of(token)
    if reservation.status == ReservationStatus.CANCELLED:
        return redirect(reservation)
    if refusal := advice.why_not_cancelled(reservation, at=at):
        return _not_now(request, reservation, refusal, at=at)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.cancel(reservation, at=at, reason=form.cleaned_data["reason"])
        except Refused as refused:
            return manage_page(request, reservation_of(token), at=at, refusal=refused)
        return redirect(reservation)
    context = {
        "reservation": reservation,
        "lines": shown_lines(reservation.lines.all()),
        "when": when(reservation.slot, reservation.site) if reservation.slot else "",
        "form": form,
    }
    return render(request, "reservations/cancel.html", context, status=422 if form.errors else 200)


@private_page
@require_safe
def calendar_file(request, token):  # noqa: ARG001  (every page takes the request)
    """The pickup as a calendar file; once there is none to come, the page that says so."""
    reservation = reservation_of(token)
    if reservation.status not in OPEN_AT_DESK:
        return redirect(reservation)
    return HttpResponse(
        calendar.ics(reservation),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="pickup.ics"'},
    )


@private_page
@require_safe
def qr(request, token):  # noqa: ARG001  (every page takes the request)
    """The link as a QR code, black on white with its quiet zone, while there is something to collect."""
    reservation = reservation_of(token)
    if reservation.status not in OPEN_AT_DESK:
        raise Http404
    out = io.BytesIO()
    code = segno.make(calendar.link(reservation), error="m", micro=False)
    code.save(out, kind="svg", border=4, scale=8, dark="#000", light="#fff", xmldecl=False)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
