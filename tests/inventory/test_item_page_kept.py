"""A thing's own page is made once for everybody: what it costs, whose keys are in it, and what makes it anew."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.domain import intake, photos, publishing, standing
from inventory.models import Category, ImpactFactor, Item, Photo, Site
from inventory.views.conditional import kept
from tests.factories import NOW, hold, make_item, make_member, make_photo, make_worker

from .browsing import collected, make_many, page_of, plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


# -- what it costs


@pytest.mark.parametrize("others", [0, 1, 30])
@pytest.mark.parametrize("scene", [lambda _item: None, lambda item: hold({item: 1}), collected])
def test_the_page_asks_four_questions_whatever_stands_on_it(client, others, scene):
    """Its mark, the item with its photos, whether it can be reserved, and the rows of others like it if there are any."""
    if others:
        make_many(others)
    item = make_item(photos=5)
    scene(item)
    client.get("/en/items")
    with CaptureQueriesContext(connection) as asked:
        page_of(client, item)
    assert len(asked) == 3 + bool(others)


# -- made once, for everybody


def make_settled(**fields):
    """An item, and others of its kind, whose photos have their sizes."""
    make_many(5)
    item = make_item(**fields)
    Photo.objects.update(status="ready", renditions=[[320, 320, 240]])
    return item


def keys_in(page):
    """(CSRF tokens, the key that makes one press one reservation) of a page's forms."""
    fields = re.findall(r'name="(csrfmiddlewaretoken|client_key)" value="([^"]+)"', page)
    tokens = {value for name, value in fields if name == "csrfmiddlewaretoken"}
    (key,) = [value for name, value in fields if name == "client_key"]
    return tokens, key


def test_a_page_that_somebody_else_was_made_costs_one_question_and_has_keys_of_its_own():
    item = make_settled()
    first, second = Client(), Client()
    tokens, key = keys_in(page_of(first, item))
    with CaptureQueriesContext(connection) as asked:
        again = page_of(second, item)
    assert len(asked) == 1
    other_tokens, other_key = keys_in(again)
    assert not tokens & other_tokens
    assert key != other_key
    assert keys_in(page_of(second, item))[1] != other_key


def test_the_keys_of_a_page_that_was_kept_are_good_for_its_forms():
    item = make_settled(quantity=3)
    page_of(Client(), item)
    browser = Client(enforce_csrf_checks=True)
    tokens, key = keys_in(page_of(browser, item))
    form = {"code": item.code, "pieces": 1, "client_key": key}
    assert browser.post("/en/book", form).status_code == 403
    assert browser.post("/en/book", form | {"csrfmiddlewaretoken": tokens.pop()}).status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        lambda item: hold({item: 1}),
        lambda item: hold({alike(item): 1}),
        lambda item: intake.edit(item, by=make_worker(), at=NOW, version=item.version, maker="Martela"),
        lambda item: intake.add_photos(item, [make_photo(status="ready")], by=make_worker(), at=NOW),
        lambda item: photos.remove(item.photos.last(), by=make_worker(), at=NOW),
        lambda item: publishing.withdraw(alike(item), by=make_worker(), at=NOW),
        lambda item: Category.objects.filter(pk=item.category_id).update(residents_allowed=False),
        lambda _item: ImpactFactor.objects.update(co2e_low=0),
        lambda _item: Site.objects.update(street_en="Another street 1"),
    ],
)
def test_whatever_changes_on_the_page_makes_it_anew(client, now, change):
    item = make_settled(photos=2)
    before = keyless(page_of(client, item))
    assert keyless(page_of(client, item)) == before
    change(item)
    now.shift(standing.SECONDS + 1)  # what the city has laid down may be so old
    assert keyless(page_of(client, item)) != before


def alike(item):
    return Item.objects.filter(category=item.category_id).exclude(pk=item.pk).newest_first().first()


def keyless(page):
    return re.sub(r'name="(csrfmiddlewaretoken|client_key)" value="[^"]+"', "", page)


def test_a_photo_that_waits_for_its_sizes_is_shown_with_them_when_they_are_made(client):
    item = make_item()
    assert "320.webp" not in page_of(client, item)
    item.photos.update(status="ready", renditions=[[320, 320, 240]])
    assert "320.webp" in page_of(client, item)


def test_what_a_browser_has_saved_or_is_booking_is_on_its_own_page_alone(client):
    item = make_settled()
    mine = Client()
    form = {"code": item.code, "pieces": 1, "client_key": keys_in(page_of(mine, item))[1]}
    mine.post(f"/en/items/{item.shown_code}/save")
    assert "Saved on this device" in page_of(mine, item)
    assert "Saved on this device" not in page_of(client, item)
    mine.post("/en/book", form)
    assert "/en/book" in page_of(mine, item)
    assert plain(page_of(mine, item)) != plain(page_of(client, item))


def test_who_is_signed_in_is_made_a_page_that_nobody_keeps(client):
    item = make_settled()
    client.force_login(make_member())
    page_of(client, item)
    assert not kept.pages
