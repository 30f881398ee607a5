"""The loop over the nodes of any graph, one by one, which numba compiles; it has the bits of the eager sweep.

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
def plain_forward(ops: Any, xs: Any, ys: Any, numbers: Any) -> int:
    """Compute every node, one by one; return the first whose result is in doubt, or -1."""
    for i in range(len(ops)):
        op = ops[i]
        if op >= 0:
            x, y = numbers[xs[i]], numbers[ys[i]]
            z = value(op, x, y)
            numbers[i] = z
            if not np.isfinite(z):
                return i
    return -1


@exactly
def plain_backward(ops: Any, xs: Any, ys: Any, numbers: Any, root: int, gradient: Any, reached: Any) -> None:
    """Sweep back over every node, one by one, as `autograd.engine.backward` does."""
    for i in range(len(reached)):
        reached[i] = False
    gradient[root] = 1.0
    reached[root] = True
    for i in range(len(ops) - 1, -1, -1):
        op = ops[i]
        if op < 0 or not reached[i]:
            continue
        x, y = xs[i], ys[i]
        to_x, flows_x, to_y, flows_y = slope(op, numbers[i], numbers[x], numbers[y])
        if flows_x:
            gradient[x] = gradient[x] + gradient[i] * to_x if reached[x] else gradient[i] * to_x
            reached[x] = True
        if flows_y:
            gradient[y] = gradient[y] + gradient[i] * to_y if reached[y] else gradient[i] * to_y
            reached[y] = True


@exactly
def plain_step(
    ops: Any, xs: Any, ys: Any, numbers: Any, places: Any, leaves: Any, root: int, gradient: Any, reached: Any, out: Any
) -> bool:
    """Sweep there and back for leaves that stand at ``places``: put their gradients out; is a result in doubt?"""
    for i in range(len(places)):
        numbers[places[i]] = leaves[i]
    if plain_forward(ops, xs, ys, numbers) >= 0:
        return True
    plain_backward(ops, xs, ys, numbers, root, gradient, reached)
    for i in range(len(places)):
        out[i] = gradient[places[i]] if reached[places[i]] else 0.0
    return False
