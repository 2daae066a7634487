"""Which of a few items a search finds, without the database: plain arithmetic, so that ten thousand alerts ask it nothing.

It says what ``inventory.filters.ItemFilter`` and ``search.matching`` say of the same items; a test with random searches and
items keeps the three together.
"""

from .search import has_words, query_tokens


class Matcher:
    """Asked about many searches over the same ``items``; the same search asked twice is looked up once."""

    def __init__(self, items, now):
        self._now = now
        self._items = list(items)
        self._answers: dict = {}
        self._tokens: dict = {}

    def found(self, asked) -> list[int]:
        """The keys of the items that the list of this search shows."""
        if asked not in self._answers:
            self._answers[asked] = [item.pk for item in self._items if self._fits(asked, item)]
        return self._answers[asked]

    def _fits(self, asked, item):
        return (
            (not asked.category or self._is_of_kind(asked.category, item))
            and (asked.width is None or (item.width_cm is not None and item.width_cm <= asked.width))
            and (not asked.pieces or item.available >= asked.pieces)
            and (not asked.colour or item.colour in asked.colour)
            and (not asked.condition or item.condition in asked.condition)
            and (not asked.site or self._now.sites[item.site_id].code in asked.site)
            and (not asked.free or item.price == 0)
            and (not asked.available or item.available > 0)
            and (not asked.q or self._has_words(asked.q, item))
        )

    def _is_of_kind(self, key, item):
        """Whether the item is of this category, or of one that belongs to it. What is no category any more finds nothing."""
        own = self._now.categories[item.category_id]
        return key in {own.key, own.parent.key if own.parent else ""}

    def _has_words(self, text, item):
        if text not in self._tokens:
            self._tokens[text] = query_tokens(text)
        # A text in which nothing can be searched for finds nothing.
        return bool(self._tokens[text]) and has_words(item.search_keys, self._tokens[text])
