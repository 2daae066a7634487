"""Logging a thing, as the pages are served: a few answers make an item, and no nonsense costs the worker anything."""

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from inventory.domain import aliases
from inventory.models import Item, Photo, Shelf
from inventory.views.intake import TILES
from recycling.policy.models import Policy
from tests.factories import NOW, later, make_item, make_photo, make_site, make_worker
from tests.inventory.hall import address, chosen, log, picture, problems, uploaded, value_of, words_of
from tests.inventory.pictures import drawn, encoded

pytestmark = pytest.mark.django_db

# The session and the person; their sites, the tiles' counts and categories, who waits for these, the list of all categories.
NEW_PAGE = 8

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EMOJI = "\N{CHAIR}\N{PARTY POPPER}"
ARABIC = "\N{RIGHT-TO-LEFT OVERRIDE}كرسي"


@pytest.mark.parametrize("rows", [1, 5])
def test_the_form_of_a_new_thing_asks_the_same_however_much_was_logged(
    hall, sari, django_assert_num_queries, rows
):
    for key in ("desk", "sofa", "locker", "bench", "stool")[:rows]:
        Item.objects.filter(pk=make_item(category=key).pk).update(created_by=sari)
    hall.get(address("wh_new"))
    with django_assert_num_queries(NEW_PAGE):
        hall.get(address("wh_new"))


# ---- A new thing ----


def test_a_photo_a_category_and_a_condition_make_an_item_in_the_catalogue(hall, sari):
    answer = log(hall)
    item = Item.objects.get()
    assert answer.status_code == 302
    assert (item.status, item.quantity, item.category.key, item.condition, item.created_by) == (
        *("published", 1, "office_chair", "good"), sari,
    )  # fmt: skip
    assert item.photos.count() == 1
    assert item.photos.get().uploaded_by == sari


def test_saving_and_printing_leads_to_the_label_and_from_there_on_to_a_similar_thing(hall):
    answer = log(hall, shelf="h3-02-b", print="1")
    item = Item.objects.get()
    labels = hall.get(answer["Location"])
    assert [one for one, _title in labels.context["items"]] == [item]
    assert f"{item.shown_code} is saved. Its label can be printed here." in words_of(labels)
    page = hall.get(address("wh_new"), {"saved": item.shown_code})
    assert (chosen(page, "category"), value_of(page, "shelf")) == ("office_chair", "H3-02-B")


def test_a_label_that_was_scanned_before_is_on_the_thing_once_it_is_saved(hall, sari):
    one, taken = aliases.print_blank(2, sheet="s", by=sari, at=NOW)
    other = make_item()
    aliases.attach(other, taken.code, by=sari, at=NOW)
    log(hall, label=f"https://kierto.example/i/{one.code}")
    item = Item.objects.latest("pk")
    assert list(item.aliases.all()) == [one]
    # A wrong one costs nothing that was logged.
    answer = log(hall, label=taken.code, another="1", client_key="b" * 24)
    assert Item.objects.count() == 3
    said = words_of(hall.get(answer["Location"]))
    assert f"The code {taken} is on {other.shown_code} already." in said


def test_after_saving_the_code_is_shown_and_the_next_form_keeps_what_is_likely_the_same(hall):
    answer = log(hall, shelf="h3-02-b", colour="black")
    item = Item.objects.get()
    page = hall.get(answer["Location"])
    assert f"Saved: Office chair, black {item.shown_code}" in words_of(page)
    assert (chosen(page, "category"), value_of(page, "shelf"), chosen(page, "condition")) == (
        *("office_chair", "H3-02-B"), None,
    )  # fmt: skip


def test_a_category_from_the_list_counts_before_the_tile_that_was_kept_and_is_kept_itself(hall):
    answer = log(hall, other_category="carpet")
    assert Item.objects.get().category.key == "carpet"
    page = hall.get(answer["Location"])
    assert (chosen(page, "category"), chosen(page, "other_category")) == ("carpet", "")


def test_what_an_address_asks_to_keep_is_only_kept_when_it_makes_sense(hall):
    page = hall.get(
        address("wh_new"), {"site": "elsewhere", "category": "\0", "shelf": "\0<b>", "saved": "\0"}
    )
    assert page.status_code == 200
    assert (value_of(page, "site"), chosen(page, "category")) == ("warehouse", None)


def test_the_item_that_an_address_calls_saved_is_named_only_to_those_who_work_there(client):
    item = make_item()
    client.force_login(make_worker(make_site("other")))
    assert item.shown_code not in words_of(client.get(address("wh_new"), {"saved": item.shown_code}))


