"""Whose booking it is: the browser that holds, the link that was sent, and the pages that are never stored."""

import hashlib
import hmac
import secrets
from functools import wraps

from django.conf import settings
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from inventory.models import Photo
from recycling import clock
from recycling.accounts import device
from recycling.accounts.domain import contacts
from recycling.private_pages import private_page
from reservations.domain import proposing
from reservations.domain.refusals import HoldOver
from reservations.models import Reservation, ReservationLine, ReservationStatus

from .shown import shown_lines

require_page = require_http_methods(["GET", "HEAD", "POST"])


# -- the browser


def device_of(request: HttpRequest) -> tuple[str, str]:
    """The browser's key, and the secret to remember when it had none yet.

    The secret of a newcomer follows from its CSRF cookie, which only this browser has: two taps at the same moment are one
    browser, and the second finds what the first one holds.
    """
    if key := device.key_of(request):
        return key, ""
    secret, _key = device.new()
    if cookie := request.META.get("CSRF_COOKIE"):
        secret = hmac.new(
            settings.SECRET_KEY.encode(), f"device:{cookie}".encode(), hashlib.sha256
        ).hexdigest()
    # As if the request had carried the cookie that its answer will set.
    answer = HttpResponse()
    device.remember(answer, secret)
    request.COOKIES[device.COOKIE] = answer.cookies[device.COOKIE].value
    return device.key_of(request), secret


def with_lines(reservations):
    """Reservations with all that their pages show, in a fixed number of queries."""
    lines = ReservationLine.objects.select_related("item__category__parent").order_by("pk")
    return reservations.select_related("site", "slot").prefetch_related(
        Prefetch("lines", lines), Prefetch("lines__item__photos", Photo.objects.shown())
    )


def _rows(device_key, bundle):
    mine = Reservation.objects.of_device(device_key).filter(bundle=bundle)
    return list(with_lines(mine).order_by("pk"))


class Booking:
    """What one browser is booking: a reservation for each site, with one contact and one deadline."""

    def __init__(self, reservations, *, device_key, at):
        self.reservations = reservations
        self.first = reservations[0]
        self.bundle = self.first.bundle
        self.device = device_key
        self.at = at

    @property
    def lines(self):
        return [line for one in self.reservations for line in one.lines.all()]

    @property
    def contact(self):
        """Who was typed in as the one who collects, or None."""
        if not self.first.contact:
            return None
        return contacts.Contact(self.first.contact_channel, self.first.contact)

    @property
    def is_held(self):
        """Whether all of it is still being booked, and in time."""
        return all(
            one.status == ReservationStatus.HELD and one.held_until > self.at for one in self.reservations
        )

    @property
    def was_booked(self):
        return self.first.booked_at is not None or self.first.person_id is not None

    def missing_time(self):
        """The first reservation for which no time was chosen or proposed yet, or whose time has begun meanwhile; or None."""
        return next((one for one in self.reservations if not proposing.has_time(one, at=self.at)), None)

    def step(self):
        """The page to go on with: ``time``, ``contact``, ``code`` or ``check``."""
        if self.missing_time():
            return "time"
        if self.contact is None or not self.first.contact_name:
            return "contact"
        return "check" if self.first.contact_proved_at else "code"

    def go_on(self):
        """To the step that comes next."""
        return redirect(f"reservations:{self.step()}", self.bundle)

    def read_again(self):
        """As the database has it now."""
        self.reservations = _rows(self.device, self.bundle)
        self.first = self.reservations[0]

    def on_page(self):
        """What every page of the booking shows."""
        until = self.first.held_until
        return {
            "booking": self,
            "bundle": self.bundle,
            "held_until": clock.clock_text(until, self.first.site.tz),
            "held_seconds": int((until - self.at).total_seconds()),
        }


def bookings_in_progress(request, *, at):
    """The bookings that this browser has not finished, the newest first."""
    held = Reservation.objects.of_device(device.key_of(request)).filter(
        status=ReservationStatus.HELD, held_until__gt=at, person=None
    )
    bundles: dict[str, list] = {}
    for one in with_lines(held).order_by("-bundle", "pk"):
        bundles.setdefault(one.bundle, []).append(one)
    return [Booking(rows, device_key=rows[0].device, at=at) for rows in bundles.values()]


def booking_page(view):
    """A page of a booking in progress, for the browser that started it; for anybody else it is not there.

    Once it is booked, every step leads to the reservation. When its time is over, it says so with a way on (410).
    """

    @private_page
    @wraps(view)
    def wrapper(request, bundle):
        at = timezone.now()
        key = device.key_of(request)
        reservations = _rows(key, bundle)
        if not reservations:
            raise Http404
        booking = Booking(reservations, device_key=key, at=at)
        if booking.was_booked:
            return redirect(booking.first)
        if not booking.is_held:
            return over(request, booking)
        try:
            response = view(request, booking)
        except HoldOver:  # the time ended at this very moment: the verb knows best
            return over(request, booking)
        return over(request, booking) if response.status_code == HoldOver.status else response

    return wrapper


def over(request, booking):
    """The hold has ended: what it was, and how to start again."""
    let_go = all(one.status == ReservationStatus.CANCELLED for one in booking.reservations)
    context = {
        "lines": shown_lines(booking.lines),
        "let_go": let_go,
        "client_key": secrets.token_urlsafe(16),
        # Also where a POST was answered: its address has no page.
        "language_path": reverse("reservations:resume", args=[booking.bundle]),
    }
    return render(request, "reservations/over.html", context, status=410)


# -- the link


def reservation_of(token):
    """The reservation whose link this is. What was never anybody's has no page, nor has an offer of the wanted list."""
    theirs = Reservation.objects.filter(Q(person__isnull=False) | Q(booked_at__isnull=False), wanted=None)
    found = with_lines(theirs).filter(token=token).first()
    if found is None:
        raise Http404
    return found
