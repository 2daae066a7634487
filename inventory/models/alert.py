"""Search alerts: a search that somebody keeps, and what has come since that it finds."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models.contact import ContactChannel
from recycling.codes import new_token

from .item import Item


class Frequency(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, at 8")
    WEEKLY = "weekly", _("Once a week, on Monday at 8")


class SearchAlertQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed(self, at):
        """Those whose link can still be opened."""
        return self.filter(confirmed_at=None, ends_at__gt=at)

    def live(self, at):
        """Those that look for something: confirmed, and not at their end."""
        return self.confirmed().filter(ends_at__gt=at)


class SearchAlert(models.Model):
    """Somebody is written to when something comes that the list of this search would show them.

    ``asked`` is the search (``Asked.kept``), ``for_units`` whether somebody of the city made it for their
    own address, who sees things earlier.
    Until it is confirmed, ``ends_at`` is when its link stops working.
    """

    token = models.CharField(max_length=16, unique=True, default=new_token, editable=False)
    channel = models.CharField(max_length=5, choices=ContactChannel)
    contact = models.CharField(max_length=254)
    # Empty for a resident, who has no account. The alert means nothing without its person.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="search_alerts"
    )
    for_units = models.BooleanField(default=False)
    language = models.CharField(max_length=2)
    asked = models.JSONField(default=dict)
    frequency = models.CharField(max_length=7, choices=Frequency)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()

    objects = SearchAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("search alert")
        verbose_name_plural = _("search alerts")
        constraints = [
            models.CheckConstraint(
                name="searchalert_channel_known", condition=Q(channel__in=ContactChannel.values)
            ),
            models.CheckConstraint(
                name="searchalert_frequency_known", condition=Q(frequency__in=Frequency.values)
            ),
        ]
        indexes = [
            models.Index(name="searchalert_ends", fields=["ends_at"]),
            models.Index(name="searchalert_of_contact", fields=["contact"]),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} {self.pk}"


class AlertHit(models.Model):
    """An item that an alert has found, and when its message was asked for: each item is told once."""

    alert = models.ForeignKey(SearchAlert, models.CASCADE, related_name="hits")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="alerthit_told_once", fields=["alert", "item"])]
        indexes = [
            models.Index(name="alerthit_untold", fields=["alert", "found_at"], condition=Q(told_at=None)),
            models.Index(name="alerthit_told", fields=["told_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.item_id}"
