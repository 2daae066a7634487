"""What a unit and the warehouse write to each other about one request."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .reservation import Reservation

MOST_TEXT = 1000


class RequestMessageQuerySet(models.QuerySet):
    def unread(self, *, from_unit):
        return self.filter(from_unit=from_unit, read_at=None)

    def waiting_for(self, user):
        """What units have written and nobody has answered yet, about things of the warehouses where this person works."""
        theirs = Reservation.objects.at_warehouses_of(user).filter(request=OuterRef("request"))
        return self.unread(from_unit=True).filter(Exists(theirs))


class RequestMessage(models.Model):
    """One message of a request's thread. ``read_at`` is when anybody of the other side, unit or warehouse, had read it."""

    request = models.ForeignKey("FurnitureRequest", models.CASCADE, related_name="messages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    from_unit = models.BooleanField(help_text="written for the unit; otherwise for the warehouse")
    text = models.TextField(_("message"), max_length=MOST_TEXT)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    client_key = models.CharField(max_length=24, null=True, editable=False)

    objects = RequestMessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="requestmessage_says_something", condition=~Q(text="")),
            models.UniqueConstraint(
                name="requestmessage_one_form_once_for_a_person", fields=["by", "client_key"]
            ),
        ]
        indexes = [
            models.Index(
                name="requestmessage_unread", fields=["request", "from_unit"], condition=Q(read_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}"
