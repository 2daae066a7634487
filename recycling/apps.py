import sqlite3

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class RecyclingConfig(AppConfig):
    name = "recycling"
    label = "recycling"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415  (registers our own; models must be ready first)

        connection_created.connect(_take_as_much_as_sqlite_does)


def _take_as_much_as_sqlite_does(connection, **_more):
    """Many rows in one INSERT: Django still cuts them to the 999 values that SQLite took in 2012."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit
