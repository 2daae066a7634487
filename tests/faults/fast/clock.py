"""A clock that goes faster than the machine's, the same in every process of a run."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

VARIABLE = "KIERTO_FAST_CLOCK"


class FastClock:
    """It stands still until it is started, and whenever it is held; else it goes ``speed`` seconds in each of the machine's.

    A file says what it showed at which second of the machine, and how fast it goes since: whoever asks for the time reads it.
    """

    def __init__(self, path, begins, speed):
        self.path, self.begins, self.speed = Path(path), begins, speed

    @classmethod
    def from_environment(cls):
        """The clock of the run that this process belongs to."""
        path, begins, speed = os.environ[VARIABLE].split()
        return cls(path, datetime.fromisoformat(begins), int(speed))

    def __str__(self):
        return f"{self.path} {self.begins.isoformat()} {self.speed}"

    def now(self):
        """What it shows."""
        return self.begins + timedelta(seconds=self._shown())

    def _shown(self):
        shown, second, speed = map(float, self.path.read_text().split())
        return shown + (time.time() - second) * speed

    def set_up(self):
        """It shows its beginning, and stands."""
        self._write(0, 0)

    def hold(self):
        """It stands still."""
        self._write(self._shown(), 0)

    def go(self):
        """It goes on."""
        self._write(self._shown(), self.speed)

    def _write(self, shown, speed):
        new = self.path.with_suffix(".new")
        new.write_text(f"{shown} {time.time()} {speed}")
        new.replace(self.path)

    def span(self, seconds):
        """How far it goes in so many seconds of the machine."""
        return timedelta(seconds=seconds * self.speed)

    def sleep_until(self, moment):
        """Wait until it shows ``moment``."""
        while (ahead := moment - self.now()) > timedelta(0):
            time.sleep(min(ahead / self.span(1), 0.2))
