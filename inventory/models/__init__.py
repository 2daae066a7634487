"""What the city has, and where."""

from .category import Category, ImpactFactor
from .intake_time import IntakeTime
from .item import MAX_PIECES, NEXT, Item, ItemStatus
from .photo import Photo, PhotoStatus
from .place import Shelf, Site, SiteKind, SiteRole, SiteStaff
from .set_aside import SetAside, SetAsideReason

__all__ = [
    "MAX_PIECES",
    "NEXT",
    "Category",
    "ImpactFactor",
    "IntakeTime",
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
]
