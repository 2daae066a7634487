from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .item import Item


class IntakeTime(models.Model):
    """How long it took to log an item, as the phone measured it: from the camera's opening to "save"."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="intake_time")
    seconds = models.PositiveIntegerField(_("seconds"))
    taps = models.PositiveSmallIntegerField(_("taps"))
    with_camera = models.BooleanField(_("with the camera in the page"))

    LONGEST = 24 * 60 * 60
    MOST_TAPS = 10_000

    class Meta:
        verbose_name = _("time of an intake")
        verbose_name_plural = _("times of intakes")
        constraints = [
            models.CheckConstraint(name="intaketime_within_a_day", condition=Q(seconds__lte=24 * 60 * 60))
        ]

    def __str__(self) -> str:
        return f"{self.seconds} s, {self.taps}"
