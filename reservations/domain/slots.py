"""Pickup times and the half-days of vans: planned ahead from opening hours, booked by a guarded UPDATE, never on a closed day.

A delivery's time is a `PickupSlot` too, with a fulfilment of its own. Whoever asks for one kind never sees the other.
"""

import math
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import holidays
from django.db import transaction
from django.db.models import F, Q

from inventory.models import Site, SiteKind
from recycling import clock, working_days
from recycling.audit.domain import record
from recycling.policy.models import Policy
from reservations.models import ClosedDay, Fulfilment, OpeningHours, PickupSlot, Reservation

from .refusals import DayHasBookings, SlotFull

# Planned further than residents see, so that a stopped job is not noticed for a week.
PLAN_BEYOND = timedelta(days=7)
PICKUP, DELIVERY = Fulfilment.PICKUP, Fulfilment.DELIVERY
# Each weekday once: a unit's own site may hand over on one day of the week.
GRACE = timedelta(days=7)
HOLIDAY_LANGUAGES = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}


# -- booking a place


def book(slot, places):
    """Take ``places`` in ``slot``, or refuse `slot_full`."""
    if not PickupSlot.objects.free(places).filter(pk=slot.pk).update(booked=F("booked") + places):
        raise SlotFull


def free(slot_id, places):
    """Give ``places`` back."""
    if not PickupSlot.objects.filter(pk=slot_id, booked__gte=places).update(booked=F("booked") - places):
        raise RuntimeError(f"slot {slot_id} has fewer than {places} booked")


def arrange(site, proposed):
    """A slot of its own for one reservation at a time that the giver has agreed to; its place is taken.

    Another one at the same moment is a place more in the same slot: the giver has said yes to both.
    """
    slot, _made = PickupSlot.objects.get_or_create(
        site=site,
        fulfilment=PICKUP,
        starts_at=proposed.starts_at,
        defaults={"ends_at": proposed.ends_at, "capacity": 0},
    )
    PickupSlot.objects.filter(pk=slot.pk).update(booked=F("booked") + 1, capacity=F("booked") + 1)
    return slot


def places_for(lines, slot) -> int:
    """How many places a load takes: one, or more when loading it takes longer than one has; never more than there are.

    Places of a pickup time are side by side, and each has the whole of it. Stops of a van come one after the other, so
    that each has an equal share of the half day.
    """
    each = (slot.ends_at - slot.starts_at).total_seconds() / 60
    if slot.fulfilment == DELIVERY:
        each /= max(slot.capacity, 1)
    return max(1, min(math.ceil(loading_minutes(lines) / each), slot.capacity))


def loading_minutes(lines) -> int:
    """How long it takes to load these lines."""
    return sum(line.pieces * (line.item.category.inherited("loading_minutes") or 0) for line in lines)


# -- which times are offered


def open_stretches(
    site, *, first: date, days: int, fulfilment=PICKUP
) -> Iterator[tuple[datetime, datetime, OpeningHours]]:
    """When the site is open on ``days`` days from ``first`` on, in order of time, closed days left out.

    For deliveries: when its van drives.
    """
    closed = closed_days(site, first=first, last=first + timedelta(days=days))
    hours = list(site.opening_hours.filter(fulfilment=fulfilment).order_by("opens"))
    for offset in range(days):
        day = first + timedelta(days=offset)
        if day in closed:
            continue
        for row in hours:
            if _applies(row, day):
                # A wall time that the clocks jump over that night is not an opening time.
                with suppress(clock.NoSuchTime):
                    yield clock.resolve(day, row.opens, site.tz), clock.resolve(day, row.closes, site.tz), row


def _applies(hours, day):
    return (
        hours.weekday == day.weekday()
        and (hours.valid_from is None or hours.valid_from <= day)
        and (hours.valid_until is None or day <= hours.valid_until)
    )


