"""The hall's verbs at the same moment: none waits for another in a circle, and nothing is free on a shelf in quarantine."""

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.db.models import F

from inventory.domain import intake, loads, lots, moving, stock, writing_off
from inventory.domain.refusals import Merged, ShelfBlocked, StaleEdit, WrongStep
from inventory.models import Item, SetAside
from reservations.domain import handover, returning
from tests.concurrency import race, unexpected
from tests.factories import (
    NOW,
    category,
    counters,
    make_item,
    make_photo,
    make_reservation,
    make_shelf,
    make_site,
    make_worker,
    open_site,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 15
WHEN = {"at": NOW}


@pytest.fixture
def sari(lead):
    return make_worker(make_site())


@pytest.fixture
def bystander(sari):
    return make_item(quantity=3, shelf=make_shelf("B1"))


def both(*verbs):
    """Each of two verbs for each of the rounds, as near to each other as the machine can."""
    return race(lambda n: verbs[n % 2](n // 2), runners=2 * ROUNDS, at_once=2)


def broken(lead, item, aside):
    details = {"reason": "broken", "destination": "wood", "by": lead, **WHEN}
    return writing_off.write_off(item, 0, aside=aside, **details)


def test_what_is_put_back_and_written_off_at_once_goes_one_of_the_two_ways(lead, bystander):
    chairs = make_item(quantity=ROUNDS)
    asides = [stock.set_aside(chairs, 1, reason="repair", by=lead, **WHEN) for _round in range(ROUNDS)]
    results = both(
        lambda n: stock.put_back(asides[n], by=lead, **WHEN), lambda n: broken(lead, chairs, asides[n])
    )
    assert unexpected(results, WrongStep) == []
    gone = sum(isinstance(one, writing_off.WriteOff) for one in results)
    assert (counters(chairs), counters(bystander)) == ((ROUNDS - gone, 0), (3, 0))
    call_command("check_counters")


def test_without_the_item_first_the_same_two_wait_for_each_other(lead):
    """The control: the row set aside, and then its item, as ``write_off`` does not."""
    chairs = make_item(quantity=20)
    asides = [stock.set_aside(chairs, 1, reason="repair", by=lead, **WHEN) for _round in range(20)]

    @transaction.atomic
    def row_first(aside):
        SetAside.objects.filter(pk=aside.pk, ended_at=None).update(ended_at=NOW)
        Item.objects.filter(pk=chairs.pk).update(reserved=F("reserved") - aside.pieces)

    def act(number):
        aside = asides[number // 2]
        return row_first(aside) if number % 2 else broken(lead, chairs, aside)

    results = race(act, runners=40)
    assert any(isinstance(one, OperationalError) and "deadlock" in str(one) for one in results)


def test_the_lead_says_yes_while_the_lot_becomes_part_of_another(sari, lead, bystander):
    pairs = [(make_item(quantity=12), make_item(quantity=1)) for _round in range(ROUNDS)]
    rows = [
        writing_off.write_off(one, 10, reason="broken", destination="wood", by=sari, **WHEN)
        for one, _other in pairs
    ]
    results = both(
        lambda n: writing_off.confirm(rows[n], by=lead, **WHEN),
        lambda n: lots.merge(pairs[n][0], into=pairs[n][1], by=sari, **WHEN),
    )
    assert unexpected(results, WrongStep) == []
    for (
        row
    ) in rows:  # whoever came at the very moment of the merge is asked to look again, and then it is done
        writing_off.confirm(row, by=lead, **WHEN)
    assert [counters(other) for _one, other in pairs] == [(3, 0)] * ROUNDS
    assert counters(bystander) == (3, 0)
    call_command("check_counters")


def test_lots_that_are_merged_in_a_row_end_in_the_last_one(sari, bystander):
    chains = [[make_item(quantity=2) for _lot in range(3)] for _round in range(ROUNDS)]

    def merge(first, second):
        return lambda n: lots.merge(chains[n][first], into=chains[n][second], by=sari, **WHEN)

    assert unexpected(both(merge(0, 1), merge(1, 2)), Merged) == []
    for one, other, last in chains:
        total = sum(counters(lot)[0] for lot in (one, other, last))
        tails = Item.objects.filter(pk__in=[one.pk, other.pk], merged_into__merged_into__isnull=False)
        assert (total, list(tails)) == (6, [])
    call_command("check_counters")


def test_the_end_of_a_quarantine_while_its_pieces_are_written_off(lead, bystander):
    shelves = [make_shelf(f"Q{number}") for number in range(ROUNDS)]
    things = [make_item(quantity=2, shelf=shelf) for shelf in shelves]
    for shelf in shelves:
        moving.block(shelf, by=lead, **WHEN)
        shelf.refresh_from_db()
    asides = list(SetAside.objects.order_by("pk"))
    results = both(
        lambda n: moving.unblock(shelves[n], by=lead, **WHEN), lambda n: broken(lead, things[n], asides[n])
    )
    assert unexpected(results, WrongStep) == []
    assert {counters(thing) for thing in things} <= {(2, 0), (0, 0)}
    assert counters(bystander) == (3, 0)
    call_command("check_counters")


def edited(sari, shelf, thing):
    return intake.edit(thing, by=sari, version=thing.version, shelf=shelf, **WHEN)


def logged(sari, shelf, thing):
    answers = {"category": category(), "site": shelf.site, "condition": "good", "photos": [make_photo()]}
    return intake.log(by=sari, quantity=2, shelf=shelf, **answers, **WHEN)


def moved(sari, shelf, thing):
    return moving.put_on_shelf(thing, shelf=shelf, by=sari, **WHEN)


def separated(sari, shelf, thing):
    return lots.split(thing, 1, by=sari, condition="worn", shelf=shelf, **WHEN)


def grouped(sari, shelf, thing):
    facts = {"kind": "load", "name": "Lasti", "rooms": ["Lasti"], "site": shelf.site}
    room = loads.open_load(by=sari, **facts, **WHEN).rooms.get()
    photo = make_photo()
    loads.keep_shot(room, photo)
    answers = {"category": category(), "condition": "good", "quantity": 2, "shelf": shelf}
    return loads.group(room, [photo], by=sari, **answers, **WHEN)


@pytest.mark.parametrize("verb", [edited, logged, moved, separated, grouped])
def test_nothing_is_free_on_a_shelf_that_was_put_into_quarantine_as_it_came(sari, lead, bystander, verb):
    shelves = [make_shelf(f"Q{number}") for number in range(ROUNDS)]
    things = [make_item(quantity=2) for _round in range(ROUNDS)]
    results = both(
        lambda n: verb(sari, shelves[n], things[n]), lambda n: moving.block(shelves[n], by=lead, **WHEN)
    )
    assert unexpected(results, ShelfBlocked) == []
    free = Item.objects.filter(shelf__blocked_at__isnull=False, quantity__gt=F("reserved"))
    assert list(free) == []
    assert counters(bystander) == (3, 0)
    call_command("check_counters")


@pytest.mark.parametrize("verb", [edited, moved])
def test_nothing_that_was_set_aside_for_a_quarantine_leaves_its_shelf(sari, lead, verb):
    shelves, elsewhere = [make_shelf(f"Q{number}") for number in range(ROUNDS)], make_shelf("H9")
    things = [make_item(quantity=2, shelf=shelf) for shelf in shelves]
    results = both(
        lambda n: verb(sari, elsewhere, things[n]), lambda n: moving.block(shelves[n], by=lead, **WHEN)
    )
    assert unexpected(results, ShelfBlocked, StaleEdit) == []
    assert not SetAside.objects.filter(item__shelf=elsewhere).exists()
    call_command("check_counters")


def test_what_comes_back_onto_a_shelf_as_it_is_put_into_quarantine_is_not_free_there(sari, lead):
    open_site(capacity=50)
    shelves = [make_shelf(f"Q{number}") for number in range(ROUNDS)]
    things = [make_item(quantity=1, shelf=shelf) for shelf in shelves]
    lines = []
    for thing in things:
        reservation = make_reservation({thing: 1}, contact=f"p{thing.pk}@example.org")
        given = {reservation.lines.get().pk: 1}
        handover.hand_over(reservation, given=given, why_not={}, by=sari, **WHEN)
        lines.append(reservation.handover.lines.get())
    results = both(
        lambda n: returning.take_back(lines[n], 1, condition="good", shelf=shelves[n].code, by=sari, **WHEN),
        lambda n: moving.block(shelves[n], by=lead, **WHEN),
    )
    assert unexpected(results, ShelfBlocked) == []
    free = Item.objects.filter(shelf__blocked_at__isnull=False, quantity__gt=F("reserved"))
    assert list(free) == []
    call_command("check_counters")
