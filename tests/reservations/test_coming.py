"""Still coming? Who is asked, when, and what an answer does."""

from datetime import timedelta

import pytest

from recycling.audit.models import AuditEntry
from reservations.domain import booking, coming
from reservations.domain.refusals import TooLate, WrongState
from reservations.models import Reservation
from tests.factories import first_slot, make_item, make_reservation, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def on_friday(**fields):
    """Booked on Monday for Friday at 9.00; it is asked on Thursday from 10.00 on."""
    return make_reservation({make_item(): 1}, slot=first_slot(skip=40), **fields)


def asked_from(reservation):
    return reservation.slot.starts_at - timedelta(hours=23)


def answers(reservation):
    return AuditEntry.objects.filter(action="reservation_coming", target_id=reservation.pk).count()


def test_the_question_is_open_from_the_reminder_until_the_pickup_begins():
    reservation = on_friday()
    opens, starts = asked_from(reservation), reservation.slot.starts_at
    moments = [opens - timedelta(seconds=1), opens, starts - timedelta(seconds=1), starts]
    refusals = [coming.why_not(reservation, at=at) for at in moments]
    assert [one and one.code for one in refusals] == ["wrong_state", None, None, "too_late"]
    with pytest.raises(WrongState):
        coming.say(reservation, at=moments[0])
    with pytest.raises(TooLate):
        coming.say(reservation, at=starts)


def test_yes_is_written_down_once():
    reservation = on_friday()
    opens = asked_from(reservation)
    assert not coming.has_said(reservation)
    for minutes in (0, 5):
        said = coming.say(reservation, at=opens + timedelta(minutes=minutes))
    assert (said.status, said.coming_at, coming.has_said(said)) == ("booked", opens, True)
    assert answers(reservation) == 1


def test_whoever_does_not_answer_keeps_the_booking():
    reservation = on_friday()
    reservation.refresh_from_db()
    assert (reservation.status, coming.has_said(reservation)) == ("booked", False)


def test_a_cancelled_or_missed_one_is_not_asked():
    cancelled, missed = on_friday(), on_friday(contact="bea@example.org")
    opens = asked_from(cancelled)
    booking.cancel(cancelled, at=opens)
    booking.mark_missed(missed, at=missed.slot.ends_at)
    for one in (cancelled, missed):
        with pytest.raises(WrongState):
            coming.say(one, at=opens)


def test_choosing_a_time_on_the_day_before_is_an_answer_and_an_earlier_yes_is_none_for_a_later_day():
    reservation = on_friday()
    opens = asked_from(reservation)
    coming.say(reservation, at=opens)
    next_week = booking.reschedule(reservation, first_slot(at=opens, skip=40), at=opens)
    assert not coming.has_said(next_week)
    soon = booking.reschedule(next_week, first_slot(at=opens, skip=1), at=opens)
    assert coming.has_said(soon)


def test_a_worker_who_chooses_the_time_has_not_answered_for_the_person():
    reservation = on_friday()
    opens = asked_from(reservation)
    moved = booking.reschedule(reservation, first_slot(at=opens, skip=1), by=make_worker(), at=opens)
    assert not coming.has_said(moved)


def test_whoever_books_so_late_has_said_it_by_booking():
    reservation = make_reservation()
    assert coming.has_said(Reservation.objects.get(pk=reservation.pk))


@pytest.mark.parametrize("who", ["by the link", "signed in", "a worker"])
def test_whoever_chooses_a_time_so_late_says_that_they_come_and_a_worker_says_nothing_for_them(who):
    missed = on_friday()
    missed = booking.mark_missed(missed, at=missed.slot.ends_at + timedelta(hours=1))
    by = {"by the link": None, "signed in": missed.person, "a worker": make_worker()}[who]
    again = booking.reschedule(missed, first_slot(at=missed.missed_at), by=by, at=missed.missed_at)
    assert coming.has_said(again) is (who != "a worker")
