"""A thing's own page: what it says, what one can do there, and what becomes of it when the thing is gone."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from inventory.domain import carrying, publishing, stock
from inventory.models import Item, Photo
from recycling import offers
from reservations.domain import holding
from tests.factories import (
    NOW,
    category,
    hold,
    make_item,
    make_member,
    make_photo,
    make_site,
    make_worker,
    open_site,
)

from .browsing import codes_on, collected, main_of, page_of, plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


# -- the address


@pytest.mark.parametrize("typed", ["{0}", "{0}-", "{1}", " {0}", "{0[0]} {0}"])
def test_a_code_is_understood_as_it_was_typed_and_has_one_address(client, typed):
    item = make_item()
    typed = typed.format(item.code, item.shown_code.lower())
    response = client.get(f"/en/items/{typed}")
    expected = 404 if len(typed.replace(" ", "").replace("-", "")) != 7 else 301
    assert response.status_code == expected
    if expected == 301:
        assert response["Location"] == f"/en/items/{item.shown_code}"


@pytest.mark.parametrize("code", ["K7Q-4M2P", "K7Q-4M2Q", "x", "0", "a" * 500, "K7Q-4M2P;--"])
def test_an_unknown_code_is_not_found(client, code):
    assert client.get(f"/en/items/{code}").status_code == 404


def test_what_is_not_published_is_not_found_by_residents(client):
    draft = make_item(publish=False)
    withdrawn = publishing.withdraw(make_item(), by=make_worker(), at=NOW)
    internal = make_item()
    Item.objects.filter(pk=internal.pk).update(public_from=NOW + timedelta(days=2))
    for item in (draft, withdrawn, internal):
        assert client.get(f"/en/items/{item.shown_code}").status_code == 404


def test_a_worker_who_opens_a_draft_gets_the_workers_page(client):
    draft = make_item(publish=False)
    client.force_login(draft.created_by)
    response = client.get(f"/en/items/{draft.shown_code}")
    assert (response.status_code, response["Location"]) == (302, f"/en/wh/items/{draft.shown_code}")


def test_a_unit_sees_what_residents_do_not_see_yet(client):
    item = make_item()
    Item.objects.update(public_from=NOW + timedelta(days=2))
    client.force_login(make_member())
    assert "Add to the request list" in page_of(client, item)


# -- what it says


def test_everything_that_one_wants_to_know_is_there(client):
    site = make_site(postal_code="00990", is_step_free=True)
    item = make_item(
        quantity=16,
        width_cm=Decimal("68.5"),
        depth_cm=68,
        height_cm=96,
        weight_kg=Decimal(12),
        material="fabric",
        maker="Martela",
        defects="Käsinoja naarmuinen (kuva 2)\n\nPyörä jumittaa",
        description="Mukava istua.",
        price=20,
        site=site,
    )
    words = plain(page_of(client, item))
    for text in (
        "Office chair, black Available €20 16 left",
        "Good Small signs of use, works.",
        "68.5 × 68 × 96 cm width × depth × height",
        "Weight 12 kg",
        "Fits in an ordinary car with the seats folded down. 1 person can carry it.",
        "Colour Black",
        "Material Fabric",
        "Martela",
        "Käsinoja naarmuinen (kuva 2) Pyörä jumittaa",
        "Warehouse 1 Varastokatu 6, 00990 Step-free entrance",
        "Making a new one causes about 35-90 kg of carbon dioxide emissions (CO2e).",
        f"Code {item.shown_code}",
        "Written in: Finnish Mukava istua.",
    ):
        assert text in words


def test_what_nobody_measured_is_said_to_be_unknown_and_estimates_to_be_estimates(client):
    words = plain(page_of(client, make_item()))
    assert "Not measured yet. Usually about 68 × 68 × 96 cm." in words
    assert "about 12 kg, an estimate" in words
    assert "We cannot say yet whether it fits in a car." in words
    assert "Judged by what such things usually weigh." in words


def test_free_text_is_shown_as_written_in_its_own_language(client):
    item = make_item(
        description="<b>Bra</b> & billig\n\nمرحبا 🪑", defects="<script>alert(1)</script>", text_language="sv"
    )
    page = page_of(client, item)
    assert '<div lang="sv" dir="auto"' in page
    assert "&lt;b&gt;Bra&lt;/b&gt; &amp; billig" in page
    assert "مرحبا 🪑" in page
    assert "<script>alert" not in page
    assert '<span lang="sv" dir="auto">&lt;script&gt;' in page
    assert "Written in" not in page_of(client, item, language="sv")


def test_a_thing_with_a_plug_carries_a_note(client):
    lamp = make_item(category="floor_lamp")
    assert "It has a plug." in page_of(client, lamp)
    assert "It has a plug." not in page_of(client, make_item())


def test_a_shared_link_carries_title_words_and_photo(client, settings):
    settings.SITE_URL = "https://kierto.example"
    item = make_item()
    head = client.get(f"/en/items/{item.shown_code}").content.decode().partition("</head>")[0]
    photo = Photo.objects.get()
    assert '<meta property="og:title" content="Office chair, black">' in head
    assert '<meta property="og:description" content="Free. Good. Warehouse 1, Varastokatu 6.">' in head
    assert f'content="https://kierto.example/media/photos/{photo.key}/master.jpg"' in head
    assert f'<meta property="og:url" content="https://kierto.example/en/items/{item.shown_code}">' in head


# -- photos


def test_the_photos_come_in_order_and_each_can_be_chosen(client):
    item = make_item(photos=3)
    keys = [photo.key for photo in item.photos.all()]
    page = page_of(client, item, photo=2)
    thumbs = re.findall(r'<a href="\?photo=(\d)#photo"( aria-current="true")?>', page)
    assert thumbs == [("1", ""), ("2", ' aria-current="true"'), ("3", "")]
    assert f'<a href="/media/photos/{keys[1]}/master.jpg">' in page
    assert "Office chair, black, photo 2 of 3" in page


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "", "9" * 50, "²"])
def test_a_photo_that_is_not_there_is_the_first(client, number):
    item = make_item(photos=2)
    assert "photo 1 of 2" in page_of(client, item, photo=number)


def test_a_photo_that_failed_is_left_out(client):
    item = make_item(photos=2)
    first, second = item.photos.all()
    Photo.objects.filter(pk=first.pk).update(status="failed")
    page = page_of(client, item)
    assert second.key in page
    assert first.key not in page


def test_an_item_whose_photos_were_removed_says_that_it_has_none(client):
    item = make_item()
    item.photos.all().delete()
    assert "No photo yet" in page_of(client, item)


def test_a_photo_row_and_a_photo_column_are_shown_alike(client):
    item = make_item(publish=False, photos=0)
    photo = make_photo(item, status="ready", renditions=[[320, 240, 320], [640, 480, 640]], files="shared")
    assert photo.src == "/media/photos/shared/640.jpg"
    assert photo.webp == "/media/photos/shared/320.webp 240w, /media/photos/shared/640.webp 480w"
    photo.status = "pending"
    assert (photo.src, photo.webp, photo.jpeg) == ("/media/photos/shared/master.jpg", "", "")


# -- reserving


def test_one_press_reserves_a_single_thing(client):
    item = make_item()
    page = page_of(client, item)
    form = re.search(r'<form class="wrap dock-action".*?</form>', page, re.DOTALL)[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert 'action="/en/book"' in form
    assert (fields["code"], fields["pieces"]) == (item.code, "1")
    assert client.post("/en/book", fields).status_code == 302
    item.refresh_from_db()
    assert item.reserved == 1


def test_the_forms_key_is_new_each_time_and_the_page_is_not_kept(client):
    item = make_item()
    keys = {re.search(r'name="client_key" value="([^"]+)"', page_of(client, item))[1] for _time in range(3)}
    assert len(keys) == 3
    assert client.get(f"/en/items/{item.shown_code}")["Cache-Control"] == "no-store, private"


def test_of_several_one_says_how_many_up_to_what_is_left_and_allowed(client):
    three, many = make_item(quantity=3), make_item(quantity=40)
    assert 'max="3"' in page_of(client, three)
    assert 'max="5"' in page_of(client, many)  # the rules' limit for residents
    client.force_login(make_member())
    assert 'max="40"' in page_of(client, many)


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (lambda item: hold({item: 1}), "Somebody has booked it or is booking it right now."),
        (collected, "Somebody has given it a new home."),
        (
            lambda item: Item.objects.filter(pk=item.pk).update(condition="fix"),
            "for the city&#x27;s units only",
        ),
    ],
)
def test_what_cannot_be_reserved_says_why_and_leads_on(client, scene, words):
    item = make_item()
    scene(item)
    page = page_of(client, item)
    assert words in page
    assert 'href="/en/c/office_chair"' in page
    assert "Book a pickup time" not in page


def test_who_is_booking_it_right_now_is_led_back_to_the_booking(client):
    open_site()
    last = make_item()
    client.post("/en/book", {"code": last.shown_code, "pieces": "1", "client_key": "k"})
    page = page_of(client, last)
    assert "Go on with the booking that you began" in page
    assert 'href="/en/book"' in page
    assert "Somebody has booked it" not in page
    assert "Somebody has booked it" in page_of(Client(), last)


def test_the_page_and_the_verb_agree_on_the_answer(client):
    assert offers._answers == [holding.why_not]
    chair = make_item(category="office_chair")
    type(chair.category).objects.filter(pk=chair.category_id).update(residents_allowed=False)
    assert "for the city&#x27;s units only" in page_of(client, chair)


# -- what is gone


def test_a_collected_thing_keeps_its_page_with_photo_and_others_like_it(client):
    gone, other = collected(make_item()), make_item()
    response = client.get(f"/en/items/{gone.shown_code}")
    page = main_of(response)
    assert response.status_code == 200
    assert "Collected" in page
    assert Photo.objects.get(item=gone).key in page
    assert codes_on(response) == [other.code]
    assert "Save for later" not in page


def test_similar_things_are_of_the_kind_and_to_be_had(client):
    item = make_item()
    other, reserved = make_item(), make_item()
    hold({reserved: 1})
    make_item(category="desk")
    assert codes_on(client.get(f"/en/items/{item.shown_code}")) == [other.code]


def test_pieces_set_aside_are_not_offered(client):
    item = make_item(quantity=2)
    stock.set_aside(item, 1, reason="repair", by=make_worker(), at=NOW)
    assert "left" not in plain(page_of(client, item)).partition("Condition")[0]


# -- getting it home


@pytest.mark.parametrize(
    ("sizes", "weight", "fits", "carriers"),
    [
        ((68, 68, 96), 12, True, 1),
        ((160, 80, 70), 26, True, 2),
        ((161, 80, 60), 20, False, 1),
        ((150, 96, 71), 20, False, 1),
        ((70, 95, 160), 20, True, 1),
        ((190, 40, 40), 10, False, 2),
        ((90, 60, None), 55, None, 3),
        ((None, None, None), None, None, 1),
    ],
)
def test_what_a_car_and_a_person_can_take(sizes, weight, fits, carriers):
    width, depth, height = sizes
    item = Item(
        category=category(),
        width_cm=width,
        depth_cm=depth,
        height_cm=height,
        weight_kg=weight,
    )
    told = carrying.of(item)
    assert (told.fits_a_car, told.carriers) == (fits, carriers)
