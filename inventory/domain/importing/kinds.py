"""Which of our categories a row means, by what its table calls the category and by the row's own words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from inventory import data
from inventory.domain.importing import words
from inventory.domain.importing.columns import fold
from recycling.tables.notes import Note

OTHER = "other"
LONGEST = 6  # words in a phrase
PLURALS = (
    *(
        ("shelves", "shelf"),
        ("ies", "y"),
        ("sses", "ss"),
        ("shes", "sh"),
        ("ches", "ch"),
        ("xes", "x"),
        ("s", ""),
    ),
    *(("it", "i"), ("ut", "u"), ("yt", "y"), ("at", "a")),
)
# Where the thing itself has been named and the rest says what it has or is for. Only after a first word.
TURN = re.compile(
    r"(?<=\w)(?:\s*[,;:(+/]\s*|\s+(?:with|w|and|for|f|in|on|to|without|incl|ja|sekä|jossa|och|med|för|till)\s+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Kind:
    """A category as the import sees it: its key, its group's key, and every word that means it."""

    key: str
    parent: str
    names: tuple[str, ...]


def from_data() -> Iterator[Kind]:
    """The categories that every city starts with."""
    for row in data.categories():
        synonyms = (word for language in ("fi", "sv", "en") for word in row[f"synonyms_{language}"])
        yield Kind(row["key"], row["parent"], (row["fi"], row["sv"], row["en"], *synonyms))


class Kinds:
    """Finds the category of a row among these. The words are indexed once, for as many rows as there are."""

    def __init__(self, kinds: Iterable[Kind] | None = None):
        kinds = list(from_data() if kinds is None else kinds)
        self.group = {kind.key: kind.parent or kind.key for kind in kinds}
        self.groups = {kind.parent for kind in kinds if kind.parent}
        self.phrases = {phrase: key for phrase, key in words.PHRASES.items() if key in self.group}
        # Our own words go before those of catalogues, and a child's before its group's.
        for kind in sorted(kinds, key=lambda kind: kind.key not in self.groups):
            self.phrases |= dict.fromkeys(map(fold, (kind.key, *kind.names)), kind.key)
        self.single = {singular(phrase): key for phrase, key in self.phrases.items()}
        self.endings = {singular(ending): key for ending, key in words.ENDINGS.items()}
        self.parts = {singular(phrase) for phrase in words.PARTS}

    def find(self, category, *texts) -> tuple[str, Note | None]:
        """(key, note) for what the table calls the ``category`` and what the row says, most telling text first."""
        if fold(category) in words.GENERIC:
            category = ""
        named, is_final = self._named(category)
        if named and is_final:
            return named, None
        if category and not named:
            return OTHER, Note.about(
                "unknown_category",
                _("The category “%(category)s” is not known; the item is under “other”."),
                category=category,
            )
        said = next(filter(None, map(self._said, texts)), None)
        if said == "part":
            return OTHER, Note.about(
                "part", _("“%(text)s” seems to be a part, not a piece of furniture."), text=texts[0]
            )
        if not (named or said):
            return OTHER, Note.about("no_category", _("Nothing says what it is; the item is under “other”."))
        key = self._together(named, said)
        if named:
            return key, None
        return key, Note.about(
            "guessed_category",
            _("No category is given; “%(text)s” decided it."),
            text=next(filter(None, texts)),
        )

    def says_what(self, text) -> bool:
        """Whether a text names a kind of thing, "Työtuoli Kilo", and not only a model, "Kilo"."""
        return self._said(text, parts=False) is not None

    def _named(self, category):
        """(key, is that the last word on it) of the table's own category."""
        text = fold(category)
        if text in self.phrases:
            key = self.phrases[text]
            return key, key not in self.groups and text not in words.DEPARTMENTS
        if singular(text) in self.single:
            return self.single[singular(text)], False
        return self._said(category, parts=False), False

    def _said(self, text, *, parts=True):
        """The key of what a text is about, "part" for a part of furniture, None when nothing is recognised."""
        pieces = [singular(fold(piece)).split() for piece in TURN.split(text)]
        for tokens in pieces:
            if parts and tokens[:1] == ["cover"]:  # "Cover three-seat sofa" turns at no word
                return "part"
            if key := self._head(tokens, parts=parts):
                return self._seats(key, singular(fold(text)))
        return next(filter(None, (self._compound(tokens) for tokens in pieces)), None)

    def _head(self, tokens, *, parts):
        """The last phrase that is known, the longest of those that end there: "desk chair", not "desk"."""
        tokens = [token for token in tokens if not token.isdigit()]
        for end in range(len(tokens), 0, -1):
            for start in range(max(0, end - LONGEST), end):
                phrase = " ".join(tokens[start:end])
                if parts and phrase in self.parts:
                    return "part"
                if phrase in self.single:
                    return self.single[phrase]
        return None

    def _seats(self, key, text):
        """A table that comes with its chairs is one to eat at."""
        if key == "tables" and re.search(r"\b(chair|armchair|stool|chr|tuoli|stol)", text):
            return self._known("dining_table")
        return key

    def _compound(self, tokens):
        for token in tokens:
            for length in range(len(token), 2, -1):
                if key := self.endings.get(token[-length:]):
                    return self._known(key)
        return None

    def _together(self, named, said):
        """What the table's category and the row's words mean together, as a category that things can have."""
        group = self.group.get(said, said)
        for context in filter(None, (named, self.group.get(named))):
            among = words.AMONG.get(context, {})
            if key := among.get(said) or among.get(group) or words.BARE_AMONG.get(context, {}).get(said):
                return self._known(key)
        if said and (said not in self.groups or self.group.get(named) != said):
            return self._leaf(said)
        return self._leaf(named)

    def _leaf(self, key):
        return self._known(words.USUALLY.get(key, key) if key in self.groups else key)

    def _known(self, key):
        return key if key in self.group else OTHER


def singular(text) -> str:
    """A text with its plurals made single, English and Finnish, well enough to compare two of them."""
    return " ".join(map(_singular, text.split()))


def _singular(token):
    if len(token) < 4 or token.endswith(("ss", "us", "is")):
        return token
    for plural, single in PLURALS:
        if token.endswith(plural):
            return token.removesuffix(plural) + single
    return token
