"""What a scanned or typed code means at the desk."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused
from reservations.models import Reservation

from . import handover


class NoSuchReservation(Refused):
    """No reservation, or one of a site where the worker has no business: which of the two is not said."""

    code = "no_such_reservation"
    message = _("No reservation at your sites has that code. Ask for the six digits of the pickup code.")
    status = 404


def find(*, by, at, token="", pickup="", code=""):
    """The reservation that a link, six digits or a code on a list means to this worker.

    Refuses `no_such_reservation`, and for the digits what ``handover.find`` refuses.
    """
    if pickup:
        return handover.find(pickup, by=by, at=at)
    named = {"token": token} if token else {"code": code}
    found = Reservation.objects.handed_over_by(by).exclude(pickup_code="").filter(**named).first()
    if found is None:
        raise NoSuchReservation
    return found
