"""What the city has, and where."""

from .alias import AliasKind, ItemAlias
from .category import Category, ImpactFactor
from .item import MAX_PIECES, NEXT, Item, ItemStatus
from .photo import Photo, PhotoStatus
from .place import Shelf, Site, SiteKind, SiteRole, SiteStaff
from .set_aside import SetAside, SetAsideReason

__all__ = [
    "MAX_PIECES",
    "NEXT",
    "AliasKind",
    "Category",
    "ImpactFactor",
    "Item",
    "ItemAlias",
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
