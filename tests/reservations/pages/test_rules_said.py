"""A resident reads the rules before they bite: on the thing's page, and on the check page before anything is pressed."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recycling.accounts.models import User
from recycling.policy.models import Policy
from tests.factories import first_slot, later, make_item, make_reservation
from tests.reservations.visiting import text_of

pytestmark = pytest.mark.django_db

LIMIT = "A resident may book 5 pieces in 30 days."
MISSES = "After 2 missed pickups in 90 days you cannot book online for 30 days."


def page_of(item, client):
    with translation.override("en"):
        return text_of(client.get(reverse("inventory:item", args=[item.shown_code])))


def test_the_things_page_says_how_much_one_may_book_and_what_a_miss_costs(aino, chair):
    words = page_of(chair, aino.client)
    assert LIMIT in words
    assert MISSES in words


def test_who_works_there_is_told_no_rule_that_is_not_theirs(desk, chair):
    assert MISSES not in page_of(chair, desk)


def test_nothing_is_said_where_nothing_can_be_booked(aino):
    gone = make_item()
    make_reservation({gone: 1})
    assert MISSES not in page_of(gone, aino.client)


def test_a_page_that_was_kept_follows_when_the_city_changes_its_rules(aino, chair):
    page_of(chair, aino.client)
    rules = Policy.current()
    rules.misses_allowed = 3
    rules.save()
    assert MISSES.replace("2 missed", "3 missed") in page_of(chair, aino.client)


def test_a_browser_that_booked_is_told_of_a_pause_before_it_begins_and_no_other_one_is(aino, chair):
    aino.get_to_check(chair, first_slot())
    aino.confirm()
    User.objects.update(booking_paused_until=later(days=3))
    sentence = "Booking online is paused until Thu 19 Nov"
    assert sentence in page_of(chair, aino.client)
    assert sentence not in page_of(chair, Client())


def test_a_browser_that_booked_is_told_when_the_next_piece_is_possible(aino):
    aino.get_to_check(make_item(), first_slot())
    aino.confirm()
    make_reservation({make_item(quantity=9): 4}, slot=first_slot(skip=2))
    words = page_of(make_item(), aino.client)
    assert "You have 5. The next is possible on Thu 17 Dec." in words


def test_the_check_page_says_the_limit_before_anything_is_pressed(aino):
    make_reservation({make_item(quantity=9): 5})
    page = aino.get_to_check(make_item(), first_slot(skip=4))
    assert page.status_code == 200
    assert "You have 5. The next is possible on Thu 17 Dec." in text_of(page)
    assert "Confirm booking" not in text_of(page)


def test_the_check_page_says_a_pause_before_anything_is_pressed(aino, chair):
    User.objects.create_user(
        "aino@example.org", name="Aino", booking_paused_until=later(days=3), email_verified_at=later()
    )
    page = aino.get_to_check(chair, first_slot())
    assert "You can book by phone: 02 000 0000." in text_of(page)
    assert "Confirm booking" not in text_of(page)
