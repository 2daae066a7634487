from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import ImpactFactor, Item

from .reservation import Reservation


class NotGiven(models.TextChoices):
    """Why a piece did not leave with the person. What becomes of it follows from the reason (domain.handover)."""

    NOT_WANTED = "not_wanted", _("the person does not want it")
    DOES_NOT_FIT = "does_not_fit", _("it does not fit in the vehicle")
    UNSUITABLE = "unsuitable", _("it is not what was expected")
    BROKEN = "broken", _("it is broken")
    MISSING = "missing", _("it is missing")
    LATER = "later", _("it is collected another time")


class Signed(models.TextChoices):
    """How whoever took the things signed for them. Nobody has to."""

    NO = "", _("not signed")
    SCREEN = "screen", _("signed on the screen")
    PAPER = "paper", _("signed on paper")
    CODE = "code", _("the code was said")
    SITE = "site", _("confirmed with the code at the place")


class Handover(models.Model):
    """That it happened: who gave, when. The totals of a reservation's impact are copied here and never recomputed.

    ``by`` is empty where nobody was there, and whoever took the things has typed the code of the place.
    ``by_other``: somebody else came for whoever had reserved. Who that was is nobody's business and not kept.
    """

    reservation = models.OneToOneField(Reservation, models.PROTECT, related_name="handover")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_other = models.BooleanField(default=False)
    signed = models.CharField(max_length=6, choices=Signed, blank=True, default=Signed.NO)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(name="handover_signed_known", condition=Q(signed__in=Signed.values)),
            models.CheckConstraint(
                name="handover_by_somebody_or_with_the_code_of_the_place",
                condition=Q(by__isnull=False) | Q(signed=Signed.SITE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.at:%Y-%m-%d}"


class Signature(models.Model):
    """The strokes of a signature, as the path of a drawing 600 wide and 200 high. It goes when the name goes.

    A row of its own, so that no list of hand-overs carries it along; in the database, so that it has no address.
    """

    handover = models.OneToOneField(Handover, models.CASCADE, related_name="signature")
    strokes = models.TextField()

    def __str__(self) -> str:
        return f"{self.handover_id}"


class HandoverLine(models.Model):
    """What was given of one line, why the rest was not, and the impact as it was computed at that moment.

    ``weight_kg`` and ``co2e_*`` are totals for the pieces given, before the displacement share is applied;
    ``displacement_percent`` is that share, ``factor`` the row the figures came from.
    """

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="handover_lines")
    promised = models.PositiveIntegerField()
    given = models.PositiveIntegerField()
    # How many of them have come back since (``Returned``).
    returned = models.PositiveIntegerField(default=0)
    why_not = models.CharField(max_length=20, choices=NotGiven, blank=True, default="")
    weight_kg = models.DecimalField(max_digits=10, decimal_places=1)
    weight_is_estimate = models.BooleanField()
    co2e_low = models.DecimalField(max_digits=12, decimal_places=2)
    co2e_central = models.DecimalField(max_digits=12, decimal_places=2)
    co2e_high = models.DecimalField(max_digits=12, decimal_places=2)
    displacement_percent = models.PositiveSmallIntegerField()
    factor = models.ForeignKey(ImpactFactor, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("line of a hand-over")
        verbose_name_plural = _("lines of hand-overs")
        constraints = [
            models.UniqueConstraint(name="handoverline_an_item_once", fields=["handover", "item"]),
            models.CheckConstraint(
                name="handoverline_given_within_promised", condition=Q(given__lte=F("promised"))
            ),
            models.CheckConstraint(
                name="handoverline_returned_within_given", condition=Q(returned__lte=F("given"))
            ),
            models.CheckConstraint(
                name="handoverline_says_why_the_rest_was_not_given",
                condition=Q(given=F("promised"), why_not="")
                | (Q(given__lt=F("promised")) & Q(why_not__in=NotGiven.values)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given}/{self.promised} x {self.item_id}"
