"""A stock-take that is closed while scans arrive: each scan is in what the close has judged, or kept as late; never neither."""

import pytest

from inventory.domain import stock, stocktake, stocktake_report
from inventory.domain.refusals import AlreadyCounted, NotEnoughLeft, ReportChanged, WrongStockTakeStep
from inventory.domain.stocktake import Seen
from inventory.models import Item, SetAside, StockTake, StockTakeScan, StockTakeStatus
from tests.concurrency import race, unexpected
from tests.factories import NOW, counters, later, make_item, make_shelf

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def begin(shelf, lead):
    return stocktake.start(shelf.site, shelves=[shelf], by=lead, at=NOW, client_key="race")


def seen(take, item, number):
    return [Seen(f"scan-{number:06}", take.shelves.get().key, item.code)]


@pytest.fixture
def shelf(lead):
    return make_shelf("A1")


def test_a_thing_scanned_while_the_lead_closes_is_seen_or_late_and_never_neither(lead, shelf):
    things = [make_item(shelf=shelf) for _number in range(20)]
    bystander = make_item(quantity=3, shelf=make_shelf("B1"))
    take = begin(shelf, lead)
    stocktake.finish_shelf(take.shelves.get(), by=lead, at=later(minutes=1))
    told = stocktake_report.report(take)
    at = later(minutes=2)

    def act(number):
        if number == 20:
            keys = {one.key for one in told.differences}
            return stocktake_report.close(take, write=keys, fingerprint=told.fingerprint, by=lead, at=at)
        return stocktake.scan(take, seen(take, things[number], number), by=lead, at=at)

    results = race(act, runners=21)
    assert unexpected(results, ReportChanged) == []
    take.refresh_from_db()
    is_closed = take.status == StockTakeStatus.CLOSED
    # The lead has agreed to twenty missing things: one scan before the close, and it is refused; else all scans are late.
    assert StockTakeScan.objects.filter(is_late=is_closed).count() == 20
    assert SetAside.objects.count() == (20 if is_closed else 0)
    assert counters(bystander) == (3, 0)


def test_one_batch_sent_by_ten_connections_at_once_is_taken_once(lead, shelf):
    things = [make_item(shelf=shelf) for _number in range(5)]
    take = begin(shelf, lead)
    batch = [one for number, item in enumerate(things) for one in seen(take, item, number)]
    results = race(
        lambda n: stocktake.scan(take, batch[n % 5 :] + batch[: n % 5], by=lead, at=later(minutes=1)),
        runners=10,
    )
    assert unexpected(results) == []
    assert StockTakeScan.objects.count() == 5


def test_two_people_who_start_on_one_shelf_start_one(lead, shelf):
    results = race(
        lambda n: stocktake.start(shelf.site, shelves=[shelf], by=lead, at=NOW, client_key=f"k{n}"),
        runners=10,
    )
    assert unexpected(results, AlreadyCounted) == []
    assert StockTake.objects.count() == 1


def test_ten_leads_who_close_close_once(lead, shelf):
    lost = make_item(shelf=shelf)
    take = begin(shelf, lead)
    stocktake.finish_shelf(take.shelves.get(), by=lead, at=later(minutes=1))
    told = stocktake_report.report(take)
    results = race(
        lambda _n: stocktake_report.close(
            take,
            write={one.key for one in told.differences},
            fingerprint=told.fingerprint,
            by=lead,
            at=later(minutes=2),
        ),
        runners=10,
    )
    assert unexpected(results, WrongStockTakeStep) == []
    assert counters(lost) == (1, 1)
    assert SetAside.objects.count() == 1


def test_what_is_reserved_while_the_lead_closes_is_promised_or_set_aside_and_never_both(lead, shelf):
    chairs = make_item(quantity=10, shelf=shelf)
    take = begin(shelf, lead)
    stocktake.finish_shelf(take.shelves.get(), by=lead, at=later(minutes=1))
    told = stocktake_report.report(take)

    def act(number):
        if number == 10:
            keys = {one.key for one in told.differences}
            at = later(minutes=2)
            return stocktake_report.close(take, write=keys, fingerprint=told.fingerprint, by=lead, at=at)
        return stock.hold(chairs, 1, visible=Item.objects.published())

    results = race(act, runners=11)
    assert unexpected(results, NotEnoughLeft, ReportChanged) == []
    held = sum(one is None for one in results)
    aside = sum(SetAside.objects.values_list("pieces", flat=True))
    assert counters(chairs) == (10, held + aside)
    assert (held, aside) in {(0, 10), (10, 0)}
