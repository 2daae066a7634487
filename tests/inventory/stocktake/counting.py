"""A stock-take as its workers use it, and what stands on the shelves that it counts."""

from datetime import timedelta

from inventory.domain import stock, stocktake, stocktake_report
from inventory.domain.stocktake import Seen
from inventory.models import Item, SiteRole
from tests.factories import NOW, make_item, make_shelf, make_site, make_worker


class Count:
    """A stock-take with two shelves, as its workers use it; the clock goes on by two minutes with each step."""

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


def on(shelf, quantity=1, **fields):
    return make_item(quantity=quantity, shelf=shelf, site=shelf.site, **fields)


def where(item):
    return Item.objects.get(pk=item.pk).shelf


def hold(item, pieces):
    stock.hold(item, pieces, visible=Item.objects.published())
