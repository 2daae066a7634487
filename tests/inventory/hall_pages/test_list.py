"""The worker's list of things: who sees it, what it shows, what it costs."""

import re

import pytest

from inventory.domain import publishing, stock
from inventory.models import Item
from inventory.views.stocked import PAGE
from tests.factories import (
    NOW,
    make_admin,
    make_item,
    make_member,
    make_site,
    make_user,
    make_worker,
)
from tests.inventory.hall import ARABIC, EMOJI, address, words_of

pytestmark = pytest.mark.django_db

# Of every page: the session, the person, who waits for an answer. Of the list: whether they work anywhere, the items, their
# first photos, what of them is set aside.
ITEMS_PAGE = 7


# The item with its category, site and shelf; its photos, how many there are, what is set aside, the history and the
# reservations in it, those that hold pieces now, its further codes; the sites and the two levels of categories that may
# be chosen.
ITEM_PAGE = 15


# -- Who sees what


def pages_of(item):
    key = item.photos.first().key
    read = [address("wh_new"), address("wh_items"), address("wh_item", item.shown_code)]
    write = [
        address("wh_upload"),
        address("wh_act", item.shown_code, "withdraw"),
        *(address(name, item.shown_code) for name in ("wh_count", "wh_aside", "wh_end_aside", "wh_photos")),
        address("wh_photo", item.shown_code, key, "remove"),
    ]
    return read, write


def statuses(browser, item):
    read, write = pages_of(item)
    return [browser.get(one).status_code for one in read], [browser.post(one).status_code for one in write]


def test_the_hall_is_for_those_who_work_there(client):
    item = make_item(photos=2)
    client.force_login(make_worker(make_site()))
    assert statuses(client, item) == ([200, 200, 200], [422, 302, 422, 422, 404, 422, 302])


def test_a_worker_of_another_site_does_not_find_the_item(client):
    item = make_item(photos=2)
    client.force_login(make_worker(make_site("other", name_en="Other")))
    assert statuses(client, item) == ([200, 200, 404], [422, 404, 404, 404, 404, 404, 404])
    assert item.shown_code not in client.get(address("wh_items")).content.decode()
    item.refresh_from_db()
    assert (item.status, item.photos.count()) == ("published", 2)


@pytest.mark.parametrize("person", [make_user, make_member, lambda: make_user(is_manager=True)])
def test_who_works_at_no_site_has_no_business_in_the_hall(client, person):
    item = make_item(photos=2)
    client.force_login(person())
    assert statuses(client, item) == ([403, 403, 404], [403, 404, 404, 404, 404, 404, 404])


def test_a_stranger_is_led_to_the_sign_in(client):
    item = make_item(photos=2)
    assert statuses(client, item) == ([302] * 3, [302] * 7)
    assert client.get(address("wh_new"))["Location"] == "/en/accounts/login?next=/en/wh/new"


def test_an_admin_works_everywhere(client):
    item = make_item(photos=2)
    client.force_login(make_admin())
    assert client.get(address("wh_item", item.shown_code)).status_code == 200


@pytest.mark.parametrize("name", ["wh_upload", "wh_count", "wh_act"])
def test_what_changes_something_cannot_be_opened_as_a_page(hall, name):
    item = make_item()
    args = {"wh_upload": [], "wh_count": [item.shown_code], "wh_act": [item.shown_code, "withdraw"]}[name]
    assert hall.get(address(name, *args)).status_code == 405


@pytest.mark.parametrize("code", ["K7Q-4M2P", "nonsense", "%00", "🪑", "0" * 300])
def test_an_unknown_code_is_a_page_that_does_not_exist(hall, code):
    assert hall.get(f"/en/wh/items/{code}").status_code == 404
    assert hall.post(f"/en/wh/items/{code}", {}).status_code == 404


def test_a_code_is_found_however_it_is_written(hall):
    item = make_item()
    assert hall.get(f"/en/wh/items/{item.code.lower()}").status_code == 200


# -- How much each page asks of the database


