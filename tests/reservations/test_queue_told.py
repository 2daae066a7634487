"""A turn begins when its person is told of it, and does not wait for ever for one who cannot be."""

from datetime import timedelta

import pytest

from recycling import clock
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from reservations.domain import booking, queueing
from tests.factories import NOW, later, make_item, make_reservation, open_site
from tests.reservations.queues import joins, now, offer_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=20)


@pytest.fixture
def chair():
    return make_item()


@pytest.fixture
def booked(chair):
    return make_reservation({chair: 1}, contact="first@example.org")


def test_nobodys_turn_passes_that_they_have_not_heard_of(chair, booked):
    """The worker stood still, or the mail server was away: their time begins when they can be told."""
    first, second = joins(chair, "aino"), joins(chair, "bo")
    booking.cancel(booked, at=NOW)
    until = offer_of(first).held_until
    booking.expire(offer_of(first), at=until)
    longer = offer_of(first).held_until
    assert (now(first), now(second), longer) == (
        "offered",
        "waiting",
        queueing.answer_until(until, "Europe/Helsinki"),
    )
    turn = Notification.objects.get(kind="queue_turn")
    assert (turn.status, turn.send_before) == ("due", longer)
    sending.send_due(at=until)
    turn.refresh_from_db()
    assert turn.status == "sent"


def test_after_days_of_standstill_it_is_told_all_the_same(chair, booked):
    first = joins(chair, "aino")
    booking.cancel(booked, at=NOW)
    back = later(days=4)
    booking.expire(offer_of(first), at=back)
    sending.send_due(at=back)
    assert Notification.objects.get(kind="queue_turn").status == "sent"


def test_whoever_is_told_late_has_as_long_as_anybody_and_hears_until_when(chair, booked, mailoutbox):
    first, second = joins(chair, "aino"), joins(chair, "bo")
    booking.cancel(booked, at=NOW)
    until = offer_of(first).held_until
    late = until - timedelta(minutes=30)
    sending.send_due(at=late)
    booking.expire(offer_of(first), at=until)
    longer = offer_of(first).held_until
    assert longer - late >= timedelta(hours=24)
    (mail,) = [one for one in mailoutbox if one.subject.startswith("It is your turn")]
    assert clock.moment_text(longer, "Europe/Helsinki", "en") in mail.body
    assert Notification.objects.get(kind="queue_turn").send_before == longer
    booking.expire(offer_of(first), at=offer_of(first).held_until)
    assert (now(first), now(second)) == ("lapsed", "offered")


def test_nobody_keeps_a_turn_for_longer_than_a_week_unheard(chair, booked):
    first, second = joins(chair, "aino"), joins(chair, "bo")
    booking.cancel(booked, at=NOW)
    for _time in range(9):
        if now(first) == "offered":
            booking.expire(offer_of(first), at=offer_of(first).held_until)
    assert (now(first), now(second)) == ("lapsed", "offered")
    assert offer_of(first).closed_at - NOW <= timedelta(days=11)


def test_so_it_is_when_the_sender_was_quicker_to_see_that_it_is_too_late(chair, booked):
    first = joins(chair, "aino")
    booking.cancel(booked, at=NOW)
    until = offer_of(first).held_until
    sending.send_due(at=until)
    assert Notification.objects.get(kind="queue_turn").why_not == "too_late"
    booking.expire(offer_of(first), at=until)
    assert sending.send_due(at=until)["sent"] == 1
    assert Notification.objects.get(kind="queue_turn").status == "sent"
    booking.expire(offer_of(first), at=offer_of(first).held_until)
    assert now(first) == "lapsed"


def test_a_turn_that_could_not_be_told_for_good_passes(chair, booked):
    first = joins(chair, "aino")
    booking.cancel(booked, at=NOW)
    turn = Notification.objects.filter(kind="queue_turn")
    turn.update(status="failed", failed_at=NOW, why_not="refused")
    booking.expire(offer_of(first), at=offer_of(first).held_until)
    assert now(first) == "lapsed"
