"""A thing comes free while people wait for it and others press the button: it is the first's, every time."""

import time
from threading import Event

import pytest
from django.core.management import call_command
from django.db import transaction

from inventory.domain.refusals import NotEnoughLeft
from recycling import turns
from recycling.policy.models import Policy
from reservations.domain import booking, queue_states, queueing
from reservations.domain.queue_refusals import FreeNow, QueueFull, YourTurn
from reservations.domain.refusals import WrongState
from reservations.models import QueueEntry, Reservation
from tests.concurrency import race, unexpected
from tests.factories import NOW, counters, first_slot, hold, make_item, make_reservation, open_site
from tests.reservations.queues import joins, now, offer_of, told

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 10
PASSERS_BY = 10


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=50)
    Policy.objects.update(holds_per_network=10_000, pieces_per_person=1000)


@pytest.fixture(autouse=True)
def _bystander(_open):
    """Somebody who has two of the chairs already, and keeps them whatever happens; at the end no counter has drifted."""
    chairs = make_item(quantity=2)
    reservation = make_reservation({chairs: 2}, contact="bystander@example.org")
    yield
    reservation.refresh_from_db()
    assert (reservation.status, counters(chairs)) == ("booked", (2, 2))
    call_command("check_counters")


def waited_for(people=5, quantity=1):
    """A thing that somebody has booked to the last piece, who has, and those who wait for it in their order."""
    chair = make_item(quantity=quantity)
    booked = make_reservation({chair: quantity}, contact=f"first{chair.pk}@example.org")
    return chair, booked, [joins(chair, f"person{number}of{chair.pk}") for number in range(people)]


def passers_by_and(chair, free_it):
    """``free_it()`` while ten others press "Reserve" until it is done and once more; what each of them got, the freeing first."""
    done = Event()

    def act(number):
        if number == 0:
            try:
                return free_it()
            finally:
                done.set()
        while True:
            last_try = done.is_set()
            try:
                return hold({chair: 1}, device=f"{number:064x}", network=f"203.0.113.{number}")
            except NotEnoughLeft:
                if last_try:
                    raise

    freed, *pressed = race(act, runners=1 + PASSERS_BY)
    assert unexpected([freed, *pressed], NotEnoughLeft) == []
    return pressed


def test_cancelled_it_is_always_the_firsts_whoever_presses():
    for _round in range(ROUNDS):
        chair, booked, waiting = waited_for()
        pressed = passers_by_and(chair, lambda booked=booked: booking.cancel(booked, at=NOW))
        assert [type(one) for one in pressed] == [NotEnoughLeft] * PASSERS_BY
        assert [now(one) for one in waiting] == ["offered", *["waiting"] * 4]
        assert counters(chair) == (1, 1)


def test_not_answered_it_is_always_the_nexts_whoever_presses():
    for _round in range(ROUNDS):
        chair, booked, waiting = waited_for(people=2)
        booking.cancel(booked, at=NOW)
        offer = told(waiting[0])
        pressed = passers_by_and(chair, lambda one=offer: booking.expire(one, at=one.held_until))
        assert [type(one) for one in pressed] == [NotEnoughLeft] * PASSERS_BY
        assert [now(one) for one in waiting] == ["lapsed", "offered"]
        assert counters(chair) == (1, 1)


def test_offered_after_the_commit_a_passer_by_comes_first(monkeypatch):
    """The control: the same, with the offer in a transaction of its own a moment afterwards."""
    chair, booked, waiting = waited_for()
    taken = Reservation.objects.filter(lines__item=chair, status="held", queued=None)

    def afterwards(item, *, at):
        def offer():
            until = time.monotonic() + 10
            while not taken.exists() and time.monotonic() < until:
                time.sleep(0.05)
            with transaction.atomic():
                queueing.offer_next(item, at=at)

        transaction.on_commit(offer)

    monkeypatch.setattr(turns, "_offer", [afterwards])
    passers_by_and(chair, lambda: booking.cancel(booked, at=NOW))
    assert [now(one) for one in waiting] == ["waiting"] * 5
    assert taken.count() == 1


