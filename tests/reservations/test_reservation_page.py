"""The reservation's own page for its whole life, and the pages around it: change, cancel, calendar, QR, places, lost links."""

import re
from datetime import UTC, date, time, timedelta
from decimal import Decimal

import pytest
import time_machine
import zxingcpp
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar
from PIL import Image, ImageDraw

from recycling.notifications.domain import kinds, texts
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import advice, booking, handover
from reservations.models import ClosedDay, Handover, OpeningHours, PickupSlot, Reservation, ReservationStatus
from reservations.views.times import VALUE
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

from .visiting import Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db

# The reservation with site and slot, its lines, their photos; the reminder that is planned; the others of the booking are
# asked for only in the browser that made it.
MANAGE_PAGE = 4
RECEIPT = 5
CHANGE_PAGE = 9
FIND_PAGE = 5


@pytest.fixture(autouse=True)
def clock():
    """It is NOW, until a test moves on."""
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def warehouse():
    return open_site(make_site(latitude="60.190000", longitude="24.960000"))


@pytest.fixture
def aino():
    """Somebody who has the link and nothing else."""
    return Resident()


def _give(reservation, *, given=None, why_not=None, at=NOW):
    """Hand it over: everything, or ``given`` pieces of each line."""
    lines = reservation.lines.all()
    return handover.hand_over(
        reservation,
        given={line.pk: line.pieces if given is None else given[line.item] for line in lines},
        why_not={line.pk: why_not for line in lines} if why_not else {},
        by=make_worker(),
        at=at,
    )


# -- the page in every state


def test_a_booked_reservation_shows_code_time_place_and_what_comes_next(aino):
    reservation = make_reservation(slot=first_slot(skip=40))
    page = aino.get("manage", reservation.token)
    words = text_of(page)
    code = reservation.pickup_code
    assert page.status_code == 200
    assert words.startswith(f"Booking confirmed Pickup code {code[:3]} {code[3:]}")
    assert "Hello Aino!" in words
    assert "Friday 20 November 2026, 09:00-09:30" in words
    assert "Warehouse 1 Varastokatu 6" in words
    assert "Office chair, black" in words
    assert "About 12 kg in all. 1 person can carry it." in words
    assert "We remind you on Thursday 19 November 2026, 10:00." in words
    markup = page.content.decode()
    for name in ("qr", "calendar", "change", "cancel"):
        assert f'"{aino.address(name, reservation.token)}"' in markup
    assert "https://www.openstreetmap.org/?mlat=60.190000&amp;mlon=24.960000" in markup


def test_without_a_reminder_the_page_promises_none(aino):
    words = text_of(aino.get("manage", make_reservation().token))
    assert "We remind you" not in words
    assert "We take your items from the shelf before you come." in words


def test_the_page_shows_the_first_name_and_no_contact(aino):
    page = aino.get("manage", make_reservation().token).content
    assert b"Aino" in page
    assert b"Asukas" not in page
    assert b"example.org" not in page


def test_a_picked_reservation_is_ready(aino):
    reservation = make_reservation()
    handover.pick(reservation.lines.get(), by=make_worker(), at=NOW)
    words = text_of(aino.get("manage", reservation.token))
    assert words.startswith("Ready for pickup Pickup code")


def test_a_missed_reservation_says_until_when_it_is_kept_and_takes_a_new_time(aino, clock):
    reservation = make_reservation()
    clock.move_to(reservation.slot.ends_at + timedelta(hours=1))
    booking.mark_missed(reservation, at=reservation.slot.ends_at + timedelta(hours=1))
    words = text_of(aino.get("manage", reservation.token))
    assert words.startswith("You did not collect this")
    assert "We keep it for you until Thursday 19 November 2026." in words
    assert aino.get("calendar", reservation.token).status_code == 200
    new = first_slot(at=later(hours=8))
    answer = aino.post("change", reservation.token, slot=new.starts_at.strftime(VALUE))
    assert answer["Location"] == aino.address("manage", reservation.token)
    reservation.refresh_from_db()
    assert (reservation.status, reservation.slot) == ("booked", new)


