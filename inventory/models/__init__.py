"""What the city has, and where."""

from .category import Category, ImpactFactor
from .intake_time import IntakeTime
from .item import MAX_PIECES, NEXT, Item, ItemStatus
from .load import Arrival, Load, LoadKind, Room, Shot
from .photo import Photo, PhotoStatus
from .place import Shelf, Site, SiteKind, SiteRole, SiteStaff
from .set_aside import SetAside, SetAsideReason

__all__ = [
    "MAX_PIECES",
    "NEXT",
    "Arrival",
    "Category",
    "ImpactFactor",
    "IntakeTime",
    "Item",
    "ItemStatus",
    "Load",
    "LoadKind",
    "Photo",
    "PhotoStatus",
    "Room",
    "SetAside",
    "SetAsideReason",
    "Shelf",
    "Shot",
    "Site",
    "SiteKind",
    "SiteRole",
    "SiteStaff",
]
