from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Site
from recycling.translated import Translated


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Fulfilment(models.TextChoices):
    PICKUP = "pickup", _("pickup")
    DELIVERY = "delivery", _("delivery")


class OpeningHours(models.Model):
    """When a site hands things over on one weekday, in its own clock time. A lunch break is two rows.

    With ``fulfilment`` delivery: when its van drives, the transport calendar; a place is a stop then.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="opening_hours", verbose_name=_("site"))
    fulfilment = models.CharField(_("for"), max_length=10, choices=Fulfilment, default=Fulfilment.PICKUP)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    slot_minutes = models.PositiveSmallIntegerField(
        _("a pickup time lasts, minutes"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(480)],
    )
    capacity = models.PositiveSmallIntegerField(
        _("reservations at the same time"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["site", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                name="openinghours_one_at_each_start",
                fields=["site", "fulfilment", "weekday", "opens", "valid_from"],
            ),
            models.CheckConstraint(
                name="openinghours_fulfilment_known", condition=Q(fulfilment__in=Fulfilment.values)
            ),
            models.CheckConstraint(
                name="openinghours_open_before_closing", condition=Q(opens__lt=F("closes"))
            ),
            models.CheckConstraint(name="openinghours_weekday_known", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="openinghours_slots_and_capacity_positive",
                condition=Q(slot_minutes__gte=5, capacity__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H.%M}-{self.closes:%H.%M}"

    def clean(self):
        """Hours that end before they begin, or meet other hours of the same site and weekday, would plan times twice."""
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The last day is before the first.")})
        if self.site_id and self.opens and self.closes and self._meets_others():
            raise ValidationError(
                _("These hours overlap others of the same site and weekday. Change those first.")
            )

    def _meets_others(self):
        others = OpeningHours.objects.filter(
            site=self.site_id,
            fulfilment=self.fulfilment,
            weekday=self.weekday,
            opens__lt=self.closes,
            closes__gt=self.opens,
        ).exclude(pk=self.pk)
        if self.valid_until:
            others = others.exclude(valid_from__gt=self.valid_until)
        if self.valid_from:
            others = others.exclude(valid_until__lt=self.valid_from)
        return others.exists()


class ClosedDay(models.Model):
    """A calendar date on which nothing is handed over: at one site, or everywhere when ``site`` is empty."""

    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="closed_days", verbose_name=_("site")
    )
    day = models.DateField(_("day"))
    is_holiday = models.BooleanField(_("public holiday"), default=False, editable=False)
    reason_fi = models.CharField(_("reason in Finnish"), max_length=100, blank=True)
    reason_sv = models.CharField(_("reason in Swedish"), max_length=100, blank=True)
    reason_en = models.CharField(_("reason in English"), max_length=100, blank=True)

    reason = Translated("reason")

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(name="closedday_once_per_site", fields=["site", "day"]),
            models.UniqueConstraint(
                name="closedday_once_everywhere", fields=["day"], condition=Q(site__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}"


class SlotQuerySet(models.QuerySet):
    def free(self, places=1):
        return self.filter(capacity__gte=F("booked") + places)


class PickupSlot(models.Model):
    """A stretch of time at a site with room for so many. Only ``reservations.domain.slots`` writes ``booked``.

    With ``fulfilment`` delivery: half a day of the site's van, with room for so many stops.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="slots", verbose_name=_("site"))
    fulfilment = models.CharField(
        _("for"), max_length=10, choices=Fulfilment, default=Fulfilment.PICKUP, editable=False
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    capacity = models.PositiveSmallIntegerField(_("capacity"))
    booked = models.PositiveSmallIntegerField(_("booked"), default=0, editable=False)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("pickup time")
        verbose_name_plural = _("pickup times")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                name="pickupslot_one_at_each_start", fields=["site", "fulfilment", "starts_at"]
            ),
            models.CheckConstraint(
                name="pickupslot_fulfilment_known", condition=Q(fulfilment__in=Fulfilment.values)
            ),
            models.CheckConstraint(
                name="pickupslot_booked_within_capacity", condition=Q(booked__lte=F("capacity"))
            ),
            models.CheckConstraint(name="pickupslot_booked_not_negative", condition=Q(booked__gte=0)),
            models.CheckConstraint(
                name="pickupslot_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.starts_at:%Y-%m-%d %H:%M}"
