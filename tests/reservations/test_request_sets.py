"""Twelve alike: from as few lots and places as it takes, all of them or at least so many, or none at all."""

import pytest

from inventory.domain import alike
from inventory.models import Item
from reservations.domain import request_sets, requests
from reservations.domain.unit_refusals import BadSet, NotRequester, NotYourList, SetTooSmall
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
)

from .writing import asked, held, list_with, make_minna

pytestmark = pytest.mark.django_db

CHAIR = {"maker": "Isku", "colour": "blue", "material": "plastic"}


@pytest.fixture
def minna():
    return make_minna()


@pytest.fixture
def request_(minna):
    return requests.current(minna, make_unit(), NOW)


@pytest.fixture
def chairs():
    """Four here, six here in another lot, and twelve at another warehouse."""
    there = make_site("other", name_fi="Varasto 2")
    return [
        make_item(quantity=4, **CHAIR),
        make_item(quantity=6, condition="worn", **CHAIR),
        make_item(quantity=12, site=there, **CHAIR),
    ]


def codes(lots):
    return [one.pk for one in lots]


# -- what is alike


def test_alike_are_lots_of_one_look_at_every_site_the_item_itself_first_then_the_largest(minna, chairs):
    small, middle, large = codes(chairs)
    assert codes(alike.lots(chairs[0], by=minna, at=NOW)) == [small, large, middle]
    assert codes(alike.others(chairs[0], by=minna, at=NOW)) == [large, middle]


@pytest.mark.parametrize(
    "other",
    [
        {"maker": "Martela"},
        {"colour": "red"},
        {"material": "wood"},
        {"category": "visitor_chair"},
        {"width_cm": 50},
    ],
)
def test_another_look_or_size_is_not_alike(minna, other):
    one = make_item(quantity=2, width_cm=45, **CHAIR)
    make_item(quantity=2, **({"width_cm": 45} | CHAIR | other))
    assert alike.others(one, by=minna, at=NOW) == []


def test_a_size_that_only_one_of_them_knows_is_no_difference(minna):
    one, other = make_item(width_cm=45, height_cm=80, **CHAIR), make_item(width_cm=45, **CHAIR)
    assert alike.others(one, by=minna, at=NOW) == [other]


def test_of_what_nobody_described_nothing_is_known_to_be_alike(minna):
    one, _other = (make_item(colour="", maker="", material="") for _number in range(2))
    assert codes(alike.lots(one, by=minna, at=NOW)) == [one.pk]


def test_what_is_gone_or_not_in_the_catalogue_is_not_offered(minna, chairs):
    hold({chairs[1]: 6}, by=make_worker())
    Item.objects.filter(pk=chairs[2].pk).update(status="withdrawn")
    assert alike.others(chairs[0], by=minna, at=NOW) == []


# -- taking a set


def test_all_of_them_come_from_as_few_places_as_it_takes(minna, request_, chairs):
    small, middle, large = chairs
    taken = request_sets.add_set(request_, small, 12, by=minna, at=NOW)
    assert taken == {small: 4, large: 8}
    assert asked(request_) == held(request_) == {small.pk: 4, large.pk: 8}
    assert [counters(one) for one in (small, middle, large)] == [(4, 4), (6, 0), (12, 8)]
    assert {one.site.code for one in request_.reservations.all()} == {"warehouse", "other"}


def test_at_least_so_many_will_do(minna, request_, chairs):
    taken = request_sets.add_set(request_, chairs[0], 30, at_least=20, by=minna, at=NOW)
    assert sum(taken.values()) == 22 == sum(held(request_).values())


def test_with_fewer_than_that_nothing_is_added_and_it_says_how_many_there_are(minna, request_, chairs):
    with pytest.raises(SetTooSmall) as refused:
        request_sets.add_set(request_, chairs[0], 30, at_least=23, by=minna, at=NOW)
    assert refused.value.details == {"left": 22, "at_least": 23}
    assert (asked(request_), held(request_)) == ({}, {})
    assert [counters(one)[1] for one in chairs] == [0, 0, 0]


def test_a_set_comes_on_top_of_what_the_list_has(minna, chairs):
    request = list_with({chairs[0]: 1}, by=minna)
    assert request_sets.add_set(request, chairs[0], 5, by=minna, at=NOW) == {chairs[0]: 3, chairs[2]: 2}
    assert asked(request) == held(request) == {chairs[0].pk: 4, chairs[2].pk: 2}


def test_what_others_held_and_let_go_counts_again(minna, request_, chairs):
    hold({chairs[2]: 12, chairs[1]: 6}, by=make_worker())
    taken = request_sets.add_set(request_, chairs[0], 22, by=minna, at=later(hours=1))
    assert sum(taken.values()) == 22


@pytest.mark.parametrize(("pieces", "at_least"), [(0, 0), (3, 4), (3, 0), (10_001, 1)])
def test_numbers_that_make_no_sense_are_refused(minna, request_, chairs, pieces, at_least):
    with pytest.raises(BadSet):
        request_sets.add_set(request_, chairs[0], pieces, at_least=at_least, by=minna, at=NOW)


def test_only_who_writes_the_list_adds_a_set(minna, request_, chairs):
    with pytest.raises(NotYourList):
        request_sets.add_set(request_, chairs[0], 2, by=make_member(), at=NOW)
    minna.memberships.all().delete()
    with pytest.raises(NotRequester):
        request_sets.add_set(request_, chairs[0], 2, by=minna, at=NOW)
