"""Who gets it, when, and that they did."""

from .handover import Handover, HandoverLine, NotGiven, Signature, Signed
from .queue import IN_QUEUE, QUEUE_NEXT, Draw, QueueEntry, QueueStatus
from .request import (
    BEING_WRITTEN,
    REQUEST_NEXT,
    Delivery,
    FurnitureRequest,
    Lift,
    Replaces,
    RequestLine,
    RequestStatus,
)
from .reservation import (
    HOLDS_PIECES,
    NEXT,
    OPEN_AT_DESK,
    CancelReason,
    Reservation,
    ReservationLine,
    ReservationStatus,
)
from .returned import Returned
from .slot import ClosedDay, Fulfilment, OpeningHours, PickupSlot, Weekday
from .thread import MOST_TEXT, RequestMessage
from .wanted import (
    WANTED_NEXT,
    NeedLine,
    NeedList,
    ProposedTime,
    WantedEntry,
    WantedStatus,
    WhyBought,
    WhyDeclined,
)

__all__ = [
    "BEING_WRITTEN",
    "HOLDS_PIECES",
    "IN_QUEUE",
    "MOST_TEXT",
    "NEXT",
    "OPEN_AT_DESK",
    "QUEUE_NEXT",
    "REQUEST_NEXT",
    "WANTED_NEXT",
    "CancelReason",
    "ClosedDay",
    "Delivery",
    "Draw",
    "Fulfilment",
    "FurnitureRequest",
    "Handover",
    "HandoverLine",
    "Lift",
    "NeedLine",
    "NeedList",
    "NotGiven",
    "OpeningHours",
    "PickupSlot",
    "ProposedTime",
    "QueueEntry",
    "QueueStatus",
    "Replaces",
    "RequestLine",
    "RequestMessage",
    "RequestStatus",
    "Reservation",
    "ReservationLine",
    "ReservationStatus",
    "Returned",
    "Signature",
    "Signed",
    "WantedEntry",
    "WantedStatus",
    "Weekday",
    "WhyBought",
    "WhyDeclined",
]
