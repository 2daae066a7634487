"""The answer of the day before, and two misses, at the same moment. A bystander's pieces survive."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from recycling.accounts.models import User
from recycling.notifications.models import Notification
from reservations.domain import booking, coming
from reservations.domain.refusals import WrongState
from reservations.models import Reservation
from tests.concurrency import race, unexpected
from tests.factories import counters, first_slot, make_item, make_reservation, open_site

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _room_for_everybody():
    open_site(capacity=90)


def test_yes_and_cancel_at_the_same_moment_end_cancelled_and_the_piece_is_free_once():
    chairs = make_item(quantity=3)
    slot = first_slot(skip=40)
    mine = make_reservation({chairs: 1}, slot=slot)
    other = make_reservation({chairs: 1}, slot=slot, contact="bystander@example.org")
    at = slot.starts_at - timedelta(hours=20)

    def press(number):
        return booking.cancel(mine, at=at) if number % 2 else coming.say(mine, at=at)

    results = race(press, runners=20)
    assert unexpected(results, WrongState) == []
    assert Reservation.objects.get(pk=mine.pk).status == "cancelled"
    assert Reservation.objects.get(pk=other.pk).status == "booked"
    assert counters(chairs) == (3, 1)
    call_command("check_counters")


def test_misses_that_are_marked_at_the_same_moment_are_all_counted_and_told_as_one_pause():
    made = [make_reservation({make_item(): 1}) for _number in range(4)]
    neighbour = make_reservation({make_item(): 1}, contact="bystander@example.org")
    at = made[0].slot.ends_at + timedelta(hours=1)
    results = race(lambda number: booking.mark_missed(made[number], at=at), runners=4)
    assert unexpected(results) == []
    assert User.objects.get(email="aino@example.org").booking_paused_until == at + timedelta(days=30)
    assert Notification.objects.filter(kind="paused").count() == 1
    assert User.objects.get(email="bystander@example.org").booking_paused_until is None
    assert Reservation.objects.get(pk=neighbour.pk).status == "booked"
