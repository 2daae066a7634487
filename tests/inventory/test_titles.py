"""Titles: what a thing is called, in three languages."""

import pytest

from inventory.domain import search, titles
from inventory.models import Category, Item
from tests.factories import category, make_item

pytestmark = pytest.mark.django_db


def title(key, language, **fields):
    return titles.title(Item(category=category(key), **fields), language)


def test_a_title_is_the_kind_and_the_colour_or_else_the_material():
    assert title("office_chair", "fi", colour="black", material="mesh") == "Työtuoli, musta"
    assert title("office_chair", "sv", material="mesh") == "Arbetsstol, nät"
    assert title("office_chair", "en") == "Office chair"


@pytest.mark.parametrize(
    ("key", "fi", "sv", "en"),
    [
        ("other", "Muu tavara, harmaa", "Övrigt föremål, grå", "Other item, grey"),
        ("appliances", "Kodinkone, harmaa", "Hushållsapparat, grå", "Appliance, grey"),
        ("daycare", "Päiväkotikaluste, harmaa", "Daghemsmöbel, grå", "Daycare furniture, grey"),
        ("seating", "Tuoli tai istuin, harmaa", "Stol eller sittmöbel, grå", "Chair or seat, grey"),
    ],
)
def test_one_thing_of_a_group_is_called_by_one_thing(key, fi, sv, en):
    assert [title(key, language, colour="grey") for language in ("fi", "sv", "en")] == [fi, sv, en]


def test_no_group_that_the_service_brings_names_a_thing_by_many():
    """Swedish *bord* and English *furniture* say one and many alike."""
    alike = {("tables", "sv"), ("school", "en"), ("daycare", "en"), ("outdoor", "en")}
    groups = [*Category.objects.filter(parent=None), category("daycare")]
    same = {
        (group.key, language)
        for group in groups
        for language in ("fi", "sv", "en")
        if titles.one_of(group, language) == getattr(group, f"name_{language}")
    }
    assert same == alike


def test_a_group_that_the_city_renamed_gives_its_things_the_new_name():
    Category.objects.filter(key="other").update(name_fi="Sekalaista")
    assert title("other", "fi", colour="grey") == "Sekalaista, harmaa"


@pytest.mark.parametrize(
    ("key", "words"), [("other", "muu tavara"), ("other", "föremål"), ("sofas", "sohva")]
)
def test_a_thing_is_found_by_the_words_of_its_title(key, words):
    item = make_item(category=key)
    assert list(search.matching(Item.objects.all(), words)) == [item]
