"""A stock-take: what is counted, how it is judged while the house goes on, and what closing it writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from inventory.domain import aliases, lots, moving, stock, stocktake, stocktake_report, writing_off
from inventory.domain.refusals import (
    AlreadyCounted,
    BadScan,
    HowMany,
    NoArea,
    OnlyLead,
    ReportChanged,
    ScansUnsent,
    StockTakeOver,
    StockTakePaused,
    UnknownItem,
    UnknownPlace,
    WrongStockTakeStep,
)
from inventory.domain.stocktake import Seen
from inventory.models import (
    Item,
    SetAside,
    SetAsideReason,
    SiteRole,
    StockTakeDifference,
    StockTakeScan,
    StockTakeStatus,
)
from recycling.audit.models import AuditEntry
from reservations.domain import handover, returning
from reservations.models import HandoverLine
from tests.factories import (
    NOW,
    counters,
    later,
    make_item,
    make_reservation,
    make_shelf,
    make_site,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db


class Count:
    """A stock-take with two shelves, as its workers use it; the clock goes on by a minute with each step."""

    def __init__(self, *, whole=False):
        self.site = make_site()
        self.sari = make_worker(self.site)
        self.lasse = make_worker(self.site, SiteRole.LEAD, name="Lasse Laukka")
        self.at, self.number = NOW, 0
        self.whole = whole
        self.first, self.second = make_shelf("A1"), make_shelf("A2")

    def begin(self):
        shelves = None if self.whole else [self.first, self.second]
        self.take = stocktake.start(
            self.site, shelves=shelves, by=self.sari, at=self.at, client_key="sari-begins"
        )
        return self

    def tick(self, **step):
        self.at += timedelta(**(step or {"minutes": 2}))
        return self.at

    def place(self, shelf):
        return self.take.shelves.get(shelf=shelf)

    def seen(self, item, shelf=None, pieces=None, *, by=None, **facts):
        self.number += 1
        one = Seen(
            client_id=facts.pop("client_id", f"scan-{self.number:06}"),
            place=self.place(shelf or self.first).key,
            code=item if isinstance(item, str) else item.code,
            pieces=pieces,
            **facts,
        )
        (taken,) = stocktake.scan(self.take, [one], by=by or self.sari, at=self.tick())
        return taken

    def counted(self, *shelves):
        for shelf in shelves or [self.first, self.second]:
            stocktake.finish_shelf(self.place(shelf), by=self.sari, at=self.tick())

    def told(self):
        """[(kind, code, pieces)] of the report."""
        differences = stocktake_report.report(self.take).differences
        return [(str(one.kind.value), one.item.code, one.pieces) for one in differences]

    def close(self, *, leave=(), by=None, **options):
        told = stocktake_report.report(self.take)
        keys = {one.key for one in told.differences} - set(leave)
        return stocktake_report.close(
            self.take,
            write=keys,
            fingerprint=options.pop("fingerprint", told.fingerprint),
            by=by or self.lasse,
            at=self.tick(),
            **options,
        )


@pytest.fixture
def count():
    return Count()


def on(shelf, quantity=1, **fields):
    return make_item(quantity=quantity, shelf=shelf, site=shelf.site, **fields)


def where(item):
    return Item.objects.get(pk=item.pk).shelf


def hold(item, pieces):
    stock.hold(item, pieces, visible=Item.objects.published())


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


# ---- Judging ----


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


def test_two_labels_of_one_lot_are_two_looks_at_it_and_not_twice_the_pieces(count):
    lot = on(count.first, 8)
    aliases.attach(lot, "KAL004217", by=count.sari, at=NOW)
    count.begin()
    count.seen(lot, pieces=8)
    count.seen("KAL004217", pieces=8)
    count.counted()
    assert count.told() == []


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


# ---- Closing ----


def test_closing_writes_each_difference_through_the_verbs_of_the_stock(count):
    lost, strays, more = on(count.first), on(count.first), on(count.second, 4)
    found = on(count.second, 3)
    stock.set_aside(found, 3, reason=SetAsideReason.MISSING, by=count.sari, at=NOW)
    versions = dict(Item.objects.values_list("pk", "version"))
    count.begin()
    count.seen(strays, count.second)
    count.seen(more, count.second, 6)
    count.seen(found, count.second, 2)
    count.counted()
    assert count.told() == [
        ("elsewhere", strays.code, 1),
        ("missing", lost.code, 1),
        ("more", more.code, 2),
        ("found_again", found.code, 2),
    ]
    count.close()
    assert [counters(one) for one in (lost, strays, more, found)] == [(1, 1), (1, 0), (6, 0), (3, 1)]
    assert where(strays) == count.second
    assert SetAside.objects.get(item=lost, ended_at=None).reason == SetAsideReason.MISSING
    assert Item.objects.get(pk=strays.pk).version > versions[strays.pk]
    actions = AuditEntry.objects.filter(target_type="item", at__gte=count.at)
    assert sorted(actions.values_list("action", flat=True)) == [
        *("item_counted", "item_moved", "item_put_back", "item_set_aside", "item_set_aside")
    ]
    assert StockTakeDifference.objects.filter(is_done=True, settled_by=count.lasse).count() == 4


def test_the_lead_may_leave_a_difference_as_it_is(count):
    lost = on(count.first)
    count.begin()
    count.counted()
    count.close(leave=[f"missing-{lost.code}"])
    assert counters(lost) == (1, 0)
    (kept,) = StockTakeDifference.objects.all()
    assert (kept.is_done, kept.settled_by) == (False, count.lasse)


def test_a_promise_is_never_broken_by_a_count(count):
    chairs = on(count.first, 5)
    hold(chairs, 4)
    count.begin()
    count.seen(chairs, pieces=2)
    count.counted()
    assert count.told() == [("missing", chairs.code, 1), ("promised", chairs.code, 2)]
    count.close()
    assert counters(chairs) == (5, 5)
    (listed,) = stocktake.waiting_for_lead([count.site.pk])
    assert (listed.kind, listed.pieces, listed.is_done) == ("promised", 2, False)
    for _twice in range(2):
        stocktake.settle(listed, by=count.lasse, at=count.tick())
    assert list(stocktake.waiting_for_lead([count.site.pk])) == []
    assert AuditEntry.objects.filter(action="stocktake_settled").count() == 1
    assert AuditEntry.objects.get(action="item_promised_not_found").details == {"pieces": 2}


def test_what_is_promised_at_another_site_is_not_moved_here(count):
    there = on(make_shelf("X1", site=make_site("other")))
    hold(there, 1)
    count.begin()
    count.seen(there)
    count.close()
    assert where(there).code == "X1"
    assert stocktake.waiting_for_lead([count.site.pk]).count() == 1


def test_a_thing_that_was_gone_on_record_and_is_seen_comes_back(count):
    chair = on(count.second)
    hold(chair, 1)
    stock.hand_over(chair, 1)
    count.begin()
    count.seen(chair, count.first)
    count.counted()
    assert count.told() == [("elsewhere", chair.code, 1), ("more", chair.code, 1)]
    count.close()
    assert (counters(chair), where(chair)) == ((1, 0), count.first)


def test_only_a_lead_of_the_site_closes(count):
    count.begin()
    elsewhere = make_worker(make_site("other"), SiteRole.LEAD)
    for who in (count.sari, elsewhere):
        with pytest.raises(OnlyLead):
            count.close(by=who)


def test_closing_waits_for_phones_that_may_hold_scans(count):
    lost = on(count.first)
    count.begin()
    count.counted()
    sari = {"device": "phone-of-sari", "by": count.sari}
    stocktake.announce(count.take, waiting=3, at=count.tick(), **sari)
    with pytest.raises(ScansUnsent):
        count.close()
    # Not having said that it is finished is holding too: a phone without a network cannot say how much it holds.
    stocktake.announce(count.take, waiting=0, at=count.tick(), **sari)
    with pytest.raises(ScansUnsent):
        count.close()
    assert (counters(lost), count.take.status) == ((1, 0), StockTakeStatus.OPEN)
    stocktake.announce(count.take, waiting=0, leaves=True, at=count.tick(), **sari)
    count.close()
    assert counters(lost) == (1, 1)


def test_a_lead_may_close_all_the_same_and_what_comes_late_is_kept(count):
    chair = on(count.first)
    count.begin()
    count.counted()
    stocktake.announce(count.take, device="phone-of-sari", waiting=1, by=count.sari, at=count.tick())
    count.close(despite_unsent=True)
    details = AuditEntry.objects.get(action="stocktake_closed").details
    assert (details["unsent"], details["devices"]) == (1, 1)
    late = count.seen(chair, ago=timedelta(minutes=30))
    assert late.scan.is_late
    assert [row.item for row in stocktake_report.late_scans(count.take)] == [chair]
    assert counters(chair) == (1, 1)


def test_what_the_lead_has_seen_is_what_is_written(count):
    lost, other = on(count.first), on(count.first)
    count.begin()
    count.seen(other)
    count.counted()
    seen = stocktake_report.report(count.take).fingerprint
    count.seen(lost)
    with pytest.raises(ReportChanged):
        count.close(fingerprint=seen)
    count.close()
    assert counters(lost) == (1, 0)


def test_it_is_closed_once(count):
    count.begin()
    count.close()
    with pytest.raises(WrongStockTakeStep):
        count.close()
    with pytest.raises(WrongStockTakeStep):
        stocktake.finish_shelf(count.place(count.first), by=count.sari, at=NOW)
