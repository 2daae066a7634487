"""What a unit and the warehouse write to each other about a request: who may, once each, told once, gone in time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from recycling.audit.models import AuditEntry
from recycling.notifications.models import Notification
from reservations.domain import booking, forgetting, request_sending, threads
from reservations.domain.unit_refusals import MessageTooLong, NothingWritten, NotInThread, ThreadOver
from reservations.models import MOST_TEXT, RequestMessage
from tests.factories import (
    NOW,
    later,
    make_admin,
    make_association_member,
    make_item,
    make_member,
    make_site,
    make_worker,
)
from tests.recycling.messages.writing import send
from tests.reservations.asking import make_waiting
from tests.reservations.driving import accept, make_request, make_school
from tests.reservations.writing import make_minna

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def minna():
    return make_minna()


@pytest.fixture
def sari():
    return make_worker(make_site(), name="Sari Sorsa")


@pytest.fixture
def asked(minna, sari):
    """24 chairs of the warehouse, approved, without a time yet."""
    return accept(make_request({make_item(quantity=40): 24}, by=minna))


def write(asked, text="Onko ovella luiska?", *, by, from_unit=None, at=NOW, **more):
    """``from_unit`` follows from who writes, unless it is said."""
    if from_unit is None:
        from_unit = by.memberships.exists()
    return threads.write(asked, text, from_unit=from_unit, by=by, at=at, **more)


def read(asked, *, by, at=NOW, seen=None):
    if seen is None:
        seen = asked.messages.latest("pk").pk
    return threads.read(asked, from_unit=by.memberships.exists(), by=by, at=at, seen=seen)


def waiting(person):
    return list(RequestMessage.objects.waiting_for(person))


# -- who writes


def test_a_unit_asks_and_the_warehouse_answers(asked, minna, sari):
    question = write(asked, "  Onko ovella luiska?\n", by=minna)
    assert waiting(sari) == [question]
    answer = write(asked, "On.", by=sari, at=later(minutes=5), seen=question.pk)
    assert waiting(sari) == []
    assert list(asked.messages.values_list("text", "from_unit", "by", "at", "read_at")) == [
        ("Onko ovella luiska?", True, minna.pk, NOW, later(minutes=5)),
        ("On.", False, sari.pk, later(minutes=5), None),
    ]
    read(asked, by=minna, at=later(minutes=9))
    answer.refresh_from_db()
    assert answer.read_at == later(minutes=9)


@pytest.mark.parametrize("role", ["requester", "approver", "lead"])
def test_whoever_sees_the_units_request_writes_for_the_unit(asked, role):
    person = make_member(role, name="Helmi Hyväksyjä")
    assert write(asked, by=person).from_unit


def test_nobody_else_writes(asked, minna, sari):
    elsewhere = make_worker(make_site("east"), name="Eino Etana")
    others = [
        (make_member("lead", code="library"), True),
        (make_member("giver"), True),
        (make_association_member(), True),
        (sari, True),
        (elsewhere, False),
        (minna, False),
    ]
    for person, from_unit in others:
        with pytest.raises(NotInThread):
            write(asked, by=person, from_unit=from_unit)
        with pytest.raises(NotInThread):
            threads.read(asked, from_unit=from_unit, by=person, at=NOW, seen=1)
    assert not RequestMessage.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="request_message").exists()


def test_who_has_left_does_not_write(asked, minna, sari):
    type(minna).objects.update(is_active=False)
    for person, from_unit in ((minna, True), (sari, False)):
        person.refresh_from_db()
        with pytest.raises(NotInThread):
            write(asked, by=person, from_unit=from_unit)


def test_each_warehouse_with_a_part_of_it_reads_and_an_admin_everywhere(minna, sari):
    there = make_site("east")
    eino, outi = make_worker(there, name="Eino Etana"), make_admin()
    asked = make_waiting(
        {make_item(): 1, make_item(site=there): 1}, by=minna, approver=make_member("approver")
    )
    question = write(asked, by=minna)
    assert (waiting(sari), waiting(eino), waiting(outi)) == ([question], [question], [question])
    write(asked, "Meillä on.", by=eino, seen=question.pk)
    assert (waiting(sari), waiting(eino)) == ([], [])


def test_what_is_only_being_written_has_no_thread_yet(minna, sari):
    asked = make_request({make_item(): 1}, by=minna)
    assert not threads.is_open(asked, at=NOW)
    for person in (minna, sari):
        with pytest.raises(NotInThread):
            write(asked, by=person)


def test_where_no_warehouse_has_a_part_of_it_nobody_would_read(minna):
    asked = accept(make_request({make_item(site=make_school()): 1}, by=minna))
    with pytest.raises(ThreadOver):
        write(asked, by=minna)


# -- what is written


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_is_no_message(asked, minna, text):
    with pytest.raises(NothingWritten):
        write(asked, text, by=minna)


def test_a_message_has_an_end(asked, minna):
    write(asked, "x" * MOST_TEXT, by=minna)
    with pytest.raises(MessageTooLong) as refused:
        write(asked, "x" * (MOST_TEXT + 1), by=minna)
    assert str(MOST_TEXT) in str(refused.value)


def test_the_database_refuses_an_empty_one_and_one_form_twice(asked, minna):
    write(asked, by=minna, client_key="key")
    for text, key in (("", "other"), ("Hei", "key")):
        with pytest.raises(IntegrityError), transaction.atomic():
            asked.messages.create(by=minna, from_unit=True, text=text, at=NOW, client_key=key)


def test_a_second_press_writes_nothing_more(asked, minna, sari):
    first = write(asked, by=sari, client_key="key")
    assert write(asked, "Something else", by=sari, client_key="key") == first
    assert write(asked, by=minna, client_key="key") != first  # another person's page
    write(asked, by=minna)
    write(asked, by=minna)
    assert asked.messages.count() == 4
    assert Notification.objects.filter(kind="request_message").count() == 1


def test_the_audit_says_who_and_when_and_not_what(asked, minna, sari):
    message = write(asked, "Salainen ovikoodi 1234", by=minna)
    read(asked, by=sari)
    read(asked, by=sari)
    rows = AuditEntry.objects.filter(action__startswith="request_message").order_by("pk")
    assert list(rows.values_list("action", "actor", "target_id", "details")) == [
        ("request_message_written", minna.pk, asked.pk, {"message": message.pk}),
        ("request_messages_read", sari.pk, asked.pk, {"seen": message.pk}),
    ]


# -- what is read


def test_what_came_after_the_page_was_shown_stays_unread(asked, minna, sari):
    first = write(asked, by=minna)
    second = write(asked, "Ja hissi?", by=minna)
    read(asked, by=sari, seen=first.pk)
    assert waiting(sari) == [second]
    write(asked, "On luiska.", by=sari, seen=first.pk)
    assert waiting(sari) == [second]


def test_nobody_reads_for_the_other_side(asked, minna, sari):
    question = write(asked, by=minna)
    read(asked, by=minna)
    write(asked, "Vielä yksi asia.", by=minna, seen=question.pk)
    assert len(waiting(sari)) == 2


# -- who is told


def told():
    return list(Notification.objects.filter(kind="request_message").values_list("status", flat=True))


def test_the_requester_gets_one_mail_while_something_is_unread(asked, minna, sari, mailoutbox):
    write(asked, "Salainen ovikoodi 1234", by=sari)
    write(asked, "Ja toinen asia", by=sari, at=later(minutes=1))
    send(later(minutes=1))
    (mail,) = [one for one in mailoutbox if asked.code in one.subject]
    assert mail.to == [minna.email]
    assert f"/dept/requests/{asked.code}/messages" in mail.body
    assert "1234" not in mail.body + mail.subject
    read(asked, by=minna, at=later(minutes=2))
    write(asked, "Kolmas", by=sari, at=later(minutes=3))
    assert told() == ["sent", "due"]


def test_nothing_is_said_about_what_has_been_read_meanwhile(asked, minna, sari, mailoutbox):
    write(asked, by=sari)
    read(asked, by=minna)
    send()
    row = Notification.objects.get(kind="request_message")
    assert (row.status, row.why_not) == ("skipped", "read")


def test_the_warehouse_gets_no_mail(asked, minna, sari):
    write(asked, by=minna)
    assert told() == []


# -- how long


def test_the_thread_ends_some_time_after_the_things_are_gone(asked, minna, sari):
    (part,) = asked.reservations.all()
    booking.expire(part, at=later(days=10))
    end = later(days=10) + threads.OPEN_AFTER
    write(asked, by=minna, at=end - timedelta(seconds=1))
    for person in (minna, sari):
        with pytest.raises(ThreadOver):
            write(asked, by=person, at=end)
    read(asked, by=sari, at=end)  # what was written can still be put away
    assert waiting(sari) == []


def test_what_was_given_up_before_it_had_a_time_is_nobodys_any_more(minna, sari):
    asked = make_waiting({make_item(): 1}, by=minna, approver=make_member("approver"))
    write(asked, by=minna)
    request_sending.cancel(asked, by=minna, at=NOW)
    asked.refresh_from_db()
    with pytest.raises(ThreadOver):
        write(asked, by=minna)
    with pytest.raises(NotInThread):
        write(asked, by=sari)
    assert waiting(sari) == []


def test_messages_are_forgotten_with_their_request(asked, minna, sari):
    write(asked, "Kysy Liisaa, 040 123 4567", by=minna)
    kept = accept(make_request({make_item(): 1}, by=minna))
    write(kept, by=minna)
    booking.expire(asked.reservations.get(), at=NOW + 10 * DAY)
    forgetting.forget_contacts(NOW + 364 * DAY)
    assert RequestMessage.objects.count() == 2
    forgetting.forget_contacts(NOW + 400 * DAY)
    assert RequestMessage.objects.get().request == kept
    asked.refresh_from_db()
    with pytest.raises(ThreadOver):
        write(asked, by=minna, at=NOW + 400 * DAY)
