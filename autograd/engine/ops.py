"""The table as a Value uses it: forward follows Python floats and raises with them, backward never raises."""

from __future__ import annotations

from autograd.engine import floats, ieee
from autograd.table import rules

__all__ = ["OPS"]

IEEE = rules(ieee)
OPS = {name: op._replace(partials=IEEE[name].partials) for name, op in rules(floats).items()}
