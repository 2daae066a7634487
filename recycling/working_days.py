"""Working days: Monday to Friday, Finland's public holidays left out. What a rule counts in working days is counted here."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from recycling import clock


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FI", years=year))


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def after(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``; ``day`` itself when ``count`` is 0."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def end_of(at: datetime, count: int, tz) -> datetime:
    """When the ``count``-th working day after ``at`` is over, by the clock of ``tz``: a deadline nobody misses by an hour."""
    day = after(clock.local(at, tz).date(), count)
    return clock.resolve(day + timedelta(days=1), time(0), tz)
