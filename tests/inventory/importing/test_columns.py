"""Which column of somebody else's list is which."""

import json

import pytest

from inventory.domain import importing
from inventory.domain.importing import columns
from recycling.errors import Refused


def test_headings_in_three_languages_and_with_units_are_recognised():
    finnish = [
        "Tunnus",
        "Nimike",
        "Luokka",
        "LEVEYS (mm)",
        "Syvyys/mm",
        "Korkeus [cm]",
        "Paino, kg",
        "Väri",
        "Kunto",
    ]
    swedish = [
        "Artikelnr.",
        "Benämning",
        "Kategori",
        "Bredd mm",
        "Djup",
        "Höjd_cm",
        "Vikt (g)",
        "Färg",
        "Skick",
    ]
    english = [
        "item_id",
        "Name",
        "Category",
        "width_cm",
        "Depth",
        "Height (m)",
        "weight",
        "Color",
        "condition",
    ]
    fields = ["row_id", "name", "category", "width", "depth", "height", "weight", "colour", "condition"]
    for headings, units in (
        (finnish, ["mm", "mm", "cm", "kg"]),
        (swedish, ["mm", "cm", "cm", "g"]),
        (english, ["cm", "cm", "m", "kg"]),
    ):
        found = columns.recognise(headings)
        assert [found.found[field].heading for field in fields] == headings
        assert [found.unit(field) for field in fields[3:7]] == units
        assert found.ignored == []


@pytest.mark.parametrize(
    ("headings", "language"),
    [(["Nimi", "Leveys cm"], "fi"), (["Namn", "Bredd cm"], "sv"), (["Name", "width_cm"], "en")],
)
def test_the_language_of_the_headings_is_that_of_the_texts(headings, language):
    assert columns.recognise(headings).language == language


def test_unknown_headings_are_listed_and_a_second_column_for_a_field_is_ignored():
    found = columns.recognise(["name", "title", "old_price", "other_colors"])
    assert (set(found.found), found.ignored) == ({"name"}, ["title", "old_price", "other_colors"])


def test_length_and_width_are_our_width_and_depth():
    found = columns.recognise(["name", "Length", "Width", "Height"]).found
    assert {field: column.heading for field, column in found.items() if field != "name"} == {
        "width": "Length",
        "depth": "Width",
        "height": "Height",
    }


@pytest.mark.parametrize("headings", [["foo", "bar"], ["width", "depth", "id"]])
def test_a_heading_that_does_not_say_what_things_are_is_refused(headings):
    with pytest.raises(columns.UnknownHeader) as caught:
        columns.recognise(headings)
    assert str(caught.value).endswith(f"Its headings are: {', '.join(headings)}")


def test_a_mapping_goes_before_the_words(tmp_path):
    mapping = {"name": "Bezeichnung", "width_cm": "Breite (mm)", "quantity": "name"}
    found = columns.recognise(["Bezeichnung", "Breite (mm)", "name"], mapping)
    assert {field: (column.heading, column.unit) for field, column in found.found.items()} == {
        "name": ("Bezeichnung", ""),
        "width": ("Breite (mm)", "mm"),
        "quantity": ("name", ""),
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "mapping_unreadable"),
        ("[1]", "mapping_unreadable"),
        ('{"name": 3}', "mapping_unreadable"),
        ('{"wide": "Breite"}', "mapping_unknown_field"),
        ('{"name": "Nowhere"}', "mapping_missing_column"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path, content, code):
    (tmp_path / "mapping.json").write_text(content)
    with pytest.raises(Refused) as caught:
        columns.recognise(["name"], importing.load_mapping(tmp_path / "mapping.json"))
    assert caught.value.code == code


def test_a_mapping_is_a_json_file(tmp_path):
    (tmp_path / "mapping.json").write_text(json.dumps({"name": "Bezeichnung"}), encoding="utf-8-sig")
    assert importing.load_mapping(tmp_path / "mapping.json") == {"name": "Bezeichnung"}