def test_after_the_hand_over_the_page_is_the_receipt(aino):
    chair = make_item(quantity=2, weight_kg=Decimal("12.5"))
    reservation = make_reservation({chair: 2})
    _give(reservation)
    page = aino.get("manage", reservation.token)
    words = text_of(page)
    sums = handover.totals(Handover.objects.get())
    assert words.startswith("Thank you for collecting")
    assert "When Monday 16 November 2026, 09:00" in words
    assert "Office chair, black, 2 pieces" in words
    assert "You kept 25 kg of furniture in use." in words
    assert f"{sums['co2e_low']:.0f}-{sums['co2e_high']:.0f} kg of carbon dioxide" in words
    assert '/en/impact"' in page.content.decode()
    assert reservation.pickup_code not in page.content.decode()
    assert "Change time" not in words


def test_the_receipt_says_what_stayed_and_why_and_that_a_weight_is_estimated(aino):
    desk, chair = make_item(quantity=1), make_item(quantity=2)
    reservation = make_reservation({desk: 1, chair: 2})
    _give(reservation, given={desk: 0, chair: 1}, why_not="broken")
    words = text_of(aino.get("manage", reservation.token))
    assert (
        "Not handed over Office chair, black, 1 piece: it is broken Office chair, black, 1 piece: it is broken"
        in words
    )
    assert "You kept about 12 kg of furniture in use." in words


def test_what_is_kept_for_later_takes_a_time_of_its_own(aino):
    chairs = make_item(quantity=3)
    reservation = make_reservation({chairs: 3})
    _give(reservation, given={chairs: 1}, why_not="later")
    rest = Reservation.objects.get(status="held")
    page = aino.get("manage", rest.token)
    assert text_of(page).startswith(
        "The rest is kept for you Held We keep it for you until Thursday 19 November 2026."
    )
    assert "Choose a time" in text_of(aino.get("change", rest.token))
    answer = aino.post("change", rest.token, slot=first_slot(skip=2).starts_at.strftime(VALUE))
    assert answer.status_code == 302
    rest.refresh_from_db()
    assert (rest.status, rest.slot, counters(chairs)) == ("booked", first_slot(skip=2), (2, 2))
    assert "The time is booked." in text_of(aino.get("manage", rest.token))


def test_a_cancelled_and_an_expired_reservation_say_so(aino, clock):
    cancelled, missed = make_reservation(), make_reservation(contact="bea@example.org")
    booking.cancel(cancelled, at=NOW)
    assert text_of(aino.get("manage", cancelled.token)).startswith("This booking was cancelled Cancelled")
    at = missed.slot.ends_at
    booking.mark_missed(missed, at=at)
    booking.expire(missed, at=later(days=9))
    assert text_of(aino.get("manage", missed.token)).startswith("This booking has ended Expired")


def test_a_forgotten_person_has_a_page_without_a_name(aino):
    reservation = make_reservation()
    _give(reservation)
    Reservation.objects.update(contact_name="", contact="", contact_channel="", device="", forgotten_at=NOW)
    assert aino.get("manage", reservation.token).status_code == 200


# -- whose link it is


def test_a_booking_that_is_not_finished_has_no_page_even_with_its_token(aino):
    held = hold({make_item(): 1})[0]
    assert [aino.get(name, held.token).status_code for name in LINK_PAGES] == [404] * 5
    booking.cancel(held, at=NOW)
    assert aino.get("manage", held.token).status_code == 404


LINK_PAGES = ["manage", "change", "cancel", "calendar", "qr"]
JUNK = ["2" * 10, "2" * 16, "x", "K7Q-4M2P", "%00", "a%20b", "..", "🪑", "2" * 5000, "'--", "0000000000"]


@pytest.mark.parametrize("token", JUNK)
def test_a_junk_link_is_not_found(aino, token):
    make_reservation()
    for ending in ("", "/change", "/cancel", "/calendar.ics", "/qr.svg"):
        assert aino.client.get(f"/en/r/{token}{ending}").status_code == 404
    assert aino.client.get(f"/r/{token}", follow=True).status_code == 404


def test_the_link_works_whatever_the_case(aino):
    reservation = make_reservation()
    assert aino.client.get(f"/en/r/{reservation.token.lower()}").status_code == 200


def test_the_short_link_leads_to_the_page_in_the_reservations_own_language():
    for language in ("fi", "sv", "en"):
        reservation = make_reservation(language=language, contact=f"{language}@example.org")
        answer = Client(headers={"accept-language": "de"}).get(f"/r/{reservation.token}")
        assert (answer.status_code, answer["Location"]) == (302, f"/{language}/r/{reservation.token}")


