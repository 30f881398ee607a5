"""The loop over the nodes of any graph, one by one, which numba compiles; it gives the same bits as the eager sweep.

What stands below the line is compiled together with ``value`` and ``slope``, which are written from the table by
`autograd.kernel.scalar_code`; until then they are only named here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["plain_step"]


def exactly(f: Any) -> Any:
    """Return what numba makes of a function whose sums stay in their order."""
    return f


def value(row: int, x: float, y: float) -> float:
    """Compute a row of the table for single numbers."""
    return 0.0


def slope(row: int, z: float, x: float, y: float) -> tuple[float, bool, float, bool]:
    """Compute both local derivatives for single numbers, and whether they pass anything back."""
    return 0.0, False, 0.0, False


# --- compiled from here on ------------------------------------------------------------------------------------------


@exactly
def plain_forward(table: Any, memory: Any) -> int:
    """Compute every node, one by one; return the first whose result is in doubt, or -1.

    Args:
        table: of each node its operation (-1: none) and the places of its operands.
        memory: the number of each node, then of each constant; and their gradients.
    """
    for i in range(table.shape[1]):
        op = table[0, i]
        if op >= 0:
            z = value(op, memory[0, table[1, i]], memory[0, table[2, i]])
            memory[0, i] = z
            if not np.isfinite(z):
                return i
    return -1


@exactly
def plain_backward(table: Any, memory: Any, reached: Any, root: int) -> None:
    """Sweep back over every node, one by one, as `autograd.engine.backward` does."""
    for i in range(len(reached)):
        reached[i] = False
    memory[1, root] = 1.0
    reached[root] = True
    for i in range(table.shape[1] - 1, -1, -1):
        op = table[0, i]
        if op < 0 or not reached[i]:
            continue
        x, y, upstream = table[1, i], table[2, i], memory[1, i]
        to_x, flows_x, to_y, flows_y = slope(op, memory[0, i], memory[0, x], memory[0, y])
        if flows_x:
            memory[1, x] = memory[1, x] + upstream * to_x if reached[x] else upstream * to_x
            reached[x] = True
        if flows_y:
            memory[1, y] = memory[1, y] + upstream * to_y if reached[y] else upstream * to_y
            reached[y] = True


@exactly
def plain_step(table: Any, memory: Any, reached: Any, places: Any, leaves: Any, root: int, out: Any) -> bool:
    """Sweep there and back for leaves that stand at ``places``: put their gradients out; is a result in doubt?"""
    for i in range(len(places)):
        memory[0, places[i]] = leaves[i]
    if plain_forward(table, memory) >= 0:
        return True
    plain_backward(table, memory, reached, root)
    for i in range(len(places)):
        out[i] = memory[1, places[i]] if reached[places[i]] else 0.0
    return False
