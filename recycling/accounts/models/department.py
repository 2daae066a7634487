from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recycling.translated import Translated


class Division(models.Model):
    """The top level of the city: a sector with its units."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name_fi = models.CharField(_("name in Finnish"), max_length=150)
    name_sv = models.CharField(_("name in Swedish"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    name = Translated("name")

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ["name_fi"]

    def __str__(self) -> str:
        return self.name


class DepartmentKind(models.TextChoices):
    UNIT = "unit", _("unit of the city")
    ASSOCIATION = "association", _("association")


class DepartmentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(is_active=True)

    def units(self):
        """The city's own, in use: no associations."""
        return self.open().filter(kind=DepartmentKind.UNIT)

    def with_role(self, user, *roles):
        """The units in use where this person has one of the roles; the lead of a unit has every one of them.

        An association is no unit: its members sign in, and have no pages of their own.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Membership.objects.filter(user=user, role__in=[*roles, UnitRole.LEAD])
        return self.units().filter(pk__in=mine.values("department"))


class Department(models.Model):
    """A unit of the city that asks for furniture and gives it away; or an association that takes what is left of it."""

    kind = models.CharField(_("kind"), max_length=12, choices=DepartmentKind, default=DepartmentKind.UNIT)
    code = models.CharField(_("code"), max_length=30, unique=True)
    name_fi = models.CharField(_("name in Finnish"), max_length=150)
    name_sv = models.CharField(_("name in Swedish"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    division = models.ForeignKey(
        *(Division, models.PROTECT),
        null=True,
        blank=True,
        related_name="departments",
        verbose_name=_("division"),
    )
    # The one pointer upwards: by its name, so that no code here knows the app above (docs/decisions/0019).
    default_site = models.ForeignKey(
        *("inventory.Site", models.PROTECT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("default site"),
    )
    always_approve = models.BooleanField(_("each of its requests needs an approval"), default=False)
    approval_pieces = models.PositiveIntegerField(
        _("requests for more pieces than this need an approval"),
        null=True,
        blank=True,
        help_text=_("Empty: as in the rules."),
    )
    receipt_email = models.EmailField(
        _("mailbox for receipts"), blank=True, help_text=_("Gets a copy of each receipt.")
    )
    is_trusted_giver = models.BooleanField(
        _("what it gives away is published at once"),
        default=False,
        help_text=_("Otherwise a lead of the warehouse looks at it first."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    name = Translated("name")
    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name_fi"]
        constraints = [
            models.CheckConstraint(name="department_kind_known", condition=Q(kind__in=DepartmentKind.values))
        ]

    def __str__(self) -> str:
        return self.name


def open_on(day: date, prefix: str = "") -> Q:
    """The condition that a cost centre may be written on a request on this day."""
    begun = Q(**{f"{prefix}open_from": None}) | Q(**{f"{prefix}open_from__lte": day})
    return begun & (Q(**{f"{prefix}open_until": None}) | Q(**{f"{prefix}open_until__gte": day}))


class CostCentreQuerySet(models.QuerySet):
    def open_on(self, day: date):
        return self.filter(open_on(day))


class CostCentre(models.Model):
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="cost_centres", verbose_name=_("unit")
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    name_fi = models.CharField(_("name in Finnish"), max_length=150, blank=True)
    name_sv = models.CharField(_("name in Swedish"), max_length=150, blank=True)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    open_from = models.DateField(_("open from"), null=True, blank=True)
    open_until = models.DateField(_("open until"), null=True, blank=True)

    name = Translated("name")
    objects = CostCentreQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost centre")
        verbose_name_plural = _("cost centres")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="costcentre_open_forwards",
                condition=Q(open_from=None) | Q(open_until=None) | Q(open_until__gte=models.F("open_from")),
            )
        ]

    def __str__(self) -> str:
        return self.number


class ImportKind(models.TextChoices):
    UNITS = "units", _("units")
    SITES = "sites", _("sites")


class UnitImport(models.Model):
    """A table of units with their divisions and cost centres, or of places, that somebody gave: looked at, then applied, once."""

    kind = models.CharField(max_length=8, choices=ImportKind, default=ImportKind.UNITS)
    token = models.CharField(max_length=24, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    # What the table says, row by row, with the line of each.
    rows = models.JSONField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of units")
        verbose_name_plural = _("imports of units")
        constraints = [
            models.CheckConstraint(name="unitimport_kind_known", condition=Q(kind__in=ImportKind.values))
        ]

    def __str__(self) -> str:
        return self.token


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
    away_until = models.DateField(
        _("away until"), null=True, blank=True, help_text=_("Until then a deputy is asked instead.")
    )
    gets_summary = models.BooleanField(_("gets the month's summary"), default=True)
    is_primary = models.BooleanField(_("own unit"), default=False)
    # The one that this person usually writes on a request of this unit.
    cost_centre = models.ForeignKey(
        *(CostCentre, models.PROTECT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("usual cost centre"),
    )
    # Given by the city's sign-on, and renewed by it; what was given by hand it leaves alone.
    from_sign_on = models.BooleanField(default=False, editable=False)

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
