"""``manage.py run``: what a newcomer meets on a bare machine."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from recycling.management.commands.run import UNFINISHED
from tests.services import BASE_DIR, free_port, wait_until

pytestmark = pytest.mark.fault


class Service:
    """``manage.py run`` in a process of its own, with everything it says."""

    def __init__(self, data, *, port=None, settings="tests.tinydemo.settings", **environment):
        self.port = port or free_port()
        ours = {"DJANGO_SETTINGS_MODULE": settings, "KIERTO_DATA": str(data), "PORT": str(self.port)}
        # The embedded default: whatever database and broker the test run itself uses are not for this one.
        inherited = {
            k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "CELERY_BROKER_URL", "HOST"}
        }
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=BASE_DIR,
            env=inherited | ours | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with self.process.stdout as stream:
            self.lines.extend(stream)

    @property
    def said(self):
        return "".join(list(self.lines))

    def says(self, words, *, seconds=300):
        wait_until(
            lambda: words in self.said or self.process.poll() is not None,
            seconds=seconds,
            why=f"it says {words!r}",
        )
        assert words in self.said, self.said

    def ask(self, path):
        """The status and the JSON of a page; (0, {}) when nobody answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)
        except (URLError, OSError):
            return 0, {}

    def is_well(self):
        return self.ask("/readyz")[0] == 200

    def children(self):
        """The process ids of the web server and the worker, in the order of their start."""
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in listed.stdout.split()]

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(timeout=150)
        self._reader.join(timeout=5)
        return code


@contextmanager
def run(data, **options):
    service = Service(data, **options)
    try:
        yield service
    finally:
        with suppress(ProcessLookupError):
            service.process.kill()
        service.process.wait()


def rows(data, table, where="1"):
    """How many rows a table of the embedded database has, seen from outside."""
    database = sqlite3.connect(data / "kierto.sqlite3")
    try:
        return database.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]  # noqa: S608  (ours)
    finally:
        database.close()


@pytest.fixture
def data(migrated_file, tmp_path):
    """A folder with a database that is migrated already, and empty."""
    shutil.copyfile(migrated_file, tmp_path / "kierto.sqlite3")
    return tmp_path


def test_the_first_start_builds_everything_and_the_second_keeps_it(tmp_path):
    with run(tmp_path) as first:
        first.says("Ctrl-C ends it.")
        assert f"Kierto is open:  http://127.0.0.1:{first.port}/" in first.said
        assert "mayor  mayor@kierto.example" in first.said
        assert f"http://127.0.0.1:{first.port}/demo/mailbox" in first.said
        wait_until(first.is_well, seconds=30, why="the worker has ticked")
        assert first.end(signal.SIGINT) == 0
        assert "Everything has ended." in first.said
    assert rows(tmp_path, "accounts_user") == 1

    with run(tmp_path) as second:
        second.says("Kierto is open:")
        assert "Building the demo city" not in second.said
        assert "Preparing the database" not in second.said
        assert second.end() == 0
    assert rows(tmp_path, "accounts_user") == 1


def test_whatever_is_killed_comes_back(data):
    with run(data) as service:
        service.says("Kierto is open:")
        wait_until(service.is_well, seconds=30, why="the worker has ticked")
        web, worker = service.children()
        os.kill(worker, signal.SIGKILL)
        os.kill(web, signal.SIGKILL)
        service.says("The worker fell (signal 9).")
        service.says("The web server fell (signal 9).")
        wait_until(lambda: len(service.children()) == 2, seconds=10, why="both run again")
        assert not {web, worker} & set(service.children())
        wait_until(lambda: service.ask("/healthz")[0] == 200, seconds=20, why="the web server answers again")

        def ticked():
            return service.ask("/readyz")[1]["checks"]["worker"]["seconds_since_tick"] <= 1

        wait_until(ticked, seconds=30, why="the new worker ticks")
        assert service.end() == 0


def test_a_port_in_use_is_one_clear_sentence_and_nothing_is_changed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with run(tmp_path / "data", port=port) as service:
            assert service.process.wait(timeout=30) == 1
            service._reader.join()
            assert service.said == (
                f"CommandError: Port {port} is in use by another program. "
                f"Stop it, or choose a port: make run PORT={port + 1}\n"
            )
    assert not (tmp_path / "data" / "kierto.sqlite3").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    with run(tmp_path, port=port) as service:
        assert service.process.wait(timeout=30) == 1
        service._reader.join()
        assert service.said == f"CommandError: PORT must be a number from 1 to 65535, not '{port}'.\n"


@pytest.mark.thorough  # builds the city twice more
def test_a_demo_that_was_interrupted_is_built_anew(data):
    with run(data, KIERTO_TEST_SLOW_DEMO="60") as interrupted:
        interrupted.says("The mayor has moved in.")
        assert interrupted.end(signal.SIGINT) == 0
        assert "Traceback" not in interrupted.said
    assert rows(data, "notifications_tick", f"name = '{UNFINISHED}'") == 1

    with run(data) as service:
        service.says("Kierto is open:")
        assert "Building the demo city" in service.said
        service.end()
    assert rows(data, "notifications_tick", f"name = '{UNFINISHED}'") == 0
    assert rows(data, "accounts_user") == 1


def test_outside_the_demo_nobody_moves_in(data):
    with run(data, settings="tests.worker_settings") as service:
        service.says("Kierto is open:")
        assert "Sign in with" not in service.said
        assert service.ask("/healthz") == (200, {"status": "ok"})
        assert service.end() == 0
    assert rows(data, "accounts_user") == 0
