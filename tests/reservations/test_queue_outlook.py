"""What somebody in a queue is told to hope for: nothing from too little, never more than the figures say."""

import pytest

from reservations.domain import booking, queue_outlook, queueing
from reservations.models import Reservation
from tests.factories import NOW, hold, later, make_item, make_reservation, open_site
from tests.reservations.queues import joins

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=50)


@pytest.fixture
def chair():
    return make_item()


def over(status, count):
    """So many bookings that ended like this yesterday."""
    for number in range(count):
        Reservation.objects.create(
            code=f"{status[:2]}{number}",
            bundle="x",
            site=make_item().site,
            status=status,
            booked_at=later(days=-2),
            created_at=later(days=-2),
            closed_at=later(days=-1),
        )


def test_from_few_bookings_nothing_is_said_of_the_chance(chair):
    make_reservation({chair: 1})
    over("collected", 10)
    found = queue_outlook.of(chair, 1, at=NOW)
    assert (found.percent, found.hope) == (None, "")


def test_the_day_by_which_one_knows_is_when_the_last_promise_ends(chair):
    booked = make_reservation({chair: 1})
    assert queue_outlook.of(chair, 1, at=NOW).known_by == booked.slot.ends_at
    held = hold({make_item(): 1})[0]
    assert queue_outlook.of(held.lines.get().item, 1, at=NOW).known_by == held.held_until
    first = joins(chair)
    booking.cancel(booked, at=NOW)
    until = queueing.answer_until(NOW, "Europe/Helsinki")
    assert queue_outlook.of(first.item, 1, at=NOW).known_by == until


def test_of_one_promise_it_is_as_likely_as_bookings_come_free(chair, django_assert_num_queries):
    make_reservation({chair: 1})
    over("collected", 80)
    over("cancelled", 15)
    over("expired", 5)
    with django_assert_num_queries(2):
        found = queue_outlook.of(chair, 1, at=NOW)
    assert (found.percent, found.hope) == (20, "possible")
    assert queue_outlook.of(chair, 2, at=NOW).hope == "unlikely"


@pytest.mark.parametrize(
    ("share", "promises", "place", "likely"),
    [
        (0.2, 1, 1, 0.2),
        (0.2, 1, 2, 0),
        (0.2, 2, 1, 0.36),
        (0.2, 10, 1, 0.893),
        (0.2, 10, 5, 0.033),
        (0, 10, 1, 0),
        (1, 3, 3, 1),
        (0.2, 0, 1, 0),
    ],
)
def test_the_chance_that_enough_promises_come_free(share, promises, place, likely):
    assert queue_outlook.chance(share, promises=promises, place=place) == pytest.approx(likely, abs=0.001)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("promises", [0, 1, 3])
def test_who_is_further_back_than_there_are_promises_has_no_chance(share, promises):
    assert queue_outlook.chance(share, promises=promises, place=10_000) == pytest.approx(0)