def test_what_is_saved_as_a_draft_is_not_in_the_catalogue(hall):
    log(hall, draft="1")
    assert Item.objects.get().status == "draft"


def test_saving_and_opening_leads_to_the_item(hall):
    answer = log(hall, open="1")
    assert answer["Location"] == address("wh_item", Item.objects.get().shown_code)


def test_everything_that_was_written_is_on_the_item(hall):
    log(
        hall, quantity="40", shelf=" tuolikulma   1 ", colour="blue", material="mesh", maker="Martela",
        width_cm="67,5", depth_cm="68.5 cm", height_cm="1 234,5", weight_kg="12,5kg", price="20,50 €",
        defects="Naarmu", description="Säädettävä", text_language="sv",
    )  # fmt: skip
    item = Item.objects.get()
    assert item.shelf.code == "TUOLIKULMA 1"
    assert [str(getattr(item, name)) for name in ("width_cm", "depth_cm", "height_cm", "weight_kg", "price")] == [
        "67.5", "68.5", "1234.5", "12.5", "20.50",
    ]  # fmt: skip
    assert (item.quantity, item.colour, item.material, item.maker, item.defects, item.text_language) == (
        *(40, "blue", "mesh", "Martela", "Naarmu"), "sv",
    )  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("typed", ["67,5", "67.5", " 67,5 cm "])
def test_a_size_has_a_comma_or_a_point_in_every_language(hall, language, typed):
    with translation.override(language):
        where = reverse("inventory:wh_new")
    fields = {
        "category": "desk",
        "condition": "good",
        "quantity": 1,
        "site": "warehouse",
        "camera": picture(),
    }
    assert hall.post(where, fields | {"width_cm": typed}).status_code == 302
    assert str(Item.objects.get().width_cm) == "67.5"


def test_the_tiles_are_what_was_used_most_today_then_lately_then_what_is_usual(hall, sari):
    for key, hours, times in (
        ("carpet", 1, 1),
        ("piano_stool", 1, 0),
        ("locker", 100, 5),
        ("bench", 24 * 31, 9),
    ):
        for _number in range(times):
            item = make_item(category=key, at=later(hours=-hours))
            Item.objects.filter(pk=item.pk).update(created_by=sari)
    tiles = re.findall(
        r'<input type="radio" name="category" value="(\w+)"', hall.get(address("wh_new")).content.decode()
    )
    assert len(tiles) == TILES
    assert {"carpet", "locker"} <= set(tiles)
    assert "bench" not in tiles


