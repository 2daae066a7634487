"""What the city has, and where."""

from .category import Category, ImpactFactor
from .item import MAX_PIECES, NEXT, Item, ItemStatus
from .photo import Photo, PhotoStatus
from .place import Shelf, Site, SiteKind, SiteRole, SiteStaff
from .set_aside import SetAside, SetAsideReason
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

__all__ = [
    "MAX_PIECES",
    "NEXT",
    "STOCK_TAKE_NEXT",
    "Category",
    "DifferenceKind",
    "ImpactFactor",
    "Item",
    "ItemStatus",
    "Photo",
    "PhotoStatus",
    "SetAside",
    "SetAsideReason",
    "Shelf",
    "Site",
    "SiteKind",
    "SiteRole",
    "SiteStaff",
    "StockTake",
    "StockTakeDevice",
    "StockTakeDifference",
    "StockTakeLine",
    "StockTakeScan",
    "StockTakeShelf",
    "StockTakeStatus",
]
