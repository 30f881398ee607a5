"""Numbers that left the graph: a record takes them for constants, but they move when an argument does.

``x * x.data`` is recorded as x times a constant, and the record has half of the slope. It shows when the function is
called again beside the point: the two records are node for node the same, except for that constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from autograd.check.calls import Record
from autograd.engine.graph import order, uses
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, pull
from autograd.engine.value import Value

__all__ = ["lost_slope", "same_program"]


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


def lost_slope(record: Record, beside: Record, h: float) -> float | None:
    """Return the slope that the record does not know: Σ gradient in a constant × how fast the constant moves.

    Args:
        record: the call at the point.
        beside: a call with one argument moved.
        h: by how much it was moved.

    None where the two calls do not hold the same operations; inf where a moved constant has no gradient.

    >>> def call(t):
    ...     x = Value(t)
    ...     return Record([x], x * x.data)
    >>> lost_slope(call(3.0), call(3.5), 0.5)
    3.0
    """
    nodes, others = order(record.out), order(beside.out)
    if not same_program(nodes, others):
        return None
    gradient = pull(record.out, 1.0, OPS, as_number)
    given, lost = set(record.leaves), 0.0
    for node, other in zip(nodes, others, strict=True):
        if node.op is None:
            if node not in given and node._data != other._data:
                lost += gradient.get(node, 0.0) * (other._data - node._data)
            continue
        moved = [(a, b) for a, b in zip(uses(node), uses(other), strict=True) if a.operand is None]
        if node not in gradient or all(a.number == b.number for a, b in moved):
            continue
        if node.op.name == "power":  # its row says nothing about an exponent that moves
            return inf
        local = node.op.partials(node._data, *(use.number for use in uses(node)))
        lost += sum(gradient[node] * (local[a.position] or 0.0) * (b.number - a.number) for a, b in moved)
    return lost / h
