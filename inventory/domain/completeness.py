"""What an item lacks, and the next one that lacks it. Each lack has an index of its own: no page reads every item."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, ItemStatus
from inventory.models.item import LACKS_SECOND_PHOTO, LACKS_SIZE, LACKS_WEIGHT

STOOD_FOR = timedelta(days=90)
# Nobody needs to know how many more there are than this.
COUNTED = 200


@dataclass(frozen=True)
class Lack:
    """One kind of work: its key in addresses, its words, and the items that need it at a moment."""

    key: str
    words: Promise
    icon: str
    condition: Callable
    order: tuple[str, ...] = ("pk",)

    def at_site(self, site, *, at):
        """The site's items that lack it, in the order in which they are worked through."""
        items = Item.objects.filter(self.condition(at), site=site).exclude(status=ItemStatus.WITHDRAWN)
        return items.order_by(*self.order)

    def next_after(self, item, site, *, at):
        """The first one to work on, or the one after ``item``; None when that was all."""
        items = self.at_site(site, at=at)
        if item is not None and "published_at" in self.order:
            since = item.published_at
            items = items.filter(
                Q(published_at__gt=since) | Q(published_at=since, pk__gt=item.pk)
                if since
                else Q(pk__gt=item.pk)
            )
        elif item is not None:
            items = items.filter(pk__gt=item.pk)
        rows = items.select_related("category__parent", "site", "shelf").prefetch_related("photos")
        return rows.first()

    def count(self, site, *, at):
        """How many there are, counted up to one more than ``COUNTED``."""
        return self.at_site(site, at=at).order_by()[: COUNTED + 1].count()


LACKS = {
    lack.key: lack
    for lack in (
        Lack("size", _("No size"), "ruler", lambda _at: LACKS_SIZE),
        Lack("weight", _("No weight"), "weight", lambda _at: LACKS_WEIGHT),
        Lack("photo", _("Only one photo"), "camera", lambda _at: LACKS_SECOND_PHOTO),
        Lack(
            "old",
            _("On the shelf for over 90 days"),
            "clock",
            lambda at: Q(status=ItemStatus.PUBLISHED, quantity__gt=0, published_at__lte=at - STOOD_FOR),
            ("published_at", "pk"),
        ),
    )
}
