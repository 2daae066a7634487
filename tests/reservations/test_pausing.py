"""Two misses pause online booking: who is told, whose misses count, and what an excuse does."""

from datetime import timedelta

import pytest

from recycling.accounts.models import User
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import booking
from reservations.models import Reservation
from tests.factories import first_slot, later, make_item, make_reservation, make_unit, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def book(number=1, **fields):
    """So many reservations of one resident, one after the other."""
    slots = [first_slot(skip=index) for index in range(number)]
    return [make_reservation({make_item(): 1}, slot=slot, language="en", **fields) for slot in slots]


def miss(*reservations, at=None):
    at = at or max(one.slot.ends_at for one in reservations) + timedelta(hours=1)
    return [booking.mark_missed(one, at=at) for one in reservations][-1].missed_at


def paused_until():
    return User.objects.get(email="aino@example.org").booking_paused_until


def told():
    return Notification.objects.filter(kind="paused").order_by("pk")


def test_the_first_miss_pauses_nothing_and_its_message_says_the_rule(mailoutbox):
    (only,) = book()
    at = miss(only)
    assert (paused_until(), told().count()) == (None, 0)
    sending.send_due(at=at)
    assert mailoutbox[-1].subject == "You missed your pickup Mon 16 Nov 13:00"
    rule = "After 2 missed pickups in 90 days you cannot book online for 30 days. You can still call us."
    assert rule in mailoutbox[-1].body


def test_the_second_miss_pauses_and_says_until_when_and_whom_to_ring(mailoutbox):
    at = miss(*book(2))
    assert paused_until() == at + timedelta(days=30)
    sending.send_due(at=at)
    mail = mailoutbox[-1]
    assert mail.subject == "Online booking is paused until Wed 16 Dec"
    assert "2 of your pickups were not collected" in mail.body
    assert "You can book by phone: 02 000 0000." in mail.body


def test_several_misses_of_one_day_are_told_as_one_pause_and_a_longer_pause_is_told_again():
    *three, last = book(4)
    at = miss(*three)
    assert told().count() == 1
    miss(last, at=at + timedelta(days=1))
    assert told().count() == 2
    assert paused_until() == at + timedelta(days=31)


def test_nobody_is_told_at_night():
    first, second = book(2)
    at = second.slot.ends_at.replace(hour=19)  # 21.00 in Finland
    miss(first, second, at=at)
    assert told().get().send_after.isoformat() == "2026-11-17T06:00:00+00:00"


def test_an_excuse_before_the_message_goes_out_takes_it_back(mailoutbox):
    first, second = book(2)
    at = miss(first, second)
    booking.excuse(first, by=make_worker(), at=at)
    sending.send_due(at=at)
    assert (told().get().status, told().get().why_not) == ("skipped", "excused")
    assert all("paused" not in mail.subject for mail in mailoutbox)


def test_an_excuse_ends_the_pause_only_when_too_few_misses_are_left():
    first, second, third = book(3)
    at = miss(first, second, third)
    booking.excuse(first, by=make_worker(), at=at)
    assert paused_until() == at + timedelta(days=30)
    booking.excuse(second, by=make_worker(), at=at)
    assert paused_until() is None


def test_old_misses_and_those_of_a_unit_do_not_count():
    first, second = book(2)
    at = miss(first)
    Reservation.objects.filter(pk=first.pk).update(missed_at=at - timedelta(days=91))
    miss(second)
    assert paused_until() is None
    Reservation.objects.filter(pk=first.pk).update(missed_at=at, department=make_unit())
    (third,) = book(1, contact="bea@example.org")
    Reservation.objects.filter(pk=third.pk).update(department=make_unit())
    miss(third)
    assert (paused_until(), told().count()) == (None, 0)


def test_the_numbers_are_the_citys_own():
    Policy.objects.update(misses_allowed=1, pause_days=7)
    at = miss(*book())
    assert paused_until() == at + timedelta(days=7)


def test_a_neighbour_who_came_books_on():
    miss(*book(2))
    assert make_reservation({make_item(): 1}, contact="bea@example.org", at=later(days=1)).status == "booked"
