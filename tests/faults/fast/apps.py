from django.apps import AppConfig
from django.conf import settings
from django.utils import timezone

from .clock import FastClock
from .journal import Journal

# In seconds of the machine. In production a sender has 60, a round 40 and a mail server 10 to answer.
LEASE, ROUND = 15, 10


class Fast(AppConfig):
    name = "tests.faults.fast"

    def ready(self):
        """Every process tells the same fast time.

        What depends on how quick the machine is does not become quicker with the clock: how long a sender may keep a row,
        and how long a round of sending lasts. What senders do is noted beside it.
        """
        from recycling.notifications.domain import kinds, sending  # noqa: PLC0415  (have models: only now can they be imported)

        clock = FastClock.from_environment()
        timezone.now = clock.now
        sending.LEASE = clock.span(LEASE)
        sending.monotonic = lambda: clock.now().timestamp()
        sending.send_due.__kwdefaults__["seconds"] = ROUND * clock.speed
        Journal(settings.DATA_DIR, clock).follow(sending, kinds)
