from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .item import Item


class SetAsideReason(models.TextChoices):
    REPAIR = "repair", _("being repaired")
    MISSING = "missing", _("missing")


class SetAsideQuerySet(models.QuerySet):
    def lasting(self):
        """Those that were neither put back nor written off yet, the oldest first."""
        return self.filter(ended_at=None).order_by("pk")


class SetAside(models.Model):
    """Pieces that nobody can reserve for now, and why. They count in the item's ``reserved`` until they are put back."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="set_aside")
    pieces = models.PositiveIntegerField()
    reason = models.CharField(max_length=10, choices=SetAsideReason)
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="setaside_at_least_one_piece", condition=Q(pieces__gte=1)),
            models.CheckConstraint(
                name="setaside_reason_known", condition=Q(reason__in=SetAsideReason.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} {self.reason}"
