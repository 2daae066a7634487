from django.conf import settings
from django.db import models
from django.db.models import Q

from .handover import HandoverLine


class Returned(models.Model):
    """Pieces that had been handed over and came back: the share of the impact that no longer holds, to be taken off.

    The hand-over's own rows stay as they were written that day; whoever sums them subtracts these.
    """

    line = models.ForeignKey(HandoverLine, models.PROTECT, related_name="returns")
    pieces = models.PositiveIntegerField()
    condition = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    weight_kg = models.DecimalField(max_digits=10, decimal_places=1)
    co2e_low = models.DecimalField(max_digits=12, decimal_places=2)
    co2e_central = models.DecimalField(max_digits=12, decimal_places=2)
    co2e_high = models.DecimalField(max_digits=12, decimal_places=2)
    # The lot that the pieces joined or became.
    into = models.ForeignKey("inventory.Item", models.PROTECT, related_name="+")
    client_key = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="returned_at_least_one_piece", condition=Q(pieces__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} of {self.line_id}"
