"""The real processes of a fault run, and what can happen to each: killed, frozen, started again."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

from tests.services import BASE_DIR, free_port, redis_server_binary, url_of, wait_until

PYTHON = sys.executable
CELERY = [PYTHON, "-m", "celery", "-A", "recycling"]
WORKER = [*CELERY, "worker", "-P", "threads", "-c", "2", "--loglevel", "INFO"]


class Process:
    """A process with its children, in the environment of this one, and its log in a file."""

    def __init__(self, name, command, folder):
        self.name, self.command = name, command
        self.log = folder / f"{name.replace(' ', '-')}.log"
        self.process = None

    def start(self):
        """Begin, without waiting until it is ready."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE_DIR,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self):
        """``kill -9``."""
        self._tell(signal.SIGKILL)
        self.process.wait()

    def freeze(self):
        """It stands still, and keeps its connections."""
        self._tell(signal.SIGSTOP)

    def thaw(self):
        """It goes on."""
        self._tell(signal.SIGCONT)

    def _tell(self, number):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Database:
    """A PostgreSQL server from a wheel, handled like the others."""

    name = "PostgreSQL"

    def __init__(self, server):
        self.server = server
        self.frozen = []

    def _processes(self):
        """The server stands still from here on, so that no new one of its processes is missed."""
        postmaster = self.server.get_postmaster_info().process
        postmaster.suspend()
        return [postmaster, *postmaster.children(recursive=True)]

    def kill(self):
        """``kill -9`` for all of it."""
        processes = self._processes()
        for process in processes:
            self._each(process.kill)
        for process in processes:
            process.wait(timeout=10)

    def start(self):
        """Begin again, and come back when it has recovered."""
        self.server.ensure_postgres_running()

    def freeze(self):
        """All of it stands still."""
        self.frozen = self._processes()
        for process in self.frozen[1:]:
            self._each(process.suspend)

    def thaw(self):
        """All of it goes on."""
        for process in self.frozen:
            self._each(process.resume)

    @staticmethod
    def _each(tell):
        """Children come and go by themselves."""
        with suppress(Exception):
            tell()


class Machinery:
    """Everything but the residents: database, broker, four workers, two beats, mail server, SMS gateway."""

    def __init__(self, server, folder):
        redis, mail, sms = free_port(), free_port(), free_port()
        self.folder, self.notebooks = folder, [folder / "mail.jsonl", folder / "sms.jsonl"]
        (folder / "static").mkdir()
        # What all of them need to know, and the residents too.
        self.environment = {
            "DATABASE_URL": url_of(server),
            "DJANGO_SETTINGS_MODULE": "tests.faults.fast.settings",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{redis}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail}",
            "SMS_CHANNEL": "http",
            "SMS_GATEWAY_URL": f"http://127.0.0.1:{sms}/messages",
            "SMS_GATEWAY_TOKEN": "token-of-the-run",
            "SMS_GATEWAY_TIMEOUT": "2.5",
            "KIERTO_DATA": str(folder),
        }
        keep_nothing = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        providers = [PYTHON, "-m", "tests.faults.providers"]
        self.parts = {
            "PostgreSQL": [Database(server)],
            "Redis": [self._process("redis", [redis_server_binary(), "--port", str(redis), *keep_nothing])],
            "worker": [
                self._process(f"worker {number}", [*WORKER, "-n", f"w{number}@%h"]) for number in range(4)
            ],
            "beat": [
                self._process(f"beat {number}", [*CELERY, "beat", "--pidfile=", "--loglevel", "INFO"])
                for number in range(2)
            ],
            "mail server": [self._process("mail", [*providers, "mail", str(mail), str(self.notebooks[0])])],
            "SMS gateway": [self._process("sms", [*providers, "sms", str(sms), str(self.notebooks[1])])],
        }

    def _process(self, name, command):
        return Process(name, command, self.folder)

    @property
    def processes(self):
        """All but the database, which is there before and after them."""
        return [part for name, parts in self.parts.items() if name != "PostgreSQL" for part in parts]

    def start(self):
        """Start all, and come back when the workers wait for jobs."""
        for process in self.processes:
            process.start()
        workers = self.parts["worker"]
        wait_until(
            lambda: all(" ready." in worker.log.read_text() for worker in workers),
            seconds=120,
            why="the workers are ready",
        )

    def stop(self):
        """The end of all of them but the database, which goes on for whoever began it."""
        for database in self.parts["PostgreSQL"]:
            database.thaw()
        for process in self.processes:
            if process.process:
                process.kill()
