"""What closing a stock-take writes, and what has to be so first."""

from datetime import timedelta

import pytest

from inventory.domain import stock, stocktake, stocktake_report
from inventory.domain.refusals import OnlyLead, ReportChanged, ScansUnsent, WrongStockTakeStep
from inventory.models import Item, SetAside, SetAsideReason, SiteRole, StockTakeDifference, StockTakeStatus
from recycling.audit.models import AuditEntry
from tests.factories import NOW, counters, make_shelf, make_site, make_worker

from .counting import hold, on, where

pytestmark = pytest.mark.django_db


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
