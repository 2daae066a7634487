"""A worker's browser at the desk: what it sends and what the answers say."""

from django.urls import reverse
from django.utils import translation

from reservations.models import Reservation


def address(name, *args, language="en"):
    with translation.override(language):
        return reverse(f"reservations:{name}", args=args)


def fresh(reservation):
    return Reservation.objects.get(pk=reservation.pk)


def give(browser, reservation, **fields):
    return browser.post(address("handover", reservation.code), fields)


def find(browser, typed, **fields):
    return browser.post(address("desk_find"), {"typed": typed, **fields})
