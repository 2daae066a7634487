from django.db import models

from recycling.accounts.models import Department

from .photo import Photo
from .set_aside import SetAside


class NotUsableQuerySet(models.QuerySet):
    def given_by_units_of(self, user):
        """Of what was given by the units for which this person gives things away, wherever it stands now."""
        return self.filter(aside__item__owner__in=Department.objects.with_role(user, "giver"))


class NotUsable(models.Model):
    """Of pieces that were set aside because somebody who came for them could not use them: what is wrong, and a photo of it.

    For the unit that gave them, and for as long as it may have to do with it; how many, when and by whom is the row set aside.
    """

    aside = models.OneToOneField(SetAside, models.PROTECT, related_name="not_usable")
    photo = models.OneToOneField(Photo, models.PROTECT, related_name="not_usable")
    words = models.TextField(max_length=500)

    objects = NotUsableQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.aside_id}"
