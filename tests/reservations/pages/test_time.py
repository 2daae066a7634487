"""Choosing a pickup time."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.domain import standing
from recycling.policy.models import Policy
from reservations.domain.timetable import VALUE
from reservations.models import ClosedDay, PickupSlot
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    later,
    make_item,
    make_site,
    open_site,
)
from tests.reservations.visiting import Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db

# Reservations with site and slot, lines, photos; policy, closed days, hours and policy again for the earliest time,
# the slots, the closed days of the days shown.
TIME_PAGE = 9


CHECK_PAGE = 4


# -- The items; then what the hold itself sends.


# The items; then what the hold itself sends.
HOLDING = 7


IN_PROGRESS = 3


# -- time


def test_the_time_page_offers_the_first_free_time_on_top_and_seven_open_days(aino, chair):
    aino.hold(chair)
    page = aino.get("time")
    words = text_of(page)
    assert "First free time Monday 16 November 2026, 13:00-13:30 Choose this time" in words
    assert words.count("2026, 09:00-09:30") == 6
    assert "Saturday 21 November 2026 Closed" in words
    assert "Tuesday 24 November 2026" in words
    assert "Wednesday 25 November 2026" not in words
    assert "Varastokatu 6, 00580" in words
    assert "Step-free entrance" in words


def test_the_next_seven_days_and_back(aino, chair):
    aino.hold(chair)
    first = aino.get("time").content.decode()
    assert 'href="?from=2026-11-25"' in first
    second = aino.get("time", **{"from": "2026-11-25"})
    assert "Wednesday 25 November 2026" in text_of(second)
    assert "Tuesday 24 November 2026" not in text_of(second)
    assert "First free time Monday 16 November 2026, 13:00-13:30" in text_of(second)
    assert 'href="?from=2026-11-16"' in second.content.decode()
    assert "Show the next 7 days" not in text_of(second)


@pytest.mark.parametrize(
    "day", ["junk", "2026-13-45", "0001-01-01", "9999-12-31", "", "2026-11-16T00:00", "\x00"]
)
def test_a_junk_day_in_the_address_still_gives_a_page(aino, chair, day):
    aino.hold(chair)
    answer = aino.get("time", **{"from": day})
    assert answer.status_code == 200
    assert "First free time" in text_of(answer)


def test_a_day_without_times_says_why(aino, chair, warehouse):
    ClosedDay.objects.create(site=None, day=date(2026, 11, 18), reason_en="Training day")
    ClosedDay.objects.create(site=warehouse, day=date(2026, 11, 19))
    PickupSlot.objects.filter(starts_at__gte=later(days=-1)).filter(
        starts_at__date__in=[date(2026, 11, 18), date(2026, 11, 19)]
    ).update(capacity=0)
    PickupSlot.objects.filter(starts_at__date=date(2026, 11, 20)).update(booked=2)
    aino.hold(chair)
    words = text_of(aino.get("time"))
    assert "Wednesday 18 November 2026 Training day" in words
    assert "Thursday 19 November 2026 Closed" in words
    assert "Friday 20 November 2026 All times are taken." in words


def test_full_times_are_left_out(aino, chair):
    full = first_slot(skip=1)
    PickupSlot.objects.filter(pk=full.pk).update(booked=full.capacity)
    aino.hold(chair)
    words = text_of(aino.get("time"))
    assert "Monday 16 November 2026, 13:30-14:00" not in words
    assert "Monday 16 November 2026, 14:00-14:30" in words


def test_without_any_time_the_page_gives_the_number_to_call(aino, chair):
    PickupSlot.objects.all().delete()
    aino.hold(chair)
    answer = aino.get("time")
    assert answer.status_code == 200
    assert "There are no free times now Call us and we find a time: 02 000 0000, Mon-Fri 9-15." in text_of(
        answer
    )


def test_choosing_a_time_takes_a_place_and_leads_to_the_contact(aino, chair):
    slot = first_slot()
    aino.hold(chair)
    answer = aino.choose(slot)
    assert answer["Location"] == f"/en/book/{aino.bundle}/contact"
    assert (aino.reservation().slot, booked(slot)) == (slot, 1)


def test_choosing_another_time_gives_the_first_place_back_and_shows_which_is_chosen(aino, chair):
    first, second = first_slot(), first_slot(skip=3)
    aino.hold(chair)
    aino.choose(first)
    aino.choose(second)
    assert (booked(first), booked(second)) == (0, 1)
    page = aino.get("time").content.decode()
    assert page.count('class="slot" name="slot"') > 20
    assert page.partition("<footer")[0].count('aria-pressed="true"') == 1
    assert f'value="{second.starts_at.strftime(VALUE)}" aria-pressed="true"' in page


def test_a_time_that_fills_up_meanwhile_is_refused_on_the_same_page_and_the_hold_stays(aino, chair):
    slot = first_slot()
    aino.hold(chair)
    PickupSlot.objects.filter(pk=slot.pk).update(booked=slot.capacity)
    answer = aino.choose(slot)
    assert (answer.status_code, refusal_in(answer)) == (409, "That time has just gone. Choose another time.")
    assert "First free time Monday 16 November 2026, 13:30-14:00" in text_of(answer)
    assert (aino.reservation().status, aino.reservation().slot) == ("held", None)
    assert counters(chair) == (3, 1)


@pytest.mark.parametrize(
    "slot",
    [
        "",
        "junk",
        "1",
        "2026-11-16T11:00Z' --",
        "2026-11-15T11:00Z",
        "9999-12-31T23:59Z",
        "\x00",
        "2026-11-21T09:00Z",
    ],
)
def test_a_time_that_is_not_offered_is_refused(aino, chair, slot):
    aino.hold(chair)
    answer = aino.post("time", slot=slot)
    assert (answer.status_code, refusal_in(answer)) == (
        409,
        "That time is not offered. Choose one of these times.",
    )
    assert aino.reservation().slot is None


def test_a_time_of_today_that_is_too_soon_is_refused(aino, chair, warehouse):
    soon = PickupSlot.objects.filter(site=warehouse).first()
    aino.hold(chair)
    assert aino.choose(soon).status_code == 409
    assert booked(soon) == 0


def test_two_sites_have_a_time_page_each(aino, chair):
    other = open_site(make_site("second", name_en="Warehouse 2"))
    aino.hold_list({chair: 1, make_item(site=other): 1})
    assert "When will you collect? Warehouse 1" in text_of(aino.get("time"))
    assert aino.choose(first_slot())["Location"] == f"/en/book/{aino.bundle}/time"
    assert "When will you collect? Warehouse 2" in text_of(aino.get("time"))
    assert aino.choose(first_slot(other))["Location"] == f"/en/book/{aino.bundle}/contact"
    assert "When will you collect? Warehouse 1" in text_of(aino.get("time", site="warehouse"))
    moved = aino.choose(first_slot(skip=2), query="?site=warehouse")
    assert moved["Location"] == f"/en/book/{aino.bundle}/contact"
    assert [one.slot for one in aino.reservations()] == [first_slot(skip=2), first_slot(other)]


# -- the number of queries


def test_the_time_page_asks_the_same_whether_for_one_line_or_five_and_for_few_or_many_times(
    aino, warehouse, django_assert_num_queries
):
    aino.hold(make_item())
    Policy.shown()
    with django_assert_num_queries(TIME_PAGE):
        aino.get("time")
    bea = Resident()
    bea.hold_list({make_item(photos=3): 1 for _number in range(5)})
    PickupSlot.objects.filter(site=warehouse).exclude(pk=first_slot().pk).delete()
    with django_assert_num_queries(TIME_PAGE):
        bea.get("time")


@pytest.mark.parametrize("photos", [1, 3])
def test_pressing_the_button_reads_nothing_that_only_the_page_of_a_refusal_shows(aino, photos):
    Policy.shown()
    standing.current(at=NOW)
    chair = make_item(photos=photos)
    with CaptureQueriesContext(connection) as captured:
        assert aino.hold(chair).status_code == 302
    sent = [query["sql"] for query in captured.captured_queries]
    assert len([one for one in sent if "SAVEPOINT" not in one]) == HOLDING


def test_the_check_page_asks_the_same_for_one_line_and_for_five(aino, django_assert_num_queries):
    aino.get_to_check(make_item(), first_slot())
    with django_assert_num_queries(CHECK_PAGE):
        aino.get("check")
    bea = Resident()
    bea.hold_list({make_item(photos=2): 1 for _number in range(5)})
    bea.choose(first_slot(skip=2))
    bea.say_who(contact="bea@example.org")
    bea.type_code()
    with django_assert_num_queries(CHECK_PAGE):
        bea.get("check")


def test_the_list_of_what_is_being_booked_asks_the_same_for_one_and_three(aino, django_assert_num_queries):
    aino.hold(make_item())
    Policy.shown()
    with django_assert_num_queries(IN_PROGRESS):
        aino.get("hold")
    aino.hold(make_item(photos=2), client_key="2")
    aino.hold(make_item(), client_key="3")
    with django_assert_num_queries(IN_PROGRESS):
        aino.get("hold")
