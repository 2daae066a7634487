"""Titles are composed, never typed: so every item has one in three languages."""

from collections.abc import Iterable, Mapping

from inventory.vocabulary import COLOURS, MATERIALS
from recycling.translated import LANGUAGES, reading_language

_COLOUR = {word.key: word for word in COLOURS}
_MATERIAL = {word.key: word for word in MATERIALS}


def title(item, language: str | None = None) -> str:
    """``Office chair, black``: the category's name and the colour, or the material where no colour is known."""
    language = reading_language(language)
    name = getattr(item.category, f"name_{language}")
    word = _COLOUR.get(item.colour) or _MATERIAL.get(item.material)
    return f"{name}, {getattr(word, language)}" if word else name


def searchable(item) -> Mapping[str, Iterable[str]]:
    """Every word by which somebody might look for the item, by language."""
    words: dict[str, list[str]] = {}
    for language in LANGUAGES:
        # Without the parent's: "sofas and armchairs" on every sofa would make each of them an armchair.
        words[language] = _names(item.category, language)
        words[language] += [getattr(word, language) for word in _attributes(item)]
    words[item.text_language] += [item.description, item.defects]
    words["en"] += [item.maker]
    return words


def _names(category, language):
    return [getattr(category, f"name_{language}"), *getattr(category, f"synonyms_{language}").splitlines()]


def _attributes(item):
    return [word for word in (_COLOUR.get(item.colour), _MATERIAL.get(item.material)) if word]
