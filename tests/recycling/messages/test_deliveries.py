"""What messages about a delivery say, to whom, and when they say nothing."""

import pytest
from django.utils import translation
from icalendar import Calendar

from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import Department
from recycling.notifications.models import DemoMessage, MessageChoice, Notification
from recycling.policy.models import Policy
from reservations.domain import booking, calendar, choosing, delivery, handover
from reservations.models import Delivery
from tests.factories import NOW, later, make_item, make_member, make_worker, open_site
from tests.recycling.messages.writing import send
from tests.reservations.driving import accept, first_window, make_delivery, make_request, open_van, to_school

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def risto():
    return make_member(name="Risto Rinne", cost_centre="31250", email="risto@kierto.example")


@pytest.fixture(autouse=True)
def van():
    return open_van(open_site())


def brought(pieces=24, **fields):
    return make_delivery({make_item(quantity=pieces): pieces}, language="en", **fields)


def body_of(mail):
    return mail.body.partition("Hello,\n\n")[2].partition("\n\nYou cannot reply")[0]


def test_the_confirmation_says_where_to_when_and_the_code_for_the_driver(mailoutbox):
    reservation = brought()
    assert send() == {"sent": 1}
    (mail,) = mailoutbox
    code = f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}"
    assert (mail.to, mail.subject) == (["risto@kierto.example"], "Delivery confirmed, Wed 18 Nov 08:00")
    said = body_of(mail)
    assert "Delivery: Wednesday 18 November 2026, 08:00-12:00\nTo: Puisto School, Puistotie 1" in said
    assert f"say this code to the driver: {code}" in said
    assert "pickup" not in said.lower()
    with translation.override("en"):
        (entry,) = Calendar.from_ical(calendar.ics(reservation)).walk("VEVENT")
    assert (entry["summary"], entry["location"]) == (
        *("Delivery: Office chair, black x 24", "Puisto School, Puistotie 1"),
    )


def test_the_day_before_whoever_asked_and_whoever_receives_are_told(mailoutbox):
    brought()
    send(later(days=1, hours=3))
    (text,) = DemoMessage.objects.filter(channel="sms")
    assert text.to == "+358401234567"
    assert text.text.startswith(
        "Delivery Wed 18 Nov 08:00-12:00: 24 items, Puisto School. Someone should be there. Changes: "
    )
    assert [mail.subject for mail in mailoutbox if "reminder" in mail.subject] == [
        "Delivery reminder, Wed 18 Nov 08:00"
    ]


def test_whoever_asked_and_wants_text_messages_gets_them_and_whoever_receives_only_the_reminder(risto):
    contacts.add(risto, Contact("sms", "+358409876543"), at=NOW)
    MessageChoice.objects.create(person=risto, channel="sms")
    brought()
    send(later(days=1, hours=3))
    sent = DemoMessage.objects.filter(channel="sms").order_by("to", "pk")
    assert [(text.to, text.text.partition(" ")[0]) for text in sent] == [
        ("+358401234567", "Delivery"),
        ("+358409876543", "Delivery"),
        ("+358409876543", "Delivery"),
    ]
    rows = Notification.objects.order_by("pk").values_list("kind", "channel", "status")
    assert list(rows) == [
        ("booked", "sms", "sent"),
        ("reminder", "sms", "sent"),
        ("reminder_delivery", "sms", "sent"),
    ]


def test_whoever_asked_may_choose_another_channel_and_the_receivers_reminder_stays_a_text_message(risto):
    contacts.add(risto, Contact("sms", "+358409876543"), at=NOW)
    reservation = brought()
    for channel in ("sms", "email"):
        choosing.choose(
            reservation, channel=channel, language="en", wants_reminder=True, hours=(20, 8), by=risto, at=NOW
        )
    rows = Notification.objects.filter(status="due").order_by("kind").values_list("kind", "channel")
    assert list(rows) == [("booked", "email"), ("reminder", "email"), ("reminder_delivery", "sms")]


def test_whoever_receives_is_reminded_though_the_requester_wants_no_reminder(risto):
    reservation = brought()
    choosing.choose(reservation, language="en", wants_reminder=False, by=risto, at=NOW)
    send(later(days=1, hours=3))
    rows = Notification.objects.exclude(kind="booked").order_by("kind").values_list("kind", "status")
    assert list(rows) == [("reminder", "skipped"), ("reminder_delivery", "sent")]