def test_two_places_for_the_last_one_are_never_given_to_both():
    chair, _booked, _waiting = waited_for(people=4)
    results = race(lambda number: joins(chair, f"new{number}"), runners=8)
    assert unexpected(results, QueueFull) == []
    assert QueueEntry.objects.in_queue().filter(item=chair).count() == 5


def test_without_the_lock_of_the_item_too_many_have_a_place(monkeypatch):
    """The control of the race before: look how many wait, then write."""
    chair, _booked, _waiting = waited_for(people=4)

    def only_read(entry):
        time.sleep(0.2)  # the others look as well before one of them writes
        return QueueEntry.objects.select_related("item__site", "item__category__parent").get(pk=entry.pk)

    move = queue_states.move

    def slowly(entry, to, **how):
        time.sleep(0.2)
        return move(entry, to, **how)

    monkeypatch.setattr(queue_states, "lock", only_read)
    monkeypatch.setattr(queue_states, "move", slowly)
    race(lambda number: joins(chair, f"new{number}"), runners=8)
    assert QueueEntry.objects.in_queue().filter(item=chair).count() > 5


def test_whoever_joins_as_it_comes_free_is_served_or_sees_it_free():
    """Never in between: waiting for a thing that is free."""
    for round_ in range(ROUNDS):
        chair, booked, _waiting = waited_for(people=0)

        def act(number, chair=chair, booked=booked, round_=round_):
            return joins(chair, f"late{round_}") if number else booking.cancel(booked, at=NOW)

        cancelled, joined = race(act, runners=2)
        assert unexpected([cancelled]) == []
        if isinstance(joined, FreeNow):
            assert counters(chair) == (1, 0)
        else:
            assert (now(joined), counters(chair)) == ("offered", (1, 1))


def test_leaving_as_ones_turn_comes_is_one_or_the_other():
    for _round in range(ROUNDS):
        chair, booked, (first, second) = waited_for(people=2)

        def act(number, booked=booked, first=first):
            return queueing.leave(first, at=NOW) if number else booking.cancel(booked, at=NOW)

        results = race(act, runners=2)
        assert unexpected(results, YourTurn) == []
        states = (now(first), now(second))
        assert states in {("left", "offered"), ("offered", "waiting")}
        assert counters(chair) == (1, 1)


def test_choosing_a_time_and_passing_on_at_once_is_one_or_the_other():
    for _round in range(ROUNDS):
        chair, booked, (first, second) = waited_for(people=2)
        booking.cancel(booked, at=NOW)
        offer, slot = offer_of(first), first_slot()

        def act(number, offer=offer, slot=slot):
            return booking.cancel(offer, at=NOW) if number else booking.reschedule(offer, slot, at=NOW)

        assert unexpected(race(act, runners=2), WrongState) == []
        # Booked and then cancelled leaves the place taken; else it was passed on. Either way the next has it.
        assert now(first) in {"taken", "passed"}
        assert (now(second), counters(chair)) == ("offered", (1, 1))


def test_many_things_that_come_free_in_opposite_orders_never_wait_in_a_circle():
    chairs = [make_item(quantity=4) for _number in range(4)]
    held = [make_reservation(dict.fromkeys(order, 1), contact=f"one{number}@example.org")
            for number, order in enumerate([chairs, chairs[::-1], chairs, chairs[::-1]])]  # fmt: skip
    for chair in chairs:
        for number in range(4):
            joins(chair, f"person{number}")
    results = race(lambda number: booking.cancel(held[number], at=NOW), runners=4)
    assert unexpected(results) == []
    assert [counters(chair) for chair in chairs] == [(4, 4)] * 4
    assert QueueEntry.objects.filter(status="offered").count() == 16