@pytest.mark.parametrize("rows", [1, PAGE])
def test_the_list_asks_the_same_for_one_thing_and_for_a_full_page(hall, django_assert_num_queries, rows):
    for _number in range(rows):
        make_item(photos=2)
    hall.get(address("wh_items"))
    with django_assert_num_queries(ITEMS_PAGE):
        answer = hall.get(address("wh_items"))
    assert answer.content.decode().count("whole-row") == rows


@pytest.mark.parametrize("rows", [1, 4])
def test_an_items_page_asks_the_same_however_many_photos_and_steps_it_has(
    hall, sari, django_assert_num_queries, rows
):
    item = make_item(quantity=9, photos=rows)
    for _number in range(rows):
        stock.set_aside(item, 1, reason="repair", by=sari, at=NOW)
    hall.get(address("wh_item", item.shown_code))
    with django_assert_num_queries(ITEM_PAGE):
        hall.get(address("wh_item", item.shown_code))


# -- The list


def codes_in(answer):
    return re.findall(r'<span class="code">([\w-]+)</span>', answer.content.decode())


def test_the_list_shows_what_is_here_newest_first(hall):
    first, second = make_item(colour="red"), make_item(colour="blue")
    gone = make_item(quantity=1)
    Item.objects.filter(pk=gone.pk).update(quantity=0)
    assert codes_in(hall.get(address("wh_items"))) == [second.shown_code, first.shown_code]
    assert codes_in(hall.get(address("wh_items"), {"status": "gone"})) == [gone.shown_code]


@pytest.mark.parametrize("status", ["draft", "published", "withdrawn"])
def test_the_list_can_be_asked_for_a_state(hall, sari, status):
    made = {"published": make_item(), "draft": make_item(publish=False), "withdrawn": make_item()}
    publishing.withdraw(made["withdrawn"], by=sari, at=NOW)
    assert codes_in(hall.get(address("wh_items"), {"status": status})) == [made[status].shown_code]


def test_a_thing_is_found_by_word_by_code_and_by_shelf_a_draft_too(hall):
    sofa = make_item(category="sofa", shelf="H3-02-B", publish=False)
    make_item()
    for asked in ("sofa", "soffa", sofa.code.lower(), "h3-02-b"):
        assert codes_in(hall.get(address("wh_items"), {"q": asked})) == [sofa.shown_code], asked


def test_a_code_is_found_whatever_the_list_was_asked_for(hall):
    gone = make_item()
    Item.objects.filter(pk=gone.pk).update(quantity=0)
    assert codes_in(hall.get(address("wh_items"), {"q": gone.code, "status": "draft"})) == [gone.shown_code]


@pytest.mark.parametrize("asked", [EMOJI, ARABIC, "\0", "%", "'", "x" * 3000, "???", "NOT A THING"])
def test_nonsense_finds_nothing_and_says_so(hall, asked):
    make_item()
    answer = hall.get(address("wh_items"), {"q": f"q{asked}"})
    assert (answer.status_code, codes_in(answer)) == (200, [])
    assert "Nothing found. Try another word." in words_of(answer)


@pytest.mark.parametrize("query", ["status=sold", "before=nonsense", "before=%00", "status=%00&after=%00"])
def test_an_address_with_nonsense_shows_the_list(hall, query):
    item = make_item()
    assert codes_in(hall.get(f"{address('wh_items')}?{query}")) == [item.shown_code]


def test_pages_lead_on_and_back_and_hold_while_new_things_are_logged(hall):
    made = [make_item().shown_code for _number in range(2 * PAGE + 1)][::-1]
    first = hall.get(address("wh_items"))
    second = hall.get(link(first, "next"))
    make_item()
    third = hall.get(link(second, "next"))
    back = hall.get(link(third, "prev"))
    assert [codes_in(page) for page in (first, second, third, back)] == [
        made[:PAGE], made[PAGE : 2 * PAGE], made[2 * PAGE :], made[PAGE : 2 * PAGE],
    ]  # fmt: skip
    assert link(first, "prev") is None
    assert link(third, "next") is None


def link(answer, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', answer.content.decode())
    return found and address("wh_items") + found[1].replace("&amp;", "&")
