from django.db import models
from django.db.models import Q


class Tally(models.Model):
    """How often something was tried in a stretch of time: the counters behind every limit.

    ``who`` is a keyed hash (of a device, a network address, a contact), never the thing itself.
    """

    what = models.CharField(max_length=40)
    who = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="tally_one_per_window", fields=["what", "who", "window_start"]),
            models.CheckConstraint(
                name="tally_window_forwards", condition=Q(window_end__gt=models.F("window_start"))
            ),
        ]
        indexes = [models.Index(name="tally_ended", fields=["window_end"])]

    def __str__(self) -> str:
        return f"{self.what} {self.count}"
