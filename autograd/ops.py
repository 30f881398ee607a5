"""The table as a Value uses it: forward follows Python floats and raises with them, backward never raises."""

from __future__ import annotations

from autograd import floats, ieee
from autograd.rules import rules

__all__ = ["OPS"]

SLOPES = rules(ieee)
OPS = {name: op._replace(partials=SLOPES[name].partials) for name, op in rules(floats).items()}
