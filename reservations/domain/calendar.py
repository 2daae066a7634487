"""A pickup as a calendar entry (.ics) that says the right hour in every calendar, and can be changed and cancelled."""

from datetime import UTC, date
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from inventory.domain import titles
from recycling import clock
from recycling.codes import shown_pickup
from recycling.policy.models import Policy
from reservations.models import ReservationStatus

from . import delivery

CANCELLED = {ReservationStatus.CANCELLED, ReservationStatus.EXPIRED, ReservationStatus.REJECTED}


def ics(reservation, *, to="") -> bytes:
    """The entry for the time of this reservation, in the active language; its withdrawal when it was cancelled.

    The same reservation is the same entry (UID), each change of its time a newer version of it (SEQUENCE). Mailed ``to``
    somebody it is an invitation that they have accepted, which calendars move and remove by themselves. Whoever fetches it
    gets a copy that names nobody.
    """
    entry = Calendar()
    entry.add("prodid", f"-//{settings.SITE_URL.partition('://')[2]}//Kierto//")
    entry.add("version", "2.0")
    entry.add("method", method_of(reservation, to=to))
    event = _event(reservation)
    event.add("organizer", _organizer())
    if to:
        event.add("attendee", _attendee(to))
    entry.add_component(event)
    year = clock.local(reservation.slot.starts_at, reservation.site.tz).year
    # Calendars ask for the rules of the zone; two years of them are enough for one afternoon.
    entry.add_missing_timezones(first_date=date(year, 1, 1), last_date=date(year + 2, 1, 1))
    return entry.to_ical()


def method_of(reservation, *, to="") -> str:
    """What the entry asks the calendar to do."""
    if reservation.status in CANCELLED:
        return "CANCEL"
    return "REQUEST" if to else "PUBLISH"


def _organizer():
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["cn"] = Policy.current().service_name
    return organizer


def _attendee(address):
    """Whoever booked comes, and is asked for no answer."""
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params |= {"role": "REQ-PARTICIPANT", "partstat": "ACCEPTED", "rsvp": "FALSE"}
    return attendee


def link(reservation) -> str:
    """The reservation's own page, as messages and calendars give it."""
    return f"{settings.SITE_URL}/r/{reservation.token}"


def _event(reservation):
    gone = reservation.status in CANCELLED
    lines = reservation.lines.select_related("item__category")
    things = [titles.title(line.item) + (f" x {line.pieces}" if line.pieces > 1 else "") for line in lines]
    site, slot = reservation.site, reservation.slot
    event = Event()
    event.add("uid", f"{reservation.code.lower()}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}")
    event.add("sequence", reservation.changes + gone)
    event.add("dtstamp", reservation.closed_at or reservation.booked_at or reservation.created_at)
    starts, ends = on_the_wall(slot, site.tz)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    brought = delivery.of(reservation)
    summary = _("Delivery: %(item)s") if brought else _("Pickup: %(item)s")
    event.add("summary", summary % {"item": "; ".join(things)})
    event.add("location", delivery.address_of(brought) if brought else _place(site))
    event.add("url", link(reservation))
    if not gone:
        event.add("description", _description(reservation))
        if brought:
            return event
        if site.latitude is not None and site.longitude is not None:
            event.add("geo", (float(site.latitude), float(site.longitude)))
    return event


def _place(site):
    return ", ".join(filter(None, [site.name, site.street, site.postal_code]))


def _description(reservation):
    policy, brought = Policy.current(), reservation.is_delivery
    code = _("Code for the driver: %(code)s") if brought else _("Pickup code: %(code)s")
    lines = [
        code % {"code": shown_pickup(reservation.pickup_code)},
        _("Somebody should be there.") if brought else reservation.site.access,
        _("Change the time or cancel") + f": {link(reservation)}",
        f"{policy.service_name}, {policy.help_phone}",
    ]
    return "\n".join(filter(None, lines))


def on_the_wall(slot, tz):
    """Start and end by the site's clock; by UTC in the hour of an autumn night that the clock shows twice."""
    local = [clock.local(moment, tz) for moment in (slot.starts_at, slot.ends_at)]
    if any(moment.fold for moment in local):
        return [moment.astimezone(UTC) for moment in local]
    return local
