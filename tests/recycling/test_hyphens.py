"""Where a long word may break on a narrow page."""

import pytest

from inventory.models import Category
from recycling.hyphens import SHORTEST, SOFT, with_hyphens

NARROWEST_TILE = 13  # letters of a title that fit beside another card at 360 px


def marked(text, language):
    return with_hyphens(text, language).replace(SOFT, "-")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fi", "Neuvottelupöytä, pyökki", "Neuvottelu-pöytä, pyökki"),
        ("fi", "Päiväkotikalusteet", "Päiväkoti-kalusteet"),
        ("fi", "Työtuoli, monivärinen", "Työtuoli, monivärinen"),
        ("fi", "Tuolit ja istuimet", "Tuolit ja istuimet"),
        ("sv", "Konferensstol, svart", "Konferens-stol, svart"),
        ("sv", "Hushållsapparater", "Hushålls-apparater"),
        ("en", "Conference chair, multicoloured", "Conference chair, multicoloured"),
        ("fi", "", ""),
    ],
)
def test_a_long_compound_may_break_before_its_last_part(language, text, expected):
    assert marked(text, language) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_part_of_a_categorys_name_is_wider_than_the_narrowest_tile(language):
    names = Category.objects.values_list(f"name_{language}", flat=True)
    parts = [part for name in names for word in name.split() for part in marked(word, language).split("-")]
    assert [part for part in parts if len(part) > NARROWEST_TILE] == []
    assert SHORTEST <= NARROWEST_TILE
