"""A database of the benchmark's own: made at the start, gone at the end whatever happens in between."""

import os
import tempfile
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.services import postgresql


@contextmanager
def own_database(*, sqlite=False):
    """The ``DATABASE_URL`` of an empty database: on the server of ``DATABASE_URL``, else on one from a wheel, or a file."""
    given = os.environ.get("DATABASE_URL", "")
    if sqlite or given.startswith("sqlite"):
        with tempfile.TemporaryDirectory(prefix="kierto-bench-") as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"
    elif given:
        with _on_server(given) as url:
            yield url
    else:
        with postgresql() as server, _on_server(server) as url:
            yield url


@contextmanager
def _on_server(url):
    parts = urlsplit(url)._replace(scheme="postgresql")
    name = f"kierto_bench_{os.getpid()}"
    with psycopg.connect(urlunsplit(parts), autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        )
        try:
            yield urlunsplit(parts._replace(scheme="postgres", path=f"/{name}"))
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
