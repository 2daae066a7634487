"""The front page and the lists: what they show, to whom, page by page, and how many questions they ask."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from inventory.domain import catalogue, intake, photos, publishing, standing, stock
from inventory.models import Category, Item, Photo
from inventory.views.conditional import kept
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

from .browsing import codes_on, heading, link, main_of, make_many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    kept.pages.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as traveller:
        yield traveller


def statements(client, address):
    """The number of statements of a page that is asked for again, and the answer."""
    client.get(address)
    kept.pages.clear()
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code == 200
    return len(asked), response


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


# -- page by page


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


def test_the_next_page_of_a_category_stays_in_it_with_its_filters(client):
    make_many(30)
    address = link(client.get("/en/c/seating?colour=black"), "next")
    assert address.startswith("/en/c/seating?colour=black&after=")


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


# -- what a page costs


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
