"""Taking over somebody else's list: what its columns mean, what its rows become, and logging each once."""

from inventory.domain.importing.columns import load_mapping
from inventory.domain.importing.kinds import Kinds
from inventory.domain.importing.planning import Plan, Row, plan
from inventory.domain.importing.rows import (
    LEFT_OUT,
    MADE,
    UNCHANGED,
    Arrival,
    Outcome,
    import_plan,
    import_row,
    site_with_code,
)

__all__ = [
    "LEFT_OUT",
    "MADE",
    "UNCHANGED",
    "Arrival",
    "Kinds",
    "Outcome",
    "Plan",
    "Row",
    "import_plan",
    "import_row",
    "load_mapping",
    "plan",
    "site_with_code",
]
