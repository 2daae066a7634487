"""Who somebody is, which unit they belong to, and how a contact is proved."""

from .contact import ContactCode, Device
from .department import CostCentre, Department, DepartmentKind, Division, Membership, UnitImport, UnitRole
from .group_rule import GroupRole, GroupRule
from .tally import Tally
from .user import Language, User

__all__ = [
    "ContactCode",
    "CostCentre",
    "Department",
    "DepartmentKind",
    "Device",
    "Division",
    "GroupRole",
    "GroupRule",
    "Language",
    "Membership",
    "Tally",
    "UnitImport",
    "UnitRole",
    "User",
]
