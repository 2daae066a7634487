"""The pickup times of a site as somebody chooses among them: day by day, and why a day has none."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from recycling import clock
from reservations.models import ClosedDay, Fulfilment, PickupSlot

from . import slots

DAYS_AT_ONCE = 7
VALUE = "%Y-%m-%dT%H:%MZ"


def value_of(slot):
    """A slot as a form sends it: its start by UTC."""
    return slot.starts_at.astimezone(UTC).strftime(VALUE)


def start_in(value):
    """The start that such a value means; `ValueError` when it is none."""
    return datetime.strptime(value, VALUE).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Day:
    """A calendar day of the site. Without free ``slots`` it is ``full`` or closed, with the reason where there is one."""

    day: date
    slots: list[PickupSlot]
    full: bool
    closed: ClosedDay | None


@dataclass(frozen=True)
class Timetable:
    """The first free time, seven open days with what lies between them, and where the stretches before and after begin."""

    first: PickupSlot | None
    days: list[Day]
    earlier: date | None
    later: date | None


def of(site, *, lines, at, start=None, own=None, fulfilment=Fulfilment.PICKUP) -> Timetable:
    """The times that ``lines`` may be collected at, or brought, from the day ``start`` on.

    ``own`` is the key of the slot that these lines have a place in already: it is shown even when it is full,
    and is not what is called the first free time.
    """
    by_day = free_by_day(site, lines=lines, at=at, own=own, fulfilment=fulfilment)
    free = (slot for day in by_day.values() for slot in day if slot.pk != own)
    open_days = list(by_day)
    if not open_days:
        return Timetable(first=None, days=[], earlier=None, later=None)
    start = max(start or open_days[0], open_days[0])
    begin = bisect_left(open_days, start)
    shown = open_days[begin : begin + DAYS_AT_ONCE]
    rest = open_days[begin + DAYS_AT_ONCE :]
    return Timetable(
        first=next(free, None),
        days=_days(site, by_day, first=start, last=shown[-1]) if shown else [],
        earlier=open_days[max(0, begin - DAYS_AT_ONCE)] if begin else None,
        later=shown[-1] + timedelta(days=1) if rest else None,
    )


def free_by_day(site, *, lines, at, own=None, fulfilment=Fulfilment.PICKUP):
    """``{day: free slots}`` of every day that has times at all, in order; a full day has an empty list."""
    found: dict[date, list[PickupSlot]] = defaultdict(list)
    for slot in slots.offered(site, at=at, fulfilment=fulfilment):
        if not slots.is_in_time(lines, slot.starts_at, tz=site.tz, at=at):
            continue
        free = found[clock.local(slot.starts_at, site.tz).date()]
        if slot.pk == own or slot.booked + slots.places_for(lines, slot) <= slot.capacity:
            free.append(slot)
    return found


def _days(site, by_day, *, first, last):
    closed = slots.closed_days(site, first=first, last=last)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [
        Day(
            day=day,
            slots=by_day.get(day, []),
            full=day in by_day and not by_day[day],
            closed=None if day in by_day else closed.get(day),
        )
        for day in days
    ]
