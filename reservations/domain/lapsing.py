"""What has ended but was not yet swept up."""

from contextlib import suppress

from inventory.domain.refusals import NotEnoughLeft
from recycling.errors import Refused
from reservations.models import FurnitureRequest, Reservation

from . import approval_calls, booking, holding
from .refusals import SomeGone


def hold(wishes, *, at, **asked):
    """``holding.hold``, in whose way nothing stands that has ended.

    The job lets it go within a minute; nobody who presses the button until then is told that a free thing is gone.
    """
    try:
        return holding.hold(wishes, at=at, **asked)
    except (NotEnoughLeft, SomeGone):
        if not let_go(wishes, at=at):
            raise
    return holding.hold(wishes, at=at, **asked)


def let_go(items, *, at, besides=None):
    """Give back the pieces of ``items`` whose hold, or wait for an approval, has ended by ``at``; whether there were any.

    ``besides``: a unit's request that keeps its own, as it is about to hold them longer.
    """
    ended = Reservation.objects.overdue(at).filter(lines__item__in=items).distinct().order_by("pk")
    if besides:
        ended = ended.exclude(request=besides)
    for reservation in ended:
        with suppress(Refused):  # the job, or somebody else's press, was quicker
            booking.expire(reservation, at=at)
    waited = FurnitureRequest.objects.overdue(at).filter(lines__item__in=items).distinct().order_by("pk")
    for request in waited:
        with suppress(Refused):
            approval_calls.expire(request, at=at)
    return bool(ended) or bool(waited)
