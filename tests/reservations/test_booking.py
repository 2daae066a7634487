from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from inventory.models import Item
from recycling.accounts.models import Device, User
from recycling.audit.models import AuditEntry
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import booking, holding
from reservations.domain.refusals import (
    BookingPaused,
    ContactMissing,
    SlotFull,
    TimeMissing,
    TooLate,
    TooManyChanges,
    TooManyPieces,
    WrongState,
)
from reservations.models import Reservation
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_reservation,
    make_worker,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def messages(reservation):
    rows = Notification.objects.filter(recipient=f"reservation:{reservation.pk}").order_by("pk")
    return [(row.kind, row.status) for row in rows]


def test_confirming_gives_a_person_a_code_a_confirmation_and_a_reminder():
    chairs = make_item(quantity=3)
    reservation = make_reservation({chairs: 2})
    assert reservation.status == "booked"
    assert len(reservation.pickup_code) == 6
    assert reservation.held_until is None
    assert User.objects.get(email="aino@example.org").email_verified_at == NOW
    assert messages(reservation) == [("booked", "due")]
    far = make_reservation({make_item(): 1}, slot=first_slot(skip=40), contact="bea@example.org")
    assert messages(far) == [("booked", "due"), ("reminder", "due")]


def test_confirming_twice_is_one_booking_and_one_confirmation():
    reservation = make_reservation()
    booking.confirm([reservation], at=later(minutes=1))
    assert messages(reservation) == [("booked", "due")]
    assert Reservation.objects.get().booked_at == NOW


def test_confirming_without_time_or_proof_is_refused():
    bundle = hold({make_item(): 1})
    with pytest.raises(TimeMissing):
        booking.confirm(bundle, at=NOW)
    holding.choose_time(bundle[0], first_slot(), at=NOW)
    with pytest.raises(ContactMissing):
        booking.confirm(list(Reservation.objects.all()), at=NOW)
    assert Reservation.objects.get().status == "held"


def test_the_limit_counts_pieces_over_thirty_days_and_says_when_the_next_is_possible():
    make_reservation({make_item(quantity=9): 4})
    with pytest.raises(TooManyPieces) as refused:
        make_reservation({make_item(quantity=9): 2})
    assert (refused.value.details["have"], refused.value.details["limit"]) == (4, 5)
    assert refused.value.details["next_day"] == "to 17.12."
    make_reservation({make_item(quantity=9): 1})


def test_cancelled_pieces_do_not_count_against_the_limit():
    booking.cancel(make_reservation({make_item(quantity=9): 5}), at=NOW)
    make_reservation({make_item(quantity=9): 5})


def test_cancelling_puts_pieces_and_place_back_on_offer_and_silences_the_reminder():
    chairs = make_item(quantity=3)
    slot = first_slot(skip=40)
    reservation = make_reservation({chairs: 2}, slot=slot)
    booking.cancel(reservation, at=NOW, reason="no_time")
    assert (counters(chairs), booked(slot)) == ((3, 0), 0)
    assert messages(reservation) == [("booked", "due"), ("reminder", "skipped"), ("cancelled", "due")]


def test_cancelling_twice_releases_once_while_a_neighbours_pieces_stay():
    chairs = make_item(quantity=5)
    mine = make_reservation({chairs: 2})
    make_reservation({chairs: 2}, contact="bea@example.org")
    booking.cancel(mine, at=NOW)
    booking.cancel(mine, at=NOW)
    assert counters(chairs) == (5, 2)


def test_after_the_time_has_begun_a_resident_calls_and_staff_can_still_cancel():
    reservation = make_reservation()
    at = reservation.slot.starts_at
    with pytest.raises(TooLate):
        booking.cancel(reservation, at=at)
    booking.cancel(reservation, by=make_worker(), at=at)
    assert messages(reservation)[-1] == ("cancelled_by_city", "due")


def test_changing_the_time_moves_the_place_and_the_reminder_and_keeps_the_code():
    first, second = first_slot(skip=40), first_slot(skip=50)
    reservation = make_reservation(slot=first)
    code = reservation.pickup_code
    moved = booking.reschedule(reservation, second, at=NOW)
    assert (booked(first), booked(second), moved.pickup_code) == (0, 1, code)
    assert messages(reservation) == [
        ("booked", "due"), ("reminder", "skipped"), ("moved", "due"), ("reminder", "due"),
    ]  # fmt: skip


def test_moving_there_and_back_still_reminds():
    first, second = first_slot(skip=40), first_slot(skip=50)
    reservation = make_reservation(slot=first)
    booking.reschedule(reservation, second, at=NOW)
    booking.reschedule(reservation, first, at=NOW)
    assert messages(reservation)[-1] == ("reminder", "due")
    assert booked(first) == 1


def test_a_full_new_time_leaves_the_old_one_in_place():
    full = first_slot(skip=5)
    for name in ("bea", "cee"):
        make_reservation({make_item(): 1}, slot=full, contact=f"{name}@example.org")
    mine = make_reservation({make_item(): 1}, slot=first_slot())
    with pytest.raises(SlotFull):
        booking.reschedule(mine, full, at=NOW)
    mine.refresh_from_db()
    assert (mine.slot_id != full.pk, booked(full), booked(mine.slot)) == (True, 2, 1)


