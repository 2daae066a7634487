"""Units that write and send at the same moment. Each race has a bystander whose pieces must survive."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from inventory.domain.refusals import NotEnoughLeft
from inventory.models import Item
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import (
    booking,
    request_copying,
    request_sending,
    request_sets,
    request_states,
    requests,
)
from reservations.domain.refusals import WrongState
from reservations.domain.unit_refusals import OnlyRemain, PiecesGone, SetTooSmall
from reservations.models import FurnitureRequest, Reservation
from tests.concurrency import race, unexpected
from tests.factories import (
    NOW,
    counters,
    hold,
    later,
    make_item,
    make_member,
    make_site,
    make_unit,
    make_worker,
    open_site,
)
from tests.reservations.writing import asked, facts, held, list_with, make_minna, ready_list

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

CHAIR = {"maker": "Isku", "colour": "blue", "material": "plastic"}


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=90)


@pytest.fixture
def bystander():
    """A list that nobody touches, with two of the forty chairs."""
    chairs = make_item(quantity=42, **CHAIR)
    return list_with({chairs: 2}, by=make_member(code="library")), chairs


def survives(bystander):
    request, chairs = bystander
    assert asked(request) == held(request) == {chairs.pk: 2}
    call_command("check_counters")


def units(count):
    """A requester of each of so many units, with a list."""
    people = [make_member(code=f"unit{number}", cost_centre=f"7{number}") for number in range(count)]
    return [(one, requests.current(one, one.memberships.get().department, NOW)) for one in people]


def test_of_thirty_units_one_gets_24_of_40_and_at_most_one_the_16_that_it_agrees_to(bystander):
    """Each asks for 24; whoever is told how many remain agrees to them, and sends what it has."""
    _request, chairs = bystander
    lists = units(30)

    def want(number):
        person, request = lists[number]
        try:
            requests.set_pieces(request, chairs, 24, by=person, at=NOW)
        except OnlyRemain as refusal:
            if not refusal.details["left"]:
                raise
            requests.set_pieces(request, chairs, refusal.details["left"], by=person, at=NOW)
        centre = request.department.cost_centres.get()
        requests.write(request, by=person, at=NOW, **facts(cost_centre=centre))
        return request_sending.send(request, by=person, at=NOW)

    Policy.objects.update(approval_pieces=100)
    results = race(want, runners=30)
    assert unexpected(results, OnlyRemain, NotEnoughLeft) == []
    sent = [sum(asked(one).values()) for one in results if isinstance(one, FurnitureRequest)]
    assert sorted(sent) in ([24], [16, 24])
    assert counters(chairs) == (42, 2 + sum(sent))
    # What the others were told: that 16 remain while they did, and then that none does.
    assert {one.details["left"] for one in results if isinstance(one, OnlyRemain)} <= {0, 16}
    survives(bystander)


def test_twelve_first_taps_of_one_person_make_one_list_with_one_reservation(bystander):
    _request, chairs = bystander
    minna, unit = make_minna(), make_unit()

    def tap(_number):
        return requests.set_pieces(requests.current(minna, unit, NOW), chairs, 24, by=minna, at=NOW)

    results = race(tap, runners=12)
    assert unexpected(results) == []
    (request,) = FurnitureRequest.objects.filter(by=minna)
    assert (asked(request), held(request)) == ({chairs.pk: 24}, {chairs.pk: 24})
    assert request.reservations.count() == 1
    survives(bystander)


def test_without_the_lock_of_the_request_first_taps_meet(bystander, monkeypatch):
    """The control: read without the lock, the taps hold side by side and trip over each other."""
    _request, chairs = bystander
    minna = make_minna()
    request = requests.current(minna, make_unit(), NOW)
    monkeypatch.setattr(
        request_states,
        "lock",
        lambda asked: FurnitureRequest.objects.select_related("by", "department").get(pk=asked.pk),
    )
    results = race(lambda _n: requests.set_pieces(request, chairs, 3, by=minna, at=NOW), runners=12)
    assert any(isinstance(one, IntegrityError) for one in results) or request.reservations.count() > 1


def test_sets_from_the_same_lots_in_any_order_never_wait_in_a_circle(bystander):
    _request, chairs = bystander
    there = make_site("other", name_fi="Varasto 2")
    lots = [chairs, *(make_item(quantity=10, site=there, **CHAIR) for _number in range(3))]
    lists = units(12)

    def take(number):
        person, request = lists[number]
        return request_sets.add_set(request, lots[number % 4], 9, at_least=5, by=person, at=NOW)

    results = race(take, runners=12)
    assert unexpected(results, SetTooSmall) == []
    taken = [sum(one.values()) for one in results if isinstance(one, dict)]
    assert all(5 <= pieces <= 9 for pieces in taken)
    assert sum(counters(one)[1] for one in lots) == sum(taken) + 2
    survives(bystander)


def test_a_list_that_is_changed_as_its_hold_ends_is_held_or_says_what_is_missing(bystander):
    _request, chairs = bystander
    desks = make_item(quantity=5, category="desk")
    for _round in range(6):
        minna = make_member(code="school")
        request = list_with({chairs: 3, desks: 1}, by=minna)
        at = later(hours=25)

        def act(number, request=request, minna=minna, at=at):
            if number % 2:
                return [booking.expire(one, at=at) for one in request.reservations.holding()]
            return requests.set_pieces(request, chairs, 4 + number, by=minna, at=at)

        results = race(act, runners=4)
        assert unexpected(results, WrongState) == []
        still = requests.missing(request)
        wanted = asked(request)
        assert {
            key: wanted[key] - still.get(key, 0) for key in wanted if wanted[key] > still.get(key, 0)
        } == held(request)
        request_sending.cancel(request, by=minna, at=at)
    assert counters(desks) == (5, 0)
    survives(bystander)


def test_after_a_lapsed_hold_the_first_who_sends_wins_and_the_others_are_told(bystander):
    request_, chairs = bystander
    lists = [
        ready_list({chairs: 20}, by=person, unit=request.department, cost_centre=request.cost_centre)
        for person, request in units(2)
    ]
    people = [one.by for one in lists]
    request_.reservations.update(held_until=later(days=9))
    for one in Reservation.objects.filter(request__in=lists):
        booking.expire(one, at=later(hours=25))
    hold({chairs: 10}, by=make_worker(), at=later(hours=25))
    results = race(
        lambda n: request_sending.send(lists[n % 2], by=people[n % 2], at=later(hours=25)), runners=8
    )
    assert unexpected(results, PiecesGone) == []
    assert sorted(
        FurnitureRequest.objects.filter(pk__in=[one.pk for one in lists]).values_list("status", flat=True)
    ) == [
        "accepted",
        "writing",
    ]
    assert Notification.objects.filter(kind="request_sent").count() == 1
    assert counters(chairs) == (42, 32)
    survives(bystander)


def test_sending_giving_up_and_changing_at_once_leaves_one_truth(bystander):
    _request, chairs = bystander
    for round_ in range(6):
        minna = make_member(code=f"round{round_}", cost_centre=f"9{round_}")
        unit = minna.memberships.get().department
        request = ready_list({chairs: 5}, by=minna, unit=unit, cost_centre=unit.cost_centres.get())

        def act(number, request=request, minna=minna):
            if number % 3 == 0:
                return request_sending.send(request, by=minna, at=NOW)
            if number % 3 == 1:
                return request_sending.cancel(request, by=minna, at=NOW)
            return requests.set_pieces(request, chairs, 6, by=minna, at=NOW)

        results = race(act, runners=6)
        assert unexpected(results, WrongState) == []
        request.refresh_from_db()
        assert (request.status, held(request)) == ("cancelled", {})
    assert counters(chairs) == (42, 2)
    survives(bystander)


def test_copies_and_other_peoples_holds_share_what_is_there(bystander):
    _request, chairs = bystander
    minna = make_minna()
    earlier = request_sending.send(ready_list({chairs: 15}, by=minna), by=minna, at=NOW)
    request_sending.cancel(earlier, by=minna, at=NOW)
    colleagues = [make_member() for _number in range(6)]
    results = race(lambda n: request_copying.copy(earlier, by=colleagues[n], at=NOW), runners=6)
    assert unexpected(results, NotEnoughLeft) == []
    got = [held(one).get(chairs.pk, 0) for one in results]
    assert sum(got) == 40
    assert Item.objects.get(pk=chairs.pk).available == 0
    survives(bystander)
