"""A kept connection is checked before each request, and the check costs a question only when something is wrong."""

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper as DjangosWrapper

# Marked like the races, because it too needs PostgreSQL: SQLite has no connection to lose.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture(autouse=True)
def questions(monkeypatch):
    """How often the server was asked whether the connection lives."""
    asked = []
    monkeypatch.setattr(connection, "health_check_enabled", True)
    monkeypatch.setattr(connection, "health_check_done", False)
    usable = DjangosWrapper.is_usable
    monkeypatch.setattr(DjangosWrapper, "is_usable", lambda self: asked.append(1) or usable(self))
    connection.ensure_connection()
    yield asked
    connection.close()


def number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end(process):
    parameters = connection.get_connection_params()
    names = ("host", "port", "dbname", "user", "password")
    with psycopg.connect(**{name: parameters[name] for name in names if name in parameters}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def test_a_connection_that_lives_is_not_asked(questions):
    first = number()
    connection.health_check_done = False
    assert number() == first
    assert questions == []


def test_a_connection_that_the_server_ended_is_made_anew(questions):
    first = number()
    end(first)
    connection.health_check_done = False
    assert number() != first
    assert questions == [1]


def test_without_the_check_a_connection_that_the_server_ended_is_an_error():
    end(number())
    connection.health_check_done = True
    with pytest.raises(Exception, match=r"terminat|closed"):
        number()
