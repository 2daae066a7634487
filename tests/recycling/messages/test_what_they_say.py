"""What the messages of a reservation say, and that it is true."""

from decimal import Decimal

import pytest
from django.utils import translation

from inventory.vocabulary import MATERIALS
from recycling.notifications.models import DemoMessage, Notification
from reservations.domain import booking, calendar, handover
from reservations.models import Reservation
from tests.factories import (
    NOW,
    first_slot,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
)
from tests.recycling.messages.writing import send

pytestmark = pytest.mark.django_db


RULE = "After 2 missed pickups in 90 days you cannot book online for 30 days. You can still call us."


def mails(mailoutbox, kind=None):
    return [mail for mail in mailoutbox if kind is None or f"-{kind}@" in mail.extra_headers["Message-ID"]]


def test_a_confirmation_tells_all_that_one_needs_at_the_door(mailoutbox):
    make_site(access_en="Door B", is_step_free=True)
    site = make_site()
    site.access_en, site.is_step_free = "Door B", True
    site.save()
    chair = make_item(quantity=4, width_cm=68, depth_cm=68, height_cm=96, weight_kg=Decimal("12.4"))
    desk = make_item(category="desk", colour="", material=MATERIALS[0].key)
    reservation = make_reservation({chair: 2, desk: 1}, language="en")
    assert send() == {"sent": 1}
    (mail,) = mailoutbox
    code = f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}"
    assert mail.to == ["aino@example.org"]
    assert mail.subject == "Booking confirmed, pickup Mon 16 Nov 13:00"
    assert mail.body == (
        "Hello,\n\n"
        "your booking is confirmed.\n\n"
        f"Item: Office chair, black, 2 pieces ({chair.shown_code})\n"
        "Size 68 x 68 x 96 cm. Weight about 12 kg each.\n"
        f"Item: Desk, {MATERIALS[0].en} ({desk.shown_code})\n"
        f"{size_of(desk)}\n\n"
        "Pickup: Monday 16 November 2026, 13:00-13:30\n"
        "Place: Warehouse 1, Varastokatu 6\n"
        "Door B\n"
        "Step-free entrance.\n\n"
        f"Pickup code: {code}\n"
        "Show or say the code at the warehouse. Someone else can collect with it.\n\n"
        f"If you cannot come, change the time or cancel. {RULE}\n\n"
        f"Change the time or cancel: https://kierto.example.fi/r/{reservation.token}\n\n"
        "You cannot reply to this message. Questions? 02 000 0000, Mon-Fri 9-15.\n\n"
        "Kierto, Example City\n"
        "https://kierto.example.fi\n"
        "You get this message because this address was given for a booking.\n"
    )


def size_of(item):
    width, depth, height = (
        round(item.category.inherited(f"{side}_cm")) for side in ("width", "depth", "height")
    )
    return f"Size {width} x {depth} x {height} cm. Weight about {round(item.category.inherited('weight_kg'))} kg."


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["Työtuoli, musta", "ma 16.11. klo 13.00-13.30", "Varastokatu 6"]),
        ("sv", ["Arbetsstol, svart", "mån 16.11 kl. 13.00-13.30", "Lagergatan 6"]),
        ("en", ["Office chair, black", "Mon 16 Nov 13:00-13:30", "Varastokatu 6"]),
    ],
)
def test_a_message_is_in_the_language_of_the_reservation_whatever_is_active(language, words):
    with translation.override("en" if language == "fi" else "fi"):
        reservation = make_reservation(contact="+358401234567", language=language)
        send()
    text = DemoMessage.objects.get().text
    assert [word for word in words if word not in text] == []
    assert f"kierto.example.fi/r/{reservation.token}" in text
    assert "https" not in text


def test_several_items_are_named_by_the_first_and_a_number():
    wishes = {make_item(): 1, make_item(category="desk"): 1, make_item(category="sofa"): 1}
    make_reservation(wishes, contact="+358401234567", language="en")
    send()
    assert DemoMessage.objects.get().text.startswith("Booking confirmed: Office chair + 2. Pick up ")


def test_the_reminder_comes_on_the_day_before_at_ten_and_only_for_the_time_that_stands(mailoutbox):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40), language="en")
    send()
    booking.reschedule(reservation, first_slot(skip=54), at=later(minutes=1))
    send(later(minutes=1))
    reminders = Notification.objects.filter(kind="reminder").order_by("pk")
    assert [(row.status, row.why_not) for row in reminders] == [("skipped", "moved"), ("due", "")]
    planned = reminders[1].send_after
    assert send(planned) == {"sent": 1}
    assert [mail.subject for mail in mailoutbox] == [
        "Booking confirmed, pickup Fri 20 Nov 09:00",
        "New pickup time Mon 23 Nov 10:00",
        "Still coming? Your pickup Mon 23 Nov 10:00",
    ]
    assert planned.isoformat() == "2026-11-22T08:00:00+00:00"


def test_what_became_untrue_before_it_was_sent_is_not_said(mailoutbox):
    reservation = make_reservation(language="en")
    booking.reschedule(reservation, first_slot(skip=6), at=NOW)
    booking.reschedule(reservation, first_slot(skip=8), at=NOW)
    assert send() == {"skipped": 2, "sent": 1}
    assert [mail.subject for mail in mailoutbox] == ["New pickup time Tue 17 Nov 11:00"]
    other = make_reservation({make_item(): 1}, contact="bea@example.org", language="en")
    booking.cancel(other, at=NOW)
    assert send() == {"skipped": 1, "sent": 1}
    assert mailoutbox[-1].subject == "Your booking is cancelled"
    reasons = Notification.objects.filter(status="skipped").order_by("pk")
    assert [row.why_not for row in reasons] == ["moved", "moved", "moved", "cancelled"]


