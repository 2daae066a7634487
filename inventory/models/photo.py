from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .item import Item


class PhotoStatus(models.TextChoices):
    PENDING = "pending", _("waiting for its sizes")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class PhotoQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(status__in=[PhotoStatus.READY, PhotoStatus.PENDING])

    def waiting(self):
        return self.filter(status=PhotoStatus.PENDING)


@lru_cache(maxsize=4)
def _folder_address(storage) -> str:
    """Where the folder of all photos is served from; asked once, because some stores take their time to say it."""
    return storage.url("photos/")


class Shown:
    """How a page shows a photo, whether it came as a row or as a few columns of one: ``includes/_photo.html`` asks for these.

    Until its sizes are made, the master stands in: a picture of the right shape is there from the first moment.
    """

    __slots__ = ()

    # What a row has, or the few columns of one.
    key: Any
    files: Any
    status: Any
    renditions: Any

    @property
    def folder_name(self) -> str:
        return self.files or self.key

    def address(self, file: str) -> str:
        return f"{_folder_address(storages['default'])}{self.folder_name}/{file}"

    @property
    def sizes(self) -> list:
        """[longest side, width, height] of what can be fetched, the smallest first; nothing while only the master can."""
        return self.renditions if self.status == PhotoStatus.READY else []

    @property
    def src(self) -> str:
        """One picture for whoever cannot choose among sizes."""
        return self.address(f"{self.sizes[len(self.sizes) // 2][0]}.jpg" if self.sizes else "master.jpg")

    @property
    def whole(self) -> str:
        """The largest picture, for looking at the details."""
        return self.address("master.jpg")

    @property
    def webp(self) -> str:
        return self._choice("webp")

    @property
    def jpeg(self) -> str:
        return self._choice("jpg")

    def _choice(self, suffix):
        return ", ".join(
            f"{self.address(f'{size}.{suffix}')} {width}w" for size, width, _height in self.sizes
        )


class Photo(Shown, models.Model):
    """A clean master in the storage and the sizes made of it. ``item`` is empty from upload until the form is saved.

    The master is ours: decoded and written again, upright, without metadata. The file that the phone sent is never kept.
    """

    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="photos")
    position = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=24, unique=True, help_text="random; names the files and the upload")
    # Drawings of the demo are shared by many items: then this names the folder, and the key names the photo alone.
    files = models.CharField(max_length=24, blank=True, default="")
    status = models.CharField(max_length=8, choices=PhotoStatus, default=PhotoStatus.PENDING)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    colour = models.CharField(max_length=7, help_text="average colour, #rrggbb")
    sha256 = models.CharField(max_length=64)
    dhash = models.CharField(max_length=16)
    alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    is_drawing = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    # The next try of a job that makes the sizes; a worker that dies leaves a claim that lapses.
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Random, from the phone, one for each file: what is sent twice over a bad network is one photo.
    client_key = models.CharField(max_length=64, null=True, unique=True, editable=False)
    # [longest side, width, height] of each rendition that lies in the storage as .webp and .jpg
    renditions = models.JSONField(default=list)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="photo_one_at_each_position_of_an_item",
                fields=["item", "position"],
                condition=Q(item__isnull=False),
            ),
            models.CheckConstraint(name="photo_status_known", condition=Q(status__in=PhotoStatus.values)),
            models.CheckConstraint(name="photo_has_a_size", condition=Q(width__gt=0, height__gt=0)),
        ]
        indexes = [models.Index(name="photo_waiting", fields=["uploaded_at"], condition=Q(status="pending"))]

    def __str__(self) -> str:
        return self.key

    @property
    def folder(self) -> str:
        return f"photos/{self.folder_name}"

    @property
    def master_name(self) -> str:
        return f"{self.folder}/master.jpg"

    def rendition_name(self, size: int, suffix: str) -> str:
        """The file of one size: ``suffix`` is webp or jpg, ``size`` its longest side."""
        return f"{self.folder}/{size}.{suffix}"
