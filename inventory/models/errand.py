from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .place import Site


class ErrandKind(models.TextChoices):
    ITEM = "item", _("New item")
    MOVE = "move", _("Moving items")
    PICK = "pick", _("Tick on the pick list")
    HANDOVER = "handover", _("Hand-over")


class ErrandState(models.TextChoices):
    DONE = "done", _("done")
    CONFLICT = "conflict", _("could not be done")


class ErrandQuerySet(models.QuerySet):
    def unseen(self):
        """What could not be done, and nobody has said yet that they have seen it."""
        return self.filter(state=ErrandState.CONFLICT, seen_at=None)

    def shown_to(self, user):
        """One's own, and those of the sites that one leads."""
        return self.filter(Q(by=user) | Q(site__in=Site.objects.led_by(user)))


class Errand(models.Model):
    """What a phone kept while there was no network and sent later. ``key`` is the phone's own: sent twice it is done once.

    ``words`` is the answer that the phone got, in ``language``; it names nobody. ``rival`` is who was quicker, if anybody was.
    """

    # No phone keeps anything longer than this; what is older than that is looked at by people.
    LONGEST = timedelta(days=60)

    key = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="errands")
    kind = models.CharField(max_length=10, choices=ErrandKind)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ErrandState, default=ErrandState.DONE)
    words = models.TextField(blank=True)
    language = models.CharField(max_length=2, blank=True)
    address = models.CharField(max_length=200, blank=True)
    rival = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ErrandQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="errand_once_per_person", fields=["by", "key"]),
            models.CheckConstraint(name="errand_kind_known", condition=Q(kind__in=ErrandKind.values)),
            models.CheckConstraint(name="errand_state_known", condition=Q(state__in=ErrandState.values)),
            models.CheckConstraint(
                name="errand_done_before_it_was_received", condition=Q(done_at__lte=F("received_at"))
            ),
            models.CheckConstraint(
                name="errand_seen_by_somebody",
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False, state=ErrandState.CONFLICT),
            ),
        ]
        indexes = [
            models.Index(
                name="errand_to_be_seen",
                fields=["site", "by"],
                condition=Q(state=ErrandState.CONFLICT, seen_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
