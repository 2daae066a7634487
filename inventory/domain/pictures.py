"""A photo as a page shows it."""

from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from inventory.models import Photo, PhotoStatus

from . import titles

LIST_SIZE = 640


@dataclass(frozen=True)
class Picture:
    """Addresses, size and words of one photo."""

    src: str
    webp: str
    jpeg: str
    width: int
    height: int
    colour: str
    alt: str


def picture(photo: Photo, *, alt: str) -> Picture:
    """``photo`` with its sizes for the browser to choose from; width and height hold its place from the start.

    Until the sizes are made, and if they never can be, the clean master stands in: a photo is seen from the first moment.
    """
    webp = jpeg = ""
    src = default_storage.url(photo.master_name)
    if photo.status == PhotoStatus.READY:
        webp, jpeg = (_srcset(photo, suffix) for suffix in ("webp", "jpg"))
        size = min((size for size, *_sides in photo.renditions), key=lambda size: abs(size - LIST_SIZE))
        src = default_storage.url(photo.rendition_name(size, "jpg"))
    return Picture(src, webp, jpeg, photo.width, photo.height, photo.colour, alt)


def _srcset(photo, suffix):
    return ", ".join(
        f"{default_storage.url(photo.rendition_name(size, suffix))} {width}w"
        for size, width, _height in photo.renditions
    )


def pictures_of(item, photos) -> list[Picture]:
    """The item's photos with words for those who do not see them: what it is, its condition and which of how many."""
    return [
        picture(photo, alt=photo.alt or _words(item, number, len(photos)))
        for number, photo in enumerate(photos, 1)
    ]


def _words(item, number, total):
    words = f"{titles.title(item)}, {item.get_condition_display()}"
    return (
        words
        if total == 1
        else _("%(words)s, picture %(number)s/%(total)s")
        % {
            "words": words,
            "number": number,
            "total": total,
        }
    )
