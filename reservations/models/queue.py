"""Who waits for an item of which nothing is free."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, ItemStatus
from recycling.accounts.models import Language
from recycling.accounts.models.contact import ContactChannel
from recycling.codes import new_token


class QueueStatus(models.TextChoices):
    JOINING = "joining", _("contact not proved yet")
    WAITING = "waiting", _("waiting")
    OFFERED = "offered", _("offered")
    TAKEN = "taken", _("taken")
    PASSED = "passed", _("passed on")
    LAPSED = "lapsed", _("not answered in time")
    LEFT = "left", _("left the queue")
    OVER = "over", _("nothing more comes")


_Q = QueueStatus
# From each status, the ones it may move to. What is not a key here is final.
QUEUE_NEXT = {
    _Q.JOINING: {_Q.WAITING, _Q.LEFT},
    _Q.WAITING: {_Q.OFFERED, _Q.LEFT, _Q.OVER},
    _Q.OFFERED: {_Q.TAKEN, _Q.PASSED, _Q.LAPSED},
}
IN_QUEUE = (_Q.WAITING, _Q.OFFERED)


class QueueQuerySet(models.QuerySet):
    def waiting_for(self, item):
        """Those whose turn has not come, in the order in which it does: whoever asks only in case comes last.

        A draw orders those who joined before it; everybody else is served as they joined.
        """
        by_lot = F("lot").asc(nulls_last=True)
        return self.filter(item=item, status=_Q.WAITING).order_by("only_backup", by_lot, "joined_at", "pk")

    def in_queue(self):
        """Those who wait, and those who are being offered something."""
        return self.filter(status__in=IN_QUEUE)

    def of_device(self, device):
        """Those that this browser joined."""
        return self.filter(device=device).exclude(device="")

    def in_vain(self):
        """Those who wait for more than there will ever be: it was collected, counted down, or left the catalogue."""
        gone = Q(item__quantity__lt=F("at_least")) | ~Q(item__status=ItemStatus.PUBLISHED)
        return self.filter(gone, status=_Q.WAITING)


class Draw(models.Model):
    """The city has marked an item: until ``at`` people only say that they want it, then lots decide who chooses first."""

    item = models.OneToOneField(Item, models.PROTECT, related_name="draw")
    at = models.DateTimeField(_("the draw is at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.at:%Y-%m-%d %H:%M}"


class QueueEntry(models.Model):
    """Somebody waits for pieces of an item. When they come free they are offered as a held reservation.

    They take fewer than ``pieces``, but not less than ``at_least``. Who has asked as ``only_backup`` comes after everybody
    who has not. ``joined_at`` is when the contact was proved: from then on they have a place.
    """

    token = models.CharField(max_length=10, unique=True, default=new_token, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="queue")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="queued")
    lot = models.PositiveIntegerField(null=True, editable=False, help_text="the place that a draw gave them")
    device = models.CharField(max_length=64, blank=True, default="", editable=False)
    pieces = models.PositiveIntegerField(_("pieces"), default=1)
    at_least = models.PositiveIntegerField(_("at least"), default=1)
    only_backup = models.BooleanField(_("only if nobody else wants it"), default=False)
    contact_name = models.CharField(_("name"), max_length=100, blank=True)
    contact_channel = models.CharField(max_length=5, choices=ContactChannel, blank=True)
    contact = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.FI)
    status = models.CharField(max_length=10, choices=QueueStatus, default=QueueStatus.JOINING)
    created_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a queue")
        verbose_name_plural = _("queues")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="queue_status_known", condition=Q(status__in=QueueStatus.values)),
            models.CheckConstraint(
                name="queue_numbers_within_each_other",
                condition=Q(pieces__gte=1, at_least__gte=1, at_least__lte=F("pieces")),
            ),
            models.CheckConstraint(
                name="queue_closed_at_set_exactly_when_over",
                condition=Q(status__in=list(QUEUE_NEXT), closed_at=None)
                | (~Q(status__in=list(QUEUE_NEXT)) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="queue_has_a_place_from_a_proved_contact_on",
                condition=~Q(status__in=IN_QUEUE) | Q(person__isnull=False, joined_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="queue_a_person_once_for_an_item",
                fields=["item", "person"],
                condition=Q(status__in=IN_QUEUE),
            ),
        ]
        indexes = [
            models.Index(
                name="queue_in_turn",
                fields=["item", "only_backup", "joined_at"],
                condition=Q(status=_Q.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return self.token

    def get_absolute_url(self) -> str:
        return reverse("reservations:queue", args=[self.token])

    @property
    def first_name(self) -> str:
        return self.contact_name.split(" ")[0]
