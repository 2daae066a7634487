"""On the phone of whoever came, at a place where nobody hands over: what they take, and the digits of the paper there."""

from django.shortcuts import redirect, render
from django.utils import timezone

from recycling.accounts import device
from recycling.errors import Refused
from reservations.domain import site_code
from reservations.taking_forms import AtThePlaceForm

from .manage import manage_page
from .shown import shown_lines
from .visitor import private_page, require_page, reservation_of


@private_page
@require_page
def at_place(request, token):
    """GET asks what is taken and for the digits, POST takes it. What is over already leads to the reservation's page."""
    at, reservation = timezone.now(), reservation_of(token)
    if refusal := site_code.why_not_collect(reservation, at=at):
        if request.method != "POST" or not reservation.is_open:
            return redirect(reservation)
        return manage_page(request, reservation, at=at, refusal=refusal)
    lines = list(reservation.lines.all())
    if request.method != "POST":
        return _page(request, reservation, AtThePlaceForm(lines=lines))
    form = AtThePlaceForm(request.POST, request.FILES, lines=lines)
    if not form.is_valid():
        return _page(request, reservation, form, status=422)
    try:
        site_code.collect(
            reservation,
            **form.answers(),
            device=device.key_of(request) or device.network_of(request),
            at=at,
        )
    except Refused as refusal:
        return _page(request, reservation, form, refusal=refusal, status=refusal.status)
    return redirect(reservation)


def _page(request, reservation, form, *, refusal=None, status=200):
    titles = shown_lines(reservation.lines.all())
    rows = [(line, *fields) for line, (_line, *fields) in zip(titles, form.rows(), strict=True)]
    context = {
        "reservation": reservation,
        "site": reservation.site,
        "form": form,
        "rows": rows,
        "refusal": refusal,
    }
    return render(request, "reservations/at_place.html", context, status=status)
