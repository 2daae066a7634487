"""Taking things where one may find them not to be usable: at a place where nobody hands over, and at a unit's door."""

from inventory.domain import not_usable
from reservations.models import NotGiven, Signed

from . import handover


def take(reservation, *, given, why_not, said, by, at, signed, **more):
    """``handover.hand_over`` with what is wrong with things of other units: ``said[line.pk]`` is the words and the photo.

    Where nothing is left to take because of that, or because whoever came alone to the place wants nothing, the
    reservation is cancelled. Refuses `say_what_is_wrong`, `no_photo`, and what the two verbs and photos refuse.
    """
    found = _found(reservation, why_not, said, by=by, at=at)
    if not any(given.values()) and (found or signed == Signed.SITE):
        return handover.take_nothing(reservation, why_not=why_not, found=found, by=by, at=at)
    return handover.hand_over(
        reservation, given=given, why_not=why_not, found=found, by=by, at=at, signed=signed, **more
    )


def _found(reservation, why_not, said, *, by, at):
    """What is wrong with each broken thing that a unit has given, its photo stored; of the others there is nobody to tell."""
    broken = [key for key, reason in why_not.items() if reason == NotGiven.BROKEN]
    given = reservation.lines.filter(pk__in=broken, item__owner__isnull=False).values_list("pk", flat=True)
    return {key: not_usable.take_in(*said.get(key, ("", None)), by=by, at=at) for key in sorted(given)}
