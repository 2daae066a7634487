"""The end of an offer and those who want a piece of it, at the same moment; and two answers to proposed times."""

import time

import pytest
from django.core.management import call_command
from django.db import transaction

from inventory.domain import offers, stock
from inventory.domain.offer_refusals import StillToBeCollected, WrongOffer
from inventory.domain.refusals import NotEnoughLeft, NotOnOffer
from inventory.models import Item
from recycling.accounts.models import Department
from recycling.policy.models import Policy
from reservations.domain import arranging, booking, proposing, site_code, windows
from reservations.domain.refusals import WrongState
from reservations.models import PickupSlot, Reservation
from tests.concurrency import race, unexpected
from tests.factories import NOW, counters, hold, later, make_item, make_member, make_reservation, make_worker
from tests.giving import give_weekly, make_offer, make_school, nobody_hands_over, until
from tests.reservations.test_giving import asked_for, moment

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 20
TOO_LATE = (NotOnOffer, NotEnoughLeft)


@pytest.fixture
def antti():
    make_school()
    Department.objects.update(is_trusted_giver=True)
    Policy.objects.update(holds_per_network=10_000, holds_per_device=20)
    return make_member("giver", name="Antti Antaja")


@pytest.fixture
def sari():
    """What is for units alone at this moment, only the city's staff reserve without a request."""
    return make_worker()


@pytest.fixture
def bystander(antti):
    """Somebody has two of these, and keeps them whatever happens."""
    chairs = make_item(quantity=22)
    stock.hold(chairs, 2, visible=Item.objects.all())
    return chairs


def taker(number, offer, *, by, at=NOW):
    return hold({offer: 1}, device=f"{number:064x}", by=by, at=at)


def torn(rows):
    """Those that are out of the catalogue although somebody comes for a piece of them."""
    return [item for item in rows if item.status == "withdrawn" and item.reserved]


