"""What the city has, and where."""

from .alert import AlertHit, Frequency, SearchAlert
from .alias import AliasKind, ItemAlias
from .category import Category, ImpactFactor, LastStage
from .errand import Errand, ErrandKind, ErrandState
from .intake_time import IntakeTime
from .item import MAX_PIECES, NEXT, Alerted, Giving, Item, ItemStatus, Stage
from .load import Arrival, Load, LoadKind, Room, Shot
from .not_usable import NotUsable
from .photo import Photo, PhotoStatus
from .place import Shelf, Site, SiteKind, SiteRole, SiteStaff
from .set_aside import ASIDE_REASONS, SetAside, SetAsideReason
from .stocktake import (
    STOCK_TAKE_NEXT,
    DifferenceKind,
    StockTake,
    StockTakeDevice,
    StockTakeDifference,
    StockTakeLine,
    StockTakeScan,
    StockTakeShelf,
    StockTakeStatus,
)
from .write_off import Destination, WriteOff, WriteOffReason, WriteOffStatus

__all__ = [
    "ASIDE_REASONS",
    "MAX_PIECES",
    "NEXT",
    "STOCK_TAKE_NEXT",
    "AlertHit",
    "Alerted",
    "AliasKind",
    "Arrival",
    "Category",
    "Destination",
    "DifferenceKind",
    "Errand",
    "ErrandKind",
    "ErrandState",
    "Frequency",
    "Giving",
    "ImpactFactor",
    "IntakeTime",
    "Item",
    "ItemAlias",
    "ItemStatus",
    "LastStage",
    "Load",
    "LoadKind",
    "NotUsable",
    "Photo",
    "PhotoStatus",
    "Room",
    "SearchAlert",
    "SetAside",
    "SetAsideReason",
    "Shelf",
    "Shot",
    "Site",
    "SiteKind",
    "SiteRole",
    "SiteStaff",
    "Stage",
    "StockTake",
    "StockTakeDevice",
    "StockTakeDifference",
    "StockTakeLine",
    "StockTakeScan",
    "StockTakeShelf",
    "StockTakeStatus",
    "WriteOff",
    "WriteOffReason",
    "WriteOffStatus",
]
