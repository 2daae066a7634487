"""A statement put together once for each way of asking, and asked again with the values of the moment.

Putting the catalogue's question together from its parts costs Django several times what asking it costs. Every visitor of the
same list asks the same, but for the time, the day and the item that the page begins beside.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from recycling import clock

KEPT = 500
# Values that nobody asks with; where they stand in the statement, those of the moment are put.
_SOME_TIME = datetime(1, 1, 1, tzinfo=UTC)
_SOME_CODE = "_______"


@dataclass(frozen=True)
class Statement:
    """``columns`` holds for each column that the database gives in another form than Python wants what turns it."""

    sql: str
    params: tuple[Any, ...]
    columns: dict[int, tuple[list[Callable], Any]]
    using: str

    def rows(self, *, at, code=""):
        """The rows that it gives at this moment."""
        connection = connections[self.using]
        now = dict(zip(_adapted(_SOME_TIME, connection), _adapted(at, connection), strict=True))
        now[_SOME_CODE] = code
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [now.get(param, param) for param in self.params])
            rows = cursor.fetchall()
        return [self._turned(row, connection) for row in rows] if self.columns else rows

    def _turned(self, row, connection):
        turned = list(row)
        for place, (converters, expression) in self.columns.items():
            for converter in converters:
                turned[place] = converter(turned[place], expression, connection)
        return tuple(turned)


class Prepared:
    """Statements by the way of asking: the same ``shape`` must always mean the same set, but for the moment and the code."""

    def __init__(self):
        self.kept: dict[Hashable, Statement | None] = {}

    def rows(self, shape: Hashable, build: Callable[..., QuerySet], *, at, code="", as_sent=()):
        """The rows of ``build(at, code)``; the columns named ``as_sent`` are left as the database sends them."""
        shape = (connections[DEFAULT_DB_ALIAS].vendor, shape)
        if shape not in self.kept:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[shape] = _put_together(build(_SOME_TIME, _SOME_CODE), as_sent)
        statement = self.kept[shape]
        return statement.rows(at=at, code=code) if statement else []


def _put_together(queryset, as_sent):
    """The statement of ``queryset``; None when it needs no question to know that there is nothing."""
    compiler = queryset.query.get_compiler(queryset.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    left = {place for place, (_column, _sql, alias) in enumerate(compiler.select) if alias in as_sent}
    turning = {place: how for place, how in converters.items() if place not in left}
    return Statement(sql, tuple(params), turning, queryset.db)


def _adapted(moment, connection):
    """The moment and its day in the city, as this database is given them."""
    day = clock.city_day(moment)
    return connection.ops.adapt_datetimefield_value(moment), connection.ops.adapt_datefield_value(day)
