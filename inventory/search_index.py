"""The index that finds items by word: made by a migration, kept in step by the database itself.

PostgreSQL: a GIN index over ``to_tsvector('simple', search_keys)``. SQLite: an FTS5 table whose content is the item table, kept
in step by three triggers. Both hold the keys that ``inventory.domain.search`` computes and take them as they are, without
stemming or folding of their own, so that one query means the same on both.
"""

from django.db import connections

_TRIGGERS = {
    "inventory_item_words_added": """
        CREATE TRIGGER inventory_item_words_added AFTER INSERT ON inventory_item BEGIN
            INSERT INTO inventory_item_words (rowid, search_keys) VALUES (new.id, new.search_keys);
        END
    """,
    "inventory_item_words_gone": """
        CREATE TRIGGER inventory_item_words_gone AFTER DELETE ON inventory_item BEGIN
            INSERT INTO inventory_item_words (inventory_item_words, rowid, search_keys)
                VALUES ('delete', old.id, old.search_keys);
        END
    """,
    # An update that leaves the words alone, as every hold of a piece does, must not touch the index.
    "inventory_item_words_changed": """
        CREATE TRIGGER inventory_item_words_changed AFTER UPDATE OF search_keys ON inventory_item
        WHEN old.search_keys IS NOT new.search_keys BEGIN
            INSERT INTO inventory_item_words (inventory_item_words, rowid, search_keys)
                VALUES ('delete', old.id, old.search_keys);
            INSERT INTO inventory_item_words (rowid, search_keys) VALUES (new.id, new.search_keys);
        END
    """,
}

# detail=none and columnsize=0 leave out the places and the number of words: we only ask which items have them.
_TABLE = """
    CREATE VIRTUAL TABLE IF NOT EXISTS inventory_item_words USING fts5 (
        search_keys, content = 'inventory_item', content_rowid = 'id',
        tokenize = 'unicode61 remove_diacritics 0', detail = 'none', columnsize = 0
    )
"""
_REBUILD = "INSERT INTO inventory_item_words (inventory_item_words) VALUES ('rebuild')"

# Without a list of pending entries, so that a search after a large import is as quick as any other.
_INDEX = """
    CREATE INDEX IF NOT EXISTS inventory_item_words ON inventory_item
    USING gin (to_tsvector('simple'::regconfig, search_keys)) WITH (fastupdate = off)
"""

_NO_TRIGGERS = [f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS]
_CREATE = {
    "postgresql": [_INDEX],
    "sqlite": [_TABLE, *_NO_TRIGGERS, *_TRIGGERS.values(), _REBUILD],
}
_DROP = {
    "postgresql": ["DROP INDEX IF EXISTS inventory_item_words"],
    "sqlite": [*_NO_TRIGGERS, "DROP TABLE IF EXISTS inventory_item_words"],
}


def create_index(schema_editor) -> None:
    """Make the index and fill it from the items that are there. Doing it twice changes nothing."""
    for statement in _CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop_index(schema_editor) -> None:
    """Take the index away. Doing it twice changes nothing."""
    for statement in _DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def mend_after_migrate(*, using: str, **_signal) -> None:
    """Make the triggers again after a migration that took them away; a receiver of ``post_migrate``.

    Django alters a table on SQLite by making a new one and dropping the old one, and the triggers go with the old one without a
    word: from then on nothing new would be found.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'inventory_item_words%'")
        found = {name for (name,) in cursor.fetchall()}
    if "inventory_item_words" in found and not _TRIGGERS.keys() <= found:
        with connection.schema_editor() as schema_editor:
            create_index(schema_editor)
