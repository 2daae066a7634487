"""Answers, cancellations, deadlines and other units at the same moment. Each race has a bystander whose pieces must survive."""

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction

from inventory.domain import stock
from inventory.domain.refusals import NotEnoughLeft
from inventory.models import Item
from recycling.accounts.domain import unit_roles
from recycling.accounts.models import User
from recycling.errors import Refused
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import approval, approval_calls, booking, request_states, states
from reservations.domain.approval_refusals import AlreadyDecided, ApprovalOver, NotWaiting
from reservations.domain.refusals import WrongState
from reservations.models import FurnitureRequest, Reservation
from tests.concurrency import race, unexpected
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    later,
    make_item,
    make_member,
    make_site,
    open_site,
)
from tests.reservations.asking import make_approver, make_waiting, statuses, write_request

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 8


@pytest.fixture(autouse=True)
def _room_for_everybody():
    open_site(capacity=90)
    open_site(make_site("other", name_fi="Varasto 2"), capacity=90)
    Policy.objects.update(holds_per_network=10_000)


@pytest.fixture
def approvers():
    return [make_approver() for _number in range(2)]


@pytest.fixture
def bystander(approvers):
    """Another request, for pieces of the same lots, whose answer nobody gives."""
    chairs = make_item(quantity=3)
    return make_waiting({chairs: 3}, by=make_member()), chairs


def survives(bystander):
    request, chairs = bystander
    assert statuses(request) == ("waiting", ["awaiting_approval"])
    assert counters(chairs) == (3, 3)
    call_command("check_counters")


def requests(count, pieces=10, **fields):
    """As many waiting requests, each with its own lot of 10 and a time."""
    lots = [make_item(quantity=10) for _number in range(count)]
    slot = first_slot(skip=90)  # after the end of the wait: a place that is past is not given back
    made = [make_waiting({lot: pieces}, by=make_member(), slot=slot, **fields) for lot in lots]
    return lots, made, slot


