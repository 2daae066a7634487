from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recycling.translated import Translated


class SiteKind(models.TextChoices):
    WAREHOUSE = "warehouse", _("warehouse")
    DEPARTMENT = "department", _("unit's own site")


def known_timezone(name):
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class SiteQuerySet(models.QuerySet):
    def open(self):
        return self.filter(is_active=True)

    def worked_at_by(self, user):
        """The sites where this person logs, moves and hands over. An admin works everywhere."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(staff__user=user).distinct()

    def led_by(self, user):
        """The sites where this person confirms what others only ask for. An admin leads everywhere."""
        worked = self.worked_at_by(user)
        if user.is_superuser:
            return worked
        return worked.filter(staff__user=user, staff__role=SiteRole.LEAD).distinct()


class Site(models.Model):
    """A place where things stand and are collected. Every clock time of a pickup is its own time zone's."""

    code = models.SlugField(_("code"), unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=SiteKind, default=SiteKind.WAREHOUSE)
    # The number of the place in the city's register of places, where its names and address are kept.
    register_id = models.CharField(
        _("number in the service map"), max_length=40, unique=True, null=True, blank=True
    )
    name_fi = models.CharField(_("name in Finnish"), max_length=150)
    name_sv = models.CharField(_("name in Swedish"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    street_fi = models.CharField(_("street address in Finnish"), max_length=120)
    street_sv = models.CharField(_("street address in Swedish"), max_length=120)
    street_en = models.CharField(_("street address in English"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    access_fi = models.TextField(_("how to get in, in Finnish"), blank=True)
    access_sv = models.TextField(_("how to get in, in Swedish"), blank=True)
    access_en = models.TextField(_("how to get in, in English"), blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=40, default="Europe/Helsinki", validators=[known_timezone]
    )
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    is_step_free = models.BooleanField(_("step-free entrance"), default=False)
    by_arrangement = models.BooleanField(_("pickups by arrangement, no times"), default=False)
    # Nobody hands over there: who comes types the four digits of a paper at the place. They follow from the number of the
    # paper (reservations.domain.site_code); a new one makes those before it void.
    is_unattended = models.BooleanField(
        _("collected with a code at the place, nobody hands over"), default=False
    )
    paper = models.PositiveIntegerField(default=1, editable=False)
    # Several units may call one place their own: one of them says when things are collected there.
    times_kept_by = models.ForeignKey(
        *("accounts.Department", models.PROTECT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit that keeps the collection times"),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    name = Translated("name")
    street = Translated("street")
    access = Translated("access")
    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="site_kind_known", condition=Q(kind__in=SiteKind.values))]

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class SiteRole(models.TextChoices):
    WORKER = "worker", _("worker")
    LEAD = "lead", _("lead")


class SiteStaff(models.Model):
    """Who works at a site. What somebody may do for a unit is another thing (Membership)."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="staff", verbose_name=_("site"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="work", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=SiteRole, default=SiteRole.WORKER)
    # Given by the city's sign-on, and renewed by it; what was given by hand it leaves alone.
    from_sign_on = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("worker of a site")
        verbose_name_plural = _("workers of sites")
        constraints = [
            models.UniqueConstraint(name="sitestaff_once_per_site", fields=["site", "user"]),
            models.CheckConstraint(name="sitestaff_role_known", condition=Q(role__in=SiteRole.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.site}"


class Shelf(models.Model):
    """A shelf place, or a piece of floor with a name. Its code is the order in which one walks.

    While it is in quarantine (``blocked_at``), nothing comes onto it, nothing leaves it, and nobody can reserve what is there.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="shelves", verbose_name=_("site"))
    code = models.CharField(_("code"), max_length=30)
    blocked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("shelf")
        verbose_name_plural = _("shelves")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(name="shelf_code_once_per_site", fields=["site", "code"])]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("inventory:wh_shelf", args=[self.site.code, self.code])

    @property
    def aisle(self):
        """The first part of the code: ``H1`` of ``H1-02-A``. Shelves that share it stand side by side."""
        return self.code.partition("-")[0]
