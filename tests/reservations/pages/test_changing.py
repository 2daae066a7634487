"""Another time, and giving up."""

import pytest

from reservations.domain import advice, booking
from reservations.domain.timetable import VALUE
from reservations.models import PickupSlot, Reservation, ReservationStatus
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    later,
    make_item,
    make_reservation,
    open_site,
)
from tests.reservations.pages.reserved import handed_over
from tests.reservations.visiting import refusal_in, text_of

pytestmark = pytest.mark.django_db

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
    handed_over(reservation)
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