def closed_days(site, *, first: date, last: date) -> dict[date, ClosedDay]:
    """The closed days of the site from ``first`` to ``last``; its own reason before the general one."""
    rows = ClosedDay.objects.filter(Q(site=site) | Q(site=None), day__range=(first, last)).order_by("site_id")
    found: dict[date, ClosedDay] = {}
    for row in sorted(rows, key=lambda row: row.site_id is None):
        found.setdefault(row.day, row)
    return found


def earliest(site, *, at: datetime) -> datetime:
    """The first moment at which a pickup may start: when enough open hours have passed to take the things from the shelf.

    A unit opens a few hours a week and has no shelves to go along: there the hours of the clock count.
    """
    needed = timedelta(hours=Policy.current().lead_hours)
    if site.kind == SiteKind.DEPARTMENT:
        return at + needed
    for opens, closes, _hours in open_stretches(site, first=clock.today(site.tz, at), days=30):
        begins = max(opens, at)
        if begins >= closes:
            continue
        if closes - begins >= needed:
            return begins + needed
        needed -= closes - begins
    return at + timedelta(days=30)


def offered(site, *, at: datetime, fulfilment=PICKUP):
    """The slots of this kind that somebody may choose now, full ones included; no pickups where the giver agrees to times."""
    policy = Policy.current()
    if fulfilment == DELIVERY:
        first, days = _first_delivery(site, policy, at=at), policy.delivery_days
    elif site.by_arrangement:
        return PickupSlot.objects.none()
    else:
        first, days = earliest(site, at=at), policy.booking_days
    return PickupSlot.objects.filter(
        site=site,
        fulfilment=fulfilment,
        starts_at__gte=first,
        starts_at__lt=at + timedelta(days=days),
        capacity__gt=0,
    ).order_by("starts_at")


def offered_deliveries(site, *, at: datetime):
    """The half-days that a delivery from the site may be ordered for now, full ones included."""
    return offered(site, at=at, fulfilment=DELIVERY)


def _first_delivery(site, policy, *, at):
    """The start of the first day for which a delivery may still be ordered: some working days ahead."""
    day = working_days.after(clock.today(site.tz, at), policy.delivery_notice_days)
    return max(at, clock.resolve(day, time(0), site.tz))


def in_time(slot, *, at: datetime) -> bool:
    """Whether what has this slot may still be changed: until a pickup begins; a delivery while one may be ordered for its day."""
    if slot.fulfilment == DELIVERY:
        return slot.starts_at > at and slot.starts_at >= _first_delivery(slot.site, Policy.current(), at=at)
    return slot.starts_at > at


def is_in_time(lines, starts_at, *, tz, at) -> bool:
    """Whether a pickup, or the van, at this moment falls into the days in which all of these stand where they are fetched."""
    day, last = clock.today(tz, starts_at), last_day(lines, tz=tz, at=at)
    begun = all((line.item.available_from or day) <= day for line in lines)
    return begun and (last is None or day <= last)


def last_day(lines, *, tz, at) -> date | None:
    """The last day on which all of these can be collected; None without one.

    Nothing new is promised after the last day of an offer. What was promised before it passed, and still has no time (its unit
    has ended the offer, an approval took long, nobody came), keeps its right to one within ``GRACE`` from now.
    """
    today = clock.today(tz, at)
    days = [line.item.available_until for line in lines if line.item.available_until]
    return min((day if day >= today else today + GRACE for day in days), default=None)


def open_days_after(site, *, day: date, count: int) -> date:
    """The ``count``-th open day after ``day``."""
    for opens, _closes, _hours in open_stretches(site, first=day + timedelta(days=1), days=60):
        local = clock.local(opens, site.tz).date()
        if local > day:
            day, count = local, count - 1
        if count <= 0:
            return day
    return day + timedelta(days=count)


# -- planning and closing


