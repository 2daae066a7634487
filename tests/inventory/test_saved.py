"""Saved items: a list on the device, without an account, that holds nothing."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.models import Item
from inventory.views import saved
from tests.factories import NOW, counters, hold, make_item, make_member, make_site, make_worker

from .browsing import main_of, make_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def save(client, item):
    return client.post(f"/en/items/{item.shown_code}/save")


def the_list(client):
    return client.get("/en/items/saved")


def wishes(client):
    return re.findall(r'name="wish" value="(\w+)" checked', main_of(the_list(client)))


def test_what_is_saved_is_on_the_list_newest_first_and_holds_nothing(client):
    first, second = make_item(), make_item()
    assert save(client, first)["Location"] == f"/en/items/{first.shown_code}"
    save(client, second)
    assert wishes(client) == [second.code, first.code]
    assert counters(first) == (1, 0)


def test_saving_twice_saves_once(client):
    item = make_item()
    save(client, item)
    save(client, item)
    assert wishes(client) == [item.code]


def test_the_items_page_knows_that_it_is_saved_and_takes_it_off_again(client):
    item = make_item()
    address = f"/en/items/{item.shown_code}"
    assert "Save for later" in main_of(client.get(address))
    save(client, item)
    page = main_of(client.get(address))
    assert "Saved on this device." in page
    assert "Save for later" not in page
    assert client.post(f"{address}/unsave", {"item": "1"})["Location"] == address
    assert wishes(client) == []


def test_removing_on_the_list_comes_back_to_the_list(client):
    item, other = make_item(), make_item()
    save(client, item)
    save(client, other)
    assert client.post(f"/en/items/{item.shown_code}/unsave")["Location"] == "/en/items/saved"
    assert wishes(client) == [other.code]


def test_one_device_does_not_see_the_list_of_another(client):
    save(client, make_item())
    assert wishes(Client()) == []


def test_the_cookie_is_signed_and_no_script_reads_it(client):
    item = make_item()
    cookie = save(client, item).cookies[saved.COOKIE]
    assert cookie.value.startswith(f"{item.code}:")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    client.cookies[saved.COOKIE] = cookie.value.replace(item.code, make_item().code)
    assert wishes(client) == []


@pytest.mark.parametrize("value", ["", "x", "x:y", "🪑", "a" * 5000])
def test_a_cookie_that_we_did_not_write_is_an_empty_list(client, value):
    client.cookies[saved.COOKIE] = value.encode("unicode_escape").decode()
    response = the_list(client)
    assert response.status_code == 200
    assert "Nothing is saved on this device yet." in main_of(response)


def test_the_list_holds_fifty_and_says_so(client):
    items = make_many(51)
    for item in items[:50]:
        save(client, item)
    response = save(client, items[50])
    assert response.status_code == 409
    assert "You have saved 50 items" in main_of(response)
    assert len(wishes(client)) == 50


def test_everything_saved_can_be_reserved_together(client):
    here, there = make_item(quantity=3), make_item(site=make_site("harbour"))
    save(client, here)
    save(client, there)
    page = main_of(the_list(client))
    assert f'name="pieces-{here.code}" value="1" min="1" max="3"' in page
    assert f'name="pieces-{there.code}"' not in page
    key = re.search(r'name="client_key" value="([^"]+)"', page)[1]
    response = client.post(
        "/en/book", {"wish": wishes(client), f"pieces-{here.code}": "2", "client_key": key}
    )
    assert response.status_code == 302
    assert (counters(here), counters(there)) == ((3, 2), (1, 1))


def test_what_is_gone_is_named_and_can_be_tidied_away(client):
    here, reserved, gone, withdrawn = (
        make_item(category=kind) for kind in ("desk", "stool", "sofa", "mirror")
    )
    for item in (here, reserved, gone, withdrawn):
        save(client, item)
    hold({reserved: 1})
    Item.objects.filter(pk=gone.pk).update(quantity=0)
    Item.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    page = main_of(the_list(client))
    _before, _title, not_to_be_had = page.partition("Not to be had now")
    assert wishes(client) == [here.code]
    assert "Stool" in not_to_be_had
    assert "Sofa" in not_to_be_had
    assert "1 item is no longer in the catalogue." in not_to_be_had
    assert "Mirror" not in page
    assert client.post("/en/items/saved/tidy")["Location"] == "/en/items/saved"
    assert "Not to be had now" not in main_of(the_list(client))
    assert wishes(client) == [here.code]


def test_what_one_may_not_see_cannot_be_saved(client):
    draft, internal = make_item(publish=False), make_item()
    Item.objects.filter(pk=internal.pk).update(public_from=NOW + timedelta(days=2))
    assert [save(client, item).status_code for item in (draft, internal)] == [404, 404]
    assert client.post("/en/items/nonsense/save").status_code == 404
    assert client.post("/en/items/nonsense/unsave").status_code == 404


def test_what_units_alone_have_stands_apart_and_is_not_reserved_from_the_list(client):
    open_one, first, broken = make_item(), make_item(units_first=True), make_item(condition="fix")
    for person, apart in ((make_member("giver"), [first, broken]), (None, [broken]), (make_worker(), [])):
        client.logout()
        if person:
            client.force_login(person)
        for item in (open_one, first, broken):
            save(client, item)
        page = main_of(the_list(client))
        assert {first.code, broken.code} - set(wishes(client)) == {one.code for one in apart} | (
            set() if person else {first.code}
        )
        assert open_one.code in wishes(client)
        assert ("For the city's units only" in page) == bool(apart)
        assert ("puts these on the request list" in page) == (first in apart)


def test_saving_needs_a_post_and_a_token():
    item = make_item()
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(f"/en/items/{item.shown_code}/save").status_code == 405
    assert strict.post(f"/en/items/{item.shown_code}/save").status_code == 403


@pytest.mark.parametrize("count", [1, 24])
def test_the_list_asks_one_question(client, count):
    for item in make_many(count):
        save(client, item)
    the_list(client)
    with CaptureQueriesContext(connection) as asked:
        the_list(client)
    assert len(asked) == 1


def test_saving_makes_no_session(client):
    assert "sessionid" not in save(client, make_item()).cookies
