"""The demo shows each side of waiting: a queue, somebody's turn, a draw to come."""

import random

import pytest

from inventory.models import SiteRole
from reservations.demo.queues import wait_in_queues
from reservations.domain.counters import drifts
from reservations.models import Draw, QueueEntry
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
