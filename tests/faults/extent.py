"""How large a fault run is."""

from dataclasses import dataclass
from datetime import UTC, datetime

# Friday, 23 October 2026, at six in Finland: winter time begins in the second night.
BEGINS = datetime(2026, 10, 23, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Extent:
    """How much, in how long: days of the fast clock from its beginning; how fast it is; the longest fault, in seconds."""

    reservations: int
    book_days: float
    come_days: float
    days: float
    speed: int
    longest: float
    controls: int

    @property
    def seconds(self):
        """What the machine's clock makes of it."""
        return self.days * 24 * 3600 / self.speed


# A message falls due on the morning before, and would be too late when the pickup begins: never less than fourteen seconds.
WHOLE = Extent(reservations=1000, book_days=2.6, come_days=4.6, days=5.2, speed=1700, longest=6, controls=200)
SMALL = Extent(reservations=100, book_days=0.5, come_days=1.6, days=1.8, speed=2000, longest=2.5, controls=60)
