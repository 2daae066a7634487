"""A stock-take that goes on in the demo's first warehouse: one shelf counted, one half counted, one not begun."""

from datetime import timedelta

from django.db.models import Count, Q

from inventory.domain import stocktake
from inventory.domain.stocktake import Seen


def count_some(site, *, worker, now):
    """The three fullest shelves: of the first one thing was not scanned, and one of the second stands there."""
    begun = now - timedelta(minutes=50)
    here = Count("items", filter=Q(items__quantity__gt=0))
    shelves = list(site.shelves.annotate(here=here).filter(here__gt=0).order_by("-here", "code")[:3])
    if len(shelves) < 3:
        return
    take = stocktake.start(site, shelves=shelves, by=worker, at=begun, client_key="demo-stock-take")
    first, second, _third = take.shelves.all()
    on_first, on_second = (
        [line.item for line in place.lines.select_related("item")] for place in (first, second)
    )
    seen = [(first, item) for item in [*(on_first[:-1] or on_first), *on_second[1:2]]]
    seen += [(second, item) for item in on_second[:1]]
    for minute, (place, item) in enumerate(seen):
        one = Seen(
            f"demo-scan-{minute:04}", place.key, item.code, item.quantity if item.quantity > 1 else None
        )
        stocktake.scan(take, [one], by=worker, at=begun + timedelta(minutes=1 + minute % 30))
    stocktake.finish_shelf(first, by=worker, at=begun + timedelta(minutes=35))
