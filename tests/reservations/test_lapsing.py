"""A hold that has ended stands in nobody's way, also before the job has swept it up."""

import pytest
import time_machine
from django.test import Client

from reservations.domain import lapsing
from reservations.models import Reservation, ReservationStatus
from tests.factories import counters, hold, later, make_item, make_reservation, open_site

pytestmark = pytest.mark.django_db

ENDED = later(minutes=20)


def statuses():
    return list(Reservation.objects.order_by("pk").values_list("status", flat=True))


def test_only_what_has_ended_and_only_these_items_are_let_go():
    chair, desk = make_item(quantity=3), make_item(category="desk")
    open_site()
    booked = make_reservation({chair: 1})
    hold({chair: 1})
    hold({desk: 1}, device="e" * 64)
    hold({chair: 1}, device="f" * 64, at=later(minutes=1))

    lapsing.let_go([chair], at=ENDED)

    booked.refresh_from_db()
    assert booked.status == ReservationStatus.BOOKED
    assert statuses() == ["booked", "expired", "held", "held"]
    assert (counters(chair), counters(desk)) == ((3, 2), (1, 1))
    lapsing.let_go([chair], at=ENDED)  # twice has the effect of once
    assert counters(chair) == (3, 2)


def test_the_next_one_who_presses_gets_the_chair():
    chair = make_item()
    open_site()
    hold({chair: 1})
    with time_machine.travel(ENDED, tick=False):
        answer = Client().post("/en/book", {"code": chair.code, "pieces": "1", "client_key": "k"})
    assert (answer.status_code, answer.url.endswith("/time")) == (302, True)
    assert (statuses(), counters(chair)) == (["expired", "held"], (1, 1))
