"""A photo's life: taken in clean, made into the sizes that pages show, ordered, removed.

The file comes first and the row after it, so that a row never points to nothing; whatever a crash leaves without a row is
swept away later. Decoding and storage happen outside every transaction.
"""

import logging
import tempfile
from datetime import timedelta

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, Photo, PhotoStatus
from recycling.accounts.domain import limits
from recycling.audit.domain import record
from recycling.codes import new_token
from recycling.errors import Refused
from recycling.policy.models import Policy

from . import imaging, titles
from .refusals import StaleEdit

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
TRIES = 5
# An upload whose form was never saved.
UNCLAIMED_FOR = timedelta(hours=24)
# A removed photo's files stay this long, so that a backup that reads the database first has no holes.
FILES_STAY_FOR = timedelta(hours=48)


class TooManyPhotos(Refused):
    code = "too_many_photos"
    message = _("An item has at most %(limit)s photos. Remove one first.")
    status = 422


class NoPhoto(Refused):
    code = "no_photo"
    message = _("Take at least one photo.")
    status = 422


class LastPhoto(Refused):
    code = "last_photo"
    message = _("What is in the catalogue needs a photo. Add another one first, or withdraw the item.")


def take_in(file, *, by, at, is_drawing=False, client_key=None):
    """Store a clean copy of an uploaded file or a path, and its row; the sizes are made by a job soon after.

    The same ``client_key`` again gives the photo that it made the first time. Refuses whatever is not a sound photo
    (``imaging.PhotoRefused``) and `too_often` past a worker's photos of the day.
    """
    if client_key and (known := Photo.objects.filter(client_key=client_key, uploaded_by=by).first()):
        return known
    if by is not None:
        limits.count(
            "photo", f"user:{by.pk}", limit=Policy.current().photos_per_day, per=timedelta(days=1), at=at
        )
    with tempfile.TemporaryDirectory(prefix="kierto-photo-") as folder:
        master = imaging.clean(file, into=folder)
        photo = Photo(
            key=new_token(20),
            width=master.width,
            height=master.height,
            colour=master.colour,
            sha256=master.sha256,
            dhash=master.dhash,
            is_drawing=is_drawing,
            uploaded_by=by,
            uploaded_at=at,
            client_key=client_key,
        )
        with master.path.open("rb") as clean:
            default_storage.save(photo.master_name, File(clean))
    return _insert(photo)


def _insert(photo):
    """Insert the row, or give back the one that the same file has made at this very moment; its copy is swept away."""
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
    except IntegrityError:
        known = photo.client_key and Photo.objects.filter(
            client_key=photo.client_key, uploaded_by=photo.uploaded_by
        )
        if first := known and known.first():
            return first
        raise
    return photo


def take_in_bytes(picture, **details):
    """``take_in`` for a picture that our own code has made."""
    with tempfile.NamedTemporaryFile(prefix="kierto-drawing-") as file:
        file.write(picture)
        file.flush()
        return take_in(file.name, **details)


def sharing(first, *, at):
    """A row of its own over the files of ``first``: one drawing serves every thing that looks like it."""
    return Photo.objects.create(
        key=new_token(20),
        files=first.folder_name,
        status=first.status,
        renditions=first.renditions,
        width=first.width,
        height=first.height,
        colour=first.colour,
        sha256=first.sha256,
        dhash=first.dhash,
        is_drawing=True,
        uploaded_at=at,
    )


def check_number(count):
    """Refuse `too_many_photos` when an item would have ``count`` of them."""
    limit = Policy.current().photos_per_item
    if count > limit:
        raise TooManyPhotos(limit=limit)


def room_beside(count):
    """How many photos an item that has ``count`` of them may still be given."""
    return max(0, Policy.current().photos_per_item - count)


# -- the sizes


def make_due_renditions(*, at, limit=20) -> int:
    """Make the sizes of the photos that wait for them, oldest first. Returns how many became ready."""
    due = (
        Photo.objects.waiting()
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
        .order_by("uploaded_at", "pk")
    )
    return sum(make_renditions(photo, at=at) for photo in due[:limit])


