"""Who did what, and who looked at whose data. Rows are only ever added; the database refuses the rest."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One thing that was done, written in the transaction that did it. Holds ids and codes, no contact data."""

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=20, help_text=_("web, desk, job, command"))
    action = models.CharField(max_length=60)
    target_type = models.CharField(max_length=40)
    target_id = models.BigIntegerField()
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [models.Index(name="audit_by_target", fields=["target_type", "target_id", "at"])]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"


class ViewEntry(models.Model):
    """Somebody's personal data was shown to somebody: written before the page is sent."""

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    target_type = models.CharField(max_length=40)
    target_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("view of personal data")
        verbose_name_plural = _("views of personal data")
        ordering = ["-pk"]
        indexes = [models.Index(name="view_by_subject", fields=["subject", "at"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.target_type} {self.target_id}"
