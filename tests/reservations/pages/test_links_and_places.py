"""Around the reservation: calendar and QR, a lost link, the pickup points."""

import re
from datetime import UTC, date, time

import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image, ImageDraw

from recycling.notifications.domain import kinds, texts
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import booking
from reservations.models import ClosedDay, OpeningHours, Reservation
from tests.factories import (
    NOW,
    first_slot,
    make_item,
    make_reservation,
    make_site,
    open_site,
)
from tests.reservations.pages.reserved import handed_over
from tests.reservations.visiting import Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db

# The reservation with site and slot, its lines, their photos; the reminder that is planned; the others of the booking are
# asked for only in the browser that made it.
MANAGE_PAGE = 4


RECEIPT = 6


CHANGE_PAGE = 9


FIND_PAGE = 6


# -- calendar and QR


def test_the_calendar_file_has_the_time_and_the_place(aino):
    reservation = make_reservation()
    answer = aino.get("calendar", reservation.token)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="pickup.ics"'
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["DTSTART"].dt.astimezone(UTC) == reservation.slot.starts_at
    assert event["DTEND"].dt.astimezone(UTC) == reservation.slot.ends_at
    assert "Varastokatu 6" in event["LOCATION"]


def test_what_is_over_has_neither_calendar_file_nor_qr(aino):
    reservation = make_reservation()
    booking.cancel(reservation, at=NOW)
    assert aino.get("calendar", reservation.token)["Location"] == aino.address("manage", reservation.token)
    assert aino.get("qr", reservation.token).status_code == 404


def test_a_camera_reads_the_short_link_from_the_qr_code(aino):
    reservation = make_reservation()
    answer = aino.get("qr", reservation.token)
    assert answer["Content-Type"] == "image/svg+xml"
    picture = _drawn(answer.content.decode())
    found = zxingcpp.read_barcodes(picture)
    assert [one.text for one in found] == [f"http://testserver/r/{reservation.token}"]
    assert picture.crop((0, 0, picture.width, 4 * 8)).getextrema() == (255, 255)


