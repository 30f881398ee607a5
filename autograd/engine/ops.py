"""The table as a Value uses it: forward follows Python floats and raises with them, backward never raises."""

from __future__ import annotations

from autograd.engine import floats, ieee
from autograd.table import Op, rules

__all__ = ["OPS", "is_ours"]

IEEE = rules(ieee)
OPS = {name: op._replace(partials=IEEE[name].partials) for name, op in rules(floats).items()}


def is_ours(op: Op) -> bool:
    """Return whether an operation is a row of the table, and not one of a user's own that bears its name."""
    row = OPS.get(op.name)
    return row is not None and row.partials is op.partials