@pytest.mark.parametrize("verb", [offers.end, offers.gone])
def test_two_want_the_last_piece_while_the_giver_ends_it(antti, sari, bystander, verb):
    rows = [make_offer(antti, quantity=1) for _round in range(ROUNDS)]

    def act(number):
        offer = rows[number // 3]
        return verb(offer, by=antti, at=NOW) if number % 3 == 2 else taker(number, offer, by=sari)

    results = race(act, runners=3 * ROUNDS, at_once=3)
    assert unexpected(results, *TOO_LATE) == []
    rows = list(Item.objects.filter(pk__in=[row.pk for row in rows]))
    taken = [
        sum(isinstance(one, list) for one in results[place : place + 3]) for place in range(0, 3 * ROUNDS, 3)
    ]
    assert max(taken) <= 1
    assert sum(item.reserved for item in rows) == sum(taken)
    assert torn(rows) == []
    assert not Item.objects.visible_to(antti, at=NOW).filter(pk__in=[row.pk for row in rows]).exists()
    assert counters(bystander) == (22, 2)
    assert_no_drift(bystander)


def assert_no_drift(bystander):
    stock.release(bystander, 2, at=NOW)
    call_command("check_counters")


def test_the_job_ends_what_somebody_takes_at_the_last_moment(antti, sari, bystander):
    rows = [make_offer(antti, quantity=2, available_until=until(0)) for _round in range(ROUNDS)]

    def act(number):
        offer = rows[number // 2]
        # For one it is still the last day; the job's clock has struck midnight.
        return offers.end_over(offer, at=later(days=1)) if number % 2 else taker(number, offer, by=sari)

    results = race(act, runners=2 * ROUNDS, at_once=2)
    assert unexpected(results, *TOO_LATE, StillToBeCollected, WrongOffer) == []
    rows = list(Item.objects.filter(pk__in=[row.pk for row in rows]))
    assert torn(rows) == []
    taken = sum(isinstance(one, list) for one in results)
    assert (sum(item.reserved for item in rows), sum(item.status == "withdrawn" for item in rows)) == (
        taken,
        ROUNDS - taken,
    )
    assert counters(bystander) == (22, 2)
    assert_no_drift(bystander)


def test_without_the_lock_the_job_takes_out_what_is_promised(antti, sari):
    """The control: looked at, and then written."""
    rows = [make_offer(antti, quantity=2) for _round in range(ROUNDS)]

    @transaction.atomic
    def careless(offer):
        if not Item.objects.values_list("reserved", flat=True).get(pk=offer.pk):
            time.sleep(0.02)  # somebody reserves it between the look and the writing
            Item.objects.filter(pk=offer.pk).update(status="withdrawn")

    def act(number):
        offer = rows[number // 2]
        return careless(offer) if number % 2 else taker(number, offer, by=sari)

    race(act, runners=2 * ROUNDS, at_once=2)
    assert torn(Item.objects.filter(pk__in=[row.pk for row in rows])) != []


@pytest.fixture
def asked(antti):
    """``asked(number)``: a reservation that waits for one and the same time."""
    school = Department.objects.get()
    windows.keep(school, [], by_arrangement=True, by=antti, at=NOW)
    offer = make_offer(antti, quantity=200, residents_may_come=True)
    Item.objects.update(public_from=NOW)
    return lambda number: asked_for(
        offer, moment(2), contact=f"n{number}@example.org", device=f"{number + 1:064x}"
    )


def test_two_givers_say_yes_to_one_time(antti, asked, bystander):
    waiting = [asked(number) for number in range(8)]
    proposed = [one.proposed.get() for one in waiting]
    results = race(
        lambda n: arranging.agree(waiting[n % 8], proposed[n % 8], by=antti, at=NOW), runners=16, at_once=16
    )
    assert unexpected(results) == []
    slot = PickupSlot.objects.get()
    assert (slot.capacity, slot.booked, Reservation.objects.filter(status="booked").count()) == (8, 8, 8)
    assert counters(bystander) == (22, 2)


def test_the_giver_says_yes_while_the_person_cancels_and_the_day_is_planned(antti, asked, bystander):
    waiting = [asked(number) for number in range(ROUNDS)]
    site = waiting[0].site

    def act(number):
        one = waiting[number // 3]
        if number % 3 == 0:
            return arranging.agree(one, one.proposed.get(), by=antti, at=NOW)
        return booking.cancel(one, at=NOW) if number % 3 == 1 else booking.slots.plan(site, at=NOW)

    results = race(act, runners=3 * ROUNDS, at_once=3)
    assert unexpected(results, WrongState) == []
    assert {one.status for one in Reservation.objects.filter(pk__in=[one.pk for one in waiting])} == {
        "cancelled"
    }
    assert {slot.booked for slot in PickupSlot.objects.all()} <= {0}
    assert counters(bystander) == (22, 2)
    assert_no_drift(bystander)


def test_other_times_are_proposed_while_the_giver_takes_one(antti, asked, bystander):
    waiting = [asked(number) for number in range(ROUNDS)]
    proposed = [one.proposed.get() for one in waiting]

    def act(number):
        one = waiting[number // 2]
        if number % 2:
            return proposing.propose(one, [moment(3)], at=NOW)
        return arranging.agree(one, proposed[number // 2], by=antti, at=NOW)

    results = race(act, runners=2 * ROUNDS, at_once=2)
    assert (
        sum(isinstance(one, Reservation) for one in results) == ROUNDS
    )  # nobody may change what is being answered
    assert Reservation.objects.filter(status="booked").count() == ROUNDS
    assert counters(bystander) == (22, 2)


# -- the digits of a place


@pytest.fixture
def there(antti, bystander):
    """Two of twelve chairs, at their time, where nobody hands over; and the pieces of the reservation."""
    give_weekly(antti.memberships.get().department, antti)
    nobody_hands_over(antti)
    chairs = make_offer(antti, quantity=12, residents_may_come=True)
    Item.objects.update(public_from=NOW)
    made = make_reservation({chairs: 2})
    return Reservation.objects.select_related("site", "slot").get(pk=made.pk), made.lines.get()


def type_digits(there, digits):
    reservation, line = there
    answers = {"given": {line.pk: 2}, "why_not": {}, "said": {}, "device": "d" * 64}
    return site_code.collect(reservation, digits, **answers, at=reservation.slot.starts_at)


def test_guesses_at_once_are_five_guesses(there, bystander):
    right = int(site_code.digits(there[0].site))
    got = race(lambda number: type_digits(there, f"{(right + 1 + number) % 10_000:04d}"), runners=12)
    assert sorted(type(one).__name__ for one in got) == 7 * ["TooOften"] + 5 * ["WrongSiteCode"]
    assert counters(bystander) == (22, 2)


def test_the_right_digits_twice_at_once_take_the_things_once(there, bystander):
    right = site_code.digits(there[0].site)
    got = race(lambda _number: type_digits(there, right), runners=4)
    assert [getattr(one, "status", one) for one in got] == 4 * ["collected"]
    assert (counters(there[1].item), counters(bystander)) == ((10, 0), (22, 2))
