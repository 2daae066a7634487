"""Which of our categories a row belongs to."""

import pytest

from inventory import data, vocabulary
from inventory.domain.importing import kinds, planning, words
from tests.inventory.importing.tables import KINDS


@pytest.mark.parametrize("row", list(data.categories()), ids=lambda row: row["key"])
def test_a_category_is_found_by_its_key_and_its_three_names(row):
    for name in (row["key"], row["fi"], row["sv"], row["en"], row["fi"].upper()):
        found, note = KINDS.find(name)
        assert (found, note) == (words.USUALLY.get(row["key"], row["key"]), None)


def test_the_words_of_the_import_lead_to_categories_that_exist():
    keys = {row["key"] for row in data.categories()}
    meant = {*words.PHRASES.values(), *words.ENDINGS.values(), *words.USUALLY, *words.USUALLY.values()}
    for context, among in (words.AMONG | words.BARE_AMONG).items():
        meant |= {context, *among, *among.values()}
    assert meant - keys == set()


def test_the_words_of_the_import_lead_to_our_vocabulary():
    assert set(words.COLOURS.values()) == {word.key for word in vocabulary.COLOURS}
    assert set(words.MATERIALS.values()) == {word.key for word in vocabulary.MATERIALS}
    assert set(words.CONDITIONS.values()) == {word.key for word in vocabulary.CONDITIONS}
    for word in (*vocabulary.COLOURS, *vocabulary.MATERIALS, *vocabulary.CONDITIONS):
        name = next(name for name, known in planning.VOCABULARY.items() if word.key in known.values())
        assert [planning.word_meant(name, text) for text in (word.fi, word.sv, word.en)] == [word.key] * 3


@pytest.mark.parametrize(
    ("category", "description", "key"),
    [
        ("Chairs", "Bar stool with backrest, 74 cm", "bar_stool"),
        ("Chairs", "Desk chair", "office_chair"),
        ("Chairs", "Table and 4 chairs", "dining_table"),
        ("Tables & desks", "Desk sit/stand, 160x80 cm", "desk_electric"),
        ("Tables & desks", "Table and 6 chairs", "dining_table"),
        ("Bookcases & shelving units", "Cabinet with doors", "cabinet"),
        ("Bookcases & shelving units", "Something new", "bookshelf"),
        ("Sofas & armchairs", "3-seat sofa-bed", "sofa_bed"),
        ("Cabinets & cupboards", "Glass-door cabinet", "display_cabinet"),
        ("Wardrobes", "2 sections", "wardrobe"),
        ("Outdoor furniture", "Table+4 reclining chairs", "garden_table"),
        ("Outdoor furniture", "Armchair", "garden_chair"),
        ("Outdoor furniture", "3-seat modular sofa", "outdoor"),
        ("Beds", "Loft bed frame with desk top", "bunk_bed"),
        ("TV & media furniture", "TV bench", "cabinet"),
        ("Chests of drawers & drawer units", "Chest of 6 drawers", "chest"),
        ("Chests of drawers & drawer units", "Drawer unit on castors", "pedestal"),
        ("Children's furniture", "Children's desk chair", "daycare"),
        ("Children's furniture", "Wardrobe", "wardrobe"),
        ("Nursery furniture", "Cot with drawers", "child_bed"),
        ("Bar furniture", "Bar table, in/outdoor", "dining_table"),
        ("Bar furniture", "Stool", "bar_stool"),
        ("Trolleys", "", "trolley"),
        ("Café furniture", "Chair with armrests", "dining_chair"),
        ("Sideboards, buffets & console tables", "Console table", "side_table"),
        ("Sideboards, buffets & console tables", "", "cabinet"),
        ("Room dividers", "Screen for desk", "screen"),
        ("toimistotuolit", "", "office_chair"),
        ("Pöydät", "Neuvottelupöytä, 8 henkilöä", "meeting_table"),
        ("hoitajantuoli", "", "visitor_chair"),
        ("Sammanträdesbord", "", "meeting_table"),
        ("TYÖPÖYTÄ ", "Tuoli mukana", "desk"),
    ],
)
def test_a_catalogues_category_becomes_the_nearest_of_ours(category, description, key):
    assert KINDS.find(category, description) == (key, None)


@pytest.mark.parametrize(
    ("category", "description", "key", "kind"),
    [
        ("Avaruusalukset", "Tuoli", "other", "unknown_category"),
        ("Sofas & armchairs", "Cover for corner sofa", "other", "part"),
        ("Chairs", "Chair cushion, outdoor", "other", "part"),
        ("", "Satulatuoli, musta", "saddle_chair", "guessed_category"),
        ("Kalusteet", "Pyöreä kahvilapöytä", "dining_table", "guessed_category"),
        ("", "Kilo", "other", "no_category"),
        ("", "", "other", "no_category"),
    ],
)
def test_a_doubtful_category_is_told(category, description, key, kind):
    found, note = KINDS.find(category, description)
    assert (found, note.kind) == (key, kind)
    assert str(note).endswith(".")


def test_a_category_that_the_city_does_not_use_is_other():
    few = kinds.Kinds([kinds.Kind("other", "", ("Other",)), kinds.Kind("sofa", "", ("Sofa",))])
    assert [few.find(name)[0] for name in ("Sofa", "Armchair", "Chairs")] == ["sofa", "other", "other"]
