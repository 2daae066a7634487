"""The wanted list and everything else at the same moment. A bystander keeps what they have; without the lock it goes wrong."""

import time

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction

from inventory.domain import loads, publishing
from inventory.domain.refusals import NotEnoughLeft
from inventory.models import Item, LoadKind
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.domain import booking, wanted, wanted_later, wanted_offers
from reservations.domain.refusals import WrongState
from reservations.domain.wanted_refusals import OfferOver
from reservations.models import Reservation, WantedEntry, WhyDeclined
from tests.concurrency import race, unexpected
from tests.factories import (
    NOW,
    category,
    counters,
    hold,
    later,
    make_item,
    make_photo,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)
from tests.reservations.wanting import now, offer_of, offers, requester, wants

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=50)
    Policy.objects.update(internal_first_days=0)


@pytest.fixture
def risto():
    return requester()


@pytest.fixture(autouse=True)
def _bystander(_open):
    """Somebody who has two of the chairs already, and keeps them whatever happens; at the end no counter has drifted."""
    chairs = make_item(quantity=2)
    reservation = make_reservation({chairs: 2}, contact="bystander@example.org")
    yield
    reservation.refresh_from_db()
    assert (reservation.status, counters(chairs)) == ("booked", (2, 2))
    call_command("check_counters")


def drafts(number, quantity=4):
    return [make_item(quantity=quantity, publish=False) for _each in range(number)]


def test_two_that_publish_at_once_offer_it_to_one_entry_once(risto):
    worker = make_worker()
    for round_ in range(10):
        entry = wants(risto, 4, days=3 + round_)
        two = drafts(2)
        results = race(lambda n, two=two: publishing.publish(two[n], by=worker, at=NOW), runners=2)
        assert unexpected(results) == []
        assert Reservation.objects.filter(wanted=entry, status="held").count() == 1
        assert sum(counters(draft)[1] for draft in two) == 4


def test_without_the_lock_the_same_two_offer_it_twice(risto, monkeypatch):
    """The control: look who waits, then write. If this were safe too, the race above would prove nothing."""
    worker, entry = make_worker(), wants(risto, 4)

    def look_without_waiting(items, **_how):
        found = list(WantedEntry.objects.filter(status="open").select_related("by", "department"))
        time.sleep(0.2)  # the other looks as well before either writes
        return found

    monkeypatch.setattr(wanted_offers, "_waiting_for", look_without_waiting)
    monkeypatch.setattr(wanted_offers.wanted_states, "offered", lambda _locked: None)
    two = drafts(2)
    race(lambda n: publishing.publish(two[n], by=worker, at=NOW), runners=2)
    assert Reservation.objects.filter(wanted=entry, status="held").count() == 2


def test_many_that_publish_at_once_serve_everybody_who_waits_once():
    worker = make_worker()
    for number in range(12):
        wants(requester(f"unit{number}"), 2, days=3 + number)
    lots = drafts(12, quantity=2)
    results = race(lambda n: publishing.publish(lots[n], by=worker, at=NOW), runners=12)
    assert unexpected(results) == []
    assert sorted(offers()) == sorted((f"unit{number}", 2, "held") for number in range(12))
    assert [counters(lot) for lot in lots] == [(2, 2)] * 12


def test_loads_that_arrive_at_once_never_wait_in_a_circle():
    """Chairs and desks in opposite orders: who waits for both kinds is locked in one order."""
    site, worker = make_site(), make_worker()
    for number in range(10):
        wants(requester(f"unit{number}"), 2, kind="office_chair" if number % 2 else "desk")
    arriving = []
    for number in range(8):
        load = loads.open_load(
            by=worker, at=NOW, site=site, kind=LoadKind.CLEARANCE, name=f"K{number}", rooms=["1"]
        )
        room = load.rooms.get()
        for kind in ("office_chair", "desk") if number % 2 else ("desk", "office_chair"):
            photo = make_photo()
            loads.keep_shot(room, photo)
            loads.group(
                room,
                [photo],
                by=worker,
                at=NOW,
                quantity=3,
                category=category(kind),
                condition="good",
            )
        arriving.append(load)
    results = race(lambda n: loads.arrive(arriving[n], by=worker, at=NOW), runners=8)
    assert unexpected(results) == []
    assert len(offers()) == 10


def test_a_unit_that_reserves_and_one_that_waits_never_get_the_same_pieces(risto):
    """Published with ten pieces, six of them for who waits: others fight for the four that are left."""
    entry = wants(risto, 6)
    (chairs,) = drafts(1, quantity=10)
    worker, others = make_worker(), [requester(f"unit{number}") for number in range(10)]

    def act(number):
        if number == 10:
            return publishing.publish(chairs, by=worker, at=NOW)
        for _try in range(200):
            try:
                return hold(
                    {chairs: 1}, by=others[number], device=f"{number:064x}", network=f"198.51.100.{number}"
                )
            except NotEnoughLeft:
                raise
            except Refused:
                time.sleep(0.01)  # it is not in the catalogue yet
        return None

    results = race(act, runners=11)
    assert unexpected(results, NotEnoughLeft) == []
    assert sum(isinstance(one, list) for one in results) == 4
    assert (counters(chairs), now(entry)) == ((10, 10), ("offered", 6))


