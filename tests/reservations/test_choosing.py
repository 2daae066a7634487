"""How a person wants to be written to: what waits already follows, and so does whatever they book next."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from inventory.models import SiteStaff
from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact, ContactTaken
from recycling.accounts.models import User
from recycling.notifications.domain import failing, quiet, sending
from recycling.notifications.models import DemoMessage, MessageChoice, Notification
from recycling.policy.models import Policy
from reservations.domain import booking, choosing, drawing_lots, queueing, reaching
from reservations.domain.refusals import WrongState
from reservations.models import Draw, QueueEntry, Reservation
from tests.factories import NOW, first_slot, make_item, make_reservation, make_worker, open_site
from tests.reservations.pages.reserved import handed_over
from tests.reservations.queues import does_not_answer, joins

pytestmark = pytest.mark.django_db

PHONE = "+358401234567"
AS_THE_CITY = (20, 8)


@pytest.fixture(autouse=True)
def _open():
    open_site()


@pytest.fixture
def reservation():
    """Aino booked with her phone for a day on which a reminder is still to come, and has an e-mail as well."""
    made = make_reservation(contact=PHONE, slot=first_slot(skip=30))
    contacts.add(made.person, Contact("email", "aino@example.org"), at=NOW)
    return Reservation.objects.get(pk=made.pk)


def choose(
    reservation, *, channel="sms", language="fi", wants_reminder=True, hours=AS_THE_CITY, at=NOW, by=None
):
    chosen = {"channel": channel, "language": language, "wants_reminder": wants_reminder, "hours": hours}
    return choosing.choose(reservation, **chosen, by=by, at=at)


def planned(**which):
    rows = Notification.objects.filter(status="due", **which).order_by("pk")
    return [(row.kind, row.channel, row.language) for row in rows]


def planned_for(recipient):
    return planned(recipient=recipient)


def reminders_of(reservation):
    rows = Notification.objects.filter(kind="reminder", recipient=f"reservation:{reservation.pk}")
    return list(rows.order_by("pk").values_list("channel", "status", "why_not"))


def test_what_waits_goes_by_the_chosen_channel_and_in_the_chosen_language(reservation):
    choose(reservation, channel="email", language="sv")
    assert planned() == [("booked", "email", "sv"), ("reminder", "email", "sv")]
    choose(reservation, channel="sms", language="en")
    assert planned() == [("booked", "sms", "en"), ("reminder", "sms", "en")]


def test_what_was_tried_and_has_perhaps_arrived_does_not_go_the_other_way_as_well(reservation):
    Notification.objects.filter(kind="booked").update(attempts=1)
    choose(reservation, channel="email")
    assert planned() == [("booked", "sms", "fi"), ("reminder", "email", "fi")]


def test_whatever_is_booked_next_goes_there_too(reservation, mailoutbox):
    choose(reservation, channel="email")
    make_reservation({make_item(): 1}, contact=PHONE)
    assert {channel for _kind, channel, _language in planned()} == {"email"}
    sending.send_due(at=NOW)
    assert {mail.to[0] for mail in mailoutbox} == {"aino@example.org"}


def test_as_one_books_is_no_choice_of_its_own(reservation):
    choose(reservation, channel="email")
    choose(reservation, channel="sms")
    assert MessageChoice.objects.get().channel == ""


def test_a_channel_that_does_not_reach_them_is_refused():
    reservation = make_reservation()
    with pytest.raises(WrongState):
        choose(reservation, channel="sms")


def test_the_reminder_can_be_left_out_and_asked_for_again(reservation):
    choose(reservation, wants_reminder=False)
    reminder = Notification.objects.get(kind="reminder")
    sending.send_due(at=reminder.send_after)
    reminder.refresh_from_db()
    assert (reminder.status, reminder.why_not) == ("skipped", "not_wanted")
    choose(reservation, wants_reminder=True, at=reminder.send_after)
    assert reminders_of(reservation) == [("sms", "due", "")]
    sending.send_due(at=reminder.send_after)
    assert reminders_of(reservation) == [("sms", "sent", "")]


@pytest.mark.parametrize("is_over_by", ["email", "sms"])
def test_a_reminder_that_was_sent_does_not_come_again_by_the_other_channel(reservation, is_over_by):
    choose(reservation, channel=is_over_by)
    reminder = Notification.objects.get(kind="reminder")
    sending.send_due(at=reminder.send_after)
    other = ({"email", "sms"} - {is_over_by}).pop()
    choose(reservation, channel=other, at=reminder.send_after + timedelta(minutes=1))
    assert reminders_of(reservation) == [(is_over_by, "sent", "")]


def test_what_waits_about_other_pickups_and_places_in_queues_goes_there_too():
    taken, bea = make_item(), "bea@example.org"
    make_reservation({taken: 1}, contact="aino@example.org")
    one = make_reservation({make_item(): 1}, contact=bea)
    contacts.add(one.person, Contact("sms", PHONE), at=NOW)
    other = make_reservation({make_item(): 1}, contact=bea, slot=first_slot(skip=30), language="sv")
    place = joins(taken, "bea")
    assert other.person == one.person == place.person
    choose(one, channel="sms", language="fi")
    assert planned_for(f"reservation:{other.pk}") == [("booked", "sms", "sv"), ("reminder", "sms", "sv")]
    assert planned_for(f"queue:{place.pk}") == [("queue_joined", "sms", "en")]


def test_for_somebody_of_the_city_only_they_themselves_choose_how_they_are_written_to(reservation):
    """Whoever receives a delivery has its link as well."""
    SiteStaff.objects.create(site=reservation.site, user=reservation.person)
    for nobody in ({}, {"by": make_worker()}, {"by": AnonymousUser()}):
        chosen = choose(reservation, channel="email", language="sv", hours=(1, 0), **nobody)
        assert (chosen.language, MessageChoice.objects.exists()) == ("sv", False)
    choose(reservation, channel="email", hours=(1, 0), by=reservation.person)
    assert MessageChoice.objects.get().quiet_from == 1


def test_what_is_over_has_nothing_to_choose(reservation):
    booking.cancel(reservation, at=NOW)
    with pytest.raises(WrongState):
        choose(reservation)


def test_the_receipt_goes_by_mail_where_one_is_known(reservation):
    handed_over(reservation)
    assert Notification.objects.get(kind="receipt").channel == "email"


# -- quiet hours


def hour(hours):
    return NOW.replace(hour=0, minute=0) + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("hours", "asked", "sent"),
    [
        # NOW is a day in November: Helsinki is two hours ahead.
        (AS_THE_CITY, 12, 12),
        (AS_THE_CITY, 18, 30),  # 20:00 there, until 8:00
        (AS_THE_CITY, 1, 6),  # 3:00 there
        ((6, 16), 7, 14),  # sleeps by day
        ((6, 16), 20, 20),
        ((0, 0), 23, 23),  # at any time
    ],
)
def test_nothing_unasked_comes_in_the_hours_that_somebody_chose(reservation, hours, asked, sent):
    choose(reservation, hours=hours)
    assert quiet.after(hour(asked), tz=reservation.site.tz, person=reservation.person) == hour(sent)


def test_the_citys_hours_are_followed_as_long_as_nothing_else_is_chosen(reservation):
    choose(reservation, hours=AS_THE_CITY)
    Policy.objects.update(quiet_from=22)
    assert quiet.hours_of(reservation.person) == (22, 8)


def test_a_reminder_that_comes_to_be_sent_at_night_waits_for_the_morning(reservation):
    reminder = Notification.objects.get(kind="reminder")
    night = reminder.send_after + timedelta(hours=12)  # 22:00 there: the worker had stood still
    Notification.objects.exclude(pk=reminder.pk).delete()
    assert sending.send_due(at=night) == {"later": 1}
    reminder.refresh_from_db()
    assert (reminder.status, reminder.attempts) == ("due", 0)
    assert reminder.send_after == night + timedelta(hours=10)


@pytest.mark.parametrize("kind", ["queue_turn", "queue_lapsed", "queue_over", "queue_drawn"])
def test_so_does_what_is_said_of_a_queue_though_the_worker_stood_still(kind):
    said_of_a_queue(kind)
    row = Notification.objects.filter(kind=kind).first()
    Notification.objects.exclude(pk=row.pk).delete()
    night = row.send_after.replace(hour=20)  # 22:00 there
    assert sending.send_due(at=night) == {"later": 1}
    row.refresh_from_db()
    assert row.send_after == night + timedelta(hours=10)


def said_of_a_queue(kind):
    item = make_item()
    booked = make_reservation({item: 1}, contact="bea@example.org")
    for name in ("carl", "dora"):
        joins(item, name)
    if kind == "queue_over":
        handed_over(booked)
        for entry in QueueEntry.objects.in_vain():
            queueing.end(entry, at=NOW)
    elif kind == "queue_drawn":
        drawing_lots.hold(Draw.objects.create(item=item, at=NOW, by=make_worker()), at=NOW)
    else:
        booking.cancel(booked, at=NOW)
    if kind == "queue_lapsed":
        does_not_answer(QueueEntry.objects.get(status="offered"))


# -- a second contact


def test_a_text_message_that_failed_for_good_reaches_the_mailbox(reservation, sms_gateway, mailoutbox):
    sms_gateway.answer = 422
    sending.send_due(at=NOW)
    assert [mail.to for mail in mailoutbox] == [["aino@example.org"]]
    assert failing.in_trouble(PHONE)
    assert not DemoMessage.objects.exists()


def test_without_a_mailbox_the_ledger_says_that_none_is_known(sms_gateway):
    make_reservation(contact=PHONE)
    sms_gateway.answer = 422
    sending.send_due(at=NOW)
    mail = Notification.objects.get(channel="email")
    assert (mail.status, mail.why_not) == ("skipped", "no_other_contact")


def test_a_contact_of_somebody_else_is_not_added(reservation):
    other = make_reservation(contact="bea@example.org")
    with pytest.raises(ContactTaken):
        contacts.add(reservation.person, Contact("email", "bea@example.org"), at=NOW)
    assert User.objects.get(email="bea@example.org") == other.person
    assert reaching.ways_to(reservation)["email"] == "aino@example.org"


def test_whoever_was_only_given_the_link_adds_nothing(reservation):
    User.objects.update(email=None)
    reservation = Reservation.objects.get(pk=reservation.pk)
    assert choosing.missing_way(reservation, device="d" * 64, at=NOW) == ""
    contacts.trust("d" * 64, Contact("sms", PHONE), person=reservation.person, at=NOW)
    assert choosing.missing_way(reservation, device="d" * 64, at=NOW) == "email"
    User.objects.update(is_manager=True)
    reservation = Reservation.objects.get(pk=reservation.pk)
    assert choosing.missing_way(reservation, device="d" * 64, at=NOW) == ""
