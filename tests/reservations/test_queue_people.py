"""What a queue says to people, and what it knows of them until they are forgotten."""

from datetime import timedelta

import pytest

from recycling.accounts.models import User
from reservations.domain import booking, forgetting, queueing
from reservations.models import QueueEntry
from tests.factories import NOW, first_slot, later, make_item, make_reservation, make_worker, open_site
from tests.recycling.messages.writing import send
from tests.reservations.queues import does_not_answer, joins, now, offer_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=20)


@pytest.fixture
def chair():
    return make_item()


@pytest.fixture
def booked(chair):
    return make_reservation({chair: 1}, contact="first@example.org")


def mail_to(mailoutbox, name, subject):
    (mail,) = [
        one for one in mailoutbox if one.to == [f"{name}@example.org"] and one.subject.startswith(subject)
    ]
    return mail


# -- what is said


def test_the_place_is_that_of_the_moment_of_sending(chair, booked, mailoutbox):
    first, second = joins(chair, "aino"), joins(chair, "bo")
    queueing.leave(first, at=NOW)
    send()
    mail = mail_to(mailoutbox, "bo", "You are number 1 in the queue")
    assert f"/q/{second.token}" in mail.body


def test_the_turn_says_until_when_and_leads_to_what_is_kept(chair, booked, mailoutbox):
    first = joins(chair, "aino")
    booking.cancel(booked, at=NOW)
    send()
    mail = mail_to(mailoutbox, "aino", "It is your turn: choose a time by Tue 17 Nov 16:00")
    assert f"Item: Office chair, black ({chair.shown_code})" in mail.body
    assert f"/r/{offer_of(first).token}" in mail.body


def test_a_turn_that_was_taken_or_passed_before_it_was_said_is_not_said(chair, booked, mailoutbox):
    first, _second = joins(chair, "aino"), joins(chair, "bo")
    booking.cancel(booked, at=NOW)
    booking.cancel(offer_of(first), at=NOW)
    send()
    assert not [one for one in mailoutbox if one.to == ["aino@example.org"] and "your turn" in one.subject]
    mail_to(mailoutbox, "aino", "You passed it on to the next")
    mail_to(mailoutbox, "bo", "It is your turn")


def test_a_turn_that_passed_leads_to_the_thing(chair, booked, mailoutbox):
    first = joins(chair, "aino")
    booking.cancel(booked, at=NOW)
    send(does_not_answer(first).held_until)
    mail = mail_to(mailoutbox, "aino", "Your turn in the queue has passed")
    assert f"/items/{chair.shown_code}" in mail.body


# -- what is known


def test_who_only_waited_is_forgotten_as_long_after_as_who_booked(chair, booked):
    entry = joins(chair, "aino")
    forgetting.forget_contacts(NOW + 200 * DAY)
    entry.refresh_from_db()
    assert entry.contact == "aino@example.org"
    queueing.leave(entry, at=NOW)
    forgetting.forget_contacts(NOW + 90 * DAY)
    entry.refresh_from_db()
    assert (entry.contact, entry.contact_name, entry.device) == ("", "", "")
    assert User.objects.get(pk=entry.person_id).email is None


def test_who_waits_is_not_forgotten_for_what_they_booked_long_ago(chair, booked):
    make_reservation(contact="aino@example.org")
    booking.cancel(booked.person.reservations.get(), at=NOW)
    waits = joins(make_taken(), "aino")
    forgetting.forget_contacts(NOW + 200 * DAY)
    assert User.objects.get(pk=waits.person_id).email == "aino@example.org"


def make_taken():
    item = make_item()
    make_reservation({item: 1}, contact="other@example.org", slot=first_slot(skip=3))
    return item


def test_a_contact_that_nobody_proved_goes_after_a_week(chair):
    QueueEntry.objects.create(item=chair, contact="stranger@example.org", created_at=NOW)
    forgetting.forget_contacts(later(days=6))
    assert QueueEntry.objects.count() == 1
    forgetting.forget_contacts(later(days=7))
    assert QueueEntry.objects.count() == 0


def test_a_place_outlives_the_code_page_of_somebody_who_came_twice(chair, booked):
    first = joins(chair, "aino")
    assert joins(chair, "aino") == first
    assert sorted(QueueEntry.objects.values_list("status", flat=True)) == ["left", "waiting"]
    assert now(first) == "waiting"


def test_a_place_of_somebody_who_works_for_the_city_is_forgotten_though_they_are_not(chair, booked):
    worker = make_worker()
    entry = joins(chair, contact=worker.email)
    queueing.leave(entry, at=NOW)
    waits = joins(chair, contact=make_worker(email="other@kierto.example").email)
    forgetting.forget_contacts(later(days=396))
    for one in (entry, waits):
        one.refresh_from_db()
    assert (entry.contact, entry.contact_name, entry.device) == ("", "", "")
    assert (waits.contact, User.objects.get(pk=worker.pk).email) == ("other@kierto.example", worker.email)
