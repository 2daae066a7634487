from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .department import Department, UnitRole


class GroupRole(models.TextChoices):
    REQUESTER = UnitRole.REQUESTER.value, UnitRole.REQUESTER.label
    APPROVER = UnitRole.APPROVER.value, UnitRole.APPROVER.label
    GIVER = UnitRole.GIVER.value, UnitRole.GIVER.label
    LEAD = UnitRole.LEAD.value, UnitRole.LEAD.label
    SITE_WORKER = "site_worker", _("worker of a site")
    SITE_LEAD = "site_lead", _("lead of a site")
    MANAGER = "manager", _("manager")


AT_SITES = (GroupRole.SITE_WORKER, GroupRole.SITE_LEAD)


class GroupRule(models.Model):
    """Whoever belongs to this group of the city's sign-on has this role. Nobody becomes an admin so."""

    EVERYBODY = "*"

    group = models.CharField(
        _("group"), max_length=200, help_text=_("As the city's sign-on calls it; * stands for everybody.")
    )
    role = models.CharField(_("role"), max_length=20, choices=GroupRole)
    department = models.ForeignKey(
        *(Department, models.CASCADE),
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("For a role in a unit. Empty: the unit that the sign-on names."),
    )
    site = models.ForeignKey(
        *("inventory.Site", models.CASCADE),
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("For a worker or lead of a site."),
    )

    class Meta:
        verbose_name = _("role by group")
        verbose_name_plural = _("roles by group")
        ordering = ["group", "role"]
        constraints = [
            models.CheckConstraint(name="grouprule_role_known", condition=Q(role__in=GroupRole.values)),
            models.CheckConstraint(
                name="grouprule_site_for_those_who_work_there",
                condition=Q(role__in=AT_SITES, site__isnull=False) | (~Q(role__in=AT_SITES) & Q(site=None)),
                violation_error_message=_(
                    "A worker or lead of a site needs the site, and nobody else has one."
                ),
            ),
            models.CheckConstraint(
                name="grouprule_unit_for_roles_in_units",
                condition=Q(department=None) | Q(role__in=UnitRole.values),
                violation_error_message=_("Only a role in a unit has a unit."),
            ),
            models.UniqueConstraint(name="grouprule_once_in_a_unit", fields=["group", "role", "department"]),
            models.UniqueConstraint(name="grouprule_once_at_a_site", fields=["group", "role", "site"]),
            models.UniqueConstraint(
                name="grouprule_once_without_a_place",
                fields=["group", "role"],
                condition=Q(department=None, site=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.get_role_display()}"
