"""Many people after the last things. Each race has bystanders whose pieces must survive; each guard has a control without it."""

import random
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.db.models import F
from django.test import Client

from inventory.domain.refusals import NotEnoughLeft
from inventory.models import Item
from recycling.accounts.domain import contacts
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import booking, handover, holding
from reservations.domain.refusals import HoldOver, SlotFull, SomeGone, TooManyHolds, TooManyPieces, WrongState
from reservations.models import Handover, Reservation
from tests.concurrency import race, unexpected
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_member,
    make_reservation,
    make_worker,
    open_site,
)
from tests.reservations.visiting import Resident

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _room_for_everybody():
    open_site(capacity=50)
    Policy.objects.update(holds_per_network=10_000)


@pytest.fixture
def bystander():
    """Somebody who already has two of the chairs, and keeps them whatever happens."""
    chairs = make_item(quantity=22)
    make_reservation({chairs: 2}, contact="bystander@example.org")
    return chairs


def reserved(results):
    return [one for one in results if isinstance(one, list)]


def device(number):
    return f"{number:064x}"


def hold_from(number, wishes, **how):
    """Held from a network of its own: the counter of one network would let its browsers race one after the other."""
    return hold(wishes, device=device(number), network=f"198.51.100.{number}", **how)


def test_two_hundred_people_after_twenty_single_things_get_exactly_twenty():
    items = [make_item() for _number in range(20)]
    results = race(lambda n: hold_from(n, {items[n % 20]: 1}), runners=200)
    assert unexpected(results, NotEnoughLeft) == []
    assert len(reserved(results)) == 20
    assert [counters(item) for item in items] == [(1, 1)] * 20
    call_command("check_counters")


def test_two_hundred_people_after_a_lot_of_twenty_get_exactly_twenty(bystander):
    results = race(lambda n: hold_from(n, {bystander: 1}), runners=200)
    assert unexpected(results, NotEnoughLeft) == []
    assert len(reserved(results)) == 20
    assert counters(bystander) == (22, 22)
    call_command("check_counters")


def test_without_the_guard_the_same_race_gives_pieces_away_twice():
    """The control: read, compare in Python, write back. If this were safe too, the races above would prove nothing."""
    chairs = make_item(quantity=20)

    def look_then_write(_number):
        with transaction.atomic():
            item = Item.objects.get(pk=chairs.pk)
            if item.reserved + 1 > item.quantity:
                raise NotEnoughLeft
            Item.objects.filter(pk=item.pk).update(reserved=item.reserved + 1)
            return [item]

    results = race(look_then_write, runners=200)
    promised = len(reserved(results))
    assert promised > Item.objects.get(pk=chairs.pk).reserved


def test_fifty_people_after_a_time_with_three_places_are_exactly_three():
    slot = first_slot()
    type(slot).objects.filter(pk=slot.pk).update(capacity=4)
    make_reservation({make_item(): 1}, slot=slot, contact="bystander@example.org")
    held = [hold({make_item(): 1}, device=device(n))[0] for n in range(50)]
    results = race(lambda n: holding.choose_time(held[n], slot, at=NOW), runners=50)
    assert unexpected(results, SlotFull) == []
    assert sum(isinstance(one, Reservation) for one in results) == 3
    assert booked(slot) == 4
    call_command("check_counters")


def test_the_same_things_in_opposite_orders_never_wait_in_a_circle():
    items = [make_item(quantity=100) for _number in range(6)]
    member = make_member()

    def take(number):
        wanted = random.Random(number).sample(items, 3)
        return hold_from(number, dict.fromkeys(wanted, 1), by=member)

    results = race(take, runners=150)
    assert unexpected(results) == []
    assert sum(counters(item)[1] for item in items) == 450
    call_command("check_counters")


def test_without_the_order_opposite_orders_do_deadlock():
    """The control: each takes the two rows in the order in which they were asked for."""
    first, second = make_item(quantity=1000), make_item(quantity=1000)

    def take(number):
        for _round in range(20):
            with transaction.atomic():
                for item in (first, second) if number % 2 else (second, first):
                    Item.objects.filter(pk=item.pk).update(reserved=F("reserved") + 1)

    results = race(take, runners=20)
    assert any(isinstance(one, OperationalError) and "deadlock" in str(one) for one in results)


def test_a_double_tap_on_the_last_piece_never_says_that_it_has_gone():
    last = make_item()
    results = race(lambda _n: hold({last: 1}, device=device(1), client_key="tap"), runners=30)
    assert unexpected(results) == []
    assert len({one.pk for result in results for one in result}) == 1
    assert counters(last) == (1, 1)
    call_command("check_counters")


def test_a_double_tap_at_the_same_moment_is_one_reservation(bystander):
    results = race(lambda _n: hold({bystander: 2}, device=device(1), client_key="tap"), runners=30)
    assert unexpected(results) == []
    assert len({one[0].pk for one in results}) == 1
    assert counters(bystander) == (22, 4)


