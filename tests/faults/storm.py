"""A fault run: residents live through some days of a fast clock, and the machinery under them is killed, frozen and restarted."""

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from threading import Thread

from django.db import connection

from recycling.notifications.models import OPEN

from . import residents
from .extent import Extent
from .fast.tasks import remind
from .outcome import fallen_due

log = logging.getLogger(__name__)

HOW = ("killed", "frozen")


@dataclass
class Fault:
    """What happened to what, from when until when, in seconds of the machine."""

    part: str
    how: str
    began: float
    ended: float = 0.0


@dataclass
class Storm:
    """The faults and the control of one run."""

    machinery: object
    clock: object
    extent: Extent
    seed: int
    faults: list[Fault] = field(default_factory=list)
    told: int = 0

    def blow(self):
        """Faults one after the other, each part killed and frozen once in a round, until the last pickup is over."""
        random = Random(self.seed)
        until = self.clock.begins + timedelta(days=self.extent.come_days)
        while True:
            round_of = [(part, how) for part in self.machinery.parts for how in HOW]
            random.shuffle(round_of)
            for part, how in round_of:
                time.sleep(random.uniform(0.5, self.extent.longest / 2))
                if self.clock.now() >= until:
                    return
                among = self.machinery.parts[part]
                victims = random.sample(among, random.randint(1, len(among)))
                self._strike(part, how, victims, lasting=random.uniform(0.5, self.extent.longest))

    def _strike(self, part, how, victims, *, lasting):
        fault = Fault(part, how, time.time())
        self.faults.append(fault)
        for victim in victims:
            victim.kill() if how == "killed" else victim.freeze()
        time.sleep(lasting)
        for victim in victims:
            victim.start() if how == "killed" else victim.thaw()
        fault.ended = time.time()

    def tell_the_control(self):
        """Reminders as they are usually sent, one after the other through the whole storm: the job itself is the message."""
        until = self.clock.begins + timedelta(days=self.extent.come_days)
        pause = (until - self.clock.begins) / self.extent.controls
        for number in range(self.extent.controls):
            self.clock.sleep_until(self.clock.begins + number * pause)
            self.told += 1
            try:
                remind.delay(number)
            except Exception as error:  # noqa: BLE001  (a page would have failed here; the control counts what arrives)
                log.warning("control %s: %s", number, type(error).__name__)


def run(machinery, clock, extent, *, seed):
    """Let it all happen; the storm and the residents, when everything due has been settled or nothing moves any more."""
    residents.open_city(at=clock.begins - timedelta(days=1), pieces=extent.reservations)
    storm = Storm(machinery, clock, extent, seed)
    people = residents.Residents(
        extent.reservations,
        clock=clock,
        seed=seed,
        book_until=clock.begins + timedelta(days=extent.book_days),
        come_until=clock.begins + timedelta(days=extent.come_days),
    )
    machinery.start()
    clock.go()
    people.start()
    Thread(target=_wait_for, args=[people, clock], daemon=True).start()
    control = Thread(target=storm.tell_the_control, daemon=True)
    control.start()
    connection.close()  # it will not outlive the storm
    storm.blow()
    control.join(timeout=60)
    ends = clock.begins + timedelta(days=extent.days)
    clock.sleep_until(ends)
    _settle(people, ends, seconds=60)
    people.over = True
    return storm, people, ends


def _wait_for(people, clock):
    """A machine that is too slow for the clock makes the clock wait, never the residents late."""
    held = False
    while not people.over:
        if people.too_late != held:
            held = not held
            clock.hold() if held else clock.go()
        time.sleep(0.1)


def _settle(people, ends, *, seconds):
    """Wait until everybody has done what they meant to do, and nothing that was due at the end is open any more."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if people.at_rest and not fallen_due(ends).filter(status__in=OPEN).exists():
            return
        time.sleep(0.5)
