"""``manage.py run``: the whole service on one machine, in the foreground, until Ctrl-C."""

import errno
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from recycling.launcher import ENDING_SIGNALS, LOOK_EVERY, Child, Launcher, listen
from recycling.notifications.models import Tick

ASK_EVERY = 0.3

# Stands in the database while the demo city is being built, so that half a city is never taken for a whole one.
UNFINISHED = "demo.unfinished"

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (compared with, not bound to)

WHY_NOT_LISTENING = {
    errno.EADDRINUSE: "Port {port} is in use by another program. Stop it, or choose a port: make run PORT={other}",
    errno.EACCES: "Port {port} is not for ordinary users. Choose a higher one: make run PORT={other}",
    errno.EADDRNOTAVAIL: "This machine has no address {host}. Leave HOST out, or name one that it has.",
}


class Command(BaseCommand):
    help = "Prepares the database, builds the demo city when there is none, and runs web server, worker and clock."
    requires_system_checks = []  # gunicorn and the worker check for themselves, and a second start is quick

    def handle(self, **_options):
        """Run until somebody says stop."""
        host, port = os.environ.get("HOST") or "127.0.0.1", _port(os.environ.get("PORT") or "8000")
        # Before anything is changed: a port that is taken is the commonest reason why this cannot work.
        door = _open_door(host, port)
        address = f"http://{_for_links(host)}:{port}"
        environment = {"SITE_URL": address, "LOG_LEVEL": "WARNING"} | os.environ
        launcher = Launcher(_children(door), say=self.stderr.write, env=environment, cwd=settings.BASE_DIR)
        for number in ENDING_SIGNALS:
            signal.signal(number, launcher.ask_to_end)
        self._prepare(launcher, environment)
        connections.close_all()
        if not launcher.asked_to_end:
            launcher.run(once_started=lambda ended: self._greet(address, host, port, ended))
            self.stdout.write("Everything has ended.")

    def _prepare(self, launcher, environment):
        """The database as the code wants it, with a city in it when this is the demo."""
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        self._migrate()
        if not settings.DEMO or "seed_demo" not in get_commands():
            return
        if Tick.objects.filter(name=UNFINISHED).exists():
            self._start_over()
        if not get_user_model().objects.exists():
            self.stdout.write("Building the demo city (once) ...")
            Tick.objects.create(name=UNFINISHED, at=timezone.now())
            _run_to_its_end([sys.executable, "manage.py", "seed_demo"], launcher, environment)
            if not launcher.asked_to_end:
                Tick.objects.filter(name=UNFINISHED).delete()

    def _migrate(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database ...")
            call_command("migrate", interactive=False, verbosity=0)

    def _start_over(self):
        """The demo was interrupted while it was being built: nobody has used it yet."""
        if connection.vendor != "sqlite":
            raise CommandError("The demo city was not finished. Empty the database and start again.")
        database = Path(connection.settings_dict["NAME"])
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        self._migrate()

    def _greet(self, address, host, port, ended):
        """Once the web server answers: where, and as whom."""
        while not ended() and not _answers(_for_links(host), port):
            time.sleep(ASK_EVERY)
        if ended():
            return
        lines = ["", f"Kierto is open:  {address}/", ""]
        if people := _demo_people():
            width = max(len(role) for role, _email in people)
            lines += ["Sign in with one of these addresses:", ""]
            lines += [f"  {role:<{width}}  {email}" for role, email in people]
            lines += ["", f"The sign-in code arrives in the demo mailbox:  {address}/demo/mailbox", ""]
        lines += ["Ctrl-C ends it. What was entered is kept for the next time.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _port(text):
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise CommandError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _for_links(host):
    return EVERY_ADDRESS.get(host, host)


def _open_door(host, port):
    try:
        return listen(host, port)
    except OSError as error:
        why = WHY_NOT_LISTENING.get(error.errno or 0, "Cannot listen on {host}, port {port}: {error}")
        sentence = why.format(
            host=host, port=port, other=port + 1 if 1023 < port < 65535 else 8000, error=error
        )
        raise CommandError(sentence) from None


def _children(door):
    """The web server, and the worker with the clock inside."""
    # Celery warns superusers; in a container that is what one is, and jobs carry no code (JSON only).
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
    web = [
        *[sys.executable, "-m", "gunicorn", "recycling.wsgi:application", "--bind", f"fd://{door.fileno()}"],
        *[
            "--worker-class",
            "gthread",
            "--threads",
            "4",
            "--workers",
            os.environ.get("WEB_CONCURRENCY") or "2",
        ],
        *["--no-control-socket", "--log-level", "warning", "--graceful-timeout", "10", "--timeout", "120"],
    ]
    worker = [
        *[*python, "-m", "celery", "-A", "recycling", "--quiet", "worker", "-B", "-P", "threads", "-c", "2"],
        *["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"],
    ]
    return [Child("web server", web, pass_fds=(door.fileno(),)), Child("worker", worker)]


def _run_to_its_end(command, launcher, environment):
    # In a session of its own, so that Ctrl-C reaches us alone and no traceback is seen.
    options = {"env": environment, "cwd": settings.BASE_DIR, "start_new_session": True}
    with subprocess.Popen(command, **options) as process:  # noqa: S603  (our own)
        while process.poll() is None:
            if launcher.asked_to_end:
                process.terminate()
            time.sleep(LOOK_EVERY)
    if process.returncode and not launcher.asked_to_end:
        raise CommandError(f"The demo city could not be built (exit code {process.returncode}), see above.")


def _answers(host, port):
    asking = HTTPConnection(host, port, timeout=5)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()


def _demo_people():
    """A log-in for each role, as the demo names them."""
    app = get_commands().get("seed_demo")
    if not (settings.DEMO and app):
        return []
    return import_module(f"{app}.management.commands.seed_demo").demo_logins()
