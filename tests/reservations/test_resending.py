"""A message sent again from the desk: when it makes sense, what it leaves behind, and what it never does."""

from datetime import timedelta

import pytest

from recycling.audit.models import AuditEntry
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import booking, ledger, resending
from reservations.models import Reservation
from tests.factories import (
    NOW,
    first_slot,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open():
    open_site(make_site())


@pytest.fixture
def sari():
    return make_worker()


def send(at=NOW):
    return dict(sending.send_due(at=at))


def only(reservation, kind):
    return Notification.objects.filter(recipient=f"reservation:{reservation.pk}", kind=kind).order_by("pk")


def test_a_confirmation_that_was_sent_goes_once_more_with_an_id_of_its_own(mailoutbox, sari):
    reservation = make_reservation(language="en")
    send()
    first = only(reservation, "booked").get()
    again = resending.send_again(reservation, first.pk, by=sari, at=later(minutes=5))
    assert send(later(minutes=5)) == {"sent": 1}
    assert [mail.subject for mail in mailoutbox] == 2 * [mailoutbox[0].subject]
    assert mailoutbox[0].extra_headers["Message-ID"] != mailoutbox[1].extra_headers["Message-ID"]
    assert (again.dedupe_key, again.first_key) == (f"{first.dedupe_key}#1", first.dedupe_key)
    assert mailoutbox[1].attachments[0].get_filename() == "pickup.ics"


def test_who_sent_it_again_is_in_the_audit(sari):
    reservation = make_reservation()
    send()
    first = only(reservation, "booked").get()
    again = resending.send_again(reservation, first.pk, by=sari, at=NOW)
    row = AuditEntry.objects.get(action="message_sent_again")
    assert (row.actor, row.target_type, row.target_id) == (sari, "reservation", reservation.pk)
    assert row.details == {"kind": "booked", "channel": "email", "message": again.pk, "first": first.pk}


def test_what_still_waits_is_not_sent_again_nor_is_a_second_tap(sari):
    reservation = make_reservation()
    first = only(reservation, "booked").get()
    with pytest.raises(resending.NotSentYet):
        resending.send_again(reservation, first.pk, by=sari, at=NOW)
    send()
    resending.send_again(reservation, first.pk, by=sari, at=NOW)
    with pytest.raises(resending.NotSentYet):
        resending.send_again(reservation, first.pk, by=sari, at=NOW)
    assert only(reservation, "booked").count() == 2


def test_after_three_times_the_contact_is_wrong_and_not_the_service(sari):
    reservation = make_reservation()
    send()
    first = only(reservation, "booked").get()
    for number in range(3):
        resending.send_again(reservation, first.pk, by=sari, at=later(minutes=number))
        assert send(later(minutes=number)) == {"sent": 1}
    with pytest.raises(resending.SentOftenEnough):
        resending.send_again(reservation, first.pk, by=sari, at=later(minutes=9))
    entries = [one for one in ledger.ledger_of(reservation) if one.kind == ledger.KINDS["booked"]]
    assert [(one.is_again, one.may_go_again) for one in entries] == [
        (False, False),
        (True, False),
        (True, False),
        (True, False),
    ]


def test_what_is_not_true_any_more_is_not_sent_again(sari):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40))
    send()
    first = only(reservation, "booked").get()
    booking.reschedule(reservation, first_slot(skip=54), at=NOW)
    with pytest.raises(resending.NotTrueAnyMore) as moved:
        resending.send_again(reservation, first.pk, by=sari, at=NOW)
    booking.cancel(reservation, at=NOW)
    with pytest.raises(resending.NotTrueAnyMore) as cancelled:
        resending.send_again(reservation, first.pk, by=sari, at=NOW)
    assert (moved.value.details, cancelled.value.details) == ({"reason": "moved"}, {"reason": "cancelled"})
    assert not AuditEntry.objects.filter(action="message_sent_again").exists()


def test_a_reminder_is_not_sent_again_after_its_time(sari):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40))
    reminder = only(reservation, "reminder").get()
    assert send(reminder.send_after)["sent"] >= 1
    with pytest.raises(resending.NotTrueAnyMore):
        resending.send_again(reservation, reminder.pk, by=sari, at=reservation.slot.starts_at)


def test_a_copy_that_waits_is_silenced_like_the_first_when_the_pickup_is_cancelled(sari):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40))
    reminder = only(reservation, "reminder").get()
    send(reminder.send_after)
    resending.send_again(reservation, reminder.pk, by=sari, at=reminder.send_after)
    booking.cancel(reservation, at=reminder.send_after)
    assert [row.status for row in only(reservation, "reminder")] == ["sent", "skipped"]


def test_at_night_it_waits_for_the_morning_as_it_would_have(sari):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40))
    reminder = only(reservation, "reminder").get()
    send(reminder.send_after)
    night = reminder.send_after + timedelta(hours=12)  # 22:00 there
    again = resending.send_again(reservation, reminder.pk, by=sari, at=night)
    assert again.send_after == night + timedelta(hours=10)


def test_what_would_only_come_too_late_in_the_morning_is_not_sent_again(sari):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40))
    reminder = only(reservation, "reminder").get()
    send(reminder.send_after)
    night = reservation.slot.starts_at - timedelta(hours=2)
    Policy.objects.update(quiet_from=20, quiet_until=12)
    with pytest.raises(resending.NotTrueAnyMore):
        resending.send_again(reservation, reminder.pk, by=sari, at=night)


def test_it_goes_in_the_language_that_was_chosen_since(sari):
    reservation = make_reservation(language="fi")
    send()
    Reservation.objects.filter(pk=reservation.pk).update(language="sv")
    again = resending.send_again(reservation, only(reservation, "booked").get().pk, by=sari, at=NOW)
    assert again.language == "sv"


def test_a_message_of_another_reservation_is_not_found(sari):
    reservation, other = make_reservation(), make_reservation({make_item(): 1}, contact="bea@example.org")
    send()
    with pytest.raises(Notification.DoesNotExist):
        resending.send_again(reservation, only(other, "booked").get().pk, by=sari, at=NOW)


def test_the_ledger_offers_it_where_it_makes_sense(django_assert_num_queries):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40))
    send()
    with django_assert_num_queries(1):
        entries = ledger.ledger_of(reservation)
    assert [(one.status, one.may_go_again) for one in entries] == [("sent", True), ("due", False)]


# -- every message to a person


def test_the_persons_ledger_holds_what_is_handed_over_here_and_nothing_of_elsewhere(
    sari, django_assert_num_queries
):
    here = make_reservation()
    elsewhere = open_site(make_site("other", name_fi="Varasto 2", name_sv="Lager 2"))
    there = make_reservation({make_item(site=elsewhere): 1})
    stranger = make_reservation({make_item(): 1}, contact="bea@example.org")
    assert here.person_id == there.person_id != stranger.person_id
    with django_assert_num_queries(2):
        entries = ledger.ledger_of_person(here, by=sari)
    assert {one.reservation for one in entries} == {here.code}
    assert {one.reservation for one in ledger.ledger_of_person(here, by=make_worker(elsewhere))} >= {
        there.code
    }
