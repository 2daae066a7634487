"""Somebody waits for a thing that is taken, in a real browser: joins, sees the place, has a turn in three taps."""

import pytest

from reservations.domain import booking
from reservations.models import QueueEntry
from tests.factories import NOW, counters, make_item, make_reservation
from tests.reservations.queues import joins, now, offer_of

from .people import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AINO = "aino@example.org"
CONTINUE = "main form[novalidate] button.primary"


@pytest.mark.parametrize("screen", [PHONE, DESK])
def test_from_a_taken_thing_to_ones_turn(person, warehouse, screen):
    chair = make_item()
    booked = make_reservation({chair: 1}, contact="first@example.org")
    joins(chair, "bo")
    aino = person(language="en", width=screen)
    aino.go(f"/en/items/{chair.shown_code}")
    aino.press("a[href$='/queue']", opens="/queue$")
    aino.write("name", "Aino Asukas").write("contact", AINO)
    aino.press(CONTINUE, opens="/code$")
    aino.write("code", aino.code_from_message(AINO))
    aino.press(CONTINUE, opens="/q/[^/]+$")
    first, mine = QueueEntry.objects.order_by("joined_at", "pk")
    booking.cancel(booked, at=NOW)
    booking.cancel(offer_of(first), at=NOW)
    assert (now(mine), counters(chair)) == ("offered", (1, 1))
    aino.counted()
    aino.go(f"/q/{mine.token}")
    aino.press("a.primary[href$='/change']", opens="/change$")
    aino.press(".first-time button", opens="/r/[^/]+$")
    taps, fields = aino.counted()
    assert (now(mine), fields) == ("taken", 0)
    assert taps <= 3
