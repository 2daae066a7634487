"""Whoever books, or has missed something, reads the rule before it bites; staff see the pause that they may lift."""

from datetime import timedelta

import pytest

from reservations.domain import booking
from tests.factories import first_slot, make_item, make_reservation
from tests.reservations.pages.desk import address
from tests.reservations.visiting import text_of

pytestmark = pytest.mark.django_db

RULE = "After 2 missed pickups in 90 days you cannot book online for 30 days. You can still call us."


def missed(number, clock):
    made = [make_reservation({make_item(): 1}, slot=first_slot(skip=index)) for index in range(number)]
    at = made[-1].slot.ends_at + timedelta(hours=1)
    clock.move_to(at)
    return [booking.mark_missed(one, at=at) for one in made]


def test_the_check_page_says_the_rule_before_anything_is_booked(aino, chair):
    words = text_of(aino.get_to_check(chair, first_slot()))
    assert f"If you do not come, we keep the item for 3 more open days. {RULE}" in words


def test_a_first_miss_says_the_rule_and_a_second_until_when(aino, clock):
    first, second = missed(2, clock)
    words = text_of(aino.get("manage", second.token))
    assert "Online booking is paused until Wed 16 Dec, because pickups were missed." in words
    booking.excuse(first, by=None, at=second.missed_at)
    assert RULE in text_of(aino.get("manage", second.token))
    assert "The miss is excused: it does not count." in text_of(aino.get("manage", first.token))


def test_the_desk_sees_the_pause_and_lifts_it_with_one_press(desk, clock):
    _first, second = missed(2, clock)
    page = address("handover", second.code)
    sentence = "Online booking is paused for this person until Wed 16 Dec."
    assert sentence in desk.get(page).content.decode()
    desk.post(address("desk_act", second.code, "excuse"))
    second.person.refresh_from_db()
    assert second.person.booking_paused_until is None
    assert sentence not in desk.get(page).content.decode()


def test_a_miss_that_was_let_go_is_found_on_its_day_and_excused(desk, sari, clock):
    _first, second = missed(2, clock)
    clock.move_to(second.held_until)
    desk.force_login(sari)  # signed in anew: days have passed
    booking.expire(second, at=second.held_until)
    listed = desk.get(f"{address('today')}?day={second.slot.starts_at.date()}").content.decode()
    assert address("handover", second.code) in listed
    desk.post(address("desk_act", second.code, "excuse"))
    second.person.refresh_from_db()
    assert second.person.booking_paused_until is None
