"""Taking over somebody else's list: what its columns mean, what its rows become, and logging them once."""

from inventory.domain.importing.columns import load_mapping
from inventory.domain.importing.kinds import Kinds
from inventory.domain.importing.planning import Plan, Row, plan

__all__ = ["Kinds", "Plan", "Row", "load_mapping", "plan"]
