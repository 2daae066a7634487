"""What each sender did, step by step, as it was done: the evidence from which a fault run says why a message came twice.

A file for each process, a line for each step: no kill takes back what was written before it.
"""

import functools
import json
import os
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

LOOKED, HANDED_OVER, WRITTEN = "looked", "handed over", "written"


@dataclass
class Attempt:
    """One try of one sender. ``second`` and ``at``: when it looked whether the message is true, by the machine and by the clock.

    ``answer``: "ok", or the error with which handing it over ended; None while nothing came back. ``kept``: whether the sender's
    last word was written, or the error with which that ended; None where it came to no word. ``took``: seconds until the answer.
    """

    reference: str
    second: float
    at: datetime
    answer: str | None = None
    took: float = 0.0
    kept: bool | str | None = None


class Journal:
    """The steps of this process."""

    def __init__(self, folder, clock):
        self.file = os.open(
            Path(folder) / f"journal-{os.getpid()}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
        )
        self.clock = clock

    def note(self, step, row, what):
        """One step of the try that ``row`` was claimed for."""
        line = [step, row.message_id, row.claim, what, time.time(), self.clock.now().isoformat()]
        os.write(self.file, f"{json.dumps(line)}\n".encode())

    def follow(self, sending, kinds):
        """Note what the service's own functions do from now on."""
        look = kinds.draft

        @functools.wraps(look)
        def draft(row, at):
            if row.claim:  # a page that shows a message has claimed nothing
                self.note(LOOKED, row, "")
            return look(row, at)

        kinds.draft = draft
        sending._deliver = self._followed(sending._deliver, HANDED_OVER, lambda _answer: "ok")
        sending._write = self._followed(sending._write, WRITTEN, bool)

    def _followed(self, function, step, what):
        @functools.wraps(function)
        def followed(row, *arguments, **named):
            try:
                answer = function(row, *arguments, **named)
            except BaseException as error:
                self.note(step, row, type(error).__name__)
                raise
            self.note(step, row, what(answer))
            return answer

        return followed


def attempts(folder):
    """``{reference: [attempts]}`` of all processes, in the order in which they looked."""
    tries, found = {}, defaultdict(list)
    for path in Path(folder).glob("journal-*.jsonl"):
        for line in path.read_text().splitlines():
            step, reference, claim, what, second, at = json.loads(line)
            if step == LOOKED:
                tries[claim] = Attempt(reference, second, datetime.fromisoformat(at))
            elif claim in tries and step == HANDED_OVER:
                tries[claim].answer, tries[claim].took = what, second - tries[claim].second
            elif claim in tries:
                tries[claim].kept = what
    for one in sorted(tries.values(), key=lambda one: one.second):
        found[one.reference].append(one)
    return found
