"""Waiting for a thing of which nothing is free: joined, left, a place, a turn, and what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from inventory.domain import publishing
from inventory.models import Item
from recycling import clock
from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import User
from recycling.notifications.domain import failing
from recycling.notifications.models import Notification, Trouble
from recycling.policy.models import Policy
from reservations import tasks
from reservations.domain import booking, queueing
from reservations.domain.counters import drifts
from reservations.domain.queue_refusals import (
    AtLeastTooMany,
    FreeNow,
    NeverSoMany,
    NotInQueue,
    QueueFull,
    YourTurn,
)
from reservations.domain.refusals import BookingPaused, TooManyPieces
from reservations.models import QueueEntry
from tests.factories import (
    NOW,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_reservation,
    make_user,
    make_worker,
    open_site,
)
from tests.reservations.queues import does_not_answer, joins, now, offer_of, offers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def exact():
    open_site(capacity=20)
    yield
    assert drifts() == []


@pytest.fixture
def chair():
    """Booked by somebody."""
    return make_item()


@pytest.fixture
def booked(chair):
    return make_reservation({chair: 1}, contact="first@example.org")


def kinds(entry):
    """What was said about the entry and its offers, or will be."""
    names = [f"queue:{entry.pk}", *(f"reservation:{one.pk}" for one in entry.offers.all())]
    rows = Notification.objects.filter(recipient__in=names, status="due").order_by("pk")
    return list(rows.values_list("kind", flat=True))


# -- joining and leaving


def test_each_who_joins_has_the_next_place_and_is_told(chair, booked):
    three = [joins(chair, name) for name in ("aino", "bo", "cai")]
    assert [queueing.place_of(one) for one in three] == [1, 2, 3]
    assert [kinds(one) for one in three] == [["queue_joined"]] * 3


def test_without_a_proved_contact_nobody_has_a_place(chair, booked):
    code_never_typed = QueueEntry.objects.create(item=chair, created_at=NOW)
    assert queueing.place_of(joins(chair)) == 1
    with pytest.raises(NotInQueue):
        queueing.place_of(code_never_typed)


def test_joining_twice_keeps_the_first_place(chair, booked):
    first, _other = joins(chair, "aino"), joins(chair, "bo")
    assert joins(chair, "aino") == first
    assert queueing.place_of(first) == 1


def test_only_five_may_hope(chair, booked):
    for number in range(5):
        joins(chair, f"person{number}")
    with pytest.raises(QueueFull):
        joins(chair, "six")
    Policy.objects.update(queue_places=6)
    assert queueing.place_of(joins(chair, "six")) == 6


def test_what_is_free_needs_no_queue(chair):
    with pytest.raises(FreeNow):
        joins(chair)


def test_a_lot_with_too_few_free_has_a_queue():
    chairs = make_item(quantity=4)
    make_reservation({chairs: 3})
    assert queueing.place_of(joins(chairs, pieces=3, at_least=2)) == 1
    with pytest.raises(NeverSoMany):
        joins(chairs, "bo", pieces=5, at_least=5)
    with pytest.raises(AtLeastTooMany):
        joins(chairs, "bo", pieces=2, at_least=3)


def test_leaving_moves_those_behind_forward_and_twice_is_once(chair, booked):
    first, second = joins(chair, "aino"), joins(chair, "bo")
    queueing.leave(first, at=NOW)
    assert now(queueing.leave(first, at=NOW)) == "left"
    assert (queueing.place_of(second), kinds(first)) == (1, [])
    booking.cancel(booked, at=NOW)
    assert offers() == [("Bo", 1, "held")]


def test_whoever_asks_only_as_a_backup_comes_after_everybody_else(chair, booked):
    backup, other = joins(chair, "aino", only_backup=True), joins(chair, "bo")
    assert [queueing.place_of(one) for one in (other, backup)] == [1, 2]
    booking.cancel(booked, at=NOW)
    assert offers() == [("Bo", 1, "held")]


# -- a turn


def test_what_is_cancelled_is_the_firsts_at_once(chair, booked):
    first, second = joins(chair, "aino"), joins(chair, "bo")
    booking.cancel(booked, at=NOW)
    offer = offer_of(first)
    assert (counters(chair), now(first), now(second)) == ((1, 1), "offered", "waiting")
    assert (offer.status, offer.contact, offer.lines.get().pieces) == ("held", "aino@example.org", 1)
    assert clock.moment_text(offer.held_until, "Europe/Helsinki", "en") == "Tue 17 Nov 16:00"
    assert "queue_turn" in kinds(first)
    assert queueing.place_of(second) == 2


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2026, 11, 16, 7, tzinfo=UTC), "Tue 17 Nov 16:00"),
        (datetime(2026, 11, 16, 14, tzinfo=UTC), "Tue 17 Nov 16:00"),
        (datetime(2026, 11, 16, 14, 1, tzinfo=UTC), "Wed 18 Nov 16:00"),
        (datetime(2026, 11, 20, 15, tzinfo=UTC), "Mon 23 Nov 16:00"),
        (datetime(2026, 11, 22, 21, tzinfo=UTC), "Tue 24 Nov 16:00"),
        (datetime(2027, 1, 5, 8, tzinfo=UTC), "Thu 7 Jan 16:00"),  # over Epiphany
        (
            datetime(2027, 3, 27, 12, tzinfo=UTC),
            "Tue 30 Mar 16:00",
        ),  # over the clock change and Easter Monday
    ],
)
def test_a_turn_ends_on_the_next_working_day_and_lasts_a_day_at_least(at, until):
    ends = queueing.answer_until(at, "Europe/Helsinki")
    assert clock.moment_text(ends, "Europe/Helsinki", "en") == until
    assert ends - at >= timedelta(hours=24)


def test_at_night_it_waits_for_the_morning_and_loses_no_hour(chair):
    booked = make_reservation({chair: 1}, slot=first_slot(skip=40), contact="first@example.org")
    first = joins(chair)
    booking.cancel(booked, at=later(hours=13))  # 22.00
    message = Notification.objects.get(kind="queue_turn")
    assert message.send_after == later(hours=23)
    assert offer_of(first).held_until - message.send_after >= timedelta(hours=24)


def test_a_hold_that_ends_is_the_firsts(chair):
    held = hold({chair: 1})[0]
    first = joins(chair)
    booking.expire(held, at=held.held_until)
    assert (now(first), counters(chair)) == ("offered", (1, 1))


def test_nobody_is_served_less_than_they_said_nor_keeps_others_waiting():
    chairs = make_item(quantity=3)
    one = make_reservation({chairs: 1}, contact="one@example.org")
    two = make_reservation({chairs: 2}, contact="two@example.org")
    pair, single = joins(chairs, "aino", pieces=3, at_least=2), joins(chairs, "bo")
    booking.cancel(one, at=NOW)
    assert (now(pair), offers()) == ("waiting", [("Bo", 1, "held")])
    booking.cancel(two, at=NOW)
    assert offers() == [("Bo", 1, "held"), ("Aino", 2, "held")]
    assert now(single) == "offered"


def test_several_pieces_serve_several_people_in_their_order():
    chairs = make_item(quantity=4)
    booked = make_reservation({chairs: 4})
    for name in ("aino", "bo", "cai"):
        joins(chairs, name, pieces=2)
    booking.cancel(booked, at=NOW)
    assert offers() == [("Aino", 2, "held"), ("Bo", 2, "held")]


def test_what_nobody_waits_for_is_free():
    chairs = make_item(quantity=3)
    booked = make_reservation({chairs: 3})
    joins(chairs)
    booking.cancel(booked, at=NOW)
    assert counters(chairs) == (3, 1)


def test_whoever_may_not_book_now_keeps_their_place_and_the_next_is_served(chair, booked):
    paused, second = joins(chair, "aino"), joins(chair, "bo")
    User.objects.filter(email="aino@example.org").update(booking_paused_until=later(days=3))
    booking.cancel(booked, at=NOW)
    assert (now(paused), now(second)) == ("waiting", "offered")
    with pytest.raises(BookingPaused):
        joins(make_taken(), "aino")


def make_taken():
    item = make_item()
    make_reservation({item: 1}, contact="somebody@example.org")
    return item


def test_a_worker_books_the_turn_of_somebody_who_rings_though_their_online_booking_is_paused():
    chair = make_item()
    booked = make_reservation({chair: 1}, contact="first@example.org")
    entry = joins(chair, "aino")
    booking.cancel(booked, at=NOW)
    User.objects.filter(email="aino@example.org").update(booking_paused_until=later(days=30))
    offer, soon = offer_of(entry), first_slot(skip=9)
    with pytest.raises(BookingPaused):
        booking.reschedule(offer, soon, at=NOW)
    assert booking.reschedule(offer, soon, by=make_worker(), at=NOW).status == "booked"


def test_a_contact_at_which_nothing_arrives_is_proved_anew():
    chair = make_item()
    make_reservation({chair: 1}, contact="first@example.org")
    known = Contact("email", "aino@example.org")
    contacts.trust("d" * 64, known, person=make_user(email="aino@example.org"), at=NOW)
    asks = [chair, queueing.Wish(), known]
    said = {"name": "Aino", "language": "en", "device": "d" * 64, "network": "192.0.2.9"}
    Trouble.objects.create(address_mark=failing.mark_of(known.address), since=NOW, reason="smtp_550")
    assert queueing.ask(*asks, **said, by=AnonymousUser(), at=NOW).status == "joining"
    failing.arrives(known.address)
    assert queueing.ask(*asks, **said, by=AnonymousUser(), at=NOW).status == "waiting"


def test_the_limit_of_pieces_makes_an_offer_smaller():
    chairs = make_item(quantity=4)
    booked = make_reservation({chairs: 4}, contact="first@example.org")
    first = joins(chairs, pieces=4)
    make_reservation({make_item(quantity=2): 2}, contact="aino@example.org")
    booking.cancel(booked, at=NOW)
    assert offer_of(first).lines.get().pieces == 3
    assert counters(chairs) == (4, 3)


# -- what becomes of a turn


def test_choosing_a_time_books_it(chair, booked):
    first = joins(chair)
    booking.cancel(booked, at=NOW)
    reservation = booking.reschedule(offer_of(first), first_slot(skip=40), at=NOW)
    assert (reservation.status, now(first)) == ("booked", "taken")
    assert kinds(first) == ["queue_joined", "booked", "reminder"]


def test_the_limit_holds_at_the_turn_as_at_any_booking(chair, booked):
    first = joins(chair)
    booking.cancel(booked, at=NOW)
    make_reservation({make_item(quantity=5): 5}, contact="aino@example.org")
    with pytest.raises(TooManyPieces):
        booking.reschedule(offer_of(first), first_slot(), at=NOW)
    assert now(first) == "offered"


def test_passed_on_it_is_the_nexts_at_once(chair, booked):
    first, second = joins(chair, "aino"), joins(chair, "bo")
    booking.cancel(booked, at=NOW)
    booking.cancel(offer_of(first), at=NOW)
    assert (now(first), now(second), counters(chair)) == ("passed", "offered", (1, 1))
    assert kinds(first) == ["queue_joined", "queue_passed"]


def test_not_answered_it_is_the_nexts_and_both_are_told(chair, booked):
    first, second = joins(chair, "aino"), joins(chair, "bo")
    booking.cancel(booked, at=NOW)
    until = does_not_answer(first).held_until
    assert (now(first), now(second), counters(chair)) == ("lapsed", "offered", (1, 1))
    assert (kinds(first), "queue_turn" in kinds(second)) == (["queue_joined", "queue_lapsed"], True)
    assert not Notification.objects.filter(kind="let_go").exists()
    assert joins(chair, "aino", at=until).pk != first.pk  # they may wait again, behind the others


def test_the_last_who_passes_leaves_it_to_everybody(chair, booked):
    first = joins(chair)
    booking.cancel(booked, at=NOW)
    booking.cancel(offer_of(first), at=NOW)
    assert counters(chair) == (1, 0)


def test_whoever_is_being_offered_something_passes_instead_of_leaving(chair, booked):
    first = joins(chair)
    booking.cancel(booked, at=NOW)
    with pytest.raises(YourTurn):
        queueing.leave(first, at=NOW)


# -- nothing more comes


def test_collected_to_the_last_piece_whoever_waited_is_told(chair, booked, monkeypatch):
    first = joins(chair)
    tasks.end_queues()
    assert now(first) == "waiting"
    Item.objects.filter(pk=chair.pk).update(quantity=0, reserved=0)
    booked.lines.all().delete()
    tasks.end_queues()
    assert (now(first), kinds(first)) == ("over", ["queue_over"])


def test_taken_out_of_the_catalogue_whoever_waited_is_told(chair):
    chairs = make_item(quantity=3)
    booked = make_reservation({chairs: 2})
    greedy = joins(chairs, pieces=3, at_least=3)
    booking.cancel(booked, at=NOW, reason="other")
    booking.cancel(offer_of(greedy), at=NOW)
    again = make_reservation({chairs: 1}, contact="again@example.org")
    waits = joins(chairs, "bo", pieces=3, at_least=3)
    Policy.objects.update(pieces_per_person=1)  # nobody may have three any more
    booking.cancel(again, at=NOW)
    publishing.withdraw(chairs, by=make_worker(), at=NOW)
    tasks.end_queues()
    assert now(waits) == "over"