def test_the_short_link_leads_a_worker_of_the_site_to_the_hand_over(aino):
    reservation = make_reservation()
    aino.client.force_login(make_worker(language="sv"))
    assert aino.client.get(f"/r/{reservation.token}")["Location"] == f"/sv/wh/handover/{reservation.code}"
    assert aino.get("manage", reservation.token).status_code == 200
    booking.cancel(reservation, at=NOW)
    assert aino.client.get(f"/r/{reservation.token}")["Location"] == f"/fi/r/{reservation.token}"


def test_a_worker_of_another_site_is_like_everybody_else(aino):
    reservation = make_reservation()
    aino.client.force_login(make_worker(site=make_site("second")))
    assert aino.client.get(f"/r/{reservation.token}")["Location"] == f"/fi/r/{reservation.token}"


def test_looking_changes_nothing_head_works_and_nothing_is_stored_by_a_cache(aino):
    reservation = make_reservation()
    before = list(Reservation.objects.values())
    for name in LINK_PAGES:
        answer = aino.client.head(aino.address(name, reservation.token))
        assert (name, answer.status_code, answer.content) == (name, 200, b"")
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert list(Reservation.objects.values()) == before
    assert aino.post("manage", reservation.token).status_code == 405


# -- another time


def test_changing_the_time_shows_the_old_one_and_keeps_it_until_a_new_one_is_taken(aino):
    old, new = first_slot(), first_slot(skip=10)
    reservation = make_reservation(slot=old)
    page = aino.get("change", reservation.token)
    assert "Your time now: Monday 16 November 2026, 13:00-13:30" in text_of(page)
    assert "First free time Monday 16 November 2026, 13:30-14:00" in text_of(page)
    assert booked(old) == 1
    answer = aino.post("change", reservation.token, slot=new.starts_at.strftime(VALUE))
    assert answer["Location"] == aino.address("manage", reservation.token)
    assert (booked(old), booked(new)) == (0, 1)
    words = text_of(aino.get("manage", reservation.token))
    assert words.startswith("The new time is confirmed. Booking confirmed")
    assert "Wednesday 18 November 2026" in words or "Tuesday 17 November 2026" in words


def test_choosing_the_same_time_again_changes_nothing(aino):
    reservation = make_reservation()
    answer = aino.post("change", reservation.token, slot=reservation.slot.starts_at.strftime(VALUE))
    assert answer.status_code == 302
    reservation.refresh_from_db()
    assert (reservation.changes, booked(reservation.slot)) == (0, 1)


def test_a_new_time_that_is_full_leaves_the_old_one(aino):
    reservation, full = make_reservation(), first_slot(skip=5)
    PickupSlot.objects.filter(pk=full.pk).update(booked=full.capacity)
    answer = aino.post("change", reservation.token, slot=full.starts_at.strftime(VALUE))
    assert (answer.status_code, refusal_in(answer)) == (409, "That time has just gone. Choose another time.")
    assert "Your time now: Monday 16 November 2026, 13:00-13:30" in text_of(answer)
    assert booked(reservation.slot) == 1


@pytest.mark.parametrize("slot", ["", "junk", "2026-11-21T09:00Z", "\x00"])
def test_a_new_time_that_is_not_offered_is_refused(aino, slot):
    reservation = make_reservation()
    answer = aino.post("change", reservation.token, slot=slot)
    assert (answer.status_code, refusal_in(answer)) == (
        409,
        "That time is not offered. Choose one of these times.",
    )


def test_after_three_changes_the_page_gives_the_phone_number_instead(aino):
    reservation = make_reservation()
    Reservation.objects.update(changes=3)
    sentence = "The time has been changed 3 times already. Call us to change it again: 02 000 0000."
    assert sentence in text_of(aino.get("manage", reservation.token))
    assert aino.get("change", reservation.token)["Location"] == aino.address("manage", reservation.token)
    answer = aino.post("change", reservation.token, slot=first_slot(skip=4).starts_at.strftime(VALUE))
    assert (answer.status_code, refusal_in(answer)) == (409, sentence)


