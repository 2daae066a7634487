"""The pickups of a worker's sites as a calendar that their own program reads again and again: how many and what, never who."""

from datetime import date, time, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event

from inventory.domain import titles
from inventory.models import Site
from recycling import clock
from recycling.codes import new_token
from recycling.notifications.models import CalendarFeed
from recycling.policy.models import Policy
from reservations.models import OPEN_AT_DESK, Fulfilment, Reservation, ReservationStatus

from .calendar import on_the_wall
from .desk import lines_in_walking_order

BACK, AHEAD = timedelta(days=7), timedelta(days=60)
# Programs that honour it ask so often.
ASK_AGAIN = timedelta(minutes=30)


@transaction.atomic
def renew(person, *, at) -> CalendarFeed:
    """A new address for ``person``; the one before it ends."""
    return CalendarFeed.objects.update_or_create(
        person=person, defaults={"token": new_token(16), "made_at": at}
    )[0]


def end(person) -> None:
    """The address leads nowhere any more."""
    CalendarFeed.objects.filter(person=person).delete()


def reader_of(token):
    """Who reads at this address and may still do so, or None: whoever works nowhere any more has no calendar."""
    found = CalendarFeed.objects.select_related("person").filter(token=token, person__is_active=True).first()
    return found.person if found and Site.objects.worked_at_by(found.person).exists() else None


def address_of(feed) -> str:
    return f"{settings.SITE_URL}{reverse('calendar_feed', args=[feed.token])}"


def ics(person, *, at) -> bytes:
    """The calendar in the active language: an entry for each time at which somebody comes or the van drives."""
    name = Policy.current().service_name
    whole = Calendar()
    whole.add("prodid", f"-//{settings.SITE_URL.partition('://')[2]}//Kierto//")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", ASK_AGAIN)
    coming = list(_coming(person, at=at))
    for slot, rows in groupby(coming, key=lambda one: one.slot):
        whole.add_component(_event(slot, list(rows), at=at))
    if coming:
        first, last = coming[0].slot.starts_at.year, coming[-1].slot.starts_at.year
        whole.add_missing_timezones(first_date=date(first, 1, 1), last_date=date(last + 2, 1, 1))
    return whole.to_ical()


def _coming(person, *, at):
    since = clock.resolve(clock.today(settings.TIME_ZONE, at - BACK), time(0), settings.TIME_ZONE)
    return (
        Reservation.objects.handed_over_by(person)
        .filter(
            status__in=(*OPEN_AT_DESK, ReservationStatus.COLLECTED),
            slot__starts_at__gte=since,
            slot__starts_at__lt=at + AHEAD,
        )
        .select_related("slot", "site")
        .prefetch_related(Prefetch("lines", lines_in_walking_order()))
        .order_by("slot__starts_at", "slot_id", "pk")
    )


def _event(slot, rows, *, at):
    site = rows[0].site
    event = Event()
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    event.add("uid", f"{slot.fulfilment}-{site.code}-{slot.starts_at:%Y%m%dT%H%MZ}@{host}")
    event.add("dtstamp", at)
    starts, ends = on_the_wall(slot, site.tz)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", f"{_how_many(slot, len(rows))}, {site}")
    event.add("location", ", ".join(filter(None, [site.name, site.street, site.postal_code])))
    event.add("description", "\n".join(_what(one) for one in rows))
    day = clock.today(site.tz, slot.starts_at).isoformat()
    list_ = f"{reverse('reservations:today')}?{urlencode({'site': site.code, 'day': day})}"
    event.add("url", settings.SITE_URL + list_)
    return event


def _how_many(slot, number):
    if slot.fulfilment == Fulfilment.DELIVERY:
        return ngettext("%(number)s delivery", "%(number)s deliveries", number) % {"number": number}
    return ngettext("%(number)s pickup", "%(number)s pickups", number) % {"number": number}


def _what(reservation):
    """The things; whose they are is behind the sign-in."""
    things = "; ".join(f"{line.pieces} × {titles.title(line.item)}" for line in reservation.lines.all())
    return things if reservation.status in OPEN_AT_DESK else f"{things} ({_('collected')})"