def make_renditions(photo, *, at) -> bool:
    """Claim the photo and make its sizes. False when another worker has it, or when it failed; it is then tried again."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    # Counted at the claim, so that a picture that kills its worker counts too.
    claimed = Photo.objects.waiting().filter(free, pk=photo.pk)
    if not claimed.update(claimed_until=at + LEASE, attempts=F("attempts") + 1):
        return False
    try:
        with (
            tempfile.TemporaryDirectory(prefix="kierto-sizes-") as folder,
            default_storage.open(photo.master_name) as master,
        ):
            made = imaging.renditions(master, into=folder)
            for one in made:
                _store(photo.rendition_name(one.size, one.path.suffix[1:]), one.path)
    except Exception:  # whatever is wrong with one picture or the storage must not stop the others
        logger.exception("photo %s: its sizes could not be made", photo.pk)
        gave_up = Photo.objects.filter(pk=photo.pk, attempts__gte=TRIES)
        gave_up.update(status=PhotoStatus.FAILED)
        return False
    sizes = sorted({(one.size, one.width, one.height) for one in made})
    return bool(
        Photo.objects.filter(pk=photo.pk).update(
            status=PhotoStatus.READY, renditions=sizes, claimed_until=None
        )
    )


def _store(name, path):
    """Put the file where it belongs, also when an interrupted try has left one there."""
    if default_storage.exists(name):
        default_storage.delete(name)
    with path.open("rb") as file:
        default_storage.save(name, File(file))


# -- order and removal


def touch(item):
    """The item's photos are about to change: nobody else changes them meanwhile, and what was made of them is old."""
    Item.objects.filter(pk=item.pk).update(version=F("version") + 1)


@transaction.atomic
def reorder(item, photos, *, by, at):
    """Show the item's ``photos`` in this order; the first is the one in lists."""
    touch(item)
    if {photo.pk for photo in photos} != set(item.photos.values_list("pk", flat=True)):
        raise StaleEdit  # somebody added or removed one meanwhile
    # Two steps, because no two photos may stand at one position even for a moment.
    item.photos.update(position=F("position") + 1000)
    for position, photo in enumerate(photos):
        Photo.objects.filter(pk=photo.pk).update(position=position)
    record("photos_reordered", item, by=by, at=at)


@transaction.atomic
def remove(photo, *, by, at):
    """The photo is gone from every page at once; its files follow within two days. Removing it twice removes it once.

    Refuses `last_photo` of what is in the catalogue.
    """
    item = photo.item
    if item is None:
        drop_loose([photo])
        return
    touch(item)
    others = item.photos.exclude(pk=photo.pk).exists()
    if not others and Item.objects.published().filter(pk=item.pk).exists():
        raise LastPhoto
    if not item.photos.filter(pk=photo.pk).delete()[0]:
        return
    # Close the gap, so that there is always a first one: each moves to a position that has just become free.
    left = list(item.photos.values_list("pk", flat=True))
    for position, pk in enumerate(left):
        Photo.objects.filter(pk=pk).update(position=position)
    Item.objects.filter(pk=item.pk).update(photo_count=len(left))
    record("photo_removed", item, by=by, at=at)


def drop_loose(photos):
    """Delete those of ``photos`` that belong to no item. What has become an item's since it was read stays."""
    keys = [photo.pk for photo in photos]
    loose = Photo.objects.select_for_update(of=("self",)).filter(pk__in=keys, item=None).order_by("pk")
    Photo.objects.filter(pk__in=[photo.pk for photo in loose]).delete()


def sweep(*, at) -> tuple[int, int]:
    """Forget uploads whose form was never saved, and files that no row knows. Returns how many of each."""
    # What was shot in a room waits there for its lot, however long that takes; what shows why a thing is not usable is no item's.
    loose = Photo.objects.filter(item=None, shot=None, not_usable=None)
    forgotten = loose.filter(uploaded_at__lt=at - UNCLAIMED_FOR)
    unclaimed, _by_model = forgotten.delete()
    return unclaimed, _sweep_files(at)


def _sweep_files(at):
    try:
        keys, _files = default_storage.listdir("photos")
    except FileNotFoundError:  # nothing was ever uploaded
        return 0
    known = {
        name
        for field in ("key", "files")
        for name in Photo.objects.filter(**{f"{field}__in": keys}).values_list(field, flat=True).distinct()
    }
    swept = 0
    for key in keys:
        if key in known:
            continue
        _folders, files = default_storage.listdir(f"photos/{key}")
        names = [f"photos/{key}/{file}" for file in files]
        if all(default_storage.get_modified_time(name) < at - FILES_STAY_FOR for name in names):
            for name in names:
                default_storage.delete(name)
            swept += 1
    return swept


# -- shown on pages


def first_of(item) -> Photo | None:
    """The photo that stands for ``item`` beside its title; a list reads the photos of all its items beforehand."""
    return next(iter(item.photos.all()), None)


def words_of(item, photos) -> list[str]:
    """What the item's photos show, for those who do not see them: what it is, its condition and which of how many."""
    return [photo.alt or _words(item, number, len(photos)) for number, photo in enumerate(photos, 1)]


def _words(item, number, total):
    words = f"{titles.title(item)}, {item.get_condition_display()}"
    if total == 1:
        return words
    return gettext("%(words)s, picture %(number)s/%(total)s") % {
        "words": words,
        "number": number,
        "total": total,
    }
