from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recycling.codes import shown

from .item import Item


class AliasKind(models.TextChoices):
    LABEL = "label", _("pre-printed label")
    BARCODE = "barcode", _("old barcode")


class ItemAliasQuerySet(models.QuerySet):
    def blank(self):
        """The pre-printed labels that are on nothing yet."""
        return self.filter(kind=AliasKind.LABEL, item=None)


class ItemAlias(models.Model):
    """Another code by which an item is found: a label that was printed before it had one, or a barcode of an older system.

    A pre-printed label is here from the day it is printed, so that its code is nobody else's; without an item it is blank.
    """

    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=10, choices=AliasKind)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="aliases")
    # Which label of which print it is; a barcode was printed by somebody else.
    sheet = models.CharField(max_length=24, blank=True)
    place = models.PositiveSmallIntegerField(null=True)
    added_at = models.DateTimeField()

    objects = ItemAliasQuerySet.as_manager()

    class Meta:
        verbose_name = _("further code")
        verbose_name_plural = _("further codes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="itemalias_one_per_place", fields=["sheet", "place"]),
            models.CheckConstraint(name="itemalias_kind_known", condition=Q(kind__in=AliasKind.values)),
            models.CheckConstraint(
                name="itemalias_barcode_has_an_item",
                condition=~Q(kind=AliasKind.BARCODE) | Q(item__isnull=False),
            ),
            models.CheckConstraint(
                name="itemalias_label_has_its_place",
                condition=~Q(kind=AliasKind.LABEL) | Q(sheet__gt="", place__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_code

    @property
    def shown_code(self) -> str:
        return shown(self.code) if self.kind == AliasKind.LABEL else self.code