def test_the_same_form_sent_again_after_it_was_saved_leads_on_like_the_first_time(hall, sari):
    photo = make_photo(uploaded_by=sari)
    answers = [log(hall, uploaded=photo.key, shelf="H1") for _tap in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert (Item.objects.count(), Photo.objects.count()) == (1, 1)


def test_a_form_with_files_sent_again_keeps_none_of_them_twice(hall):
    for _tap in range(2):
        assert log(hall).status_code == 302
    assert (Item.objects.count(), Photo.objects.count()) == (1, 1)


def test_a_double_tap_is_one_item(hall):
    first, second = log(hall), log(hall)
    assert Item.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_another_worker_on_the_same_phone_logs_a_thing_of_their_own(client, sari):
    client.force_login(sari)
    log(client)
    client.force_login(make_worker(make_site()))
    log(client, shelf="H2")
    assert Item.objects.count() == 2


def test_a_form_that_lost_its_key_still_logs_the_thing(hall):
    assert log(hall, client_key="").status_code == 302
    assert Item.objects.get().client_key is None


# ---- Photos on their way ----


def test_a_photo_sent_ahead_gives_its_key_and_the_form_takes_it_along(hall):
    answer = hall.post(address("wh_upload"), {"photo": picture()})
    key = answer.json()["key"]
    assert (answer.status_code, answer.json()) == (
        201,
        {"key": key, "src": f"/media/photos/{key}/master.jpg"},
    )
    assert hall.get(answer.json()["src"]).status_code == 200
    log(hall, uploaded=[key])
    assert [photo.key for photo in Item.objects.get().photos.all()] == [key]


def test_photos_keep_the_order_in_which_the_form_names_them(hall):
    keys = [hall.post(address("wh_upload"), {"photo": picture()}).json()["key"] for _number in range(3)]
    log(hall, uploaded=[keys[2], keys[0], keys[2], keys[1]])
    assert [photo.key for photo in Item.objects.get().photos.all()] == [keys[2], keys[0], keys[1]]


def test_nobody_takes_along_a_photo_of_somebody_else_or_of_an_item(hall):
    mine_on_an_item = make_item().photos.get()
    others = make_photo(uploaded_by=make_worker(make_site()))
    answer = log(hall, uploaded=[others.key, mine_on_an_item.key, "\0", "%", ""])
    assert (answer.status_code, problems(answer)) == (422, ["Photos: Take at least one photo."])


@pytest.mark.parametrize(
    ("file", "status", "code"),
    [
        (lambda: SimpleUploadedFile("chair.jpg", SVG), 422, "photo_not_an_image"),
        (lambda: SimpleUploadedFile("chair.jpg", encoded(drawn(), "JPEG")[:2000]), 422, "photo_broken"),
        (
            lambda: SimpleUploadedFile("chair.jpg", b"\xff\xd8\xff" + bytes(21 * 2**20)),
            413,
            "photo_too_large",
        ),
    ],
)
def test_a_photo_that_cannot_be_used_is_refused_at_once_with_a_sentence(hall, file, status, code):
    answer = hall.post(address("wh_upload"), {"photo": file()})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"].endswith(".")
    assert Photo.objects.count() == 0


def test_nothing_sent_is_no_photo(hall):
    answer = hall.post(address("wh_upload"), {"photo": "chair.jpg"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_photo")


def test_a_day_has_only_so_many_photos(hall):
    Policy.objects.update(photos_per_day=1)
    cache.clear()
    assert hall.post(address("wh_upload"), {"photo": picture()}).status_code == 201
    assert hall.post(address("wh_upload"), {"photo": picture()}).status_code == 429


# ---- Nonsense in the form of a new thing ----


def test_an_empty_form_says_all_that_is_missing_and_makes_nothing(hall):
    answer = hall.post(address("wh_new"), {})
    assert answer.status_code == 422
    assert "<title>Error: New item" in " ".join(answer.content.decode().split())
    assert problems(answer) == [
        "Photos: Take at least one photo.", "Category: Choose the category.", "Condition: Choose the condition.",
        "Pieces: This field is required.", "Site: This field is required.",
    ]  # fmt: skip
    assert Item.objects.count() == 0


def test_what_was_typed_and_the_photo_that_arrived_are_still_there(hall):
    typed = {
        "condition": "",
        "shelf": "H1",
        "maker": EMOJI,
        "defects": ARABIC,
        "width_cm": "wide",
        "quantity": "7",
    }
    answer = log(hall, **typed)
    assert problems(answer) == ["Condition: Choose the condition.", "Width, cm: Enter a number."]
    assert [value_of(answer, name) for name in ("shelf", "maker", "defects", "width_cm", "quantity")] == [
        "H1", EMOJI, ARABIC, "wide", "7",
    ]  # fmt: skip
    assert chosen(answer, "category") == "office_chair"
    (key,) = uploaded(answer)
    assert log(hall, uploaded=[key], maker=EMOJI, defects=ARABIC).status_code == 302
    item = Item.objects.get()
    assert (item.maker, item.defects, item.photos.get().key) == (EMOJI, ARABIC, key)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Pieces: Ensure this value is greater than or equal to 1."),
        ("-1", "Pieces: Ensure this value is greater than or equal to 1."),
        ("1000000000", "Pieces: Ensure this value is less than or equal to 10000."),
        ("9" * 5000, "Pieces: Enter a whole number."),
        ("two", "Pieces: Enter a whole number."),
    ],
)
def test_no_pieces_and_a_billion_pieces_are_refused(hall, typed, sentence):
    answer = log(hall, quantity=typed)
    assert (answer.status_code, problems(answer)) == (422, [sentence])
    assert Item.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"maker": "x" * 300}, "Maker or model: Ensure this value has at most 100 characters (it has 300)."),
        ({"shelf": "x" * 31}, "Shelf: Ensure this value has at most 30 characters (it has 31)."),
        ({"shelf": "ß" * 30}, "Shelf: Ensure this value has at most 30 characters (it has 60)."),
        ({"shelf": "H1\0"}, "Shelf: Null characters are not allowed."),
        ({"width_cm": "0"}, "Width, cm: Ensure this value is greater than or equal to 0.1."),
        ({"width_cm": "1e9"}, "Width, cm: Ensure this value is less than or equal to 99999."),
        ({"width_cm": "NaN"}, "Width, cm: Enter a number."),
        ({"width_cm": "67,55"}, "Width, cm: Ensure that there are no more than 1 decimal place."),
        ({"price": "-1"}, "Price, €: Ensure this value is greater than or equal to 0."),
        ({"category": "no_such"}, "Category: Choose the category."),
        ({"category": "\0"}, "Category: Null characters are not allowed."),
        (
            {"site": "elsewhere"},
            "Site: Select a valid choice. elsewhere is not one of the available choices.",
        ),
        ({"colour": "plaid"}, "Colour: Select a valid choice. plaid is not one of the available choices."),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_a_sentence(hall, fields, sentence):
    answer = log(hall, **fields)
    assert answer.status_code == 422
    assert sentence in problems(answer)
    assert (Item.objects.count(), Shelf.objects.count(), len(uploaded(answer))) == (0, 0, 1)


