"""The tests' database is migrated once and copied after that: whoever runs one test does not wait for sixty migrations.

The copy is known by a fingerprint of every migration and of whatever of ours a migration reads, so that it is never an old one.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.utils import ProgrammingError

from .services import BASE_DIR, database_url

IMPORTED = re.compile(r"^from ((?:inventory|recycling|reservations)[\w.]*) import", re.MULTILINE)


def fingerprint():
    """Of all migrations of all apps, of the modules of ours that they import, and of what lies beside those modules as data."""
    migrations = [
        path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/[0-9]*.py")
    ]
    imported = {
        BASE_DIR / f"{name.replace('.', '/')}.py"
        for path in migrations
        for name in IMPORTED.findall(path.read_text())
    }
    data = [path for path in (BASE_DIR / "inventory/data").iterdir() if path.is_file()]
    whole = hashlib.sha256()
    for path in sorted({*migrations, *imported, *data}):
        whole.update(f"{path.name}\0".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def prepare(folder):
    """Let the test database of this process begin as a copy. One process makes what is copied, others wait for it."""
    if connection.vendor == "sqlite":
        shutil.copyfile(migrated_file(folder), connection.settings_dict["TEST"]["NAME"])
    else:
        with _alone(folder):
            connection.settings_dict["TEST"]["TEMPLATE"] = _migrated_template()


def migrated_file(folder):
    """A SQLite database with every table and what the migrations write, to be copied."""
    with _alone(folder):
        prepared = folder / f"{fingerprint()}.sqlite3"
        if not prepared.exists():
            for old in folder.glob("*.sqlite3*"):
                old.unlink()
            new = folder / f"new-{os.getpid()}.sqlite3"
            _migrate(f"sqlite:///{new}")
            new.rename(prepared)
    return prepared


@contextmanager
def _alone(folder):
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrated_template():
    name = f"kierto_tests_{fingerprint()}"
    with connection._nodb_cursor() as cursor:  # as Django's own creation of test databases
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            new = f"{name}_{os.getpid()}"
            cursor.execute(f'CREATE DATABASE "{new}"')
            _migrate(database_url(connection.settings_dict | {"NAME": new}))
            with suppress(ProgrammingError):  # another checkout was quicker
                cursor.execute(f'ALTER DATABASE "{new}" RENAME TO "{name}"')
            cursor.execute(f'DROP DATABASE IF EXISTS "{new}"')
    return name


def _migrate(url):
    """Migrate the empty database at ``url``, from a process of its own: this one has no database yet."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.worker_settings"}
    subprocess.run(command, cwd=BASE_DIR, env=environment, check=True)
