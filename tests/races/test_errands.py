"""One phone sends what it kept from several connections at once, and several phones what cannot both be true."""

from datetime import timedelta

import pytest

from inventory.domain import errands, moving, stock
from inventory.models import Errand, ErrandState, Item
from recycling.audit.models import AuditEntry
from reservations.domain import sent_later
from reservations.models import Handover
from tests.concurrency import race, unexpected
from tests.factories import (
    NOW,
    counters,
    later,
    make_item,
    make_reservation,
    make_shelf,
    make_site,
    make_worker,
    open_site,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


@pytest.fixture
def sari():
    return make_worker(open_site(make_site()))


def aside(item, by):
    """Something that would be seen if it were done twice."""

    def act(_errand):
        stock.set_aside(item, 1, reason="repair", by=by, at=NOW)

    return act


def run(act, by, key, **how):
    return errands.run(act, kind="move", key=key, by=by, at=NOW, ago=HOUR, **how)


def test_one_errand_from_ten_connections_at_once_is_done_once(sari):
    item, bystander = make_item(quantity=20), make_item(quantity=3)
    results = race(lambda _n: run(aside(item, sari), sari, "one"), runners=10)
    assert unexpected(results) == []
    assert {one.pk for one in results} == {Errand.objects.get().pk}
    assert (counters(item), counters(bystander)) == ((20, 1), (3, 0))


def test_without_the_one_key_the_same_race_does_it_ten_times(sari):
    """The control."""
    item = make_item(quantity=20)
    race(lambda n: run(aside(item, sari), sari, f"key{n}"), runners=10)
    assert counters(item) == (20, 10)


def test_a_hand_over_from_two_phones_leaves_once_and_one_of_them_is_told(sari):
    chairs, bystander = make_item(quantity=4), make_item(quantity=3)
    reservation = make_reservation({chairs: 2})
    line = reservation.lines.get()
    people = [sari, make_worker(name="Kai Kuikka")]

    def give(number):
        def act(errand):
            sent_later.hand_over(
                reservation,
                shown={line.pk: 2},
                given={line.pk: 2},
                why_not={},
                by=people[number],
                at=errand.received_at,
                done_at=errand.done_at,
            )

        return run(act, people[number], "give", about=reservation)

    results = race(give, runners=2)
    assert unexpected(results) == []
    assert sorted(one.state for one in results) == [ErrandState.CONFLICT, ErrandState.DONE]
    assert (Handover.objects.count(), counters(chairs), counters(bystander)) == (1, (2, 0), (3, 0))
    assert AuditEntry.objects.filter(action="sent_too_late").count() == 1


def test_of_moves_of_one_thing_the_last_one_in_the_hall_wins_whichever_comes_first(sari):
    chair, bystander = make_item(), make_item(shelf=make_shelf("B1"))
    shelves = [make_shelf(f"H{number}") for number in range(5)]

    def carry(number):
        at = later(minutes=number - 60)
        return moving.move([chair], shelf=shelves[number], by=sari, at=at, is_late=True)

    results = race(carry, runners=5)
    assert unexpected(results) == []
    chair.refresh_from_db()
    assert chair.shelf == shelves[4]
    assert Item.objects.get(pk=bystander.pk).shelf.code == "B1"
