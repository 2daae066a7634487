"""What has ended but was not yet swept up."""

from contextlib import suppress

from recycling.errors import Refused
from reservations.models import Reservation

from . import booking


def let_go(items, *, at):
    """Give back the pieces of ``items`` whose hold has ended by ``at``.

    The job does the same within a minute; nobody who presses the button until then is told that a free thing is gone.
    """
    ended = Reservation.objects.overdue(at).filter(lines__item__in=items).distinct().order_by("pk")
    for reservation in ended:
        with suppress(Refused):  # the job, or somebody else's press, was quicker
            booking.expire(reservation, at=at)
