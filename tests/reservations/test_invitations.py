"""The calendar entry as it is mailed: an invitation that is moved and withdrawn, read by rules that are not the writer's."""

import pytest
from django.utils import translation
from icalendar import Calendar

from recycling.notifications.domain import sending
from reservations.domain import booking, calendar
from reservations.models import Reservation
from tests import calendars
from tests.factories import NOW, first_slot, make_item, make_reservation, open_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(settings):
    settings.SITE_URL = "https://kierto.example.fi"
    open_site()


def parts(mailoutbox):
    """The calendar part of each mail, read twice: by the library, and by our strict reader."""
    for mail in mailoutbox:
        (part,) = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
        file = part.get_payload(decode=True)
        read, ours = Calendar.from_ical(file), calendars.read(file)
        assert part.get_param("method") == ours.one("METHOD") == read["METHOD"]
        (event,) = ours.events()
        (theirs,) = read.walk("VEVENT")
        assert event.one("UID") == theirs["UID"]
        yield ours.one("METHOD"), event, theirs


def test_an_invitation_is_moved_and_withdrawn_under_one_name(mailoutbox):
    reservation = make_reservation(language="en")
    sending.send_due(at=NOW)
    slot = first_slot(skip=6)
    booking.reschedule(reservation, slot, at=NOW)
    sending.send_due(at=NOW)
    booking.cancel(reservation, at=NOW)
    sending.send_due(at=NOW)
    asked, moved, withdrawn = parts(mailoutbox)
    assert [method for method, _event, _theirs in (asked, moved, withdrawn)] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
    ]
    assert {event.one("UID") for _method, event, _theirs in (asked, moved, withdrawn)} == {
        f"{reservation.code.lower()}@kierto.example.fi"
    }
    sequence = [int(event.one("SEQUENCE")) for _method, event, _theirs in (asked, moved, withdrawn)]
    assert sequence == [0, 1, 2]
    assert moved[2].decoded("DTSTART") == slot.starts_at
    assert withdrawn[1].one("STATUS") == "CANCELLED"


def test_whoever_booked_is_the_one_who_comes_and_is_asked_for_no_answer(mailoutbox):
    reservation = make_reservation(language="fi")
    sending.send_due(at=NOW)
    ((_method, event, _theirs),) = parts(mailoutbox)
    assert event.one("ATTENDEE") == f"mailto:{reservation.contact}"
    wanted = {"PARTSTAT=ACCEPTED", "RSVP=FALSE", "ROLE=REQ-PARTICIPANT"}
    assert wanted <= set(event.parameters_of("ATTENDEE").strip(";").split(";"))
    assert event.one("ORGANIZER") == "mailto:no-reply@kierto.example"


def test_a_copy_that_is_fetched_names_nobody():
    reservation = make_reservation()
    file = calendar.ics(Reservation.objects.get(pk=reservation.pk))
    read = calendars.read(file)
    assert read.one("METHOD") == "PUBLISH"
    assert reservation.contact.encode() not in file


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("to", ["", "aino.asukas+kierto@example.org", '"odd;name"@example.org'])
def test_any_calendar_program_can_read_it(language, to):
    reservation = make_reservation({make_item(quantity=3): 2, make_item(category="desk", colour=""): 1})
    with translation.override(language):
        (event,) = calendars.read(calendar.ics(Reservation.objects.get(pk=reservation.pk), to=to)).events()
    assert event.one("SUMMARY")


@pytest.mark.parametrize(
    "broken",
    [
        b"BEGIN:VCALENDAR\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nno line\r\nEND:VCALENDAR\r\n",
    ],
)
def test_the_strict_reader_does_refuse(broken):
    """The control."""
    with pytest.raises((AssertionError, ValueError)):
        calendars.read(broken)
