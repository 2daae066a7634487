"""The calendar entry, read again by another program's rules: the right hour in every calendar, on every night."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from icalendar import Calendar

from recycling.policy.models import Policy
from reservations.domain import booking, calendar
from reservations.models import PickupSlot, Reservation
from tests.factories import NOW, first_slot, make_item, make_reservation, make_site, open_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(settings):
    settings.SITE_URL = "https://kierto.example.fi"
    open_site()


def read(reservation, language="en"):
    """The calendar and its one event, parsed again."""
    with translation.override(language):
        written = Calendar.from_ical(calendar.ics(Reservation.objects.get(pk=reservation.pk)))
    (event,) = written.walk("VEVENT")
    return written, event


def moved_to(reservation, starts, minutes=30):
    """The reservation at a time that no opening hours know."""
    slot = PickupSlot.objects.create(
        site=reservation.site,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=minutes),
        capacity=1,
        booked=1,
    )
    Reservation.objects.filter(pk=reservation.pk).update(slot=slot)
    return slot


def test_the_entry_says_when_where_what_and_how_to_change_it():
    reservation = make_reservation({make_item(quantity=3): 2, make_item(category="desk", colour=""): 1})
    written, event = read(reservation)
    assert (written["METHOD"], written["VERSION"]) == ("PUBLISH", "2.0")
    assert event["SUMMARY"] == "Pickup: Office chair, black x 2; Desk"
    assert event["LOCATION"] == "Warehouse 1, Varastokatu 6"
    assert event["URL"] == f"https://kierto.example.fi/r/{reservation.token}"
    assert event["STATUS"] == "CONFIRMED"
    code = reservation.pickup_code
    assert event["DESCRIPTION"] == (
        f"Pickup code: {code[:3]} {code[3:]}\n"
        f"Change the time or cancel: https://kierto.example.fi/r/{reservation.token}\n"
        f"Kierto, {Policy.current().help_phone}"
    )
    assert code not in event["SUMMARY"]
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (
        reservation.slot.starts_at,
        reservation.slot.ends_at,
    )
    assert event.decoded("DTSTAMP") == NOW


def test_the_names_are_in_the_readers_language():
    reservation = make_reservation()
    assert "Arbetsstol, svart" in read(reservation, "sv")[1]["SUMMARY"]
    assert read(reservation, "sv")[1]["LOCATION"] == "Lager 1, Lagergatan 6"


def test_a_changed_time_is_a_newer_version_of_the_same_entry():
    reservation = make_reservation()
    before = read(reservation)[1]
    slot = first_slot(skip=5)
    booking.reschedule(reservation, slot, at=NOW)
    after = read(reservation)[1]
    assert after["UID"] == before["UID"] == f"{reservation.code.lower()}@kierto.example.fi"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("DTSTART") == slot.starts_at


def test_a_cancelled_pickup_is_withdrawn_from_the_calendar():
    reservation = make_reservation()
    uid = read(reservation)[1]["UID"]
    booking.cancel(reservation, at=NOW)
    written, event = read(reservation)
    assert (written["METHOD"], event["STATUS"], event["SEQUENCE"], event["UID"]) == (
        "CANCEL",
        "CANCELLED",
        1,
        uid,
    )
    assert "DESCRIPTION" not in event


def test_the_token_of_the_link_is_not_the_name_of_the_entry():
    reservation = make_reservation()
    assert reservation.token.lower() not in read(reservation)[1]["UID"].lower()


@pytest.mark.parametrize(
    ("starts", "wall"),
    [
        # In spring the clock jumps from 3 to 4: winter time before, summer time after.
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), "TZID=Europe/Helsinki:20270328T023000"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "TZID=Europe/Helsinki:20270328T040000"),
        (datetime(2027, 3, 28, 7, 0, tzinfo=UTC), "TZID=Europe/Helsinki:20270328T100000"),
        # In autumn 3 to 4 comes twice; the second time can only be said in UTC.
        (datetime(2027, 10, 30, 23, 30, tzinfo=UTC), "TZID=Europe/Helsinki:20271031T023000"),
        (datetime(2027, 10, 31, 0, 0, tzinfo=UTC), "TZID=Europe/Helsinki:20271031T030000"),
        (datetime(2027, 10, 31, 1, 0, tzinfo=UTC), "20271031T010000Z"),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), "TZID=Europe/Helsinki:20271031T040000"),
        (datetime(2027, 10, 31, 8, 0, tzinfo=UTC), "TZID=Europe/Helsinki:20271031T100000"),
    ],
)
def test_the_hour_is_right_on_both_nights_on_which_the_clocks_change(starts, wall):
    reservation = make_reservation()
    slot = moved_to(reservation, starts)
    reservation.refresh_from_db()
    assert f"DTSTART{';' if 'TZID' in wall else ':'}{wall}\r\n" in calendar.ics(reservation).decode()
    event = read(reservation)[1]
    assert (event.decoded("DTSTART").astimezone(UTC), event.decoded("DTEND").astimezone(UTC)) == (
        slot.starts_at,
        slot.ends_at,
    )


def test_a_pickup_across_the_repeated_hour_lasts_as_long_as_it_lasts():
    reservation = make_reservation()
    moved_to(reservation, datetime(2027, 10, 31, 0, 30, tzinfo=UTC), minutes=60)
    event = read(reservation)[1]
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)


def test_the_zone_brings_its_own_rules_and_they_agree_with_ours():
    reservation = make_reservation()
    moved_to(reservation, datetime(2027, 3, 29, 7, 0, tzinfo=UTC))
    written, event = read(reservation)
    (zone,) = written.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Helsinki"
    rules = zone.to_tz(lookup_tzid=False)
    for wall, offset in [
        (datetime(2027, 3, 28, 2, 59, tzinfo=rules), 2),
        (datetime(2027, 3, 28, 4, 0, tzinfo=rules), 3),
        (datetime(2027, 7, 1, 12, 0, tzinfo=rules), 3),
        (datetime(2027, 10, 31, 2, 59, tzinfo=rules), 3),
        (datetime(2027, 10, 31, 4, 0, tzinfo=rules), 2),
    ]:
        assert wall.utcoffset() == timedelta(hours=offset), wall
    assert event["DTSTART"].params["TZID"] == "Europe/Helsinki"


def test_another_citys_clock_is_its_own():
    site = make_site("north", timezone="Europe/Stockholm")
    open_site(site)
    reservation = make_reservation({make_item(site=site): 1}, slot=first_slot(site))
    wall = reservation.slot.starts_at.astimezone(site.tz)
    assert f"DTSTART;TZID=Europe/Stockholm:{wall:%Y%m%dT%H%M%S}\r\n" in calendar.ics(reservation).decode()
    assert read(reservation)[1].decoded("DTSTART") == reservation.slot.starts_at


def test_what_somebody_typed_cannot_add_lines_of_its_own():
    site = make_site()
    site.access_en = "Door B\r\nATTENDEE:mailto:someone@example.org"
    site.save()
    reservation = make_reservation()
    event = read(reservation)[1]
    assert "ATTENDEE" not in event
    assert "ATTENDEE:mailto" in event["DESCRIPTION"]


def test_every_line_is_short_and_ends_as_calendars_want():
    lines = calendar.ics(make_reservation()).split(b"\r\n")
    assert [line for line in lines if len(line) > 75 or b"\n" in line] == []
