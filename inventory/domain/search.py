"""Word search over the catalogue: Finnish, Swedish and English, inflected, with or without dots.

``search_keys`` says which words an item has and what a query asks for; this module puts the question to the database.

Newest first and only 25 at a time, there are two good ways to answer, and each is ruinous for the other's words. A word that few
items have is looked up in the index (``inventory.search_index``) and what it finds is put in order. A word that thousands have
is met every few rows, so the newest items are read in order until there are enough. Databases guess which way to go, and guess
badly for words that they have kept no figures on: among 100,000 items PostgreSQL read every one to find a word that nobody had
used. So we ask first, and the question is small: a look at the newest items, then the index, which stops counting at ``COMMON``.
"""

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Func

from .search_keys import keys_for, query_tokens

__all__ = ["COMMON", "has_words", "keys_for", "matching", "query_tokens", "way_to"]

# Past so many items, reading the newest is quicker than sorting what the index finds (measured at 100,000 items).
COMMON = 1_500
# A word that so many of the newest items of the catalogue have is common, whatever the index would say.
NEWEST = 150
ENOUGH_OF_THEM = 10


def matching(queryset, text: str, *, remembered=None):
    """The items among ``queryset`` that have every word of ``text``, in the order they had.

    A blank ``text`` asks for nothing and leaves the set as it is; one in which nothing can be searched for (``"???"``, a
    word in another alphabet) finds nothing. May ask the database one small question at once; the items come when they are read.
    """
    if not text.strip():
        return queryset
    way = way_to(text, using=queryset.db, remembered=remembered)
    return queryset.filter(way(query_tokens(text))) if way else queryset.none()


def way_to(text: str, *, using=DEFAULT_DB_ALIAS, remembered=None):
    """How items with the words of ``text`` are best found: ``FoundInIndex``, ``ReadInText``, or None when nothing has them.

    ``remembered`` keeps the answer for a while. Either way finds the same; that nothing has the words is asked each time.
    """
    tokens = query_tokens(text)
    if not tokens:
        return None
    remembered = {} if remembered is None else remembered
    question = ("way", using, repr(tokens))
    if question not in remembered:
        found = _count(tokens, connections[using])
        if not found:
            return None
        remembered[question] = FoundInIndex if found <= COMMON else ReadInText
    return remembered[question]


def _ask_sqlite(tokens) -> str:
    def word(token):
        return f'"{token[:-1]}"*' if token.endswith("*") else f'"{token}"'

    return " AND ".join(f"({' OR '.join(map(word, alternatives))})" for alternatives in tokens)


def _ask_postgresql(tokens) -> str:
    def word(token):
        return f"{token[:-1]}:*" if token.endswith("*") else token

    return " & ".join(f"({' | '.join(map(word, alternatives))})" for alternatives in tokens)


def has_words(keys: str, tokens) -> bool:
    """Whether ``keys``, the words of one item, meet ``tokens``: what the database answers, asked without it."""
    text = f" {keys} "
    return all(
        any((f" {word[:-1]}" if word.endswith("*") else f" {word} ") in text for word in alternatives)
        for alternatives in tokens
    )


# Tokens are of [a-z0-9], so nothing in a question needs quoting; it is still a parameter of the statement.
_ASK = {"sqlite": _ask_sqlite, "postgresql": _ask_postgresql}
_INDEXED = {
    "sqlite": "SELECT rowid FROM inventory_item_words WHERE inventory_item_words MATCH %s",
    "postgresql": "SELECT id FROM inventory_item "
    "WHERE to_tsvector('simple'::regconfig, search_keys) @@ to_tsquery('simple'::regconfig, %s)",
}
_COUNTED = {
    "sqlite": "SELECT count(*) FROM (SELECT 1 FROM inventory_item_words WHERE inventory_item_words MATCH %s LIMIT %s)",
    # Materialized, so that the LIMIT does not tempt the planner away from the index; reading still stops there.
    "postgresql": "WITH found AS MATERIALIZED (SELECT 1 FROM inventory_item "
    "WHERE to_tsvector('simple'::regconfig, search_keys) @@ to_tsquery('simple'::regconfig, %s)) "
    "SELECT count(*) FROM (SELECT 1 FROM found LIMIT %s) AS counted",
}
_POSITION = {"sqlite": "instr", "postgresql": "strpos"}


def _reading(keys: str, tokens, vendor: str) -> tuple[str, list[str]]:
    """The condition that the words in the column ``keys`` meet ``tokens``, and its parameters."""
    has = f"{_POSITION[vendor]}(' ' || {keys} || ' ', %s) > 0"
    condition = " AND ".join("(" + " OR ".join([has] * len(alternatives)) + ")" for alternatives in tokens)
    words = [token for alternatives in tokens for token in alternatives]
    return condition, [f" {word[:-1]}" if word.endswith("*") else f" {word} " for word in words]


def _count(tokens, connection) -> int:
    """How many items have the words; counted no further than one past ``COMMON``."""
    vendor = connection.vendor
    # The newest as the index item_newest has them, so that looking at them costs the same however many there are.
    reading, words = _reading("search_keys", tokens, vendor)
    statement = f"""
        SELECT CASE WHEN (
            SELECT count(*) FROM (
                SELECT search_keys FROM inventory_item WHERE status = 'published' AND quantity > 0
                ORDER BY published_at DESC, id DESC LIMIT {NEWEST}
            ) AS newest WHERE {reading}
        ) >= {ENOUGH_OF_THEM} THEN {COMMON + 1} ELSE ({_COUNTED[vendor]}) END
    """  # noqa: S608  (made of constants; the words of the query are parameters)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*words, _ASK[vendor](tokens), COMMON + 1])
        return cursor.fetchone()[0]


class FoundInIndex(Func):
    """That the index finds the item by the words of a query: for words that few items have."""

    output_field = BooleanField()

    def __init__(self, tokens):
        self.tokens = tokens
        super().__init__("pk")

    def _sql(self, compiler, connection, **_more):
        vendor = connection.vendor
        key, params = compiler.compile(self.get_source_expressions()[0])
        # As an array PostgreSQL finds the keys before it plans anything around them.
        template = "{} IN ({})" if vendor == "sqlite" else "{} = ANY(ARRAY({}))"
        return template.format(key, _INDEXED[vendor]), [*params, _ASK[vendor](self.tokens)]

    as_sqlite = as_postgresql = _sql


class ReadInText(Func):
    """That the item's own list of words has those of a query: for words that so many have that the next one is near."""

    output_field = BooleanField()

    def __init__(self, tokens):
        self.tokens = tokens
        super().__init__("search_keys")

    def _sql(self, compiler, connection, **_more):
        # A plain column compiles to its quoted name and no parameters, so it may stand in the condition many times.
        keys, _no_params = compiler.compile(self.get_source_expressions()[0])
        return _reading(keys, self.tokens, connection.vendor)

    as_sqlite = as_postgresql = _sql
