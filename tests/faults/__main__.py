"""``make faults``: the fault run and its report. ``--help`` says what can be chosen."""

import argparse
import importlib
import logging
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from tests.services import BASE_DIR, postgresql_server, redis_server_binary, url_of

from . import extent
from .fast.clock import VARIABLE, FastClock
from .machinery import Machinery


def main(arguments):
    """Run and print; 1 when something is not as it must be."""
    chosen = _parser().parse_args(arguments)
    if not redis_server_binary():
        sys.exit("A fault run needs Redis: no redis-server in the virtual environment or on PATH.")
    # Whoever asks it to end wants the servers to end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # What was committed survives a server that is killed, as it does in production.
    with (
        tempfile.TemporaryDirectory(prefix="kierto-faults-") as folder,
        postgresql_server("synchronous_commit = on") as server,
    ):
        machinery = Machinery(server, Path(chosen.logs or folder))
        _migrate(url_of(server))
        try:
            return _run(machinery, small=chosen.small, seed=chosen.seed)
        finally:
            machinery.stop()


def _parser():
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a hundred reservations instead of a thousand")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of an earlier run")
    parser.add_argument("--logs", help="an empty folder in which the logs of all processes stay")
    return parser


def _migrate(url):
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.worker_settings"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=BASE_DIR, env=environment, check=True
    )


def _run(machinery, *, small, seed):
    size = extent.SMALL if small else extent.WHOLE
    clock = FastClock(machinery.folder / "clock", extent.BEGINS, size.speed)
    clock.set_up()
    os.environ.update(machinery.environment | {VARIABLE: str(clock)})
    django.setup()
    # The terminal is for the report.
    logging.getLogger().handlers[0].setStream((machinery.folder / "residents.log").open("a"))
    # Models can be imported only now.
    storm, outcome, report = (
        importlib.import_module(f"tests.faults.{name}") for name in ("storm", "outcome", "report")
    )
    happened, people, ends = storm.run(machinery, clock, size, seed=seed)
    found = outcome.look(happened, people, ends)
    print(report.text(happened, people, found, versions=_versions()))  # noqa: T201  (the report)
    return 1 if found.wrong else 0


def _versions():
    from django.db import connection  # noqa: PLC0415  (the settings are there only now)

    redis = subprocess.run([redis_server_binary(), "--version"], capture_output=True, text=True, check=True)
    number = redis.stdout.partition("v=")[2].partition(" ")[0]
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].partition(' ')[0]}, Redis {number}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
