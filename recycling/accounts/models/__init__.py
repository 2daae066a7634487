"""Who somebody is, which unit they belong to, and how a contact is proved."""

from .contact import ContactCode, Device
from .department import (
    CostCentre,
    Department,
    DepartmentKind,
    Division,
    ImportKind,
    Membership,
    UnitImport,
    UnitRole,
)
from .group_rule import GroupRole, GroupRule
from .tally import Tally
from .unit_ask import AskOutcome, UnitAsk
from .user import Language, User

__all__ = [
    "AskOutcome",
    "ContactCode",
    "CostCentre",
    "Department",
    "DepartmentKind",
    "Device",
    "Division",
    "GroupRole",
    "GroupRule",
    "ImportKind",
    "Language",
    "Membership",
    "Tally",
    "UnitAsk",
    "UnitImport",
    "UnitRole",
    "User",
]
