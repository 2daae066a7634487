"""How evenly things were shared: right numbers, and never a group in which somebody is recognised."""

import csv
import io
import random
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recycling.periods import Period
from recycling.tables.writing import as_csv
from reservations.domain import handover, returning, walkin
from reservations.models import Reservation
from reservations.reports.fairness import Group, Part, shares, told
from tests.factories import (
    NOW,
    make_association_member,
    make_item,
    make_member,
    make_reservation,
    make_shelf,
    make_unit,
    make_user,
    open_site,
)

pytestmark = pytest.mark.django_db

YEAR = Period(NOW.year)
LATER = NOW + timedelta(days=1000)


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=60)


def collected(pieces, contact, sari, at=NOW):
    """So many pieces collected by the resident with this contact."""
    made = make_reservation({make_item(quantity=pieces, at=at): pieces}, at=at, contact=contact)
    line = made.lines.get()
    return handover.hand_over(made, given={line.pk: pieces}, why_not={}, by=sari, at=at)


def everybody(numbers):
    return [(number, False) for number in numbers]


# -- the groups


def test_people_are_counted_by_what_they_got_in_groups_that_are_large_enough():
    found = told(everybody([1] * 50 + [2] * 20 + [5] * 6), without_name=3, least_people=5)
    assert found.all == Part(76, 120)
    assert found.groups == (
        Group(1, 1, Part(50, 50)),
        Group(2, 4, Part(20, 40)),
        Group(5, None, Part(6, 30)),
    )
    assert (found.top_tenth, found.without_name) == (Part(8, 34), 3)


def test_a_handful_at_either_end_is_joined_to_its_neighbours():
    found = told(everybody([1] * 2 + [2] * 9 + [40]), without_name=0, least_people=5)
    assert found.groups == (Group(1, None, Part(12, 60)),)
    found = told(everybody([2] * 9 + [3] * 5 + [40]), without_name=0, least_people=5)
    assert found.groups == (Group(2, 2, Part(9, 18)), Group(3, None, Part(6, 55)))


def test_of_too_few_people_nothing_is_told():
    found = told(everybody([1, 2, 3, 40]), without_name=7, least_people=5)
    assert found.all is found.first_time is found.top_tenth is None
    assert (found.groups, found.without_name) == ((), 7)


@pytest.mark.parametrize(
    ("new", "told_of"), [(0, True), (4, False), (5, True), (15, True), (16, False), (20, True)]
)
def test_newcomers_are_told_of_only_where_neither_they_nor_the_others_are_a_handful(new, told_of):
    people = [(1, number >= new) for number in range(20)]
    found = told(people, without_name=0, least_people=5)
    assert found.first_time == (Part(new, new) if told_of else None)


def test_the_top_tenth_is_told_from_so_many_people_on_that_it_is_no_handful():
    assert told(everybody([1] * 40), without_name=0, least_people=5).top_tenth is None
    assert told(everybody([1] * 41), without_name=0, least_people=5).top_tenth == Part(5, 5)


def test_whatever_the_numbers_no_group_is_too_small_and_nobody_is_lost():
    dice = random.Random(5)
    for _round in range(300):
        numbers = [dice.choice([1, 1, 1, 2, 3, 5, 9, 30]) for _one in range(dice.randrange(1, 40))]
        least = dice.randrange(3, 9)
        found = told(everybody(numbers), without_name=0, least_people=least)
        assert all(group.part.people >= least for group in found.groups)
        if found.all:
            assert sum((group.part for group in found.groups), Part(0, 0)) == found.all
            assert found.all == Part(len(numbers), sum(numbers))


# -- what is counted


def test_each_persons_pieces_of_the_period_are_added_up_and_what_came_back_is_taken_off(sari):
    for number in range(5):
        collected(1, f"person{number}@example.org", sari)
    done = collected(3, "person0@example.org", sari)
    returning.take_back(
        done.handover.lines.get(),
        1,
        condition="good",
        shelf=make_shelf(),
        by=sari,
        at=NOW + timedelta(days=1),
        client_key="back",
    )
    assert shares(YEAR, until=LATER, least_people=5).all == Part(5, 7)
    assert shares(Period(NOW.year - 1), until=LATER, least_people=5).all is None


