"""Nonsense in the form of a new thing costs the worker nothing: each refusal is a sentence, and what was typed stays."""

import pytest
from django.test import Client

from inventory.models import Item, Photo, Shelf
from tests.factories import make_site
from tests.inventory.hall import ARABIC, EMOJI, address, chosen, log, picture, problems, uploaded, value_of

pytestmark = pytest.mark.django_db


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


def test_a_form_from_elsewhere_changes_nothing(sari):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sari)
    assert log(strict).status_code == 403
    assert strict.post(address("wh_upload"), {"photo": picture()}).status_code == 403
    assert (Item.objects.count(), Photo.objects.count()) == (0, 0)
