"""What a unit gave away and somebody could not use: set aside, with what is wrong and a photo, and the unit is told.

The photo lies beside the others and is shown at no address but the unit's own page. All of it goes when the unit's requests of
that time go.
"""

from dataclasses import dataclass

from django.db import transaction

from inventory.models import NotUsable, Photo, SetAsideReason

from . import offer_messages, photos, stock
from .offer_refusals import SayWhatIsWrong


@dataclass(frozen=True)
class Found:
    """What is wrong, and the photo of it."""

    words: str
    photo: Photo


def take_in(words, file, *, by, at) -> Found:
    """What somebody wrote, with their photo made clean and stored: before the transaction that writes it down.

    Refuses `say_what_is_wrong`, `no_photo`, and whatever is not a sound photo.
    """
    if not words.strip():
        raise SayWhatIsWrong
    if not file:
        raise photos.NoPhoto
    return Found(words.strip(), photos.take_in(file, by=by, at=at))


def write_down(aside, found, *, at):
    """Keep what was ``found`` of pieces that have just been set aside, and tell the unit that gave them."""
    row = NotUsable.objects.create(aside=aside, words=found.words, photo=found.photo)
    offer_messages.not_usable(row, at=at)
    return row


@transaction.atomic
def set_aside(item, pieces, found, *, by, at):
    """Take free ``pieces`` off the offer, because they are not usable. Refuses `fewer_here`."""
    aside = stock.set_aside(item, pieces, reason=SetAsideReason.REPAIR, by=by, at=at)
    return write_down(aside, found, at=at)


def lasting(user):
    """What was found of what this person's units gave, and nobody has settled yet, the oldest first."""
    rows = NotUsable.objects.given_by_units_of(user).filter(aside__ended_at=None)
    return rows.select_related("aside__item__category__parent").order_by("pk")


@transaction.atomic
def forget(*, before):
    """Remove what was written and photographed until then; the pieces stay what they are. Returns how many."""
    old = NotUsable.objects.filter(aside__since__lte=before)
    pictures = list(old.values_list("photo", flat=True))
    old.delete()
    # Their files are swept like those of every photo without a row.
    Photo.objects.filter(pk__in=pictures).delete()
    return len(pictures)