def test_units_and_associations_are_not_in_it_and_who_gave_no_name_is_counted_apart(sari):
    for number in range(5):
        collected(1, f"person{number}@example.org", sari)
    walkin.give(
        {make_item(quantity=9): 9}, department=make_unit(), language="fi", by=sari, at=NOW, client_key="u"
    )
    walkin.give({make_item(quantity=2): 2}, department=None, language="fi", by=sari, at=NOW, client_key="r")
    club = make_association_member(email="club@example.org")
    collected(4, "club@example.org", sari)
    assert Reservation.objects.filter(person=club).exists()
    found = shares(YEAR, until=LATER, least_people=5)
    assert (found.all, found.without_name) == (Part(5, 5), 2)


def test_who_was_here_before_the_period_is_no_newcomer(sari):
    for number in range(12):
        collected(1, f"person{number}@example.org", sari)
    next_year = NOW + timedelta(days=60)
    open_site(at=next_year, capacity=60)
    for number in range(6, 18):
        collected(1, f"person{number}@example.org", sari, at=next_year)
    assert shares(YEAR, until=LATER, least_people=5).first_time == Part(12, 12)
    assert shares(Period(next_year.year), until=LATER, least_people=5).first_time == Part(6, 6)


@pytest.mark.parametrize("people", [1, 8])
def test_it_is_two_questions_however_many_people(sari, django_assert_num_queries, people):
    for number in range(people):
        collected(1, f"person{number}@example.org", sari)
    with django_assert_num_queries(2):
        shares(YEAR, until=LATER, least_people=5)


# -- the page


def manager():
    browser = Client()
    browser.force_login(make_user(is_manager=True), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def address(name, language="en"):
    with translation.override(language):
        return f"{reverse(f'reservations:{name}')}?period={NOW.year}"


@pytest.fixture
def next_month():
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        yield


def test_what_this_month_brings_is_told_when_it_is_over(sari):
    for number in range(6):
        collected(1, f"person{number}@example.org", sari)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert (
            "Fewer than 5 people collected something" in manager().get(address("fairness")).content.decode()
        )


@pytest.mark.usefixtures("next_month")
def test_a_month_is_told_within_its_year_only(sari):
    for at, people in ((NOW - timedelta(days=60), range(6)), (NOW, range(6, 12))):
        open_site(at=at, capacity=60)
        for number in people:
            collected(1, f"person{number}@example.org", sari, at=at)
    month = address("fairness") + f"-{NOW.month}"
    answer = manager().get(month).content.decode()
    assert f'<option value="{NOW.year}" selected>' in answer
    assert f'value="{NOW.year}-' not in answer
    assert "<strong>12</strong>" in answer


@pytest.mark.parametrize("period", ["9999", "9999-05", "0000", "1999-12", "2026-13"])
def test_a_period_that_is_none_is_the_usual_one(period):
    assert manager().get(address("fairness").partition("?")[0], {"period": period}).status_code == 200


@pytest.mark.usefixtures("next_month")
def test_managers_see_chart_and_table_and_nobody_else_does(sari):
    for number in range(6):
        collected(1 + number % 2, f"person{number}@example.org", sari)
    page = manager().get(address("fairness")).content.decode()
    assert "1 piece or more" in page
    assert "example.org" not in page
    assert "Too few to tell." in page
    risto = Client()
    risto.force_login(make_member(), backend="django.contrib.auth.backends.ModelBackend")
    assert [risto.get(address(name)).status_code for name in ("fairness", "fairness_table")] == [403, 403]


def test_the_page_says_that_there_are_too_few(sari):
    collected(1, "aino@example.org", sari)
    assert "Fewer than 5 people collected something" in manager().get(address("fairness")).content.decode()


@pytest.mark.usefixtures("next_month")
def test_the_table_is_a_csv_that_a_spreadsheet_of_the_language_opens(sari):
    for number in range(6):
        collected(1, f"person{number}@example.org", sari)
    for language, separator in (("en", ","), ("fi", ";"), ("sv", ";")):
        answer = manager().get(address("fairness_table", language))
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert answer["Content-Disposition"] == f'attachment; filename="fairness-{NOW.year}.csv"'
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=separator))
        assert rows[1][0] == str(NOW.year)
        assert rows[1][2:] == ["1", "", "6", "100", "6", "100"]


@pytest.mark.parametrize("text", ["=1+1", "+358", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_no_text_of_a_table_is_a_formula(text):
    with translation.override("en"):
        assert as_csv([[text, 7, None]]).decode("utf-8-sig").rstrip("\r\n") == f"'{text},7,"
