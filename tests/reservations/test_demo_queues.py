"""The demo shows each side of waiting: a queue, somebody's turn, a draw to come."""

import random

import pytest

from inventory.models import SiteRole
from reservations.demo.history import leave_some_open
from reservations.demo.queues import wait_in_queues
from reservations.domain import drawing_lots
from reservations.domain.counters import drifts
from reservations.models import Draw, QueueEntry, Reservation
from tests.factories import (
    NOW,
    first_slot,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_queue_a_turn_and_a_draw():
    open_site(capacity=20)
    lead = make_worker(make_site(), SiteRole.LEAD)
    for number in range(2):
        make_reservation(
            {make_item(at=later(days=-1)): 1}, slot=first_slot(skip=20), contact=f"p{number}@example.org"
        )
    make_item(at=later(days=-1))
    wait_in_queues(random.Random(1), lead=lead, now=NOW)
    assert QueueEntry.objects.filter(status="waiting").count() == 3 + 2 + 6
    assert QueueEntry.objects.filter(status="offered").count() == 1
    assert (Draw.objects.count(), drifts()) == (1, [])


def test_what_is_being_booked_in_the_demo_is_nothing_that_lots_decide_about():
    """The newest thing of all may be the one that the demo marked for a draw."""
    lead = make_worker(make_site(), SiteRole.LEAD)
    chair, drawn = make_item(at=later(days=-1)), make_item(at=later(days=-1))
    drawing_lots.mark(drawn, draw_at=later(days=5), by=lead, at=NOW)
    leave_some_open(None, now=NOW)
    assert list(Reservation.objects.values_list("status", "lines__item")) == [("held", chair.pk)]
