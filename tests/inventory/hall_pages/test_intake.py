"""Logging a thing, as the pages are served: a few answers make an item, and the next form keeps what is likely the same."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from inventory.domain import aliases
from inventory.models import Item, Photo
from inventory.views.intake import TILES
from tests.factories import NOW, later, make_item, make_photo, make_site, make_worker
from tests.inventory.hall import address, chosen, log, picture, value_of, words_of

pytestmark = pytest.mark.django_db

# The session, the person, who waits for an answer; their sites, the tiles' counts and categories, who waits for these, the list
# of all categories.
NEW_PAGE = 9


@pytest.mark.parametrize("rows", [1, 5])
def test_the_form_of_a_new_thing_asks_the_same_however_much_was_logged(
    hall, sari, django_assert_num_queries, rows
):
    for key in ("desk", "sofa", "locker", "bench", "stool")[:rows]:
        Item.objects.filter(pk=make_item(category=key).pk).update(created_by=sari)
    hall.get(address("wh_new"))
    with django_assert_num_queries(NEW_PAGE):
        hall.get(address("wh_new"))


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
