"""Names in three languages fall back in one order."""

import pytest
from django.utils import translation

from recycling.translated import Translated, reading_language


class Category:
    name = Translated("name")

    def __init__(self, **names):
        self.__dict__.update(names)


WHOLE = Category(name_fi="Työtuoli", name_sv="Arbetsstol", name_en="Office chair")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", "Työtuoli"),
        ("sv", "Arbetsstol"),
        ("en", "Office chair"),
        ("sv-fi", "Arbetsstol"),
        ("de", "Työtuoli"),
    ],
)
def test_the_reader_meets_the_name_in_their_language(language, expected):
    with translation.override(language):
        assert WHOLE.name == expected


@pytest.mark.parametrize(
    ("filled", "reader", "expected"),
    [
        ({"name_fi": "Jakkara", "name_sv": "Pall"}, "en", "Jakkara"),
        ({"name_fi": "", "name_sv": "Pall", "name_en": "Stool"}, "fi", "Pall"),
        ({"name_fi": "", "name_sv": None, "name_en": "Stool"}, "sv", "Stool"),
        ({"name_en": "Stool"}, "fi", "Stool"),
        ({"name_fi": "", "name_sv": "", "name_en": ""}, "fi", ""),
        ({}, "sv", ""),
    ],
)
def test_a_missing_name_falls_back_to_finnish_then_to_whatever_is_filled(filled, reader, expected):
    with translation.override(reader):
        assert Category(**filled).name == expected


def test_without_an_active_language_the_name_is_finnish():
    with translation.override(None):
        assert WHOLE.name == "Työtuoli"


def test_the_class_gives_the_descriptor_itself():
    assert isinstance(Category.name, Translated)


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "fi"), ("SV-FI", "sv"), ("en-gb", "en"), ("de", "fi"), ("", "fi")]
)
def test_every_language_is_read_as_one_of_our_three(language, expected):
    with translation.override(None):
        assert reading_language(language) == expected