def test_after_three_changes_by_oneself_one_calls():
    reservation = make_reservation()
    for number in range(1, 4):
        booking.reschedule(reservation, first_slot(skip=number), at=NOW)
    with pytest.raises(TooManyChanges):
        booking.reschedule(reservation, first_slot(skip=9), at=NOW)
    booking.reschedule(reservation, first_slot(skip=9), by=make_worker(), at=NOW)


def miss(reservation):
    return booking.mark_missed(reservation, at=reservation.slot.ends_at + timedelta(hours=1))


def test_a_missed_pickup_is_kept_three_open_days_and_can_be_booked_again():
    chair = make_item()
    reservation = make_reservation({chair: 1})
    missed = miss(reservation)
    assert counters(chair) == (1, 1)
    # Missed on Monday afternoon: kept to the end of Thursday, midnight in Finland.
    assert missed.held_until.isoformat() == "2026-11-19T22:00:00+00:00"
    at = missed.missed_at
    again = booking.reschedule(reservation, first_slot(at=at, skip=3), at=at)
    assert (again.status, again.held_until) == ("booked", None)


def test_a_second_miss_lets_it_go():
    chair = make_item()
    reservation = make_reservation({chair: 1})
    at = miss(reservation).missed_at
    again = booking.reschedule(reservation, first_slot(at=at), at=at)
    second = miss(again)
    booking.expire(second, at=second.missed_at)
    assert counters(chair) == (1, 0)


def test_a_kept_one_that_nobody_rebooked_is_let_go_at_its_end_and_not_before():
    chair = make_item()
    missed = miss(make_reservation({chair: 1}))
    with pytest.raises(WrongState):
        booking.expire(missed, at=missed.held_until - timedelta(seconds=1))
    booking.expire(missed, at=missed.held_until)
    assert counters(chair) == (1, 0)
    assert messages(missed)[-1] == ("let_go", "due")


def test_two_misses_pause_online_booking_and_an_excuse_ends_the_pause():
    first = make_reservation({make_item(): 1})
    second = make_reservation({make_item(): 1}, slot=first_slot(skip=1))
    at = second.slot.ends_at + timedelta(hours=1)
    booking.mark_missed(first, at=at)
    booking.mark_missed(second, at=at)
    with pytest.raises(BookingPaused) as refused:
        make_reservation({make_item(at=at): 1}, at=at)
    assert refused.value.details["until"] == "ke 16.12."
    booking.excuse(second, by=make_worker(), at=at)
    make_reservation({make_item(at=at): 1}, at=at)


def test_a_pickup_is_not_missed_before_its_time():
    reservation = make_reservation()
    with pytest.raises(WrongState):
        booking.mark_missed(reservation, at=NOW)


def test_the_miss_is_told_in_the_morning_not_at_night():
    reservation = make_reservation()
    at = reservation.slot.ends_at.replace(hour=19)  # 21.00 in Finland
    booking.mark_missed(reservation, at=at)
    told = Notification.objects.get(kind="missed")
    assert told.send_after.isoformat() == "2026-11-17T06:00:00+00:00"


def test_the_reminder_goes_out_at_ten_on_the_day_before_by_the_sites_clock():
    reservation = make_reservation(slot=first_slot(skip=40))
    reminder = Notification.objects.get(kind="reminder", recipient=f"reservation:{reservation.pk}")
    before = reservation.slot.starts_at - reminder.send_after
    assert reminder.send_after.hour == 8
    assert before < timedelta(days=2)
    assert reminder.send_before == reservation.slot.starts_at


def test_a_device_is_remembered_only_after_a_confirmed_booking():
    bundle = hold({make_item(): 1})
    assert Device.objects.count() == 0
    holding.choose_time(bundle[0], first_slot(), at=NOW)
    contact = holding.contacts.Contact("email", "aino@example.org")
    settings = {"name": "Aino", "wants_reminder": True, "language": "fi", "device": "d" * 64, "at": NOW}
    holding.set_contact(bundle, contact, **settings)
    Reservation.objects.update(contact_proved_at=NOW)
    booking.confirm(list(Reservation.objects.all()), device="d" * 64, at=NOW)
    assert Device.objects.get().trusted_until == NOW + timedelta(days=Policy.current().device_days)
    second = hold({make_item(): 1})
    holding.set_contact(second, contact, **settings)
    assert Reservation.objects.get(pk=second[0].pk).contact_proved_at == NOW


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "lost"},
        {"closed_at": NOW},
        {"held_until": NOW},
        {"person": None},
        {"pickup_code": ""},
        {"slot": None},
        {"places": 0},
    ],
)
def test_the_database_refuses_a_booked_reservation_that_makes_no_sense(wrong):
    reservation = make_reservation()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.filter(pk=reservation.pk).update(**wrong)


def test_every_step_leaves_one_audit_row_with_no_contact_in_it():
    reservation = make_reservation()
    booking.cancel(reservation, at=NOW)
    rows = AuditEntry.objects.filter(target_type="reservation", target_id=reservation.pk).order_by("pk")
    assert [row.action for row in rows] == ["reservation_held", "reservation_booked", "reservation_cancelled"]
    assert "aino" not in str([row.details for row in rows]).lower()


def test_a_final_reservation_moves_no_more():
    reservation = make_reservation()
    booking.cancel(reservation, at=NOW)
    with pytest.raises(WrongState):
        booking.reschedule(reservation, first_slot(skip=3), at=NOW)
    with pytest.raises(WrongState):
        booking.mark_missed(reservation, at=later(days=3))
    assert Item.objects.get().reserved == 0