def test_a_site_where_the_worker_does_not_work_cannot_be_chosen(hall):
    make_site("other")
    assert log(hall, site="other").status_code == 422


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (SVG, "This file is not a photo we can read. Use JPEG, PNG, WebP or HEIC."),
        (
            b"\xff\xd8\xff" + bytes(21 * 2**20),
            "This photo is larger than 20 MB. Take it again or choose a smaller one.",
        ),
        (b"", "This file is not a photo we can read. Use JPEG, PNG, WebP or HEIC."),
    ],
    ids=["svg", "21 MiB", "empty"],
)
def test_a_photo_that_cannot_be_used_is_named_and_the_good_ones_stay(hall, file, why):
    answer = log(hall, album=[picture("1.jpg"), SimpleUploadedFile("bad.jpg", file), picture("3.jpg")])
    assert answer.status_code == 422
    assert problems(answer) == [f"Photos: \N{FIRST STRONG ISOLATE}bad.jpg\N{POP DIRECTIONAL ISOLATE}: {why}"]
    assert len(uploaded(answer)) == 2
    assert log(hall, uploaded=uploaded(answer)).status_code == 302
    assert Item.objects.get().photos.count() == 2


def test_the_name_of_a_bad_photo_is_shortened_and_cannot_turn_the_sentence_around(hall):
    name = f"{ARABIC}{'x' * 200}.jpg"
    answer = log(hall, camera=SimpleUploadedFile(name, SVG))
    (sentence,) = problems(answer)
    assert sentence.startswith("Photos: \N{FIRST STRONG ISOLATE}")
    assert sentence.endswith(
        "\N{POP DIRECTIONAL ISOLATE}: This file is not a photo we can read. Use JPEG, PNG, WebP or HEIC."
    )
    assert len(sentence) < 150


def test_nine_photos_are_all_kept_and_one_of_them_has_to_go(hall, sari):
    eight = [make_photo(uploaded_by=sari).key for _number in range(8)]
    answer = log(hall, uploaded=eight, camera=picture())
    assert (answer.status_code, problems(answer)) == (
        422,
        ["An item has at most 8 photos. Remove one first."],
    )
    keys = uploaded(answer)
    assert (keys[:8], len(keys), Item.objects.count()) == (eight, 9, 0)
    assert log(hall, uploaded=keys, **{f"remove-{keys[0]}": "1"}).status_code == 302
    assert [photo.key for photo in Item.objects.get().photos.all()] == keys[1:]


def as_a_browser_sends(*names):
    """The form without a script: the empty field of the camera is a file without a name."""
    parts = {"category": "office_chair", "condition": "good", "quantity": "1", "site": "warehouse"}
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    ]
    body = "".join(lines).encode()
    kind = b"Content-Type: application/octet-stream"
    for field, name in (("camera", ""), *(("album", name) for name in names)):
        head = f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'.encode()
        body += head + kind + b"\r\n\r\n" + (encoded(drawn(), "JPEG") if name else b"") + b"\r\n"
    return {"data": body + b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def test_eight_photos_come_in_one_request(hall):
    names = [f"{number}.jpg" for number in range(8)]
    assert hall.post(address("wh_new"), **as_a_browser_sends(*names)).status_code == 302
    assert Item.objects.get().photos.count() == 8


def test_nine_photos_in_one_request_are_kept_and_one_of_them_has_to_go(hall):
    names = [f"{number}.jpg" for number in range(9)]
    answer = hall.post(address("wh_new"), **as_a_browser_sends(*names))
    assert (answer.status_code, len(uploaded(answer))) == (422, 9)


def test_a_request_of_200_megabytes_is_answered_before_it_is_read(hall):
    answer = hall.generic(
        "POST",
        address("wh_new"),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 10**6),
    )
    assert answer.status_code == 413
    assert "Nothing was saved. Go back and send fewer photos at a time, or smaller ones." in words_of(answer)


def test_a_form_from_elsewhere_changes_nothing(sari):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sari)
    assert log(strict).status_code == 403
    assert strict.post(address("wh_upload"), {"photo": picture()}).status_code == 403
    assert (Item.objects.count(), Photo.objects.count()) == (0, 0)