def _drawn(svg):
    """The QR code of the file as a picture: its lines are strokes of one module on a white ground."""
    side = int(re.search(r'width="(\d+)"', svg)[1])
    path = re.search(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)"[^>]*stroke="#000"', svg)
    picture = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(picture)
    x = y = 0.0
    for verb, numbers in re.findall(r"([Mmh])([^Mmh]*)", path[1] or path[2]):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if verb == "h":
            draw.rectangle(((x * 8, (y - 0.5) * 8), ((x + values[0]) * 8 - 1, (y + 0.5) * 8 - 1)), fill=0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if verb == "M" else (x + values[0], y + values[1])
    return picture


# -- a lost link


def _asked_again():
    rows = Notification.objects.filter(kind="my_links").order_by("pk")
    return [(row.recipient, row.channel, row.language) for row in rows]


SENT = "If there are open reservations with that contact, we have sent their links to it."


def test_a_lost_link_is_sent_to_its_contact_and_the_answer_is_the_same_for_everybody(aino):
    reservation = make_reservation()
    make_reservation(contact="bea@example.org")
    for contact in ("AINO@example.org ", "nobody@example.org"):
        answer = aino.post("find", contact=contact)
        assert (answer.status_code, answer["Location"]) == (302, "/en/my")
        assert SENT in text_of(aino.get("find"))
    assert _asked_again() == [(f"reservation:{reservation.pk}", "email", "en")]


def test_only_what_can_still_be_collected_is_sent(aino):
    over, kept = make_reservation(), make_reservation({make_item(quantity=2): 2})
    booking.cancel(over, at=NOW)
    handed_over(kept, given={kept.lines.get().item: 1}, why_not="later")
    aino.post("find", contact="aino@example.org")
    rest = Reservation.objects.get(status="held")
    assert _asked_again() == [(f"reservation:{rest.pk}", "email", "en")]


def test_the_message_with_a_link_says_which_reservation_it_is():
    reservation = make_reservation(contact="+358401234567")
    resident = Resident()
    resident.post("find", contact="040 123 4567")
    row = Notification.objects.get(kind="my_links")
    draft = kinds.draft(row, NOW)
    assert draft.to == "+358401234567"
    message = texts.sms("my_links", draft.values)
    assert message == f"The link to your booking: Office chair, black. testserver/r/{reservation.token}"
    mail = texts.mail("my_links", draft.values)
    assert f"http://testserver/r/{reservation.token}" in mail.text
    booking.cancel(reservation, at=NOW)
    with pytest.raises(kinds.NotNow, match="cancelled"):
        kinds.draft(row, NOW)


def test_asking_for_links_is_limited_alike_for_known_and_unknown_contacts(aino):
    make_reservation()
    for contact in ("aino@example.org", "nobody@example.org"):
        answers = [aino.post("find", contact=contact).status_code for _number in range(4)]
        assert answers == [302, 302, 302, 429]
    answer = aino.post("find", contact="aino@example.org")
    assert refusal_in(answer) == "That was too many tries. Wait a while and try again."
    assert 'value="aino@example.org"' in answer.content.decode()


@pytest.mark.parametrize("contact", ["", "aino@", "12", "x" * 300, "\x00"])
def test_what_is_no_contact_is_said_and_kept(aino, contact):
    answer = aino.post("find", contact=contact)
    assert (answer.status_code, refusal_in(answer) != "") == (422, True)
    assert not Notification.objects.exists()


def test_the_browser_that_booked_finds_its_reservations_there(aino):
    aino.get_to_check(make_item(), first_slot())
    aino.confirm()
    token = aino.reservation().token
    assert f'href="/en/r/{token}"' in aino.get("find").content.decode()
    assert token not in Resident().get("find").content.decode()


def test_finding_asks_the_same_for_one_reservation_and_three(aino, django_assert_num_queries):
    aino.get_to_check(make_item(), first_slot())
    aino.confirm()
    aino.hold(make_item(), client_key="open")
    Policy.shown()
    with django_assert_num_queries(FIND_PAGE):
        aino.get("find")
    device = Reservation.objects.first().device
    for number in range(2):
        make_reservation(slot=first_slot(skip=3 + number))
    Reservation.objects.filter(status="booked").update(device=device)
    aino.hold(make_item(), client_key="another")
    with django_assert_num_queries(FIND_PAGE):
        aino.get("find")


# -- the pickup points


def test_the_pickup_points_page_tells_address_hours_entrance_and_closed_days(aino, warehouse):
    OpeningHours.objects.filter(weekday=0).delete()
    OpeningHours.objects.create(site=warehouse, weekday=0, opens=time(9), closes=time(11))
    OpeningHours.objects.create(site=warehouse, weekday=0, opens=time(12), closes=time(17))
    OpeningHours.objects.create(
        site=warehouse, weekday=5, opens=time(9), closes=time(11), valid_from=date(2027, 1, 1)
    )
    ClosedDay.objects.create(site=None, day=date(2026, 12, 6), reason_en="Independence Day")
    ClosedDay.objects.create(site=None, day=date(2026, 12, 7), reason_en="Moving day")
    ClosedDay.objects.create(site=warehouse, day=date(2026, 12, 7), reason_en="Floor is painted")
    ClosedDay.objects.create(site=make_site("second", name_en="Warehouse 2"), day=date(2026, 12, 8))
    ClosedDay.objects.create(site=warehouse, day=date(2026, 11, 15), reason_en="Yesterday")
    words = text_of(aino.get("places"))
    assert "Warehouse 1 Varastokatu 6, 00580 Step-free entrance" in words
    assert "Warehouse 2 Varastokatu 6 There are steps at the entrance." in words
    assert "Monday 09:00-11:00, 12:00-17:00 Tuesday 09:00-15:00" in words
    assert "Saturday Closed Sunday Closed" in words
    assert (
        "Closed days Sunday 6 December 2026: Independence Day Monday 7 December 2026: Floor is painted Warehouse 2"
        in words
    )
    assert "Tuesday 8 December 2026: Closed" in words
    assert "Yesterday" not in words


def test_a_site_that_is_not_in_use_is_no_pickup_point(aino):
    make_site("old", name_en="Old warehouse", is_active=False)
    make_site("school", name_en="Puisto School", by_arrangement=True)
    words = text_of(aino.get("places"))
    assert "Old warehouse" not in words
    assert (
        "Puisto School Varastokatu 6 There are steps at the entrance. Pickups here are agreed one by one."
        in words
    )


def test_the_places_page_asks_the_same_for_one_site_and_three(aino, django_assert_num_queries):
    Policy.shown()
    with django_assert_num_queries(3):
        aino.get("places")
    for code in ("second", "third"):
        ClosedDay.objects.create(site=open_site(make_site(code)), day=date(2026, 12, 7))
    with django_assert_num_queries(3):
        aino.get("places")


# -- the number of queries


@pytest.mark.parametrize("lines", [1, 5])
def test_the_reservations_page_asks_the_same_for_one_line_and_for_five(
    aino, lines, django_assert_num_queries
):
    reservation = make_reservation({make_item(photos=lines): 1 for _number in range(lines)})
    Policy.shown()
    with django_assert_num_queries(MANAGE_PAGE):
        aino.get("manage", reservation.token)
    with django_assert_num_queries(CHANGE_PAGE):
        aino.get("change", reservation.token)
    handed_over(reservation)
    with django_assert_num_queries(RECEIPT):
        aino.get("manage", reservation.token)
