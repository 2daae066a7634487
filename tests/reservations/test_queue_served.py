"""Every way in which pieces come free serves the queue, and none of them gives more than there is."""

from types import SimpleNamespace

import pytest

from inventory.domain import lots, stock, stocktake_report, writing_off
from inventory.models import Item, SetAsideReason, SiteRole
from recycling.notifications.models import Notification
from reservations.domain import booking, handover, returning
from reservations.domain.counters import drifts
from reservations.domain.queue_refusals import WaitsForDraw
from reservations.models import Draw, HandoverLine, QueueEntry
from tests.factories import (
    NOW,
    counters,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)
from tests.reservations.queues import joins, now, offers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def exact():
    open_site(capacity=20)
    yield
    assert drifts() == []


@pytest.fixture
def sari():
    return make_worker(make_site(), SiteRole.LEAD)


@pytest.fixture
def chair():
    return make_item()


@pytest.fixture
def booked(chair):
    return make_reservation({chair: 1}, contact="first@example.org")


def test_not_wanted_at_the_desk(chair, booked, sari):
    first, line = joins(chair), booked.lines.get()
    handover.take_nothing(booked, why_not={line.pk: "not_wanted"}, by=sari, at=NOW)
    assert (now(first), counters(chair)) == ("offered", (1, 1))


def test_a_part_that_stays_at_the_desk(sari):
    chairs = make_item(quantity=2)
    booked = make_reservation({chairs: 2})
    first, line = joins(chairs), booked.lines.get()
    handover.hand_over(booked, given={line.pk: 1}, why_not={line.pk: "does_not_fit"}, by=sari, at=NOW)
    assert (now(first), counters(chairs)) == ("offered", (1, 1))


def test_broken_at_the_desk_is_nobodys_turn(chair, booked, sari):
    first, line = joins(chair), booked.lines.get()
    handover.take_nothing(booked, why_not={line.pk: "broken"}, by=sari, at=NOW)
    assert (now(first), offers()) == ("waiting", [])


def test_missed_and_kept_in_vain(chair, booked):
    first = joins(chair)
    missed = booking.mark_missed(booked, at=booked.slot.ends_at)
    assert now(first) == "waiting"
    booking.expire(missed, at=missed.held_until)
    assert now(first) == "offered"


def test_more_were_counted(chair, booked, sari):
    first = joins(chair)
    stock.correct(chair, quantity=2, by=sari, at=NOW, reason="counted")
    assert (now(first), counters(chair)) == ("offered", (2, 2))


def test_repaired(sari):
    chair = make_item()
    aside = stock.set_aside(chair, 1, reason=SetAsideReason.REPAIR, by=sari, at=NOW)
    first = joins(chair)
    stock.put_back(aside, by=sari, at=NOW)
    assert (now(first), counters(chair)) == ("offered", (1, 1))


def test_found_again_in_a_stock_take_as_many_as_were_found(sari):
    chairs = make_item(quantity=3)
    stock.set_aside(chairs, 3, reason=SetAsideReason.MISSING, by=sari, at=NOW)
    first = joins(chairs, pieces=3)
    found = SimpleNamespace(item=chairs, pieces=1)
    stocktake_report._write_found_again(None, found, by=sari, at=NOW)
    assert (now(first), offers(), counters(chairs)) == ("offered", [("Aino", 1, "held")], (3, 3))


def test_a_write_off_that_was_a_mistake(sari):
    chairs = make_item(quantity=2)
    row = writing_off.write_off(chairs, 1, reason="broken", destination="wood", by=sari, at=NOW)
    make_reservation({chairs: 1})
    first = joins(chairs)
    writing_off.undo(row, by=sari, at=NOW)
    assert (now(first), counters(chairs)) == ("offered", (2, 2))


def test_brought_back(sari):
    chairs = make_item(quantity=2)
    gone = make_reservation({chairs: 1}, contact="one@example.org")
    make_reservation({chairs: 1}, contact="two@example.org")
    handover.hand_over(gone, given={gone.lines.get().pk: 1}, why_not={}, by=sari, at=NOW)
    first, line = joins(chairs), HandoverLine.objects.get()
    returning.take_back(line, 1, condition="good", shelf="", by=sari, at=NOW)
    assert (now(first), counters(chairs)) == ("offered", (2, 2))


def test_brought_back_in_another_condition_it_is_another_lot(sari):
    chairs = make_item(quantity=2)
    gone = make_reservation({chairs: 1}, contact="one@example.org")
    make_reservation({chairs: 1}, contact="two@example.org")
    handover.hand_over(gone, given={gone.lines.get().pk: 1}, why_not={}, by=sari, at=NOW)
    first, line = joins(chairs), HandoverLine.objects.get()
    returning.take_back(line, 1, condition="worn", shelf="", by=sari, at=NOW)
    assert (now(first), counters(chairs)) == ("waiting", (1, 1))


def test_two_lots_become_one_and_who_waited_for_either_waits_there(sari):
    gone, stays = make_item(quantity=1), make_item(quantity=1)
    make_reservation({stays: 1}, contact="one@example.org")
    aside = stock.set_aside(gone, 1, reason=SetAsideReason.REPAIR, by=sari, at=NOW)
    first = joins(gone, "aino")
    both = joins(stays, "bo", at=later(minutes=1))
    joins(gone, "bo", at=later(minutes=2))
    lots.merge(gone, into=stays, by=sari, at=NOW)
    assert Item.objects.get(pk=gone.pk).merged_into == stays
    stock.put_back(aside, by=sari, at=NOW)
    assert (now(first), now(both), counters(stays)) == ("offered", "waiting", (2, 2))


def test_who_waited_for_both_lots_waits_once_and_hears_nothing_of_the_other(sari):
    gone, stays = make_item(quantity=1), make_item(quantity=1)
    make_reservation({stays: 1}, contact="one@example.org")
    stock.set_aside(gone, 1, reason=SetAsideReason.REPAIR, by=sari, at=NOW)
    twice, kept = joins(gone, "bo"), joins(stays, "bo", at=later(minutes=1))
    lots.merge(gone, into=stays, by=sari, at=NOW)
    assert (now(twice), now(kept)) == ("left", "waiting")
    assert not QueueEntry.objects.in_vain().exists()
    said = Notification.objects.filter(recipient=f"queue:{twice.pk}").values_list("kind", "why_not")
    assert list(said) == [("queue_joined", "left")]


def test_lots_drawn_for_one_lot_count_nothing_among_those_who_wait_for_the_other(sari):
    gone, stays = make_item(quantity=1), make_item(quantity=1)
    make_reservation({stays: 1}, contact="one@example.org")
    aside = stock.set_aside(gone, 1, reason=SetAsideReason.REPAIR, by=sari, at=NOW)
    early, late = joins(stays, "aino"), joins(gone, "bo", at=later(minutes=1))
    QueueEntry.objects.filter(pk=late.pk).update(lot=1)
    lots.merge(gone, into=stays, by=sari, at=NOW)
    stock.put_back(aside, by=sari, at=NOW)
    assert (now(early), now(late)) == ("offered", "waiting")


@pytest.mark.parametrize("is_drawn", ["gone", "stays"])
def test_lots_that_a_draw_is_to_come_for_do_not_become_one(sari, is_drawn):
    both = {"gone": make_item(), "stays": make_item()}
    Draw.objects.create(item=both[is_drawn], at=later(days=3), by=sari)
    with pytest.raises(WaitsForDraw):
        lots.merge(both["gone"], into=both["stays"], by=sari, at=NOW)
    assert [counters(one) for one in both.values()] == [(1, 0), (1, 0)]
