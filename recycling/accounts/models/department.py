from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recycling.translated import Translated


class Department(models.Model):
    """A unit of the city that asks for furniture and gives it away."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name_fi = models.CharField(_("name in Finnish"), max_length=150)
    name_sv = models.CharField(_("name in Swedish"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    division = models.CharField(_("division"), max_length=150, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    name = Translated("name")

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name_fi"]

    def __str__(self) -> str:
        return self.name


class CostCentre(models.Model):
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="cost_centres", verbose_name=_("unit")
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("cost centre")
        verbose_name_plural = _("cost centres")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class UnitRole(models.TextChoices):
    REQUESTER = "requester", _("requester")
    APPROVER = "approver", _("approver")
    GIVER = "giver", _("giver")
    LEAD = "lead", _("unit lead")


class Membership(models.Model):
    """What a person may do for a unit. What a worker may do at a warehouse is another thing (SiteStaff)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="memberships", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=20, choices=UnitRole)
    is_deputy = models.BooleanField(_("deputy"), default=False)
    is_primary = models.BooleanField(_("own unit"), default=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=UnitRole.values)),
            models.UniqueConstraint(name="membership_once_per_role", fields=["user", "department", "role"]),
            models.UniqueConstraint(
                name="membership_one_own_unit_per_person", fields=["user"], condition=Q(is_primary=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.department}"
