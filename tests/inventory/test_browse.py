"""The front page and the lists: what they show, and to whom."""

from datetime import timedelta

import pytest
from django.utils import translation

from inventory.domain import catalogue, publishing
from inventory.models import Category, Item, Photo
from tests.factories import (
    NOW,
    category,
    hold,
    make_item,
    make_member,
    make_photo,
    make_shelf,
    make_site,
    make_worker,
)

from .browsing import codes_on, main_of, make_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


# -- what a list shows


def test_the_newest_stands_first(client):
    old = make_item(at=NOW - timedelta(days=2))
    new = make_item(at=NOW)
    middle = make_item(at=NOW - timedelta(days=1))
    assert codes_on(client.get("/en/items")) == [new.code, middle.code, old.code]


def test_a_card_says_what_where_and_for_how_much(client):
    site = make_site()
    make_item(
        quantity=40,
        width_cm=68,
        depth_cm="68.5",
        height_cm=96,
        price=20,
        site=site,
        shelf=make_shelf(site=site),
    )
    card = main_of(client.get("/en/items"))
    for words in (
        "Office chair, black",
        "68 × 68.5 × 96 cm",
        "Good, Warehouse 1",
        "€20",
        "×40",
    ):
        assert words in card
    assert "H1-01-A" not in card


@pytest.mark.parametrize(
    ("language", "title", "price"),
    [
        ("fi", "Työtuoli, musta", "20,50\N{NO-BREAK SPACE}€"),
        ("sv", "Arbetsstol, svart", "20,50\N{NO-BREAK SPACE}€"),
        ("en", "Office chair, black", "€20.50"),
    ],
)
def test_the_list_speaks_three_languages(client, language, title, price):
    make_item(price="20.50")
    page = main_of(client.get(f"/{language}/items"))
    assert title in page
    assert price in page


def test_what_is_reserved_stays_in_the_list_and_says_so(client):
    chairs = make_item(quantity=3)
    hold({chairs: 2})
    assert "Reserved" not in main_of(client.get("/en/items"))
    hold({chairs: 1})
    assert "Reserved" in main_of(client.get("/en/items"))


def test_the_list_leaves_out_drafts_withdrawn_and_gone_things(client):
    make_item(publish=False)
    publishing.withdraw(make_item(), by=make_worker(), at=NOW)
    Item.objects.filter(pk=make_item().pk).update(quantity=0)
    here = make_item()
    assert codes_on(client.get("/en/items")) == [here.code]


def test_what_is_for_units_first_is_shown_to_units_only(client):
    make_item()
    Item.objects.update(public_from=NOW + timedelta(days=3))
    assert codes_on(client.get("/en/items")) == []
    client.force_login(make_member())
    assert len(codes_on(client.get("/en/items"))) == 1


def test_a_photo_has_its_size_and_its_choices_before_it_is_fetched(client):
    item = make_item(photos=0, publish=False)
    make_photo(item, status="ready", renditions=[[320, 320, 240], [640, 640, 480]], alt="From the side")
    Item.objects.filter(pk=item.pk).update(status="published", published_at=NOW, public_from=NOW)
    page = main_of(client.get("/en/items"))
    key = Photo.objects.get().key
    assert f'srcset="/media/photos/{key}/320.webp 320w, /media/photos/{key}/640.webp 640w"' in page
    assert f'<img src="/media/photos/{key}/640.jpg"' in page
    assert 'width="1600" height="1200" alt="From the side"' in page


def test_until_its_sizes_are_made_the_master_stands_in(client):
    make_item()
    page = main_of(client.get("/en/items"))
    assert f'<img src="/media/photos/{Photo.objects.get().key}/master.jpg"' in page
    assert ".webp" not in page


def test_photos_below_the_first_row_are_fetched_as_one_comes_near(client):
    make_many(6)
    assert main_of(client.get("/en/items")).count('loading="lazy"') == 2


def test_a_category_that_the_city_added_itself_has_a_box_for_an_icon(client):
    own = Category.objects.create(key="pianos", name_fi="Pianot", name_sv="Pianon", name_en="Pianos")
    item = make_item(category=own)
    item.photos.all().delete()
    assert "Pianos" in main_of(client.get("/en/c/pianos"))
    assert client.get("/en/").status_code == 200


# -- categories


def test_a_category_shows_its_own_and_what_belongs_to_it(client):
    chair, desk = make_item(), make_item(category="desk")
    bench = make_item(category="seating")
    assert codes_on(client.get("/en/c/seating")) == [bench.code, chair.code]
    assert codes_on(client.get("/en/c/office_chair")) == [chair.code]
    assert codes_on(client.get("/en/c/tables")) == [desk.code]


def test_a_category_leads_to_those_within_and_to_the_one_around(client):
    page = main_of(client.get("/en/c/seating"))
    assert 'href="/en/c/office_chair"' in page
    assert 'href="/en/c/seating"' in main_of(client.get("/en/c/office_chair"))


def test_an_unknown_category_is_not_found(client):
    assert client.get("/en/c/dragons").status_code == 404


# -- the front page


def test_the_front_page_shows_the_eight_newest_that_can_be_had(client):
    made = make_many(12)
    hold({made[0]: 1})
    assert codes_on(client.get("/en/")) == [item.code for item in made[1:9]]


def test_the_front_page_leads_to_every_kind_and_says_where_things_are_collected(client):
    make_item(site=make_site(postal_code="00990"))
    page = main_of(client.get("/en/"))
    for top in Category.objects.filter(parent=None):
        assert f'href="/en/c/{top.key}"' in page
    assert "Varastokatu 6, 00990" in page


def test_a_kind_shows_the_newest_photo_that_everybody_may_see(client):
    shown = make_item(at=NOW - timedelta(days=1))
    hidden = make_item()
    Item.objects.filter(pk=hidden.pk).update(public_from=NOW + timedelta(days=3))
    covers = catalogue.covers_by_category(at=NOW)
    assert {top: picture.key for top, picture in covers.items()} == {
        category("seating").pk: shown.photos.get().key
    }


def test_the_front_page_without_anything_says_so(client):
    assert "There is nothing here right now." in main_of(client.get("/en/"))


# -- labels


@pytest.mark.parametrize("typed", ["{}", "{}-", "{} "])
def test_a_label_leads_to_the_item_in_the_readers_language(client, typed):
    item = make_item()
    response = client.get(f"/i/{typed.format(item.code)}", headers={"Accept-Language": "sv"})
    assert (response.status_code, response["Location"]) == (302, f"/sv/items/{item.shown_code}")


def test_a_label_leads_who_works_there_to_the_workers_page(client):
    item = make_item(publish=False)
    client.force_login(item.created_by)
    with translation.override("fi"):
        assert client.get(f"/i/{item.code}")["Location"] == f"/fi/wh/items/{item.shown_code}"


def test_a_label_leads_a_worker_of_another_site_to_the_items_own_page(client):
    item = make_item()
    client.force_login(make_worker(site=make_site("harbour")))
    assert client.get(f"/i/{item.code}")["Location"] == f"/fi/items/{item.shown_code}"


@pytest.mark.parametrize("code", ["x", "K7Q4M2Q", "O0O0O0O"])
def test_a_label_that_is_none_of_ours_is_not_found(client, code):
    assert client.get(f"/i/{code}").status_code == 404
