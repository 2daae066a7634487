from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from recycling.translated import Translated


def estimate(label, unit_help):
    return models.DecimalField(
        label,
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1)],
        help_text=unit_help,
    )


class LastStage(models.TextChoices):
    """What becomes of what nobody took."""

    AUCTION = "auction", _("auction")
    RECYCLING = "recycling", _("recycling")


class Category(models.Model):
    """What kind of thing it is, two levels. What is left empty here is inherited from the parent."""

    key = models.SlugField(_("key"), unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name_fi = models.CharField(_("name in Finnish"), max_length=80)
    name_sv = models.CharField(_("name in Swedish"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    synonyms_fi = models.TextField(_("synonyms in Finnish"), blank=True, help_text=_("One on each line."))
    synonyms_sv = models.TextField(_("synonyms in Swedish"), blank=True, help_text=_("One on each line."))
    synonyms_en = models.TextField(_("synonyms in English"), blank=True, help_text=_("One on each line."))
    icon = models.CharField(_("icon"), max_length=30, blank=True)
    width_cm = estimate(_("usual width"), "cm")
    depth_cm = estimate(_("usual depth"), "cm")
    height_cm = estimate(_("usual height"), "cm")
    weight_kg = estimate(_("usual weight"), "kg")
    loading_minutes = models.PositiveSmallIntegerField(
        _("loading minutes for each piece"), null=True, blank=True
    )
    is_estimate = models.BooleanField(_("size and weight are estimates of ours"), default=True)
    is_electrical = models.BooleanField(_("has a plug"), default=False)
    impact_key = models.CharField(_("impact factor"), max_length=40, blank=True)
    internal_first_days = models.PositiveSmallIntegerField(
        _("units first, working days"), null=True, blank=True, help_text=_("Empty: as in the rules.")
    )
    residents_days = models.PositiveSmallIntegerField(
        _("then residents too, working days"), null=True, blank=True, help_text=_("Empty: as in the rules.")
    )
    associations_days = models.PositiveSmallIntegerField(
        _("then associations too, working days"),
        null=True,
        blank=True,
        help_text=_("Empty: as in the rules."),
    )
    last_stage = models.CharField(_("what nobody took goes to"), max_length=10, choices=LastStage, blank=True)
    residents_allowed = models.BooleanField(_("residents may reserve"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)

    name = Translated("name")

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="category_is_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("pk"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def inherited(self, field):
        """The category's own value, or its parent's where it has none."""
        value = getattr(self, field)
        return getattr(self.parent, field) if value is None and self.parent else value


class ImpactFactor(models.Model):
    """What making one new piece causes and what it weighs, from when on, and who says so.

    ``co2e_*`` are kilograms CO2e for each piece, cradle to gate or grave as the source says; with ``per_kilo`` for each kilogram.
    """

    key = models.CharField(_("key"), max_length=40)
    valid_from = models.DateField(_("valid from"))
    co2e_low = models.DecimalField(_("kg CO2e, low"), max_digits=8, decimal_places=2)
    co2e_central = models.DecimalField(_("kg CO2e, central"), max_digits=8, decimal_places=2)
    co2e_high = models.DecimalField(_("kg CO2e, high"), max_digits=8, decimal_places=2)
    weight_kg = models.DecimalField(_("weight, kg"), max_digits=7, decimal_places=1)
    weight_source = models.CharField(_("source of the weight"), max_length=200, blank=True)
    per_kilo = models.BooleanField(_("for each kilogram"), default=False)
    price_low = models.DecimalField(
        _("price as new, low"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    price_high = models.DecimalField(
        _("price as new, high"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=300)
    confidence = models.CharField(_("confidence"), max_length=20)

    class Meta:
        verbose_name = _("impact factor")
        verbose_name_plural = _("impact factors")
        ordering = ["key", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="impactfactor_one_a_day", fields=["key", "valid_from"]),
            models.CheckConstraint(
                name="impactfactor_low_to_high",
                condition=Q(
                    co2e_low__gte=0, co2e_low__lte=F("co2e_central"), co2e_central__lte=F("co2e_high")
                ),
            ),
            models.CheckConstraint(name="impactfactor_weighs_something", condition=Q(weight_kg__gt=0)),
            models.CheckConstraint(
                name="impactfactor_prices_not_negative",
                condition=(Q(price_low__isnull=True) | Q(price_low__gte=0))
                & (Q(price_high__isnull=True) | Q(price_high__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from}"