def test_whoever_receives_is_not_woken_by_a_requester_who_never_sleeps(risto):
    MessageChoice.objects.create(person=risto, quiet_from=0, quiet_until=0)
    brought()
    send(later(days=1, hours=12))  # 21:00 on the evening before
    rows = Notification.objects.exclude(kind="booked").order_by("kind").values_list("kind", "status")
    assert list(rows) == [("reminder", "sent"), ("reminder_delivery", "due")]


def test_a_receivers_number_that_is_none_gets_nothing():
    reservation = brought()
    to_school(reservation.request, contact_phone="kysy vahtimestarilta")
    send(later(days=1, hours=3))
    rows = Notification.objects.exclude(kind="booked").values_list("channel", "status", "why_not")
    assert sorted(rows) == [("email", "sent", ""), ("sms", "skipped", "contact_forgotten")]


def test_where_no_text_messages_are_sent_none_is_posted(settings):
    settings.SMS_CHANNEL = ""
    brought()
    assert not Notification.objects.filter(channel="sms").exists()


def test_another_time_is_told_and_the_old_reminder_is_not(mailoutbox, van):
    reservation = brought()
    delivery.choose_time(reservation, first_window(van, skip=1), by=reservation.request.by, at=NOW)
    send()
    assert mailoutbox[-1].subject == "New delivery time Wed 18 Nov 12:00"


def test_nobody_there_is_told_with_the_last_day_for_another_time(mailoutbox):
    reservation = brought()
    at = reservation.slot.ends_at
    booking.mark_missed(reservation, by=make_worker(), at=at)
    send(at)
    assert mailoutbox[-1].subject == "Not delivered: choose a new time, last day Wed 25 Nov"
    assert "nobody was there to receive it" in body_of(mailoutbox[-1])


def hand_over(reservation, **fields):
    lines = {line.pk: line.pieces for line in reservation.lines.all()} | fields.pop("given", {})
    at = reservation.slot.starts_at
    handover.hand_over(reservation, given=lines, why_not={}, by=make_worker(), at=at, **fields)
    send(at)


def test_the_receipt_goes_to_whoever_asked_and_to_the_units_mailbox(mailoutbox):
    Department.objects.update(receipt_email="laskut@koulu.example")
    reservation = brought()
    Delivery.objects.update(price=45)
    Policy.objects.update(delivery_price=60)
    hand_over(reservation)
    receipts = {mail.to[0]: mail for mail in mailoutbox if "Receipt" in mail.subject}
    assert set(receipts) == {"risto@kierto.example", "laskut@koulu.example"}
    assert "Delivered: Office chair, black, 24 pieces." in receipts["risto@kierto.example"].body
    said = body_of(receipts["laskut@koulu.example"])
    assert said.startswith(
        f"Unit: Puisto School\nCost centre: 31250\nFurniture request: {reservation.request.code}\n"
    )
    assert "Delivery of the request: €45" in said
    assert "Received: Office chair, black, 24 pieces." in said


def test_a_unit_without_a_mailbox_and_one_whose_mailbox_it_is_get_one_receipt(mailoutbox):
    hand_over(brought())
    assert len([mail for mail in mailoutbox if "Receipt" in mail.subject]) == 1
    Department.objects.update(receipt_email="risto@kierto.example")
    mailoutbox.clear()
    hand_over(brought())
    assert len([mail for mail in mailoutbox if "Receipt" in mail.subject]) == 1


def test_a_mailbox_that_was_taken_away_meanwhile_gets_nothing():
    Department.objects.update(receipt_email="laskut@koulu.example")
    reservation = brought()
    lines = {line.pk: line.pieces for line in reservation.lines.all()}
    handover.hand_over(reservation, given=lines, why_not={}, by=make_worker(), at=NOW)
    Department.objects.update(receipt_email="")
    send()
    row = Notification.objects.get(kind="receipt", dedupe_key="unit")
    assert (row.status, row.why_not) == ("skipped", "not_wanted")


def test_what_waits_for_a_time_too_long_is_let_go_and_says_so(mailoutbox):
    request = make_request({make_item(): 1}, language="en")
    to_school(request)
    accept(request)
    reservation = request.reservations.get()
    booking.expire(reservation, at=reservation.held_until)
    send(later(reservation.held_until, hours=12))
    assert "no time was chosen for them" in body_of(mailoutbox[-1])


def test_the_rest_asks_for_another_delivery_time(mailoutbox):
    reservation = brought(5)
    line = reservation.lines.get()
    at = reservation.slot.starts_at
    handover.hand_over(reservation, given={line.pk: 3}, why_not={line.pk: "later"}, by=make_worker(), at=at)
    send(at)
    assert any("rest of your delivery" in mail.subject for mail in mailoutbox)
