"""A count is judged while the house goes on: what was collected, moved, merged or put right since is no difference."""

from datetime import timedelta

import pytest

from inventory.domain import lots, moving, stock, writing_off
from inventory.models import SetAside, SetAsideReason
from reservations.domain import handover, returning
from reservations.models import HandoverLine
from tests.factories import NOW, make_reservation, make_shelf, open_site

from .counting import hold, on, where

pytestmark = pytest.mark.django_db


def test_what_was_collected_before_or_after_it_was_counted_is_no_difference(count):
    before, after = on(count.first, 5), on(count.second, 5)
    for lot in (before, after):
        hold(lot, 2)
    count.begin()
    stock.hand_over(before, 2)
    count.seen(before, count.first, 3)
    count.seen(after, count.second, 5)
    stock.hand_over(after, 2)
    count.counted()
    assert count.told() == []


def test_a_count_that_waited_for_the_network_fits_between_then_and_now(count):
    chairs = on(count.first, 5)
    hold(chairs, 2)
    count.begin().tick(hours=1)
    stock.hand_over(chairs, 2)
    count.seen(chairs, count.first, 5, ago=timedelta(minutes=50))
    assert count.told() == []
    count.seen(chairs, count.first, 6, ago=timedelta(minutes=40))
    assert count.told() == [("more", chairs.code, 1)]


def test_what_was_collected_and_never_scanned_is_not_missing(count):
    chair = on(count.first)
    hold(chair, 1)
    count.begin()
    stock.hand_over(chair, 1)
    count.counted()
    assert count.told() == []


def test_what_was_moved_with_a_trace_is_no_difference(count):
    unseen, seen_first, seen_later = (on(count.first) for _number in range(3))
    count.begin()
    count.seen(seen_first, count.first)
    for item in (unseen, seen_first, seen_later):
        moving.put_on_shelf(item, shelf=count.second, by=count.lasse, at=count.tick())
    count.seen(seen_later, count.second)
    count.counted()
    assert count.told() == []


# What somebody has put right by hand since the scan is not put right again.


def by_hand_counted(count, lot):
    stock.correct(lot, quantity=4, by=count.sari, at=count.tick(), reason="counted")


def by_hand_missing(count, lot):
    stock.set_aside(lot, 6, reason=SetAsideReason.MISSING, by=count.sari, at=count.tick())


def by_hand_written_off(count, lot):
    writing_off.write_off(lot, 6, reason="missing", destination="", by=count.lasse, at=count.tick())


def by_hand_missing_then_written_off(count, lot):
    by_hand_missing(count, lot)
    aside = SetAside.objects.get(item=lot)
    writing_off.write_off(
        lot, 6, aside=aside, reason="missing", destination="", by=count.lasse, at=count.tick()
    )


@pytest.mark.parametrize(
    "put_right", [by_hand_counted, by_hand_missing, by_hand_written_off, by_hand_missing_then_written_off]
)
def test_what_was_put_right_by_hand_since_the_scan_is_no_difference(count, put_right):
    lot = on(count.first, 10)
    count.begin().seen(lot, pieces=4)
    put_right(count, lot)
    count.counted()
    assert count.told() == []


def test_only_what_is_left_after_a_partial_correction_is_missing(count):
    lot = on(count.first, 10)
    count.begin().seen(lot, pieces=4)
    stock.set_aside(lot, 2, reason=SetAsideReason.MISSING, by=count.sari, at=count.tick())
    count.counted()
    assert count.told() == [("missing", lot.code, 4)]


def test_what_was_collected_after_the_scan_hides_nothing(count):
    lot = on(count.first, 10)
    count.begin().seen(lot, pieces=4)
    hold(lot, 2)
    stock.hand_over(lot, 2)
    count.counted()
    assert count.told() == [("missing", lot.code, 6)]


