"""Colours, materials and conditions say the same thing in three languages."""

import re

import pytest
from django import forms
from django.utils import translation

from inventory import vocabulary
from inventory.vocabulary import COLOURS, CONDITIONS, MATERIALS

EVERY_WORD = [*COLOURS, *MATERIALS, *CONDITIONS]


def test_the_vocabularies_hold_the_words_of_the_glossary():
    assert " ".join(word.key for word in COLOURS) == (
        "black white grey brown beige red orange yellow green blue purple pink multicoloured "
        "birch oak beech walnut pine chrome"
    )
    assert " ".join(word.key for word in MATERIALS) == (
        "wood solid_wood veneer laminate chipboard metal glass plastic fabric leather artificial_leather "
        "mesh rattan stone"
    )
    assert [word.key for word in CONDITIONS] == ["as_new", "good", "worn", "fix"]


def test_no_key_stands_for_two_things():
    keys = [word.key for word in EVERY_WORD]

    assert len(keys) == len(set(keys)) == 19 + 14 + 4
    assert [vocabulary.words(key) for key in keys] == EVERY_WORD


def test_an_unknown_key_is_a_key_error():
    with pytest.raises(KeyError):
        vocabulary.words("mahogany")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("group", [COLOURS, MATERIALS, CONDITIONS])
def test_every_word_is_there_in_every_language_once_and_in_lower_case(group, language):
    said = [getattr(word, language) for word in group]

    assert all(said)
    assert said == [word.lower().strip() for word in said]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("language", "label", "text"),
    [
        ("fi", "Keinonahka", "keinonahka"),
        ("sv", "Konstläder", "konstläder"),
        ("en", "Artificial leather", "artificial leather"),
    ],
)
def test_a_word_alone_has_a_capital_and_in_a_sentence_it_has_none(language, label, text):
    word = vocabulary.words("artificial_leather")

    with translation.override(language):
        assert (str(word), word.label, word.text) == (label, label, text)
        assert f"Office chair, {word.text}" == f"Office chair, {text}"


def test_a_capital_is_put_on_letters_with_dots_too():
    assert vocabulary.Word("x", "öljytty", "å", "é").label == "Öljytty"


def test_a_condition_says_what_it_promises():
    meanings = {}
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            meanings[language] = [condition.meaning for condition in CONDITIONS]
    assert meanings["en"] == [
        "No visible wear.",
        "Small signs of use, works.",
        "Clear wear, safe and whole.",
        "Has to be mended. Usually for departments and partners only.",
    ]
    assert meanings["fi"][0] == "Ei näkyvää kulumista."
    assert meanings["sv"][0] == "Inget synligt slitage."
    assert all(len(set(lines)) == 4 for lines in meanings.values())


def test_every_swatch_is_a_colour_of_its_own():
    swatches = [colour.swatch for colour in COLOURS]

    assert [swatch for swatch in swatches if not re.fullmatch(r"#[0-9a-f]{6}", swatch)] == []
    assert len(set(swatches)) == len(swatches)


@pytest.mark.parametrize(
    ("choices", "first"),
    [
        (vocabulary.colour_choices, {"fi": "Musta", "sv": "Svart", "en": "Black"}),
        (vocabulary.material_choices, {"fi": "Puu", "sv": "Trä", "en": "Wood"}),
        (vocabulary.condition_choices, {"fi": "Uudenveroinen", "sv": "Som ny", "en": "Like new"}),
    ],
)
def test_a_form_field_made_once_speaks_every_reader_s_language(choices, first):
    field = forms.ChoiceField(choices=choices)
    key = choices()[0][0]

    for language, label in first.items():
        with translation.override(language):
            html = field.widget.render("word", key)
        assert f'<option value="{key}" selected>{label}</option>' in html
    assert [field.clean(value) for value, _label in choices()] == [value for value, _label in choices()]
    with translation.override("en"), pytest.raises(forms.ValidationError):
        field.clean("Black")


def test_a_word_cannot_be_changed_by_whoever_reads_it():
    with pytest.raises(AttributeError):
        vocabulary.words("black").en = "ebony"
