from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ContactChannel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")


class ContactCode(models.Model):
    """A one-time code sent to a contact. The digits are stored nowhere: they are derived from ``nonce`` and the secret key."""

    channel = models.CharField(max_length=5, choices=ContactChannel)
    contact = models.CharField(max_length=254)
    device = models.CharField(max_length=64)
    nonce = models.CharField(max_length=32)
    language = models.CharField(max_length=2)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    tries_allowed = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="contactcode_open", fields=["device", "contact"])]
        constraints = [
            models.CheckConstraint(
                name="contactcode_channel_known", condition=Q(channel__in=ContactChannel.values)
            ),
            models.CheckConstraint(
                name="contactcode_tries_within_allowed", condition=Q(tries__lte=F("tries_allowed"))
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class Device(models.Model):
    """A browser on which a person proved a contact; until ``trusted_until`` it is not asked for a code again."""

    key = models.CharField(max_length=64, help_text="SHA-256 of the cookie's random key")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    channel = models.CharField(max_length=5, choices=ContactChannel)
    contact = models.CharField(max_length=254)
    trusted_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="device_once_per_contact", fields=["key", "contact"]),
            models.CheckConstraint(
                name="device_channel_known", condition=Q(channel__in=ContactChannel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"device {self.pk}"