def test_once_the_time_has_begun_one_calls(aino, clock):
    reservation = make_reservation()
    clock.move_to(reservation.slot.starts_at)
    page = aino.get("manage", reservation.token)
    assert "The pickup time has begun" in text_of(page)
    assert b"Cancel booking" not in page.content
    answers = [
        aino.post("change", reservation.token, slot=first_slot(skip=20).starts_at.strftime(VALUE)),
        aino.post("cancel", reservation.token),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("Call us: 02 000 0000." in refusal_in(answer) for answer in answers)
    reservation.refresh_from_db()
    assert reservation.status == "booked"


# -- cancelling


def test_cancelling_asks_once_and_then_frees_pieces_and_place(aino):
    chair, slot = make_item(), first_slot()
    reservation = make_reservation({chair: 1}, slot=slot)
    page = aino.get("cancel", reservation.token)
    assert "It is free for others at once. This cannot be undone." in text_of(page)
    assert counters(chair) == (1, 1)
    answer = aino.post("cancel", reservation.token, reason="no_time")
    assert answer["Location"] == aino.address("manage", reservation.token)
    reservation.refresh_from_db()
    assert (reservation.status, reservation.cancel_reason) == ("cancelled", "no_time")
    assert (counters(chair), booked(slot)) == ((1, 0), 0)


def test_cancelling_needs_no_reason_and_twice_is_once(aino):
    chair = make_item(quantity=2)
    mine = make_reservation({chair: 1})
    make_reservation({chair: 1}, contact="bea@example.org")
    assert [aino.post("cancel", mine.token).status_code for _number in range(2)] == [302, 302]
    assert counters(chair) == (2, 1)


def test_a_reason_of_ones_own_making_is_refused_and_nothing_is_cancelled(aino):
    reservation = make_reservation()
    answer = aino.post("cancel", reservation.token, reason="<b>")
    assert (answer.status_code, answer.content.count(b"<b>")) == (422, 0)
    reservation.refresh_from_db()
    assert reservation.status == "booked"


def test_what_was_collected_can_be_neither_changed_nor_cancelled(aino):
    reservation = make_reservation()
    _give(reservation)
    for name in ("change", "cancel"):
        assert aino.get(name, reservation.token)["Location"] == aino.address("manage", reservation.token)
        answer = aino.post(name, reservation.token)
        assert (answer.status_code, refusal_in(answer)) == (
            409,
            "This is no longer possible for this reservation. Look at what it says now.",
        )
    reservation.refresh_from_db()
    assert reservation.status == "collected"


@pytest.mark.parametrize("status", ReservationStatus.values)
@pytest.mark.parametrize("changes", [0, 3])
@pytest.mark.parametrize("moment", ["before", "begun", "long after"])
def test_the_advice_of_the_page_is_what_the_verbs_would_say(status, changes, moment):
    """The page asks ahead; whatever it says, changing and cancelling say the same, in every state."""
    reservation = make_reservation()
    at = {"before": NOW, "begun": reservation.slot.starts_at, "long after": later(days=20)}[moment]
    deadline = {"held", "missed", "awaiting_approval"}
    Reservation.objects.update(
        status=status,
        changes=changes,
        held_until=later(days=9) if status in deadline else None,
        closed_at=None if status in {*deadline, "booked", "ready"} else NOW,
        slot=None if status == "held" else reservation.slot,
        places=0 if status == "held" else 1,
    )
    open_site(at=at)
    slot = first_slot(skip=7, at=at)
    reservation = Reservation.objects.get()
    moved, cancelled = (
        advice.why_not_moved(reservation, at=at),
        advice.why_not_cancelled(reservation, at=at),
    )
    assert _code(moved) == _refusal_of(lambda: booking.reschedule(reservation, slot, at=at))
    if status != "cancelled":  # cancelling what is cancelled is no refusal
        reservation = Reservation.objects.get()
        fresh = advice.why_not_cancelled(reservation, at=at)
        assert _code(fresh) == _refusal_of(lambda: booking.cancel(reservation, at=at))
    if status == "booked" and moment == "before" and changes == 0:
        assert (moved, cancelled) == (None, None)


def _code(refusal):
    return refusal and refusal.code


def _refusal_of(verb):
    try:
        verb()
    except booking.WrongState.__mro__[1] as refusal:
        return refusal.code
    return None


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
    _give(kept, given={kept.lines.get().item: 1}, why_not="later")
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
    assert "Warehouse 1 Varastokatu 6 There are steps at the entrance." in words
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
    _give(reservation)
    with django_assert_num_queries(RECEIPT):
        aino.get("manage", reservation.token)
