from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recycling.codes import new_token

from .item import Item
from .place import Shelf, Site


class StockTakeStatus(models.TextChoices):
    OPEN = "open", _("open")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


# From each status, the ones it may move to; inventory.domain.stocktake is the only place that moves it.
STOCK_TAKE_NEXT = {
    StockTakeStatus.OPEN: {StockTakeStatus.PAUSED, StockTakeStatus.CLOSED, StockTakeStatus.CANCELLED},
    StockTakeStatus.PAUSED: {StockTakeStatus.OPEN, StockTakeStatus.CANCELLED},
    StockTakeStatus.CLOSED: set(),
    StockTakeStatus.CANCELLED: set(),
}
GOING_ON = (StockTakeStatus.OPEN, StockTakeStatus.PAUSED)


def short_key():
    return new_token(6)


def person(**options):
    """Somebody who did something, kept as long as what they did."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class StockTakeQuerySet(models.QuerySet):
    def going_on(self):
        return self.filter(status__in=GOING_ON)

    def handled_by(self, user):
        """Those at the sites where this person works."""
        return self.filter(site__in=Site.objects.worked_at_by(user))


class StockTake(models.Model):
    """Some shelves of a site, or all of them, are counted by whoever is there, until a lead closes the count."""

    token = models.CharField(max_length=10, unique=True, default=new_token)
    site = models.ForeignKey(Site, models.PROTECT, related_name="stock_takes")
    status = models.CharField(max_length=10, choices=StockTakeStatus, default=StockTakeStatus.OPEN)
    client_key = models.CharField(max_length=60, unique=True)
    started_by = person()
    started_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    closed_by = person(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = StockTakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stocktake_status_known", condition=Q(status__in=StockTakeStatus.values)
            ),
            models.CheckConstraint(
                name="stocktake_closed_at_only_when_over",
                condition=Q(status__in=GOING_ON, closed_at__isnull=True)
                | (~Q(status__in=GOING_ON) & Q(closed_at__isnull=False, closed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="stocktake_paused_at_only_when_paused",
                condition=Q(status=StockTakeStatus.PAUSED, paused_at__isnull=False)
                | (~Q(status=StockTakeStatus.PAUSED) & Q(paused_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.token

    def get_absolute_url(self) -> str:
        return reverse("inventory:wh_take", args=[self.token])


class StockTakeShelf(models.Model):
    """One shelf of the area, or (without a shelf) whatever at the site has none. Counted once somebody says that it is."""

    take = models.ForeignKey(StockTake, models.CASCADE, related_name="shelves")
    key = models.CharField(max_length=6, default=short_key)
    shelf = models.ForeignKey(Shelf, models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField(null=True)
    counted_by = person(null=True)

    class Meta:
        ordering = [models.F("shelf__code").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(name="stocktakeshelf_once_per_take", fields=["take", "shelf"]),
            models.UniqueConstraint(
                name="stocktakeshelf_one_without_a_shelf", fields=["take"], condition=Q(shelf=None)
            ),
            models.UniqueConstraint(name="stocktakeshelf_key_once_per_take", fields=["take", "key"]),
        ]

    def __str__(self) -> str:
        return str(self.shelf or self.key)

    def get_absolute_url(self) -> str:
        return reverse("inventory:wh_take_shelf", args=[self.take.token, self.key])


class StockTakeLine(models.Model):
    """What stood where on record when the stock-take began: one item, and how many pieces should be found."""

    take = models.ForeignKey(StockTake, models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    place = models.ForeignKey(StockTakeShelf, models.CASCADE, related_name="lines")
    pieces = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="stocktakeline_once_per_item", fields=["take", "item"]),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.pieces}"


class StockTakeScan(models.Model):
    """Somebody saw so many pieces of an item at a place. ``client_id`` makes sending it again harmless.

    ``label`` is the code that the pieces carry: the item's own, or that of a lot that was merged into it.
    ``expected`` and ``stood_on`` are what the records said when it arrived; ``is_late`` when that was after the close.
    """

    client_id = models.CharField(max_length=40, unique=True)
    take = models.ForeignKey(StockTake, models.CASCADE, related_name="scans")
    place = models.ForeignKey(StockTakeShelf, models.CASCADE, related_name="scans")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    label = models.CharField(max_length=7)
    pieces = models.PositiveIntegerField(validators=[MinValueValidator(0)])
    by = person()
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField()
    expected = models.PositiveIntegerField()
    stood_on = models.ForeignKey(Shelf, models.PROTECT, null=True, related_name="+")
    is_late = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stocktakescan_received_after_it_was_scanned",
                condition=Q(received_at__gte=models.F("scanned_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.pieces}"


class StockTakeDevice(models.Model):
    """A browser that counts along, and how many scans it last said it had not been able to send."""

    take = models.ForeignKey(StockTake, models.CASCADE, related_name="devices")
    key = models.CharField(max_length=40)
    by = person()
    waiting = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="stocktakedevice_once_per_take", fields=["take", "key"]),
            models.CheckConstraint(
                name="stocktakedevice_leaves_with_nothing_unsent",
                condition=Q(left_at__isnull=True) | Q(waiting=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.waiting}"


class DifferenceKind(models.TextChoices):
    ELSEWHERE = "elsewhere", _("stands elsewhere")
    MISSING = "missing", _("not found")
    PROMISED = "promised", _("not found, and promised")
    MORE = "more", _("more than on record")
    FOUND_AGAIN = "found_again", _("found again")


class StockTakeDifference(models.Model):
    """One difference that a stock-take was closed with, and whether the records were changed by it.

    ``settled_at`` is empty while it waits on the lead's list: what is promised and was not found, what could not be moved.
    """

    take = models.ForeignKey(StockTake, models.CASCADE, related_name="differences")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DifferenceKind)
    pieces = models.PositiveIntegerField()
    recorded = models.ForeignKey(Shelf, models.PROTECT, null=True, related_name="+")
    seen = models.ForeignKey(Shelf, models.PROTECT, null=True, related_name="+")
    is_done = models.BooleanField()
    # The code of the refusal when the records could not follow.
    refused = models.CharField(max_length=30, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = person(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stocktakedifference_kind_known", condition=Q(kind__in=DifferenceKind.values)
            ),
            models.CheckConstraint(name="stocktakedifference_at_least_one_piece", condition=Q(pieces__gte=1)),
            models.UniqueConstraint(
                name="stocktakedifference_once_of_a_kind", fields=["take", "item", "kind"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.kind}"