@transaction.atomic
def plan(site, *, at: datetime) -> int:
    """Make the coming slots agree with the opening hours and closed days. Booked places always stay. Returns how many are new."""
    wanted = _wanted(site, at=at)
    known = (
        PickupSlot.objects.filter(site=site, starts_at__gte=at).select_for_update(of=("self",)).order_by("pk")
    )
    for slot in known:
        ends, capacity = wanted.pop((slot.fulfilment, slot.starts_at), (slot.ends_at, 0))
        if (slot.ends_at, slot.capacity) != (ends, max(capacity, slot.booked)):
            PickupSlot.objects.filter(pk=slot.pk).update(ends_at=ends, capacity=max(capacity, slot.booked))
    new = [
        PickupSlot(site=site, fulfilment=kind, starts_at=starts, ends_at=ends, capacity=capacity)
        for (kind, starts), (ends, capacity) in wanted.items()
        if starts >= at
    ]
    PickupSlot.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _wanted(site, *, at):
    """The slots there should be: ``(kind, start): (end, capacity)``. The van drives even where pickups are by arrangement."""
    first, policy = clock.today(site.tz, at), Policy.current()
    ahead = {PICKUP: 0 if site.by_arrangement else policy.booking_days, DELIVERY: policy.delivery_days}
    return {
        (kind, start): rest
        for kind, days in ahead.items()
        if days
        for start, rest in _cut(site, first=first, days=days + PLAN_BEYOND.days, fulfilment=kind)
    }


def _cut(site, *, first, days, fulfilment):
    """The open stretches cut into slots: ``start: (end, capacity)``. A rest shorter than a slot is not offered."""
    for opens, closes, hours in open_stretches(site, first=first, days=days, fulfilment=fulfilment):
        length = timedelta(minutes=hours.slot_minutes)
        start = opens
        while start + length <= closes:
            yield start, (start + length, hours.capacity)
            start += length


@transaction.atomic
def close_day(*, site, day: date, reasons: dict[str, str], by, at: datetime) -> ClosedDay:
    """Close ``day`` at ``site``, or everywhere when it is None. Refuses `day_has_bookings` with their codes."""
    closed, _made = ClosedDay.objects.get_or_create(
        site=site, day=day, defaults={f"reason_{language}": text for language, text in reasons.items()}
    )
    for place in [site] if site else Site.objects.open():
        # Takes the locks first: whoever books a place at this moment is either seen below or meets capacity 0.
        plan(place, at=at)
    bookings = _bookings_on(site, day)
    if bookings:
        raise DayHasBookings(count=len(bookings), codes=", ".join(bookings))
    record("day_closed", closed, by=by, at=at, day=day.isoformat(), site=site.code if site else None)
    return closed


def _bookings_on(site, day):
    found = []
    for place in [site] if site else Site.objects.open():
        start = clock.resolve(day, time(0), place.tz)
        end = clock.resolve(day + timedelta(days=1), time(0), place.tz)
        rows = Reservation.objects.holding().filter(
            site=place, slot__starts_at__gte=start, slot__starts_at__lt=end
        )
        found += rows.exclude(status="missed").order_by("slot__starts_at").values_list("code", flat=True)
    return found


@transaction.atomic
def reopen_day(closed, *, by, at: datetime) -> None:
    """The day is open after all."""
    record("day_reopened", closed, by=by, at=at, day=closed.day.isoformat())
    places = [closed.site] if closed.site else list(Site.objects.open())
    closed.delete()
    for place in places:
        plan(place, at=at)


def close_holidays(year: int) -> int:
    """Write the Finnish public holidays of ``year`` as closed days, once; the city may open any of them again."""
    if ClosedDay.objects.filter(site=None, is_holiday=True, day__year=year).exists():
        return 0
    names = {
        key: holidays.country_holidays("FI", years=year, language=code)
        for key, code in HOLIDAY_LANGUAGES.items()
    }
    rows = [
        ClosedDay(
            day=day, is_holiday=True, **{f"reason_{key}": table[day][:100] for key, table in names.items()}
        )
        for day in sorted(names["fi"])
    ]
    ClosedDay.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def plan_all(*, at: datetime) -> int:
    """Plan every site in use, with this year's and the next year's public holidays closed first."""
    for year in (at.year, at.year + 1):
        close_holidays(year)
    return sum(plan(site, at=at) for site in Site.objects.open())
