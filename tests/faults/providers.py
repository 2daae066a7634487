"""The mail server and the SMS gateway of a fault run: what they take they write down before they say so.

``python -m tests.faults.providers mail|sms PORT FILE``: a line for each message, which no kill takes back.
"""

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event

from tests.services import SmtpSink

from .fast.clock import FastClock

# Slow enough that somebody dies between their taking and our writing.
ANSWERS_AFTER = 0.03


class Notebook:
    """A file with a line for each message taken: when, by the machine and by the clock of the run."""

    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.clock = FastClock.from_environment()

    def write(self, reference, to):
        """One message."""
        line = json.dumps([reference, to, time.time(), self.clock.now().isoformat()])
        os.write(self.file, f"{line}\n".encode())


@dataclass(frozen=True, order=True)
class Copy:
    """A message that arrived."""

    second: float
    at: datetime
    to: str


def arrivals(*paths):
    """``{reference: [copies]}`` of everything that was taken, in order."""
    found = defaultdict(list)
    for path in map(Path, paths):
        for line in path.read_text().splitlines() if path.exists() else ():
            reference, to, second, at = json.loads(line)
            found[reference].append(Copy(second, datetime.fromisoformat(at), to))
    return {reference: sorted(copies) for reference, copies in found.items()}


class MailServer(SmtpSink):
    """Takes every message."""

    def __init__(self, port, notebook):
        super().__init__(port)
        self.notebook = notebook

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (given name)
        """Write it down, think, answer."""
        reply = await super().handle_DATA(server, session, envelope)
        message = self.messages.pop()
        self.notebook.write(message["Message-ID"], message.envelope_recipients[0])
        await asyncio.sleep(ANSWERS_AFTER)
        return reply


def gateway(port, notebook):
    """Takes every text message."""

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            notebook.write(message["reference"], message["to"])
            time.sleep(ANSWERS_AFTER)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_line):
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", port), Gateway)


def main(kind, port, path):
    """Serve until the end."""
    notebook = Notebook(path)
    if kind == "mail":
        MailServer(int(port), notebook).start()
        Event().wait()
    gateway(int(port), notebook).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
