"""What came free after it was published (cancelled, expired, counted, back from repair) goes to those who wait as well."""

from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from recycling import clock
from recycling.audit.models import AuditEntry
from reservations.models import ReservationLine, WantedEntry

from . import wanted_matching, wanted_offers

# Longer than an offer stands: what came free while an entry had another offer is offered to it afterwards.
LOOK_BACK = timedelta(days=14)
# Each round looks at so many lots; the rest have their turn when these are offered.
MOST = 2000
FREED_BY = ("item_counted", "item_put_back", "item_returned", "item_merged_from", "item_write_off_undone")


def offer_what_came_free(*, at):
    """Offer it, the earliest need first; how many entries got something. The questions are as many for one as for hundreds."""
    waiting = WantedEntry.objects.waiting(clock.city_day(at)).filter(department__is_active=True)
    entries = list(waiting)
    if not entries:
        return 0
    items, free_since = _came_free(entries, at=at)
    refused = wanted_offers.refused_by(items)
    shares = wanted_matching.share(entries, items, refused=refused, free_since=free_since)
    wanted = {item.pk for _entry, lots in shares for item in lots}
    if not wanted:
        return 0
    with transaction.atomic():
        # Looked at once more under their locks, as at publishing.
        return wanted_offers.offer(wanted_offers.locked_items(wanted), at=at, free_since=free_since)


def _came_free(entries, *, at):
    """The free lots of these kinds that some entry has not seen when it was written, and since when each has been free."""
    kinds = {entry.category_id for entry in entries}
    first = min(entry.created_at for entry in entries)
    since = max(first, at - LOOK_BACK)
    closed = ReservationLine.objects.filter(item=OuterRef("pk"), reservation__closed_at__gte=since)
    done = AuditEntry.objects.filter(
        target_type="item", target_id=OuterRef("pk"), at__gte=since, action__in=FREED_BY
    )
    rows = wanted_offers.free_items(at).filter(Q(category__in=kinds) | Q(category__parent__in=kinds))
    rows = rows.annotate(
        let_go=Subquery(closed.order_by("-reservation__closed_at").values("reservation__closed_at")[:1]),
        mended=Subquery(done.order_by("-at").values("at")[:1]),
    )
    rows = rows.filter(Q(published_at__gte=first) | Q(let_go__isnull=False) | Q(mended__isnull=False))
    items = list(rows.select_related("category__parent").order_by("published_at", "pk")[:MOST])
    return items, {
        item.pk: max(filter(None, [item.published_at, item.let_go, item.mended])) for item in items
    }
