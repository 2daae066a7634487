"""What a list costs: the same few questions however long it is, and fewer for what has not changed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.domain import catalogue, intake, photos, publishing, standing, stock
from inventory.models import Category, Item, Photo
from inventory.views.conditional import kept
from tests.factories import NOW, hold, make_item, make_member, make_photo, make_worker

from .browsing import codes_on, main_of, make_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


# -- what a page costs


def statements(client, address):
    """The number of statements of a page that is asked for again, and the answer."""
    client.get(address)
    kept.pages.clear()
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code == 200
    return len(asked), response


@pytest.mark.parametrize("count", [1, 24, 60])
@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/en/", 1),
        ("/en/items", 2),
        ("/en/c/seating", 2),
        ("/en/items?colour=black&condition=good&site=warehouse&free=1&available=1", 2),
        ("/en/items?q=chair", 2),
        ("/en/items?q=chair&colour=black&category=seating", 2),
    ],
)
def test_a_list_asks_the_same_few_questions_however_much_it_shows(client, count, address, asked):
    make_many(count)
    number, response = statements(client, address)
    assert number == asked
    assert len(codes_on(response)) == min(count, 8 if address == "/en/" else 24)


@pytest.mark.parametrize(
    "address", ["/en/items?colour=red", "/en/items?q=chair&colour=red", "/en/items?q=xyzzy+chair"]
)
def test_an_empty_list_finds_something_near_in_at_most_three_questions(client, address):
    make_many(5)
    assert statements(client, address)[0] <= 3


def test_looking_around_makes_no_session(client):
    make_item()
    for address in ("/en/", "/en/items", "/en/c/seating"):
        assert "sessionid" not in client.get(address).cookies


# -- what has not changed


def ask_again(client, address):
    """Ask with the mark of the answer before, once the browser has every cookie that it gets."""
    client.get(address)
    return client.get(address, headers={"If-None-Match": client.get(address)["ETag"]})


def make_settled(count):
    """``count`` items whose photos have their sizes."""
    items = make_many(count)
    Photo.objects.update(status="ready", renditions=[[320, 320, 240]])
    return items


def test_a_page_that_has_not_changed_is_not_sent_again(client):
    make_settled(3)
    response = ask_again(client, "/en/items")
    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize(
    "address", ["/en/items", "/en/c/seating", "/en/items?colour=black", "/en/items?q=chair"]
)
def test_a_page_that_somebody_else_was_made_costs_one_question(client, address):
    make_settled(30)
    first = client.get(address).content
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).content == first
    assert len(asked) == 1


def test_an_unchanged_page_costs_one_question(client):
    make_settled(3)
    mark = client.get("/en/items") and client.get("/en/items")["ETag"]
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/en/items", headers={"If-None-Match": mark}).status_code == 304
    assert len(asked) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda item: hold({item: 1}),
        lambda item: intake.edit(item, by=make_worker(), at=NOW, version=item.version, colour="red"),
        lambda item: stock.correct(item, quantity=7, by=make_worker(), at=NOW, reason="counted"),
        lambda item: intake.add_photos(item, [make_photo()], by=make_worker(), at=NOW),
        lambda item: photos.reorder(item, list(item.photos.all())[::-1], by=make_worker(), at=NOW),
        lambda item: photos.remove(item.photos.first(), by=make_worker(), at=NOW),
        lambda _item: make_item(at=NOW - timedelta(days=30)),
        lambda item: publishing.withdraw(item, by=make_worker(), at=NOW),
        lambda item: Category.objects.filter(pk=item.category_id).update(name_en="Chair of an office"),
    ],
)
def test_whatever_changes_in_the_list_makes_a_new_page(client, now, change):
    items = make_settled(3)
    make_photo(items[0], status="ready")
    client.get("/en/items")
    mark = client.get("/en/items")["ETag"]
    change(items[0])
    now.shift(standing.SECONDS + 1)  # what the city has laid down may be so old
    assert client.get("/en/items", headers={"If-None-Match": mark}).status_code == 200


def test_a_photo_that_waits_for_its_sizes_is_shown_with_them_when_they_are_made(client):
    item = make_item()
    before = client.get("/en/items")
    assert "ETag" not in before
    assert not kept.pages
    item.photos.update(status="ready", renditions=[[320, 320, 240]])
    assert "320.webp" in client.get("/en/items").content.decode()


def test_a_page_that_changed_while_it_was_made_is_not_kept(client, monkeypatch):
    """Somebody reserves the last piece between the look at the marks and the reading of the rows, and lets it go again."""
    (item,) = make_settled(1)
    read = catalogue.rows_by_key

    def meanwhile(keys, **more):
        with monkeypatch.context() as patched:
            patched.setattr(catalogue, "rows_by_key", read)
            Item.objects.filter(pk=item.pk).update(reserved=1)
            try:
                return read(keys, **more)
            finally:
                Item.objects.filter(pk=item.pk).update(reserved=0)

    monkeypatch.setattr(catalogue, "rows_by_key", meanwhile)
    assert "Reserved" in main_of(client.get("/en/items"))
    monkeypatch.setattr(catalogue, "rows_by_key", read)
    assert "Reserved" not in main_of(client.get("/en/items"))


def test_another_theme_or_language_is_another_page(client):
    make_settled(1)
    client.get("/en/items")
    mark = client.get("/en/items")["ETag"]
    assert client.get("/sv/items", headers={"If-None-Match": mark}).status_code == 200
    client.cookies["theme"] = "dark"
    response = client.get("/en/items", headers={"If-None-Match": mark})
    assert response.status_code == 200
    assert 'data-theme="dark"' in response.content.decode()


def test_who_is_signed_in_gets_a_page_of_their_own_that_nobody_keeps(client):
    make_item()
    client.force_login(make_member())
    response = client.get("/en/items")
    assert "ETag" not in response
    assert response["Cache-Control"] == "no-store, private"
    assert not kept.pages


def test_a_page_with_a_token_of_one_browser_is_never_given_to_another(client):
    make_settled(1)
    page = client.get("/en/items").content.decode()
    if "csrfmiddlewaretoken" in page:
        assert not kept.pages
    else:
        assert [one.decode() for one in kept.pages.values()] == [page]
