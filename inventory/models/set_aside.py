from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recycling.codes import new_token

from .item import Item


class SetAsideReason(models.TextChoices):
    REPAIR = "repair", _("being repaired")
    MISSING = "missing", _("missing")
    QUARANTINE = "quarantine", _("in quarantine: pests or mould")
    SAFETY = "safety", _("not safe to use")
    # Waiting for the lead: nobody chooses this one, it comes with a write-off that is over the limit.
    WRITE_OFF = "write_off", _("to be written off")


# What a worker may choose from.
ASIDE_REASONS = [
    SetAsideReason.REPAIR,
    SetAsideReason.MISSING,
    SetAsideReason.QUARANTINE,
    SetAsideReason.SAFETY,
]


class SetAsideQuerySet(models.QuerySet):
    def lasting(self):
        """Those that were neither put back nor written off yet, the oldest first."""
        return self.filter(ended_at=None).order_by("pk")


class SetAside(models.Model):
    """Pieces that nobody can reserve for now, and why. They count in the item's ``reserved`` until they are put back."""

    # For links and buttons: a key of the database stays inside.
    token = models.CharField(max_length=10, unique=True, default=new_token, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="set_aside")
    pieces = models.PositiveIntegerField()
    reason = models.CharField(max_length=10, choices=SetAsideReason)
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # A worker's form sends it once: a double tap sets aside once.
    client_key = models.CharField(max_length=40, null=True, unique=True)

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
