"""Which category somebody means by the words of a row in a table, by the same vocabulary as the search."""

from collections import defaultdict

from inventory.models import Category
from recycling.translated import LANGUAGES

from . import search, titles


class Kinds:
    """The categories in use, read once; ``meant_by(words)`` for each row."""

    def __init__(self):
        self.categories = list(Category.objects.filter(is_active=True).select_related("parent"))
        self._keys = {}
        self._exact = defaultdict(list)
        for category in self.categories:
            names = {language: titles.names_of(category, language) for language in LANGUAGES}
            self._keys[category] = search.keys_for(names).split()
            for name in {name for named in names.values() for name in named}:
                self._exact[_plain(name)].append(category)

    def meant_by(self, words):
        """The category that fits best, or None: one that is called so; else the one with the most of the words.

        Among equals the one with fewer other names: who writes "chair" means no particular one.
        """
        if called_so := self._exact.get(_plain(words)):
            return called_so[0]
        asked = search.query_tokens(words)
        scored = [
            (self._score(category, asked), -len(self._keys[category]), -category.pk, category)
            for category in self.categories
        ]
        best = max(scored, key=lambda one: one[:3], default=None)
        return best[3] if best and best[0] else None

    def _score(self, category, asked):
        """How many of the words name the category; the last word of a name counts a little more: a *desk lamp* is a lamp."""
        keys = self._keys[category]
        met = [any(_is_met(token, keys) for token in alternatives) for alternatives in asked]
        return sum(met) + (0.5 if met and met[-1] else 0)


def _is_met(token, keys):
    return any(key.startswith(token[:-1]) for key in keys) if token.endswith("*") else token in keys


def _plain(words):
    return " ".join(words.casefold().split())