def test_nobody_takes_the_pieces_while_they_move_into_the_list(risto):
    entry = wants(risto, 6)
    (chairs,) = drafts(1, quantity=6)
    publishing.publish(chairs, by=make_worker(), at=NOW)
    offer, others = offer_of(entry), [requester(f"unit{number}") for number in range(10)]

    def act(number):
        if number == 10:
            return wanted.take(offer, by=risto, at=NOW)
        return hold({chairs: 1}, by=others[number], device=f"{number:064x}", network=f"198.51.100.{number}")

    results = race(act, runners=11)
    assert unexpected(results, NotEnoughLeft) == []
    assert not any(isinstance(one, list) for one in results)
    assert (counters(chairs), now(entry)) == ((6, 6), ("taken", 6))


def test_taken_and_expired_at_once_is_one_of_the_two(risto):
    kirsi = requester("library")
    for round_ in range(8):
        first, second = wants(risto, 3, days=3 + round_), wants(kirsi, 3, days=30 + round_)
        (chairs,) = drafts(1, quantity=3)
        publishing.publish(chairs, by=make_worker(), at=NOW)
        offer = offer_of(first)
        after = offer.held_until
        before = later(at=after, seconds=-1)

        def act(number, offer=offer, before=before, after=after):
            if number:
                return booking.expire(offer, at=after)
            return wanted.take(offer, by=risto, at=before)

        results = race(act, runners=2)
        assert unexpected(results, OfferOver, WrongState) == []
        taken = not isinstance(results[0], Exception)
        assert taken == isinstance(results[1], Exception)
        assert now(first) == (("taken", 3) if taken else ("open", 3))
        assert now(second)[0] == ("open" if taken else "offered")
        assert counters(chairs) == (3, 3)
        wanted.end(first, by=risto, at=after)
        wanted.end(second, by=kirsi, at=after)


def test_taken_declined_and_ended_by_colleagues_at_once_is_one_of_them(risto):
    for _round in range(6):
        entry = wants(risto, 3)
        (chairs,) = drafts(1, quantity=3)
        publishing.publish(chairs, by=make_worker(), at=NOW)
        offer, colleague = offer_of(entry), requester(name="Raija Rinne")

        def act(number, entry=entry, offer=offer, colleague=colleague):
            return (
                lambda: wanted.take(offer, by=risto, at=NOW),
                lambda: wanted.decline(offer, reason=WhyDeclined.NO_NEED, by=colleague, at=NOW),
                lambda: wanted.end(entry, by=colleague, at=NOW),
                lambda: wanted_later.offer_what_came_free(at=NOW),
            )[number]()

        results = race(act, runners=4)
        assert unexpected(results, Refused) == []
        assert now(entry)[0] in {"taken", "ended"}
        assert counters(chairs)[1] == (3 if now(entry)[0] == "taken" else 0)


def test_two_rounds_of_the_job_at_once_offer_once():
    chairs = make_item(quantity=8)
    held = hold({chairs: 8}, by=make_worker())
    for number in range(4):
        wants(requester(f"unit{number}"), 2, at=later(minutes=1))
    booking.cancel(held[0], at=later(minutes=2))
    results = race(lambda _n: wanted_later.offer_what_came_free(at=later(minutes=3)), runners=4)
    assert unexpected(results) == []
    assert len(offers()) == 4
    assert Item.objects.get(pk=chairs.pk).reserved == 8
    with transaction.atomic():
        assert wanted_offers.locked_items([chairs.pk])[0].available == 0


def test_without_offering_a_load_at_once_opposite_orders_do_deadlock(monkeypatch):
    """The control of the loads: each thing offered by itself, chairs before desks in one load and after them in the other."""
    for number in range(4):
        wants(requester(f"unit{number}"), 2, kind="office_chair" if number % 2 else "desk")
    waiting_for = wanted_offers._waiting_for

    def slowly(items, **how):
        found = waiting_for(items, **how)
        time.sleep(0.3)  # the other has by then locked what it publishes first
        return found

    monkeypatch.setattr(wanted_offers, "_waiting_for", slowly)
    pairs = [
        [make_item(category=kind, publish=False) for kind in kinds]
        for kinds in (("office_chair", "desk"), ("desk", "office_chair"))
    ]
    worker = make_worker()

    def one_by_one(number):
        with transaction.atomic():
            for item in pairs[number]:
                publishing.publish(item, by=worker, at=NOW)

    results = race(one_by_one, runners=2)
    assert any(isinstance(one, OperationalError) and "deadlock" in str(one) for one in results)
