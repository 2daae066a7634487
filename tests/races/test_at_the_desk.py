"""Several workers at the shelves and at the desk at the same moment. Each race has a bystander whose pieces must survive."""

import pytest
from django.core.management import call_command

from inventory.domain.refusals import NotEnoughLeft
from inventory.models import Item
from recycling.accounts.domain.contacts import Contact
from recycling.policy.models import Policy
from reservations.domain import behalf, booking, handover, swapping, walkin
from reservations.domain.refusals import HasTooMany, NotEnoughAlike, WrongState
from reservations.models import Handover, Reservation, ReservationLine
from tests.concurrency import race, unexpected
from tests.factories import NOW, counters, first_slot, make_item, make_reservation, make_worker, open_site

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _room_for_everybody():
    open_site(capacity=90)
    Policy.objects.update(holds_per_network=10_000)


@pytest.fixture
def sari():
    return make_worker()


def reservations(items):
    return [
        make_reservation({item: 1}, contact=f"p{number}@example.org") for number, item in enumerate(items)
    ]


def promised(reservation):
    return list(reservation.lines.values_list("item", "pieces"))


def test_twelve_workers_give_the_same_free_thing_instead_and_one_does(sari):
    """The others find it promised by then, and change places with whoever has it: everybody keeps exactly one chair."""
    wanted, equal, bystanders = [make_item() for _number in range(12)], make_item(), make_item()
    booked, other = reservations(wanted), make_reservation({bystanders: 1}, contact="bystander@example.org")
    lines = [one.lines.get() for one in booked]
    results = race(lambda n: swapping.swap(lines[n], equal, by=sari, at=NOW), runners=12)
    assert unexpected(results, NotEnoughAlike) == []
    assert ReservationLine.objects.filter(item=equal).count() == 1
    assert [sum(pieces for _item, pieces in promised(one)) for one in booked] == [1] * 12
    # Thirteen chairs, twelve promised: one is free, and none is promised twice.
    assert sum(counters(item)[1] for item in [*wanted, equal]) == 12
    assert (promised(other), counters(bystanders)) == ([(bystanders.pk, 1)], (1, 1))
    call_command("check_counters")


def test_two_who_swap_for_each_others_things_never_wait_in_a_circle(sari):
    items = [make_item() for _number in range(6)]
    booked = reservations(items)

    def swap(number):
        line = booked[number % 6].lines.get()
        return swapping.swap(line, items[(number * 5 + 1) % 6], by=sari, at=NOW)

    results = race(swap, runners=60)
    assert unexpected(results, NotEnoughAlike, WrongState) == []
    assert sorted(item for one in booked for item, _pieces in promised(one)) == sorted(
        item.pk for item in items
    )
    assert [counters(item) for item in items] == [(1, 1)] * 6
    call_command("check_counters")


def test_a_swap_and_a_hand_over_of_the_same_thing_have_one_outcome(sari):
    pairs = [(make_item(), make_item()) for _number in range(10)]
    mine = reservations([first for first, _second in pairs])
    theirs = [
        make_reservation({second: 1}, contact=f"t{n}@example.org") for n, (_first, second) in enumerate(pairs)
    ]

    def act(number):
        which = number // 2
        if number % 2:
            return swapping.swap(mine[which].lines.get(), pairs[which][1], by=sari, at=NOW)
        line = theirs[which].lines.get()
        return handover.hand_over(theirs[which], given={line.pk: 1}, why_not={}, by=sari, at=NOW)

    results = race(act, runners=20)
    assert unexpected(results, NotEnoughAlike, WrongState) == []
    assert Handover.objects.count() == 10
    # Ten left the house, ten are still here and promised: whichever of the two each one took.
    assert Item.objects.filter(quantity=1, reserved=1).count() == 10
    assert Item.objects.filter(quantity=0, reserved=0).count() == 10
    call_command("check_counters")


def test_a_scan_by_eight_workers_is_picked_by_one(sari):
    chair = make_item()
    reservation = make_reservation({chair: 1})
    workers = [make_worker() for _number in range(8)]
    results = race(lambda n: handover.verify(reservation, chair, by=workers[n], at=NOW), runners=8)
    assert unexpected(results) == []
    assert len({line.picked_by_id for line in results}) == 1


def test_the_last_pieces_are_given_without_a_reservation_exactly_once(sari):
    chairs = make_item(quantity=12)
    make_reservation({chairs: 2}, contact="bystander@example.org")
    results = race(
        lambda n: walkin.give({chairs: 1}, language="fi", by=sari, at=NOW, client_key=f"k{n}"), runners=30
    )
    assert unexpected(results, NotEnoughLeft) == []
    assert Handover.objects.count() == 10
    assert counters(chairs) == (2, 2)
    call_command("check_counters")


def test_a_double_tap_at_the_same_moment_gives_and_books_once(sari):
    chairs, slot = make_item(quantity=20), first_slot()
    given = race(
        lambda _n: walkin.give({chairs: 1}, language="fi", by=sari, at=NOW, client_key="tap"), runners=20
    )
    made = race(lambda _n: book(chairs, sari, slot, key="tap"), runners=20)
    assert (unexpected(given), unexpected(made)) == ([], [])
    assert (len({one.pk for one in given}), len({one.pk for one in made})) == (1, 1)
    assert counters(chairs) == (19, 1)
    call_command("check_counters")


def book(item, sari, slot, *, key):
    contact = Contact("email", "aino@example.org")
    return behalf.book({item: 1}, slot, contact, name="Aino", language="fi", by=sari, at=NOW, client_key=key)


def test_nobody_passes_their_limit_by_ringing_twenty_workers_at_once(sari):
    chairs, slot = make_item(quantity=40), first_slot()
    make_reservation({chairs: 2}, contact="bystander@example.org")
    results = race(lambda n: book(chairs, sari, slot, key=f"k{n}"), runners=20)
    assert unexpected(results, HasTooMany) == []
    assert sum(isinstance(one, Reservation) for one in results) == 5
    assert counters(chairs) == (40, 7)
    call_command("check_counters")


def test_a_swap_and_a_cancellation_have_one_outcome(sari):
    pairs = [(make_item(), make_item()) for _number in range(10)]
    mine = reservations([first for first, _second in pairs])
    theirs = [
        make_reservation({second: 1}, contact=f"t{n}@example.org") for n, (_first, second) in enumerate(pairs)
    ]

    def act(number):
        which = number // 2
        if number % 2:
            return swapping.swap(mine[which].lines.get(), pairs[which][1], by=sari, at=NOW)
        return booking.cancel(theirs[which], by=sari, at=NOW)

    results = race(act, runners=20)
    assert unexpected(results, NotEnoughAlike) == []
    assert Item.objects.filter(quantity=1, reserved=1).count() == 10
    call_command("check_counters")
