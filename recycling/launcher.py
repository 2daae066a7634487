"""Several processes run as one: started together, started again when one falls, ended together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# A child that falls is started again after 1, 2, 4 ... seconds; one that stood this long starts from 1 again.
LONGEST_PAUSE = 30
STOOD = 60
# An ending child may finish what it has in hand; then it is killed. Nothing is lost: what was not done is still due.
GRACE_SECONDS = 20
LOOK_EVERY = 0.1

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_the_launcher():
    """Even when the launcher is killed without a chance to say so (Linux only)."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A command that is to be running."""

    name: str
    command: list
    pass_fds: tuple = ()
    process: subprocess.Popen | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    pause: float = field(default=1.0, init=False)
    start_at: float = field(default=0.0, init=False)

    def start(self, **options):
        """Start it in a session of its own: Ctrl-C reaches the launcher alone, which then ends it in good order."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  (our own command lines)
            self.command,
            start_new_session=True,
            pass_fds=self.pass_fds,
            preexec_fn=_end_with_the_launcher,  # noqa: PLW1509  (the launcher has no threads)
            **options,
        )

    def fallen(self):
        """Its exit code, once it has ended; what it left behind is ended too."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.signal_all(signal.SIGKILL)
        self.process = None
        return code

    def rest(self, *, at):
        """Decide when to start it again; the seconds until then."""
        if at - self.started_at > STOOD:
            self.pause = 1.0
        seconds = self.pause
        self.start_at = at + seconds
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return seconds

    def signal(self, number):
        """Tell the process itself."""
        if self.process:
            self.process.send_signal(number)

    def signal_all(self, number):
        """Tell the process and everything it started."""
        # Its process group has its number, and may outlive it.
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Launcher:
    """Keeps ``children`` running until somebody asks it to end."""

    def __init__(self, children, *, say, **options):
        self.children = children
        self.say = say
        self.options = options
        self.asked_to_end = 0

    def ask_to_end(self, _number=None, _frame=None):
        """A signal came: end in good order; at the second one, at once."""
        self.asked_to_end += 1

    def run(self, *, once_started):
        """Start everything, call ``once_started(stopping)``, stay until asked to end, end everything."""
        try:
            self.look_after()
            once_started(lambda: self.asked_to_end or self.look_after())
            while not self.asked_to_end:
                self.look_after()
                time.sleep(LOOK_EVERY)
        finally:
            self.end()

    def look_after(self):
        """Start what is to be running and is not."""
        now = time.monotonic()
        for child in self.children:
            if (code := child.fallen()) is not None:
                seconds = child.rest(at=now)
                how = f"signal {-code}" if code < 0 else f"exit code {code}"
                self.say(f"The {child.name} fell ({how}). Starting it again in {seconds:.0f} s.")
            if child.process is None and now >= child.start_at:
                child.start(**self.options)

    def end(self):
        """End every child, and come back when all are gone."""
        running = [child for child in self.children if child.process]
        for child in running:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while any(child.process.poll() is None for child in running):
            if time.monotonic() > until or self.asked_to_end > 1:
                break
            time.sleep(LOOK_EVERY)
        for child in running:
            child.signal_all(signal.SIGKILL)
            child.process.wait()


def listen(host, port):
    """A socket that listens on ``host:port`` and is handed to the web server; OSError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)
