"""Things move on while others move them on, take them, count them: each step once, and no promise is lost."""

from contextlib import suppress
from time import sleep

import pytest
from django.core.management import call_command
from django.db import transaction

from inventory.domain import stages, writing_off
from inventory.domain.refusals import FewerHere, NotOnOffer, WrongStep
from inventory.models import Item, SiteRole, Stage, WriteOff
from recycling.audit.models import AuditEntry
from recycling.policy.models import Policy
from reservations.models import Reservation
from tests.concurrency import race, unexpected
from tests.factories import (
    NOW,
    counters,
    hold,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 15
MUCH_LATER = later(days=100)


@pytest.fixture(autouse=True)
def _rules():
    open_site(capacity=50)
    Policy.objects.update(
        internal_first_days=5,
        residents_days=10,
        associations_days=3,
        holds_per_network=10_000,
        pieces_per_person=1000,
    )


@pytest.fixture
def bystander(lead):
    """Somebody's two of twelve chairs that move on as well, and stay promised."""
    chairs = make_item(quantity=12)
    make_reservation({chairs: 2}, contact="bystander@example.org")
    return chairs


def both(*verbs):
    return race(lambda n: verbs[n % 2](n // 2), runners=2 * ROUNDS, at_once=2)


def steps(item):
    rows = AuditEntry.objects.filter(target_type="item", target_id=item.pk, action__in=stages.DONE.values())
    return list(rows.order_by("pk").values_list("action", flat=True))


def test_two_jobs_at_once_take_each_step_once(bystander):
    things = [make_item(units_first=True) for _round in range(ROUNDS)]
    moved = race(lambda _n: stages.move_due(at=MUCH_LATER), runners=4)
    assert unexpected(moved) == []
    assert {tuple(steps(thing)) for thing in things} == {tuple(stages.DONE.values())}
    assert {thing.version - before.version for thing, before in zip(_now(things), things, strict=True)} == {3}
    assert (counters(bystander), steps(bystander)) == ((12, 2), ["item_for_associations", "item_leaving"])
    call_command("check_counters")


def _now(things):
    return [Item.objects.get(pk=thing.pk) for thing in things]


def test_without_the_lock_two_jobs_take_a_step_twice(bystander):
    """The control: look, then write."""
    things = [make_item(units_first=True) for _round in range(ROUNDS)]

    @transaction.atomic
    def look_then_write(number):
        seen = Item.objects.select_related("category__parent", "site").get(pk=things[number].pk)
        if stages._is_over(seen, stages_end):
            stages._step(seen, at=stages_end)

    stages_end = things[0].stage_until
    assert unexpected(both(look_then_write, look_then_write)) == []
    assert any(len(steps(thing)) > 1 for thing in things)


def test_what_is_reserved_as_it_leaves_is_either_promised_or_refused(bystander):
    things = [make_item(quantity=3) for _round in range(ROUNDS)]

    def move_on(number):
        sleep(0.01 * (number % 5))  # holding takes longer: without it moving on would always be first
        return stages.move_on(things[number], at=MUCH_LATER)

    results = both(
        move_on,
        lambda n: hold({things[n]: 2}, device=f"{n:064x}", network=f"n{n}", at=NOW),
    )
    assert unexpected(results, NotOnOffer) == []
    held = sum(isinstance(one, list) for one in results)
    assert 0 < held < ROUNDS  # both have been first
    assert sum(counters(thing)[1] for thing in things) == 2 * held
    assert {thing.stage for thing in _now(things)} == {Stage.LEAVING}
    # The ones that were quicker are on the list with what is left of them.
    assert Item.objects.leaving().count() == ROUNDS
    assert counters(bystander) == (12, 2)
    call_command("check_counters")


def test_a_move_that_wrote_the_whole_row_back_would_lose_promises(bystander):
    """The control: the row as it was read, saved with its counters."""
    things = [make_item(quantity=3) for _round in range(ROUNDS)]

    def careless(number):
        row = Item.objects.get(pk=things[number].pk)
        sleep(0.1)  # somebody is quicker
        row.stage = Stage.LEAVING
        row.save()

    both(careless, lambda n: hold({things[n]: 2}, device=f"{n:064x}", network=f"n{n}", at=NOW))
    promised = Reservation.objects.filter(lines__item__in=things).count() * 2
    assert sum(counters(thing)[1] for thing in things) < promised


def test_a_lead_and_the_job_do_not_move_a_thing_two_steps(lead, bystander):
    things = [make_item(units_first=True) for _round in range(ROUNDS)]
    at = things[0].stage_until
    results = both(
        lambda n: stages.move_on(things[n], at=at),
        lambda n: stages.prolong(things[n], 5, by=lead, at=at),
    )
    assert unexpected(results, WrongStep) == []
    assert {len(steps(thing)) for thing in things} <= {0, 1}
    for thing in _now(things):
        assert thing.stage_until > at
        assert (thing.stage == Stage.UNITS) == (thing.public_from > at)


def test_two_leads_send_what_is_left_to_the_auction_once(lead, bystander):
    other = make_worker(make_site(), SiteRole.LEAD)
    things = [make_item(quantity=3) for _round in range(ROUNDS)]
    stages.move_due(at=MUCH_LATER)
    results = both(
        lambda n: writing_off.to_auction(things[n], by=lead, at=MUCH_LATER),
        lambda n: writing_off.to_auction(things[n], by=other, at=MUCH_LATER),
    )
    assert unexpected(results, WrongStep, FewerHere) == []
    assert WriteOff.objects.count() == ROUNDS
    assert {counters(thing) for thing in things} == {(0, 0)}
    assert counters(bystander) == (12, 2)
    call_command("check_counters")


def test_what_is_put_back_and_auctioned_at_once_goes_one_of_the_two_ways(lead, bystander):
    things = [make_item(quantity=3) for _round in range(ROUNDS)]
    stages.move_due(at=MUCH_LATER)

    def auction(number):
        writing_off.to_auction(things[number], by=lead, at=MUCH_LATER)

    results = both(auction, lambda n: stages.back_to(things[n], Stage.RESIDENTS, by=lead, at=MUCH_LATER))
    assert unexpected(results, WrongStep) == []
    for thing in _now(things):
        with suppress(WrongStep):
            auction(things.index(thing))
        assert counters(thing) == ((0, 0) if WriteOff.objects.filter(item=thing).exists() else (3, 0))
    call_command("check_counters")
