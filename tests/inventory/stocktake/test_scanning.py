"""A stock-take begins, and takes the scans of its workers in whatever order they arrive."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from inventory.domain import aliases, lots, stock, stocktake
from inventory.domain.refusals import (
    AlreadyCounted,
    BadScan,
    HowMany,
    NoArea,
    OnlyLead,
    StockTakeOver,
    StockTakePaused,
    UnknownItem,
    UnknownPlace,
    WrongStockTakeStep,
)
from inventory.domain.stocktake import Seen
from inventory.models import SetAsideReason, StockTakeScan
from tests.factories import NOW, counters, later, make_item, make_shelf, make_site, make_worker

from .counting import on

pytestmark = pytest.mark.django_db


# ---- Beginning ----


def test_it_writes_down_what_should_be_found_on_its_shelves(count):
    chair, desks = on(count.first), on(count.second, 12)
    on(make_shelf("B9"))
    stock.set_aside(desks, 2, reason=SetAsideReason.MISSING, by=count.sari, at=NOW)
    take = count.begin().take
    assert sorted(take.lines.values_list("item", "pieces")) == sorted([(chair.pk, 1), (desks.pk, 10)])


def test_a_whole_site_has_all_its_shelves_and_what_has_none(count):
    count.whole = True
    on(count.first)
    loose = make_item(site=count.site)
    take = count.begin().take
    assert [row.shelf for row in take.shelves.all()] == [count.first, count.second, None]
    assert take.lines.get(item=loose).place.shelf is None


def test_a_double_tap_begins_one(count):
    first = count.begin().take
    assert count.begin().take == first


def test_a_shelf_is_counted_in_one_stock_take_at_a_time(count):
    count.begin()
    with pytest.raises(AlreadyCounted) as refused:
        stocktake.start(count.site, by=count.lasse, at=NOW, client_key="another")
    assert refused.value.details == {"shelf": "A1"}
    stocktake.cancel(count.take, by=count.lasse, at=NOW)
    stocktake.start(count.site, by=count.lasse, at=NOW, client_key="another")


def test_an_area_is_at_least_one_shelf_of_the_site(count):
    elsewhere = make_shelf("X1", site=make_site("other"))
    for shelves in ([], [count.first, elsewhere]):
        with pytest.raises(NoArea):
            stocktake.start(count.site, shelves=shelves, by=count.sari, at=NOW, client_key="none")


# ---- Scanning ----


def test_the_same_scans_again_in_another_order_change_nothing(count):
    chair, lamp = on(count.first), on(count.second)
    count.begin()
    key = count.place(count.first).key
    batch = [Seen(f"scan-{one.code}", key, one.code) for one in (chair, lamp)]
    stocktake.scan(count.take, batch, by=count.sari, at=later(minutes=1))
    again = stocktake.scan(count.take, batch[::-1] + batch, by=count.lasse, at=later(minutes=2))
    assert [taken.refusal for taken in again] == [None] * 4
    assert StockTakeScan.objects.count() == 2
    assert set(StockTakeScan.objects.values_list("by", flat=True)) == {count.sari.pk}


def test_a_scan_knows_when_it_was_made_though_the_phone_has_a_wrong_clock(count):
    chair = on(count.first)
    count.begin().tick(hours=1)
    scan = count.seen(chair, ago=timedelta(minutes=30)).scan
    assert scan.received_at - scan.scanned_at == timedelta(minutes=30)
    too_old = count.seen(chair, ago=timedelta(days=400)).scan
    assert too_old.scanned_at == count.take.started_at


def test_a_label_is_a_link_and_a_code_may_be_typed_anyhow(count):
    chair = on(count.first)
    count.begin()
    for text in (f"https://kierto.example/i/{chair.shown_code}", chair.shown_code.lower(), f" {chair.code} "):
        assert count.seen(text).scan.item == chair


def test_a_further_code_counts_like_the_own_one(count):
    chair, chairs = on(count.first), on(count.first, 3)
    merged = on(count.first, 2)
    label = aliases.print_blank(1, sheet="s", by=count.sari, at=NOW)[0]
    aliases.attach(chair, label.code, by=count.sari, at=NOW)
    aliases.attach(chair, "ABC123456", by=count.sari, at=NOW)
    lots.merge(merged, into=chairs, by=count.sari, at=NOW)
    count.begin()
    for text in (f"https://kierto.example/i/{label.code}", str(label), "*abc 123456*"):
        assert count.seen(text).scan.item == chair
    # The label of the lot that was merged still sticks on its pieces.
    assert count.seen(merged.code, pieces=5).scan.item == chairs


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("", BadScan),
        ("x" * 500, BadScan),
        ("https://example.org/shop?x=1", BadScan),
        ("K7Q4M2X", BadScan),
        ("2222222", UnknownItem),
    ],
)
def test_what_is_no_label_of_ours_is_refused_and_costs_the_others_nothing(count, code, refusal):
    chair = on(count.first)
    count.begin()
    key = count.place(count.first).key
    bad, good = stocktake.scan(
        count.take,
        [Seen("scan-bad-1", key, code), Seen("scan-good-1", key, chair.code)],
        by=count.sari,
        at=NOW,
    )
    assert (type(bad.refusal), good.scan.item) == (refusal, chair)


def test_of_a_lot_somebody_has_to_say_how_many(count):
    chairs = on(count.first, 12)
    count.begin()
    assert isinstance(count.seen(chairs).refusal, HowMany)
    assert isinstance(count.seen(chairs, pieces=-1).refusal, BadScan)
    assert isinstance(count.seen(chairs, pieces=10**9).refusal, BadScan)
    assert count.seen(chairs, pieces=0).scan.pieces == 0


def test_a_scan_belongs_to_a_place_of_this_stock_take(count):
    chair = on(count.first)
    count.begin()
    one = Seen("scan-elsewhere", "zzzzzz", chair.code)
    (taken,) = stocktake.scan(count.take, [one], by=count.sari, at=NOW)
    assert isinstance(taken.refusal, UnknownPlace)
    assert isinstance(count.seen(chair, client_id="short").refusal, BadScan)


def test_undone_is_undone_whichever_arrives_first(count):
    chair = on(count.first)
    count.begin()
    count.seen(chair, client_id="scan-first-undone", is_undone=True)
    count.seen(chair, client_id="scan-first-undone")
    count.seen(chair, client_id="scan-then-undone")
    for _twice in range(2):
        stocktake.undo_scan(count.take, "scan-then-undone", by=count.sari, at=count.tick())
    assert StockTakeScan.objects.filter(undone_at=None).count() == 0
    count.counted()
    assert count.told() == [("missing", chair.code, 1)]


def test_while_it_is_paused_only_what_was_scanned_before_counts(count):
    chair = on(count.first)
    count.begin().tick(hours=1)
    stocktake.pause(count.take, by=count.sari, at=count.at)
    assert isinstance(count.seen(chair).refusal, StockTakePaused)
    assert count.seen(chair, ago=timedelta(minutes=30)).scan
    stocktake.resume(count.take, by=count.lasse, at=count.tick())
    assert count.seen(chair).scan


def test_a_cancelled_one_takes_nothing_and_changes_nothing(count):
    chair = on(count.first)
    count.begin()
    count.counted()
    stocktake.cancel(count.take, by=count.sari, at=count.tick())
    assert isinstance(count.seen(chair).refusal, StockTakeOver)
    assert counters(chair) == (1, 0)
    with pytest.raises(WrongStockTakeStep):
        stocktake.resume(count.take, by=count.sari, at=NOW)


def test_only_a_lead_or_whoever_began_it_cancels_it(count):
    count.begin()
    with pytest.raises(OnlyLead):
        stocktake.cancel(count.take, by=make_worker(count.site), at=NOW)
    stocktake.cancel(count.take, by=count.lasse, at=NOW)


def test_the_database_knows_the_statuses(count):
    count.begin()
    for wrong in ({"status": "lost"}, {"status": "closed"}, {"status": "paused"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(count.take).objects.filter(pk=count.take.pk).update(**wrong)


def test_progress_by_shelf_is_what_everybody_has_seen(count):
    chair, _lamp, desk = on(count.first), on(count.first), on(count.second)
    count.begin()
    count.seen(chair, by=count.sari)
    count.seen(desk, count.first, by=count.lasse)
    found = stocktake.found_on(list(count.take.shelves.all()))
    assert [found[count.place(shelf).pk] for shelf in (count.first, count.second)] == [(2, 1), (1, 1)]
