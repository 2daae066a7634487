"""A list page by page: nothing lost, nothing shown twice, and how many there are."""

from datetime import timedelta

import pytest

from inventory.domain import standing
from inventory.models import Item
from tests.factories import NOW, make_item

from .browsing import codes_on, heading, link, make_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def test_one_goes_through_the_whole_list_and_back_again(client):
    made = [item.code for item in make_many(60)]
    first = client.get("/en/items")
    assert codes_on(first) == made[:24]
    assert link(first, "prev") is None
    second = client.get(link(first, "next"))
    assert codes_on(second) == made[24:48]
    third = client.get(link(second, "next"))
    assert codes_on(third) == made[48:]
    assert link(third, "next") is None
    assert codes_on(client.get(link(third, "prev"))) == made[24:48]
    assert codes_on(client.get(link(client.get(link(third, "prev")), "prev"))) == made[:24]


def test_things_of_one_moment_are_neither_lost_nor_shown_twice(client):
    made = make_many(50)
    Item.objects.update(published_at=NOW)
    wanted = [item.code for item in sorted(made, key=lambda item: -item.pk)]
    first = client.get("/en/items")
    second = client.get(link(first, "next"))
    third = client.get(link(second, "next"))
    assert codes_on(first) + codes_on(second) + codes_on(third) == wanted


def test_a_page_of_exactly_24_has_no_next(client):
    make_many(24)
    assert link(client.get("/en/items"), "next") is None


def test_new_things_meanwhile_do_not_shift_the_next_page(client):
    made = [item.code for item in make_many(30)]
    address = link(client.get("/en/items"), "next")
    make_item(at=NOW + timedelta(minutes=5))
    assert codes_on(client.get(address)) == made[24:]


def test_a_way_back_that_would_show_half_a_page_leads_to_the_first(client):
    made = make_many(30)
    response = client.get("/en/items", {"before": made[10].code, "colour": "black"})
    assert (response.status_code, response["Location"]) == (302, "/en/items?colour=black")


@pytest.mark.parametrize("cursor", ["after", "before"])
def test_a_page_beside_an_item_that_is_no_more_is_the_first(client, cursor):
    make_many(3)
    response = client.get("/en/items", {cursor: "K7Q4M2P"})
    assert (response.status_code, response["Location"]) == (302, "/en/items")


@pytest.mark.parametrize("junk", ["", "x", "'; drop table", "0", "9" * 400, "\x00", "🪑"])
def test_a_page_beside_rubbish_is_the_first(client, junk):
    made = make_many(2)
    assert codes_on(client.get("/en/items", {"after": junk, "before": junk})) == [item.code for item in made]


def test_the_heading_counts_to_200_and_no_further(client, now):
    make_many(200)
    assert heading(client.get("/en/items")) == "Items, 200 items"
    make_item()
    now.shift(standing.SECONDS + 1)
    assert heading(client.get("/en/items")) == "Items, over 200 items"


def test_the_heading_of_a_list_of_one_page_is_never_old(client):
    for count in range(1, 4):
        make_item()
        assert heading(client.get("/en/items")) == f"Items, {count} item{'s' * (count > 1)}"


def test_the_heading_never_says_fewer_than_are_shown(client):
    make_many(24)
    assert heading(client.get("/en/items")) == "Items, 24 items"
    make_many(3)
    assert heading(client.get("/en/items")) == "Items, 25 items"


@pytest.mark.parametrize(("count", "words"), [(0, "0 items"), (1, "1 item"), (25, "25 items")])
def test_the_heading_says_how_many(client, count, words):
    if count:
        make_many(count)
    assert heading(client.get("/en/items")) == f"Items, {words}"


def test_the_next_page_of_a_category_stays_in_it_with_its_filters(client):
    make_many(30)
    address = link(client.get("/en/c/seating?colour=black"), "next")
    assert address.startswith("/en/c/seating?colour=black&after=")
