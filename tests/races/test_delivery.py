"""Many requests for one van at the same moment. Each race has a bystander whose place and pieces must survive."""

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.db.models import F

from reservations.domain import delivery, slots, states, vans
from reservations.domain.refusals import SlotFull, WrongState
from reservations.models import PickupSlot, Reservation
from tests.concurrency import race, unexpected
from tests.factories import NOW, booked, counters, make_item, make_member, make_worker, open_site
from tests.reservations.driving import (
    accept,
    first_window,
    fresh,
    make_delivery,
    make_request,
    open_van,
    to_school,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def van():
    return open_van(open_site(), capacity=4)


@pytest.fixture(autouse=True)
def bystander(van):
    """Has a stop in the first half day, and two chairs."""
    chairs = make_item(quantity=2)
    member = make_member(code="daycare", cost_centre="41", name="Aamu Aho")
    return make_delivery({chairs: 2}, by=member, slot=first_window()), chairs


def survived(bystander):
    reservation, chairs = bystander
    row = fresh(reservation)
    return (row.status, row.slot_id, row.places, counters(chairs)) == (
        *("booked", reservation.slot_id, 1, (2, 2)),
    )


def asked(count, *, accepted=False, slot=None):
    """So many units, each with a request that is brought; the reservations."""
    found = []
    for number in range(count):
        member = make_member(code=f"unit{number}", cost_centre=f"{number}")
        request = make_request({make_item(): 1}, by=member)
        to_school(request)
        if slot:
            delivery.choose_time(request.reservations.get(), slot(number), by=member, at=NOW)
        if accepted:
            request = accept(request)
        found.append(request.reservations.select_related("request__by").get())
    return found


def choose(reservation, slot):
    return delivery.choose_time(reservation, slot, by=reservation.request.by, at=NOW)


def test_the_last_place_in_a_half_day_goes_to_exactly_one(bystander):
    window, rows = first_window(), asked(12)
    slots.book(window, 2)  # one of four is left beside the bystander
    results = race(lambda number: choose(rows[number], window), runners=12)
    assert unexpected(results, SlotFull) == []
    assert sum(isinstance(one, Reservation) for one in results) == 1
    slots.free(window.pk, 2)
    assert (booked(window), survived(bystander)) == (2, True)
    call_command("check_counters")


def test_without_the_guard_the_same_race_gives_places_away_twice():
    """The control: read, compared in Python and written back, the same place is given to several."""
    window, rows = first_window(), asked(12)
    slots.book(window, 2)

    def careless(number):
        with transaction.atomic():
            locked = states.lock(rows[number])
            seen = PickupSlot.objects.get(pk=window.pk)
            if seen.booked + 1 > seen.capacity:
                raise SlotFull
            locked.slot, locked.places = seen, 1
            locked.save(update_fields=["slot", "places"])
            PickupSlot.objects.filter(pk=seen.pk).update(booked=seen.booked + 1)

    race(careless, runners=12)
    taken = Reservation.objects.filter(slot=window).count()
    assert taken > 2  # the bystander and one more would be right


def test_half_days_moved_in_a_circle_never_wait_for_each_other(bystander):
    """Each moves to where the next one is, again and again: every slot is taken in the order of the keys."""
    windows = [first_window(skip=number) for number in range(1, 5)]
    rows = asked(12, accepted=True, slot=lambda number: windows[number % 4])

    def move(number):
        return choose(rows[number % 12], windows[(number % 12 + number // 12 + 1) % 4])

    results = race(move, runners=60)
    assert unexpected(results, SlotFull) == []
    assert sum(booked(window) for window in windows) == 12
    assert survived(bystander)
    call_command("check_counters")


def test_without_the_order_opposite_moves_do_deadlock():
    """The control: the old place first, then the new one, and two who change places wait for each other."""
    here, there = first_window(skip=1), first_window(skip=2)
    results = []
    for _round in range(20):

        def swap(number):
            first, second = (here, there) if number % 2 else (there, here)
            with transaction.atomic():
                for slot in (first, second):
                    PickupSlot.objects.filter(pk=slot.pk).update(booked=F("booked"))

        results += race(swap, runners=20)
        if unexpected(results):
            break
    assert any(isinstance(one, OperationalError) for one in results)


def test_the_way_and_the_time_chosen_at_once_leave_no_place_behind(bystander):
    """One member of the unit changes to pickup while another takes a half day."""
    rows, window = asked(10), first_window(skip=1)
    slots.PickupSlot.objects.filter(pk=window.pk).update(capacity=20)

    def act(number):
        reservation = rows[number // 2]
        if number % 2:
            return choose(reservation, window)
        by = reservation.request.by
        return delivery.choose(reservation.request, "pickup", by=by, at=NOW)

    results = race(act, runners=20)
    # Whoever came second found the other way, to which that half day is not offered.
    assert {type(one).__name__ for one in unexpected(results)} <= {"SlotNotOffered"}
    assert booked(window) == 0
    assert set(
        Reservation.objects.filter(pk__in=[one.pk for one in rows]).values_list("fulfilment", "slot")
    ) == {("pickup", None)}
    assert survived(bystander)
    call_command("check_counters")


def test_eight_drivers_who_receive_the_same_delivery_hand_it_over_once(bystander):
    (reservation,) = asked(1, accepted=True, slot=lambda _number: first_window())
    reservation = fresh(reservation)
    (line,) = reservation.lines.all()
    workers = [make_worker() for _number in range(8)]

    def receive(number):
        return vans.receive(
            reservation,
            typed=reservation.pickup_code,
            given={line.pk: 1},
            why_not={},
            by=workers[number],
            at=NOW,
        )

    results = race(receive, runners=8)
    assert unexpected(results, WrongState) == []
    assert Reservation.objects.filter(handover__isnull=False).count() == 1
    assert (counters(line.item), survived(bystander)) == ((0, 0), True)
    call_command("check_counters")
