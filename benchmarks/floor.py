"""The least that a Django page can be: one SELECT of the same tables and one compiled template, with no middleware."""

from functools import cache
from pathlib import Path

from django.db import connection
from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import path

from . import statements

_TEMPLATES = Engine(dirs=[Path(__file__).parent / "templates"])  # templates are kept compiled


@cache
def _kinds():
    return _rows("SELECT id, key, name_fi FROM inventory_category ORDER BY position, id")


def _rows(statement, params=()):
    # Django would ask before the first statement of a request whether the connection still lives. A floor takes it for granted.
    connection.health_check_done = True
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _page(template, **shown):
    return HttpResponse(_TEMPLATES.get_template(template).render(Context(shown)))


def newest(_request):
    """The first page of the catalogue."""
    return _page("list.html", rows=_rows(statements.NEWEST), kinds=_kinds())


def item(_request, code):
    """A thing's own page: its facts and its photos."""
    rows = _rows(statements.ITEM, [code])
    return _page("item.html", item=rows[0], photos=rows)


def reserve(request):
    """One piece taken and written down."""
    with connection.cursor() as cursor:
        taken = statements.reserve(cursor, code=request.POST["code"], key=request.POST["client_key"])
    return HttpResponse(status=201 if taken else 409)


urlpatterns = [
    path("floor/items", newest),
    path("floor/items/<str:code>", item),
    path("floor/reserve", reserve),
]