def test_a_confirmation_that_waited_until_the_time_was_over_is_too_late():
    reservation = make_reservation()
    assert send(reservation.slot.ends_at) == {"skipped": 1}
    assert Notification.objects.get().why_not == "too_late"


def test_cancelling_by_oneself_by_the_city_and_by_the_city_for_oneself_are_said_differently():
    worker = make_worker()
    numbers = ["+358401234561", "+358401234562", "+358401234563"]
    own, broken, by_phone = (
        make_reservation({make_item(): 1}, contact=one, language="en") for one in numbers
    )
    booking.cancel(own, at=NOW)
    booking.cancel(broken, by=worker, at=NOW)
    booking.cancel(by_phone, by=worker, reason="no_time", at=NOW)
    send()
    thanks = "Your booking is cancelled: Office chair, black. Thank you for telling us. It goes to the next person."
    sorry = (
        "Sorry: Office chair, black is no longer available. Your booking is cancelled. "
        f"See similar items: kierto.example.fi/r/{broken.token}"
    )
    assert {one.to: one.text for one in DemoMessage.objects.all()} == dict(
        zip(numbers, [thanks, sorry, thanks], strict=True)
    )


def test_a_missed_pickup_says_until_when_it_is_kept_and_waits_for_the_morning():
    reservation = make_reservation(contact="+358401234567", language="en")
    send()
    booking.mark_missed(reservation, at=reservation.slot.ends_at)
    assert send(reservation.slot.ends_at) == {"sent": 1}
    newest = DemoMessage.objects.first().text
    assert newest == (
        "You missed your pickup Mon 16 Nov 13:00-13:30: Office chair, black. We keep it until Thu 19 Nov. "
        f"New time or cancel: kierto.example.fi/r/{reservation.token}"
    )


def test_what_is_kept_for_later_asks_for_a_time(mailoutbox):
    chairs = make_item(quantity=3)
    reservation = make_reservation({chairs: 3}, language="en")
    line = reservation.lines.get()
    handover.hand_over(reservation, given={line.pk: 1}, why_not={line.pk: "later"}, by=make_worker(), at=NOW)
    rest = Reservation.objects.get(status="held")
    send()
    subject = "Choose a time for the rest of your pickup, last day Thu 19 Nov"
    (mail,) = [mail for mail in mailoutbox if mail.subject == subject]
    assert f"Item: Office chair, black, 2 pieces ({chairs.shown_code})" in mail.body
    assert f"https://kierto.example.fi/r/{rest.token}" in mail.body


def test_the_receipt_says_what_was_collected_and_what_it_saved(mailoutbox):
    chairs = make_item(quantity=3, weight_kg=12)
    reservation = make_reservation({chairs: 2}, language="en")
    line = reservation.lines.get()
    handover.hand_over(reservation, given={line.pk: 2}, why_not={}, by=make_worker(), at=NOW)
    send()
    saved = reservation.handover.lines.get()
    (mail,) = mails(mailoutbox, "receipt")
    assert mail.subject == "Thank you for your pickup, Mon 16 Nov"
    assert "You collected: Office chair, black, 2 pieces.\n" in mail.body
    assert (
        "You kept 24 kg of furniture in use. Making new ones would have caused about "
        f"{saved.co2e_low:.0f}-{saved.co2e_high:.0f} kg of carbon dioxide emissions.\n"
    ) in mail.body
    assert "How we calculate: https://kierto.example.fi/en/impact\n" in mail.body
    # The confirmation had not gone out yet: it would be no news any more.
    assert Notification.objects.get(kind="booked").why_not == "collected"


def test_a_receipt_without_known_figures_says_nothing_about_them(mailoutbox):
    reservation = make_reservation({make_item(): 1}, language="en")
    line = reservation.lines.get()
    handover.hand_over(reservation, given={line.pk: 1}, why_not={}, by=make_worker(), at=NOW)
    reservation.handover.lines.update(weight_kg=0, co2e_low=0, co2e_high=0)
    send()
    (mail,) = mails(mailoutbox, "receipt")
    assert "You collected: Office chair, black, 1 piece.\n\nSomething wrong?" in mail.body


def test_a_forgotten_contact_gets_nothing(mailoutbox):
    make_reservation()
    Reservation.objects.update(contact="", contact_name="")
    assert send() == {"skipped": 1}
    assert Notification.objects.get().why_not == "contact_forgotten"


def test_confirmation_change_and_cancellation_carry_the_calendar_entry(mailoutbox):
    reservation = make_reservation(language="en")
    send()
    booking.reschedule(reservation, first_slot(skip=6), at=NOW)
    send()
    booking.cancel(reservation, at=NOW)
    send()
    found = []
    for mail in mailoutbox:
        (part,) = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
        found.append((part.get_param("method"), part.get_filename()))
        assert part.get_payload(decode=True).startswith(b"BEGIN:VCALENDAR\r\n")
    assert found == [("REQUEST", "pickup.ics"), ("REQUEST", "pickup.ics"), ("CANCEL", "pickup.ics")]
    with translation.override("en"):
        assert part.get_payload(decode=True) == calendar.ics(Reservation.objects.get(), to=mail.to[0])
