from django.apps import AppConfig
from django.utils import timezone

from .clock import FastClock

# In seconds of the machine. In production a sender has 60, a round 40 and a mail server 10 to answer.
LEASE, ROUND = 15, 10


class Fast(AppConfig):
    name = "tests.faults.fast"

    def ready(self):
        """Every process tells the same fast time.

        What depends on how quick the machine is does not become quicker with the clock: how long a sender may keep a row,
        and how long a round of sending lasts.
        """
        from recycling.notifications.domain import sending  # noqa: PLC0415  (has models: only now can it be imported)

        clock = FastClock.from_environment()
        timezone.now = clock.now
        sending.LEASE = clock.span(LEASE)
        sending.monotonic = lambda: clock.now().timestamp()
        sending.send_due.__kwdefaults__["seconds"] = ROUND * clock.speed