def test_more_that_was_entered_by_hand_is_not_entered_again(count):
    lot = on(count.first, 5)
    count.begin().seen(lot, pieces=6)
    stock.correct(lot, quantity=6, by=count.sari, at=count.tick(), reason="counted")
    count.counted()
    assert count.told() == []


@pytest.mark.parametrize("quantity", [1, 5])
def test_a_missing_piece_that_was_seen_and_put_back_by_hand_is_there_once(count, quantity):
    lot = on(count.first, quantity)
    aside = stock.set_aside(lot, 1, reason=SetAsideReason.MISSING, by=count.sari, at=NOW)
    count.begin().seen(lot, pieces=quantity)
    stock.put_back(aside, by=count.sari, at=count.tick())
    count.counted()
    assert count.told() == []


@pytest.mark.parametrize("pieces", [0, 3])
def test_what_was_in_repair_while_its_shelf_was_counted_is_not_missing(count, pieces):
    lot = on(count.first, 5)
    asides = [
        stock.set_aside(lot, number, reason=SetAsideReason.REPAIR, by=count.sari, at=NOW)
        for number in ([2] if pieces else [2, 3])
    ]
    count.begin()
    if pieces:
        count.seen(lot, pieces=pieces)
    count.counted()
    for aside in asides:
        stock.put_back(aside, by=count.sari, at=count.tick())
    assert count.told() == []


def test_what_came_back_after_its_shelf_was_counted_is_not_missing(count):
    open_site()
    chair = on(count.first)
    given = make_reservation({chair: 1}, at=NOW)
    line = given.lines.get()
    count.begin()
    handover.hand_over(given, given={line.pk: 1}, why_not={}, by=count.sari, at=count.tick())
    count.counted()
    returning.take_back(
        HandoverLine.objects.get(), 1, condition=chair.condition, shelf="", by=count.sari, at=count.tick()
    )
    assert count.told() == []


@pytest.mark.parametrize("is_sent_late", [False, True])
def test_a_move_after_it_was_seen_elsewhere_is_the_last_word(count, is_sent_late):
    third = make_shelf("A3")
    chair = on(count.first)
    count.begin()
    if not is_sent_late:
        count.seen(chair, count.second)
    count.tick(minutes=10)
    moving.put_on_shelf(chair, shelf=third, by=count.sari, at=count.at)
    if is_sent_late:
        count.seen(chair, count.second, ago=timedelta(minutes=7))
    count.counted()
    assert count.told() == []


@pytest.mark.parametrize("merged", ["before", "between", "after"])
def test_the_labels_of_merged_lots_add_up(count, merged):
    lot, other = on(count.first, 3), on(count.first, 5)

    def merge(when):
        if when == merged:
            lots.merge(other, into=lot, by=count.sari, at=count.tick())

    count.begin()
    merge("before")
    count.seen(lot, pieces=3)
    merge("between")
    count.seen(other, pieces=5)
    merge("after")
    count.counted()
    assert count.told() == []


def test_a_label_of_merged_lots_that_was_not_seen_is_missing(count):
    lot, other = on(count.first, 3), on(count.first, 5)
    count.begin()
    lots.merge(other, into=lot, by=count.sari, at=count.tick())
    count.seen(lot, pieces=3)
    count.counted()
    assert count.told() == [("missing", lot.code, 5)]


def test_what_the_records_refuse_waits_for_the_lead_with_the_reason(count):
    chair = on(count.first)
    count.begin().seen(chair, count.second)
    count.counted()
    moving.block(count.second, by=count.sari, at=count.tick())
    count.close()
    row = count.take.differences.get()
    assert (row.is_done, row.refused, row.settled_at) == (False, "shelf_blocked", None)
    assert where(chair) == count.first


def test_what_was_reserved_meanwhile_stands_where_it_stood(count):
    chair = on(count.first)
    count.begin()
    hold(chair, 1)
    count.seen(chair)
    count.counted()
    assert count.told() == []
