"""Leaves that were edited between two sweeps of one record: a training loop that forgets to compute its loss again.

``backward`` explains what was recorded. Called again after ``w.data -= …`` it gives the gradient at the old w, and a
loop runs away from where it should go:

    loss = (2 * w - 3) ** 2         # belongs inside the loop
    for _ in range(3):
        w.grad = 0.0
        loss.backward()
        w.data -= 0.1 * w.grad
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from autograd.base.real import one_line
from autograd.engine.graph import Node, uses

__all__ = ["CLOCK", "note_sweep", "warn_of_edits"]


class Clock:
    """How often the data of a leaf was set, of any leaf: it says whether anything was set since."""

    __slots__ = ("edits",)

    def __init__(self) -> None:
        self.edits = 0


CLOCK = Clock()
last_sweep: WeakKeyDictionary[Any, int] = WeakKeyDictionary()  # by root: the clock at its last sweep


def note_sweep(root: Node) -> None:
    """Note that ``root`` was swept now."""
    last_sweep[root] = CLOCK.edits


def warn_of_edits(root: Node, nodes: Sequence[Node]) -> None:
    """Warn if ``nodes``, which were swept before, have a number of a leaf that was another when they were recorded.

    If nothing was edited since the last sweep of ``root``, the caller has had that sweep already and wants it twice.
    """
    if last_sweep.get(root) == CLOCK.edits:
        return
    then = {
        use.operand: use.number
        for node in nodes
        for use in uses(node)
        if use.operand is not None and use.operand.op is None and use.operand._data != use.number == use.number
    }
    for leaf, number in then.items():
        more = f" (and {len(then) - 1:,} more leaves have changed)" if len(then) > 1 else ""
        warnings.warn(
            f"{one_line(leaf._label) or 'a leaf'} was {number:.6g} when this was recorded and is {leaf._data:.6g} now"
            f"{more}: backward() gives the gradient of what was recorded. Compute the loss again inside the loop, "
            f"after each update",
            stacklevel=4,
        )
        return
