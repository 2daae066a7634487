"""What the tests of the reservation's pages share."""

from reservations.domain import handover
from tests.factories import (
    NOW,
    make_worker,
)


def handed_over(reservation, *, given=None, why_not=None, at=NOW):
    """Hand it over: everything, or ``given`` pieces of each line."""
    lines = reservation.lines.all()
    return handover.hand_over(
        reservation,
        given={line.pk: line.pieces if given is None else given[line.item] for line in lines},
        why_not={line.pk: why_not for line in lines} if why_not else {},
        by=make_worker(),
        at=at,
    )
