"""The van of the demo's first warehouse."""

from datetime import time

from reservations.models import Fulfilment, OpeningHours

HALVES = ((time(8), time(12)), (time(12), time(16)))
STOPS = 4


def make_van(site):
    """The transport calendar: weekdays, in two halves of the day."""
    OpeningHours.objects.bulk_create(
        OpeningHours(
            site=site,
            fulfilment=Fulfilment.DELIVERY,
            weekday=day,
            opens=opens,
            closes=closes,
            slot_minutes=240,
            capacity=STOPS,
        )
        for day in range(5)
        for opens, closes in HALVES
    )
