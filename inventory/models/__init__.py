"""What the city has, and where."""

from .category import Category, ImpactFactor
from .item import MAX_PIECES, NEXT, Item, ItemStatus
from .photo import Photo, PhotoStatus
from .place import Shelf, Site, SiteKind, SiteRole, SiteStaff
from .set_aside import ASIDE_REASONS, SetAside, SetAsideReason
from .write_off import Destination, WriteOff, WriteOffReason, WriteOffStatus

__all__ = [
    "ASIDE_REASONS",
    "MAX_PIECES",
    "NEXT",
    "Category",
    "Destination",
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
    "WriteOff",
    "WriteOffReason",
    "WriteOffStatus",
]