def test_an_approval_and_a_cancellation_have_one_order(approvers, bystander):
    """Both may be done, the approval first; whichever, what is cancelled at the end holds nothing."""
    lots, made, slot = requests(ROUNDS)
    before = booked(slot)

    def act(number):
        request = made[number // 2]
        if number % 2:
            return approval.decide(request, "approve", by=approvers[0], at=NOW)
        with transaction.atomic():
            return request_states.end(request_states.lock(request), "cancelled", by=request.by, at=NOW)

    results = race(act, runners=2 * ROUNDS)
    assert unexpected(results, NotWaiting) == []
    for lot, one in zip(lots, made, strict=True):
        assert statuses(one) == ("cancelled", ["cancelled"])
        assert counters(lot) == (10, 0)
    assert booked(slot) == before - ROUNDS
    survives(bystander)


def test_of_two_approvers_who_decide_differently_one_is_heard(approvers, bystander):
    lots, made, _slot = requests(ROUNDS)

    def act(number):
        verdict = ("approve", "reject")[number % 2]
        return approval.decide(
            made[number // 2], verdict, by=approvers[number % 2], at=NOW, reason="Because."
        )

    results = race(act, runners=2 * ROUNDS)
    assert unexpected(results, AlreadyDecided) == []
    assert sum(isinstance(one, AlreadyDecided) for one in results) == ROUNDS
    for lot, one in zip(lots, made, strict=True):
        outcome = statuses(one)
        assert outcome in (("accepted", ["booked"]), ("rejected", ["rejected"]))
        assert counters(lot) == (10, 10 if outcome[0] == "accepted" else 0)
    answers = Notification.objects.filter(kind__startswith="decision_")
    assert answers.count() == ROUNDS
    survives(bystander)


def test_an_approval_and_the_end_of_its_time_have_one_outcome(approvers, bystander):
    """The job looks a moment after the deadline, the approver pressed a moment before: never half of either."""
    lots, made, _slot = requests(ROUNDS)
    over = made[0].waiting_until

    def act(number):
        request = made[number // 2]
        if number % 2:
            return approval.decide(request, "approve", by=approvers[0], at=over - (over - NOW) / 2)
        return approval_calls.expire(request, at=over)

    results = race(act, runners=2 * ROUNDS)
    assert unexpected(results, WrongState, ApprovalOver) == []
    assert sum(isinstance(one, Refused) for one in results) == ROUNDS
    for lot, one in zip(lots, made, strict=True):
        outcome, (reservation,) = statuses(one)
        assert (outcome, counters(lot)[1]) in {("accepted", 10), ("expired", 0)}
        assert (reservation == "expired") is (outcome == "expired")
    survives(bystander)


def test_two_beats_end_a_request_once_and_say_so_once(bystander):
    lots, made, slot = requests(4)
    before = booked(slot)
    results = race(lambda number: approval_calls.call(made[number % 4], at=made[0].waiting_until), runners=16)
    assert unexpected(results, WrongState) == []
    assert [statuses(one)[0] for one in made] == ["expired"] * 4
    assert Notification.objects.filter(kind="approval_expired").count() == 4
    assert ([counters(lot) for lot in lots], booked(slot)) == ([(10, 0)] * 4, before - 4)
    survives(bystander)


def test_what_an_approver_gives_back_goes_to_exactly_one_of_those_who_want_it(approvers, bystander):
    """Ten of ten are held; six come back one by one from three answers, while twelve units take one each."""
    lots, made, _slot = requests(3)
    takers = [make_member() for _number in range(12)]
    lines = [one.lines.get() for one in made]

    def act(number):
        if number < 3:
            return approval.decide(
                made[number], "approve", by=approvers[0], at=NOW, pieces={lines[number].pk: 8}
            )
        with transaction.atomic():
            stock.hold(lots[number % 3], 1, visible=Item.objects.all())
            return write_held(lots[number % 3], takers[number - 3])

    results = race(act, runners=15)
    assert unexpected(results, NotEnoughLeft) == []
    got = sum(isinstance(one, Reservation) for one in results)
    assert sum(counters(lot)[1] for lot in lots) == 3 * 8 + got
    assert all(counters(lot)[1] <= 10 for lot in lots)
    assert [statuses(one) for one in made] == [("accepted", ["booked"])] * 3
    survives(bystander)


def write_held(item, person):
    """A reservation for a piece that has just been held."""
    one = Reservation.objects.create(
        code=f"T{person.pk}",
        bundle=f"t{person.pk}",
        site=item.site,
        held_until=later(days=90),
        created_at=NOW,
    )
    one.lines.create(item=item, pieces=1)
    return one


def crosswise(count):
    """Requests over two sites, half of them with the reservations of the sites made in the other order, for the same two lots."""
    here, there = make_item(quantity=200), make_item(quantity=200, site=make_site("other"))
    made = []
    for number in range(count):
        request = write_request({here: 2, there: 2}, by=make_member())
        if number % 2:
            swap_lines(*request.reservations.order_by("pk"))
        made.append(request)
    return (here, there), made


def swap_lines(first, second):
    """The one made first is for the other site from now on."""
    mine, theirs = list(first.lines.all()), list(second.lines.all())
    for line in mine:
        line.reservation = second
        line.save()
    for line in theirs:
        line.reservation = first
        line.save()
    first.site, second.site = second.site, first.site
    first.save()
    second.save()


def test_requests_over_two_sites_end_together_without_waiting_in_a_circle(bystander):
    lots, made = crosswise(24)

    def end(number):
        with transaction.atomic():
            return request_states.end(request_states.lock(made[number]), "cancelled", by=None, at=NOW)

    assert unexpected(race(end, runners=24)) == []
    assert [counters(lot) for lot in lots] == [(200, 0)] * 2
    survives(bystander)


def test_two_who_take_the_last_lead_from_each_other_leave_one(approvers):
    """Not about requests, but about who may decide them."""
    leads = [make_approver("lead") for _number in range(2)]
    rows = [one.memberships.get() for one in leads]
    results = race(lambda n: unit_roles.take(rows[n], by=leads[1 - n], at=NOW), runners=2)
    assert unexpected(results, Refused) == []
    assert User.objects.filter(memberships__role="lead").count() == 1


# -- the controls: what these tests would see


def test_without_one_order_over_all_sites_they_do_wait_in_a_circle(bystander, monkeypatch):
    all_at_once = booking.let_all_go

    def site_by_site(reservations, *, at):
        for one in reservations:
            all_at_once([one], at=at)

    monkeypatch.setattr(booking, "let_all_go", site_by_site)
    for _round in range(10):
        _lots, made = crosswise(24)

        def end(number, made=made):
            with transaction.atomic():
                return request_states.end(request_states.lock(made[number]), "cancelled", by=None, at=NOW)

        results = race(end, runners=24)
        assert unexpected(results, OperationalError) == []
        if unexpected(results):
            return
    pytest.fail("nobody waited in a circle")


def test_without_the_lock_two_answers_are_both_heard(approvers, bystander, monkeypatch):
    """Reading the request without its lock, both see it wait, and the pieces of one are given back twice or booked and free."""
    monkeypatch.setattr(
        request_states,
        "lock",
        lambda one: FurnitureRequest.objects.select_related("by", "department").get(pk=one.pk),
    )
    monkeypatch.setattr(
        states, "lock", lambda one: Reservation.objects.select_related("site", "slot").get(pk=one.pk)
    )
    heard = 0
    for _round in range(6):
        _lots, made, _slot = requests(4, pieces=5)

        def act(number, made=made):
            verdict = ("approve", "reject")[number % 2]
            return approval.decide(
                made[number // 2], verdict, by=approvers[number % 2], at=NOW, reason="Because."
            )

        heard += sum(not isinstance(one, Exception) for one in race(act, runners=8)) - 4
        if heard > 0:
            break
    assert heard > 0
