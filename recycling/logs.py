"""What the log may hold: what happened, where and to which row; never whose name, address, code or link.

The message of an exception often quotes the values it was about (a database names the row that was there twice), and the path
of a request may be somebody's private link. So an exception is logged as its kind and the lines that led to it, and the
random part of a link is left out. A record is one line, whatever somebody managed to bring into it.
"""

import logging
import re
import traceback
from pathlib import Path

# The random part of a link: /r/… opens a reservation, /q/… a place in a queue, /book/… a booking in progress, /a/… and
# /alerts/… a search alert, /offers/… an offer of a unit's wanted list, /cal/… a worker's calendar.
_LINK = re.compile(r"/(r|q|a|book|alerts|offers|cal)/[A-Za-z0-9]{10,16}(?![A-Za-z0-9])")
_MOST_LINES = 12


class Discreet(logging.Formatter):
    """Formats a record as above."""

    def format(self, record):
        """One line. The record itself stays as it is, for whoever else handles it."""
        told = logging.makeLogRecord(record.__dict__)
        told.args = _without_values(record.args)
        told.exc_text = None
        # On one line, and without the characters that move a terminal's cursor.
        line = "".join(one if one.isprintable() else " " for one in super().format(told).replace("\n", " | "))
        return _LINK.sub(r"/\1/…", line)

    def formatException(self, exc_info):  # noqa: N802  (logging's own name)
        """The kind of the error and where it went through our code and the libraries', the innermost last."""
        kind, _error, trace = exc_info
        frames = traceback.extract_tb(trace)[-_MOST_LINES:]
        way = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        return f"{kind.__name__} at {way}"


def _without_values(args):
    """A job that breaks is logged by Celery with what it was called with and what the error said: only its kind is kept."""
    if isinstance(args, dict) and "exc" in args:
        return args | {"exc": "see below", "traceback": "", "args": "", "kwargs": ""}
    return args
