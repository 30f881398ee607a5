"""Numbers that left the graph: a record takes them for constants, but they move when an argument does.

``x * x.data`` is recorded as x times a constant, so the record has only half of the slope. Another call of the
function, next to the point, shows it: the two records are the same node for node, except for that constant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from autograd.check.calls import Record
from autograd.check.rounding import EPS, path_sums
from autograd.engine.graph import order, uses
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, pull
from autograd.engine.value import Value

__all__ = ["constants_stay", "lost_slope", "same_program"]


def same_program(nodes: Sequence[Value], others: Sequence[Value]) -> bool:
    """Return whether two records hold the same operations, connected in the same way."""
    if len(nodes) != len(others):
        return False
    place = {None: -1} | {node: i for i, node in enumerate(nodes)}
    other_place = {None: -1} | {node: i for i, node in enumerate(others)}
    return all(
        (a.op and a.op.name) == (b.op and b.op.name)
        and [place[use.operand] for use in uses(a)] == [other_place[use.operand] for use in uses(b)]
        for a, b in zip(nodes, others, strict=True)
    )


def constants_stay(record: Record, beside: Record) -> bool:
    """Return whether another call ran the same operations with the same constants, so that only the leaves moved."""
    nodes, others, given = order(record.out), order(beside.out), set(record.leaves)
    return same_program(nodes, others) and not any(
        next(moved_constants(a, b), None)
        for a, b in zip(nodes, others, strict=True)
        if a.op is not None or a not in given
    )


def lost_slope(record: Record, beside: Record, h: float) -> float | None:
    """Return the slope that the record does not know: Σ gradient in a constant × how fast the constant moves.

    Args:
        record: the call at the point.
        beside: a call with one argument moved.
        h: by how much it was moved.

    A slope that is 0 to rounding is returned as 0. Softmax, for example, may subtract its largest argument as a
    constant. That constant moves, but the result does not depend on it. The slope is None if the two calls ran
    different operations.

    >>> def call(t):
    ...     x = Value(t)
    ...     return Record([x], x * x.data)
    >>> lost_slope(call(3.0), call(3.5), 0.5)
    3.0
    """
    nodes, others = order(record.out), order(beside.out)
    if not same_program(nodes, others):
        return None
    gradient, sums = pull(record.out, 1.0, OPS, as_number), path_sums(record.out)
    given = set(record.leaves)
    lost = size = 0.0
    for node, other in zip(nodes, others, strict=True):
        if node not in gradient or node in given:
            continue
        for local, move in moved_constants(node, other):
            lost += gradient[node] * local * move
            size += abs(sums[node] * local * move)
    return lost / h if abs(lost) > (16 + len(nodes)) * EPS * size or not isfinite(lost) else 0.0


def moved_constants(node: Value, other: Value) -> Iterator[tuple[float, float]]:
    """Yield (local derivative, move) for the constants of a node that another record has moved; a leaf that was not
    given is a constant too."""
    if node.op is None:
        if node._data != other._data:
            yield 1.0, other._data - node._data
        return
    moves = [b.number - a.number if a.operand is None else 0.0 for a, b in zip(uses(node), uses(other), strict=True)]
    if any(moves):
        op = OPS["pow"] if node.op.name == "power" else node.op  # the row of power has no derivative in the exponent
        local = op.partials(node._data, *(use.number for use in uses(node)))
        yield from ((local[i], move) for i, move in enumerate(moves) if move and local[i] is not None)
