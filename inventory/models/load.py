from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recycling.codes import new_token

from .item import Item
from .photo import Photo
from .place import Site


class LoadKind(models.TextChoices):
    LOAD = "load", _("load")
    CLEARANCE = "clearance", _("clearance")


class LoadQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def handled_by(self, user):
        """The loads of the sites where this person works."""
        return self.filter(site__in=Site.objects.worked_at_by(user))


def new_load_code():
    return new_token(8)


class Load(models.Model):
    """What arrives together, or a building that must be empty by a day: its things are logged room by room."""

    code = models.CharField(max_length=8, unique=True, default=new_load_code, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="loads", verbose_name=_("site"))
    kind = models.CharField(_("kind"), max_length=10, choices=LoadKind)
    name = models.CharField(_("name"), max_length=80)
    source = models.CharField(_("from where"), max_length=120, blank=True)
    empty_by = models.DateField(_("must be empty by"), null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    # A worker's form sends it once: a double tap makes one load.
    client_key = models.CharField(max_length=40, null=True, unique=True)

    objects = LoadQuerySet.as_manager()

    class Meta:
        verbose_name = _("load")
        verbose_name_plural = _("loads")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(name="load_kind_known", condition=Q(kind__in=LoadKind.values))]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A room of a building, or a part of a load, in the order in which one walks."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="rooms")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="room_one_at_each_position_of_a_load", fields=["load", "position"]),
            models.UniqueConstraint(name="room_name_once_in_a_load", fields=["load", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class Shot(models.Model):
    """A photo taken in a room in passing. Until it is grouped into a lot, its photo has no item."""

    photo = models.OneToOneField(Photo, models.CASCADE, related_name="shot")
    room = models.ForeignKey(Room, models.PROTECT, related_name="shots")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.room_id} {self.photo_id}"


class Arrival(models.Model):
    """That pieces of an item came with a load: from which room, and how many. Merged lots may have come from several."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="arrivals")
    room = models.ForeignKey(Room, models.PROTECT, related_name="arrivals")
    pieces = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="arrival_at_least_one_piece", condition=Q(pieces__gte=1)),
            models.UniqueConstraint(name="arrival_once_per_item_and_room", fields=["item", "room"]),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} x {self.item_id}"