def test_typing_the_right_code_twice_at_the_same_moment_leads_on_both_times():
    aino = Resident()
    with time_machine.travel(NOW, tick=False):
        aino.hold(make_item())
        aino.choose(first_slot())
        aino.say_who()
        address, code, cookies = aino.address("code", aino.bundle), aino.code_sent(), aino.client.cookies
        answers = race(lambda _n: browser_with(cookies).post(address, {"code": code}), runners=20)
    assert unexpected(answers) == []
    assert {answer.headers.get("Location") for answer in answers} == {f"/en/book/{aino.bundle}/check"}


def browser_with(cookies):
    client = Client()
    client.cookies = SimpleCookie({name: one.value for name, one in cookies.items()})
    return client


def test_one_device_cannot_hold_more_than_its_limit_by_being_quick(bystander):
    results = race(lambda n: hold({bystander: 1}, device=device(1), network=f"198.51.100.{n}"), runners=40)
    assert unexpected(results, TooManyHolds) == []
    assert len(reserved(results)) == 3
    assert counters(bystander) == (22, 5)


def ready_to_confirm(number, item, contact="aino@example.org"):
    """A booking at its last page: time, contact and code are done."""
    bundle = hold({item: 1}, device=device(number))
    holding.choose_time(bundle[0], first_slot(), at=NOW)
    holding.set_contact(
        bundle,
        contacts.Contact("email", contact),
        name="Aino",
        wants_reminder=True,
        language="fi",
        device="",
        at=NOW,
    )
    Reservation.objects.filter(bundle=bundle[0].bundle).update(contact_proved_at=NOW)
    return bundle


def test_one_person_cannot_pass_the_limit_from_twenty_browsers_at_once(bystander):
    bundles = [ready_to_confirm(number, bystander) for number in range(20)]
    results = race(lambda n: booking.confirm(bundles[n], at=NOW), runners=20)
    assert unexpected(results, TooManyPieces) == []
    assert len(reserved(results)) == 5
    assert Reservation.objects.filter(person__email="aino@example.org", status="booked").count() == 5


def test_confirming_and_expiring_at_the_same_moment_have_one_outcome():
    chairs = make_item(quantity=60)
    make_reservation({chairs: 2}, contact="bystander@example.org")
    bundles = [ready_to_confirm(number, chairs, f"p{number}@example.org") for number in range(40)]
    at = later(minutes=20)

    def act(number):
        bundle = bundles[number // 2]
        if number % 2:
            return booking.expire(bundle[0], at=at)
        return booking.confirm(bundle, at=at - timedelta(seconds=1))

    results = race(act, runners=80)
    assert unexpected(results, HoldOver, WrongState) == []
    booked_now = Reservation.objects.filter(status="booked").count()
    assert counters(chairs) == (60, booked_now - 1 + 2)
    assert Reservation.objects.filter(status="held").count() == 0
    call_command("check_counters")


def test_cancel_and_expire_release_once_while_a_neighbour_keeps_theirs(bystander):
    mine = make_reservation({bystander: 3})
    results = race(lambda _n: booking.cancel(mine, at=NOW), runners=20)
    assert unexpected(results) == []
    assert counters(bystander) == (22, 2)
    call_command("check_counters")


def test_two_workers_hand_over_the_same_reservation_once(bystander):
    mine = make_reservation({bystander: 3})
    line = mine.lines.get()
    workers = [make_worker() for _number in range(8)]
    results = race(
        lambda n: handover.hand_over(mine, given={line.pk: 3}, why_not={}, by=workers[n], at=NOW), runners=8
    )
    assert unexpected(results, WrongState) == []
    assert sum(isinstance(one, Reservation) for one in results) == 1
    assert counters(bystander) == (19, 2)
    assert Handover.objects.count() == 1
    assert Notification.objects.filter(kind="receipt").count() == 1
    call_command("check_counters")


def test_a_code_is_tried_at_most_five_times_by_a_hundred_guesses_at_once():
    contact = contacts.Contact("email", "aino@example.org")
    code = contacts.send_code(contact, device=device(1), network="192.0.2.1", language="fi", at=NOW)
    wrong = "000000" if contacts.digits(code) != "000000" else "111111"
    results = race(lambda _n: contacts.check_code(contact, wrong, device=device(1), at=NOW), runners=100)
    assert unexpected(results, contacts.WrongCode, contacts.CodeOver) == []
    code.refresh_from_db()
    assert code.tries == 5
    with pytest.raises(contacts.CodeOver):
        contacts.check_code(contact, contacts.digits(code), device=device(1), at=NOW)


def test_several_things_at_once_are_all_or_nothing_under_pressure():
    rare, common = make_item(quantity=3), make_item(quantity=500)
    results = race(lambda n: hold_from(n, {rare: 1, common: 1}), runners=100)
    assert unexpected(results, SomeGone) == []
    assert (counters(rare), counters(common)) == ((3, 3), (500, 3))
    call_command("check_counters")
