"""The words by which a thing is found: what is stored on an item, and what a person's query asks for.

An item's text and a query are cut into words, folded (å and ä are a, ö is o, capitals are small) and joined by their
roots (:mod:`inventory.domain.word_roots`), both in the same way, so that either side may be inflected and either may
come from a keyboard without dots.

**Folding and false friends.** Folding makes *sääri* and *saari* one word. We accept that and keep no exact form beside:
the list is ordered by age and not by likeness, so an exact form could only be used to hide things, and who types *poyta*
or *sang* on a foreign keyboard must find what others find. Among the names, synonyms, colours and materials of the
catalogue no two things fall together by it (a test keeps that).

**Compounds.** *Työpöytä* is also found as *pöytä*, because it ends in a word that names a category; and as *työ*. It is
not found by what it only begins with where that names a category too: a *sohvapöytä* is no *sohva*. A genitive in front
(*ruokapöydän tuoli*) is no table either. Two words of a query written apart (*työ pöytä*, *skriv bord*) find the compound.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from inventory import data
from inventory.vocabulary import COLOURS, MATERIALS

from .word_roots import english_roots, finnish_roots, fold, remembered, swedish_roots

LONGEST_QUERY = 100
MOST_QUERY_WORDS = 8
# A description is at most 2,000 characters; no text, however it came in, makes a row much larger than that.
MOST_WORDS = 600
LONGEST_WORD = 40
SHORTEST_BEGINNING = 3

ROOTS: dict[str, Callable[[str], frozenset[str]]] = {
    "fi": finnish_roots,
    "sv": swedish_roots,
    "en": english_roots,
}

# Words that say nothing about a thing. They are left out on both sides.
_SILENT = {
    "fi": ("ja", "joka", "kuin", "ne", "on", "se", "sekä", "tai"),
    "sv": ("att", "av", "eller", "en", "ett", "för", "i", "med", "och", "som"),
    "en": ("a", "an", "and", "for", "in", "of", "or", "the", "to", "with"),
}

# Second halves of compounds that are no category themselves. English writes few compounds as one word, and the ends of
# those that it does are often misleading (a cupboard is no board), so English has these and no others.
_MORE_HEADS = {
    "fi": ("huonekalu", "kaluste", "kori", "laatikko", "levy", "runko", "teline"),
    "sv": ("korg", "möbel", "skiva", "ställ", "ställning"),
    "en": ("chair", "shelf", "stool", "table"),
}
_SHORTEST_HEAD = 3
# Roots as short as *kor* (kori) and guesses (*istt* of istuin) end many words by chance: there the head itself must stand.
_SURE_HEAD = 4
_SURE_GUESS = 6
_SHORTEST_FRONT = 2


@dataclass(frozen=True)
class Head:
    """A word that names a kind of thing and may stand at the end of a compound."""

    word: str
    roots: frozenset[str]

    def ends(self, tail: str, root: str) -> bool:
        """Whether ``tail``, whose root looks like ours, is likely to be a form of this word."""
        sure = _SURE_HEAD if self.word.startswith(root) else _SURE_GUESS
        return len(root) >= sure or tail.startswith(self.word)


def keys_for(texts: Mapping[str, Iterable[str]]) -> str:
    """The index words of an item whose ``texts`` are given by language: ``{"fi": ["Työpöytä", "musta"], ...}``.

    Words of ``[a-z0-9]`` with one space between, sorted, each once: the same texts in any order give the same string.
    """
    keys: set[str] = set()
    for language in sorted(texts):
        words = dict.fromkeys(word for text in texts[language] for word in _words(text))
        for word in list(words)[:MOST_WORDS]:
            keys |= _keys_of(word, language)
    return " ".join(sorted(keys))


def query_tokens(text: str) -> list[list[str]]:
    """What a person's query asks for: every inner list must be met, by any of its words.

    A word that ends in ``*`` is met by any word that begins so: the last word, while it is none that the catalogue knows,
    may not be finished yet. Empty when the text holds nothing that could be searched for.
    """
    words = list(_words(text[:LONGEST_QUERY]))[:MOST_QUERY_WORDS]
    asked = [_in_any_language(word) for word in words]
    for place in range(len(words) - 1):
        # "työ pöytä" and "skriv bord": a compound written apart.
        together = _in_any_language(words[place] + words[place + 1])
        asked[place] = asked[place] | together
        asked[place + 1] = asked[place + 1] | together
    alternatives = [sorted(tokens) for tokens in asked]
    if words and len(words[-1]) >= SHORTEST_BEGINNING and not _known_roots() & _in_any_language(words[-1]):
        alternatives[-1].append(words[-1] + "*")
    return alternatives


def _words(text: str) -> Iterator[str]:
    """The folded words of a text, as they come."""
    plain = re.sub("['’´`](?:s\\b)?", "", fold(text))
    for word in re.findall("[a-z0-9]+", plain):
        if word not in _silent_words():
            yield word[:LONGEST_WORD]


@remembered
def _keys_of(word: str, language: str) -> frozenset[str]:
    roots = ROOTS[language](word)
    keys = {word, *roots}
    for head, front in _compounds(word, roots, language):
        keys |= head.roots
        if len(front) >= SHORTEST_BEGINNING and not ROOTS[language](front) & _heads(language).keys():
            keys |= {front, *ROOTS[language](front)}
    return frozenset(keys)


def _compounds(word: str, roots: frozenset[str], language: str) -> Iterator[tuple[Head, str]]:
    """The heads that ``word`` ends in, each with what stands before it."""
    if language == "fi" and word.endswith("n") and not word.endswith(("nen", "in")):
        return  # a genitive: "ruokapöydän tuoli"
    heads = _heads(language)
    for root in roots:
        for cut in range(_SHORTEST_FRONT, len(root) - _SHORTEST_HEAD + 1):
            tail = root[cut:]
            for head in heads.get(tail, ()):
                if head.ends(word[cut:], tail):
                    yield head, root[:cut]


def _in_any_language(word: str) -> frozenset[str]:
    return frozenset({word}.union(*(roots(word) for roots in ROOTS.values())))


@cache
def _silent_words() -> frozenset[str]:
    return frozenset(fold(word) for words in _SILENT.values() for word in words)


@cache
def _category_words(language: str) -> frozenset[str]:
    """The words that name a kind of thing: of every name and synonym the last word."""
    phrases = [
        phrase for row in data.categories() for phrase in (row[language], *row[f"synonyms_{language}"])
    ]
    last_words = {word for phrase in phrases for word in list(_words(phrase))[-1:]}
    return frozenset(last_words.union(*(_words(head) for head in _MORE_HEADS[language])))


@cache
def _heads(language: str) -> dict[str, list[Head]]:
    """Every head by each of the roots by which the end of a word is known as it."""
    words = _words(" ".join(_MORE_HEADS["en"])) if language == "en" else sorted(_category_words(language))
    found: dict[str, list[Head]] = {}
    for head in (Head(word, ROOTS[language](word)) for word in words):
        for root in head.roots:
            if len(root) >= _SHORTEST_HEAD:
                found.setdefault(root, []).append(head)
    return found


@cache
def _known_roots() -> frozenset[str]:
    """Roots of every whole word that the catalogue knows, in three languages."""
    words = {(word, language) for language in ROOTS for word in _category_words(language)}
    for entry in (*COLOURS, *MATERIALS):
        words |= {(word, language) for language in ROOTS for word in _words(getattr(entry, language))}
    return frozenset(root for word, language in words for root in (word, *ROOTS[language](word)))
