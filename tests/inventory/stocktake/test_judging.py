"""How what was counted is judged: what fits, what is missing, elsewhere or more."""

from datetime import timedelta

import pytest

from inventory.domain import aliases, stock, stocktake_report
from inventory.models import SetAsideReason
from tests.factories import NOW, counters, make_shelf

from .counting import on

pytestmark = pytest.mark.django_db


def test_nothing_is_missing_on_a_shelf_that_nobody_called_counted(count):
    chair, lamp = on(count.first), on(count.second)
    count.begin()
    assert count.told() == []
    count.counted(count.first)
    assert count.told() == [("missing", chair.code, 1)]
    count.close()
    assert (counters(chair), counters(lamp)) == ((1, 1), (1, 0))


def test_what_was_seen_fits(count):
    chair, desks = on(count.first), on(count.second, 12)
    count.begin()
    count.seen(chair)
    count.seen(desks, count.second, 12)
    count.counted()
    told = stocktake_report.report(count.take)
    assert (told.differences, told.fitting, told.not_reached) == ([], 2, [])


def test_a_single_thing_seen_twice_is_one_where_it_was_last_seen(count):
    chair = on(count.first)
    count.begin()
    count.seen(chair, count.second)
    count.seen(chair, count.first)
    assert count.told() == []
    count.seen(chair, count.second)
    assert count.told() == [("elsewhere", chair.code, 1)]


def test_a_lot_counted_again_is_the_last_number_and_two_shelves_add_up(count):
    chairs = on(count.first, 12)
    count.begin()
    count.seen(chairs, count.first, 5)
    count.seen(chairs, count.first, 8)
    assert count.told() == [("missing", chairs.code, 4)]
    count.seen(chairs, count.second, 4)
    assert count.told() == []


def test_an_older_scan_that_arrives_later_does_not_replace_a_newer_count(count):
    chairs = on(count.first, 12)
    count.begin().tick(hours=1)
    count.seen(chairs, count.first, 12)
    count.seen(chairs, count.first, 3, ago=timedelta(minutes=40))
    assert count.told() == []


def test_part_of_a_lot_elsewhere_says_nothing_about_the_rest(count):
    chairs = on(make_shelf("B9"), 20)
    count.begin()
    count.seen(chairs, count.first, 4)
    count.counted()
    (difference,) = stocktake_report.report(count.take).differences
    assert (difference.kind, difference.pieces, difference.is_usual) == ("elsewhere", 4, False)


def test_two_labels_of_one_lot_are_two_looks_at_it_and_not_twice_the_pieces(count):
    lot = on(count.first, 8)
    aliases.attach(lot, "KAL004217", by=count.sari, at=NOW)
    count.begin()
    count.seen(lot, pieces=8)
    count.seen("KAL004217", pieces=8)
    count.counted()
    assert count.told() == []


def test_what_is_being_repaired_need_not_be_found(count):
    chairs = on(count.first, 3)
    stock.set_aside(chairs, 1, reason=SetAsideReason.REPAIR, by=count.sari, at=NOW)
    count.begin()
    count.seen(chairs, pieces=2)
    assert count.told() == []
    count.seen(chairs, pieces=3)
    assert count.told() == []
    count.seen(chairs, pieces=1)
    assert count.told() == [("missing", chairs.code, 1)]
