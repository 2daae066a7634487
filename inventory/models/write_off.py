from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recycling.codes import new_token

from .item import Item
from .set_aside import SetAside


class WriteOffReason(models.TextChoices):
    BROKEN = "broken", _("broken")
    PESTS = "pests", _("pests or mould")
    MISSING = "missing", _("missing")
    DANGEROUS = "dangerous", _("dangerous")
    OUTDATED = "outdated", _("outdated")
    UNWANTED = "unwanted", _("nobody took it")
    OTHER = "other", _("another reason")


class Destination(models.TextChoices):
    ENERGY = "energy", _("energy waste")
    METAL = "metal", _("metal")
    WOOD = "wood", _("wood")
    ELECTRICAL = "electrical", _("electrical scrap")
    PARTS = "parts", _("spare parts")
    PARTNER = "partner", _("a partner")
    AUCTION = "auction", _("auction")


class WriteOffStatus(models.TextChoices):
    WAITING = "waiting", _("waiting for the lead")
    DONE = "done", _("written off")
    UNDONE = "undone", _("undone")
    REJECTED = "rejected", _("not confirmed")


class WriteOffQuerySet(models.QuerySet):
    def handled_by(self, user):
        """Those of the items that the person handles."""
        return self.filter(item__in=Item.objects.handled_by(user))


class WriteOff(models.Model):
    """Pieces that leave for good without an owner: why, where to and how heavy, in rows that a report can sum.

    While it waits for the lead its pieces are set aside (``aside``), so that nobody reserves them meanwhile.
    """

    # For links and buttons: a key of the database stays inside.
    token = models.CharField(max_length=10, unique=True, default=new_token, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="write_offs")
    pieces = models.PositiveIntegerField()
    reason = models.CharField(max_length=10, choices=WriteOffReason)
    # What cannot be found goes nowhere; everything else goes somewhere.
    destination = models.CharField(max_length=10, choices=Destination, blank=True, default="")
    # For all the pieces together.
    weight_kg = models.DecimalField(max_digits=10, decimal_places=1)
    weight_is_estimate = models.BooleanField()
    value = models.DecimalField(max_digits=12, decimal_places=2)
    status = models.CharField(max_length=8, choices=WriteOffStatus)
    aside = models.ForeignKey(SetAside, models.PROTECT, null=True, related_name="write_offs")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The lead's answer, or the undoing.
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    client_key = models.CharField(max_length=40, null=True, unique=True)

    objects = WriteOffQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="writeoff_at_least_one_piece", condition=Q(pieces__gte=1)),
            models.CheckConstraint(
                name="writeoff_reason_known", condition=Q(reason__in=WriteOffReason.values)
            ),
            models.CheckConstraint(
                name="writeoff_goes_somewhere_unless_missing",
                condition=Q(reason=WriteOffReason.MISSING, destination="")
                | (~Q(reason=WriteOffReason.MISSING) & Q(destination__in=Destination.values)),
            ),
            models.CheckConstraint(
                name="writeoff_status_known", condition=Q(status__in=WriteOffStatus.values)
            ),
            models.CheckConstraint(
                name="writeoff_waiting_keeps_its_pieces_aside",
                condition=~Q(status=WriteOffStatus.WAITING) | Q(aside__isnull=False),
            ),
            models.CheckConstraint(
                name="writeoff_weight_and_value_not_negative", condition=Q(weight_kg__gte=0, value__gte=0)
            ),
            models.UniqueConstraint(
                name="writeoff_one_waits_for_pieces_set_aside",
                fields=["aside"],
                condition=Q(status=WriteOffStatus.WAITING),
            ),
        ]
        indexes = [models.Index(name="writeoff_by_status", fields=["status", "at"])]

    def __str__(self) -> str:
        return f"{self.pieces} {self.reason}"
