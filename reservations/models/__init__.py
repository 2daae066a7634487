"""Who gets it, when, and that they did."""

from .handover import Handover, HandoverLine, NotGiven, Signature, Signed
from .reservation import (
    HOLDS_PIECES,
    NEXT,
    OPEN_AT_DESK,
    CancelReason,
    Fulfilment,
    Reservation,
    ReservationLine,
    ReservationStatus,
)
from .returned import Returned
from .slot import ClosedDay, OpeningHours, PickupSlot

__all__ = [
    "HOLDS_PIECES",
    "NEXT",
    "OPEN_AT_DESK",
    "CancelReason",
    "ClosedDay",
    "Fulfilment",
    "Handover",
    "HandoverLine",
    "NotGiven",
    "OpeningHours",
    "PickupSlot",
    "Reservation",
    "ReservationLine",
    "ReservationStatus",
    "Returned",
    "Signature",
    "Signed",
]
