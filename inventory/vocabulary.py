"""Fixed words for things: colours, materials and conditions, in three languages.

They are code, not rows, because titles, filters and the import lean on their keys. ``str(word)`` begins with
a capital, for lists and forms: "Black". ``word.text`` is for the middle of a sentence: "Office chair, black".
Both are in the reader's language at the moment of reading.
"""

from dataclasses import dataclass

from recycling.translated import Translated, reading_language


@dataclass(frozen=True)
class Word:
    """One word of a vocabulary: its key and, in lower case, how it is said in three languages."""

    key: str
    fi: str
    sv: str
    en: str

    @property
    def text(self):
        """The word for the middle of a sentence."""
        return getattr(self, reading_language())

    @property
    def label(self):
        """The word standing alone, with a capital."""
        return self.text[:1].upper() + self.text[1:]

    def __str__(self):
        return self.label


@dataclass(frozen=True)
class Colour(Word):
    """A colour or the look of a surface; ``swatch`` is a spot of it, always shown beside the word."""

    swatch: str


@dataclass(frozen=True)
class Condition(Word):
    """A grade of condition; ``meaning`` says in one line what it promises."""

    meaning_fi: str
    meaning_sv: str
    meaning_en: str

    meaning = Translated("meaning")


COLOURS = (
    Colour("black", "musta", "svart", "black", "#1a1a1a"),
    Colour("white", "valkoinen", "vit", "white", "#ffffff"),
    Colour("grey", "harmaa", "grå", "grey", "#8a8d91"),
    Colour("brown", "ruskea", "brun", "brown", "#6b4426"),
    Colour("beige", "beige", "beige", "beige", "#d9c7a3"),
    Colour("red", "punainen", "röd", "red", "#c22a2a"),
    Colour("orange", "oranssi", "orange", "orange", "#e8772e"),
    Colour("yellow", "keltainen", "gul", "yellow", "#f2c530"),
    Colour("green", "vihreä", "grön", "green", "#3c8a4a"),
    Colour("blue", "sininen", "blå", "blue", "#2b5fa8"),
    Colour("purple", "violetti", "lila", "purple", "#74489c"),
    Colour("pink", "pinkki", "rosa", "pink", "#e58fb0"),
    # One hue cannot say "many"; a page may paint stripes for this key and falls back to this one.
    Colour("multicoloured", "monivärinen", "flerfärgad", "multicoloured", "#b9a0c9"),
    Colour("birch", "koivu", "björk", "birch", "#e8d3a8"),
    Colour("oak", "tammi", "ek", "oak", "#c19a64"),
    Colour("beech", "pyökki", "bok", "beech", "#d8a877"),
    Colour("walnut", "pähkinä", "valnöt", "walnut", "#5d4030"),
    Colour("pine", "mänty", "furu", "pine", "#e3b976"),
    Colour("chrome", "kromi", "krom", "chrome", "#c6ccd2"),
)

MATERIALS = (
    Word("wood", "puu", "trä", "wood"),
    Word("solid_wood", "massiivipuu", "massivt trä", "solid wood"),
    Word("veneer", "viilu", "faner", "veneer"),
    Word("laminate", "laminaatti", "laminat", "laminate"),
    Word("chipboard", "lastulevy", "spånskiva", "chipboard"),
    Word("metal", "metalli", "metall", "metal"),
    Word("glass", "lasi", "glas", "glass"),
    Word("plastic", "muovi", "plast", "plastic"),
    Word("fabric", "kangas", "tyg", "fabric"),
    Word("leather", "nahka", "läder", "leather"),
    Word("artificial_leather", "keinonahka", "konstläder", "artificial leather"),
    Word("mesh", "verkko", "nät", "mesh"),
    Word("rattan", "rottinki", "rotting", "rattan"),
    Word("stone", "kivi", "sten", "stone"),
)

# Best first.
CONDITIONS = (
    Condition(
        *("as_new", "uudenveroinen", "som ny", "like new"),
        meaning_fi="Ei näkyvää kulumista.",
        meaning_sv="Inget synligt slitage.",
        meaning_en="No visible wear.",
    ),
    Condition(
        *("good", "hyvä", "gott skick", "good"),
        meaning_fi="Pieniä käytön jälkiä, toimii.",
        meaning_sv="Små spår av användning, fungerar.",
        meaning_en="Small signs of use, works.",
    ),
    Condition(
        *("worn", "kulunut, ehjä", "slitet men helt", "worn but sound"),
        meaning_fi="Selvästi kulunut, turvallinen ja ehjä.",
        meaning_sv="Tydligt slitage, säkert och helt.",
        meaning_en="Clear wear, safe and whole.",
    ),
    Condition(
        *("fix", "kunnostettava", "behöver repareras", "needs repair"),
        meaning_fi="Vaatii korjausta. Yleensä vain yksiköille ja kumppaneille.",
        meaning_sv="Kräver reparation. I regel bara för enheter och partner.",
        meaning_en="Has to be mended. Usually for departments and partners only.",
    ),
)

_BY_KEY = {word.key: word for vocabulary in (COLOURS, MATERIALS, CONDITIONS) for word in vocabulary}


def words(key):
    """The word that ``key`` stands for; no two words share one. KeyError for any other."""
    return _BY_KEY[key]


def colour_choices():
    """Colours as choices of a form field or, given as the function itself, of a model field."""
    return [(word.key, word) for word in COLOURS]


def material_choices():
    """Materials, like ``colour_choices``."""
    return [(word.key, word) for word in MATERIALS]


def condition_choices():
    """Conditions from best to worst, like ``colour_choices``."""
    return [(word.key, word) for word in CONDITIONS]
