from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .department import CostCentre, Department


class AskOutcome(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    GRANTED = "granted", _("granted")
    DENIED = "denied", _("not granted")
    WITHDRAWN = "withdrawn", _("withdrawn")


class UnitAskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(outcome=AskOutcome.OPEN)


class UnitAsk(models.Model):
    """Somebody asks to join a unit. It gives no right before the unit's lead has said yes."""

    token = models.CharField(max_length=24, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unit_asks")
    department = models.ForeignKey(Department, models.PROTECT, related_name="asks")
    cost_centre = models.ForeignKey(CostCentre, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=AskOutcome, default=AskOutcome.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = UnitAskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="unitask_outcome_known", condition=Q(outcome__in=AskOutcome.values)),
            models.CheckConstraint(
                name="unitask_decided_once_it_is_not_open",
                condition=Q(outcome="open", decided_at=None)
                | (~Q(outcome="open") & Q(decided_at__isnull=False)),
            ),
            models.UniqueConstraint(
                name="unitask_one_open_per_person", fields=["user"], condition=Q(outcome="open")
            ),
        ]

    def __str__(self) -> str:
        return self.token
