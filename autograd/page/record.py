"""The trace of a graph as JSON: its nodes, and the local derivatives of each.

Shares and gradients are not in it: the page computes them from the local derivatives, by the same × and + as here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import copysign, isfinite
from typing import Any, NamedTuple

from autograd.base.real import one_line
from autograd.engine.graph import uses
from autograd.engine.sweep import Flow, flows
from autograd.engine.value import Value
from autograd.table import Op, any_

__all__ = ["Ids", "Swept", "number", "row_names", "sweep", "trace"]

Ids = Mapping[Value, str]  # the id of each node: n0, n1, … in their order


def number(x: float) -> float | str:
    """Return ``x`` as JSON can hold it, and no longer than it need be: itself, or "nan", "inf", "-inf".

    >>> number(0.1), number(2.0), number(-0.0), number(float("-inf"))
    (0.1, 2, -0.0, '-inf')
    """
    if not isfinite(x):
        return str(x)
    return int(x) if x == round(x) and abs(x) < 2**53 and copysign(1.0, x) == (-1.0 if x < 0 else 1.0) else x


class Swept(NamedTuple):
    """What a backward sweep, made afresh, finds: no gradient that the graph holds is read or changed."""

    back: list[Flow[Value]]  # what goes back along each edge
    local: dict[Value, list[float | None]]  # one per operand; None for a constant, and where nothing goes back
    gradient: dict[Value, float]  # of every node that it reaches


def sweep(nodes: Sequence[Value]) -> Swept:
    """Return the local derivatives, and the gradients of the last of ``nodes``, in one pass.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> swept = sweep([x, y])
    >>> swept.local[y], swept.gradient[x]
    ([3.0, 3.0], 6.0)
    """
    local: dict[Value, list[float | None]] = {node: [None] * len(uses(node)) for node in nodes}
    gradient = {nodes[-1]: 1.0}
    back = []
    for flow in flows(nodes, gradient):  # it reads a gradient when it is whole: all users of the node came before
        back.append(flow)
        local[flow.node][flow.position] = flow.local
        if flow.share is not None:
            before = gradient.get(flow.operand)
            gradient[flow.operand] = flow.share if before is None else before + flow.share
    return Swept(back, local, gradient)


def trace(swept: Swept, names: Mapping[Op, str], moving: Sequence[Value], lines: Mapping[Value, str]) -> dict[str, Any]:
    """Return the trace of a graph as a dict of what JSON knows. A node is known by its place in the order of the graph.

    Args:
        swept: the nodes in their order, with their local derivatives.
        names: the name of the row of each operation.
        moving: the leaves that an update moves.
        lines: the line of source that created a node, where it is known.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> trace(sweep([x, y]), row_names([x, y]), [x], {})["nodes"]
    [{'label': 'x', 'data': 3}, {'op': 'mul', 'operands': [0, 0], 'locals': [3, 3], 'data': 9}]
    """
    place = {node: i for i, node in enumerate(swept.local)}
    return {
        "ops": {name: words(op) for op, name in names.items()},
        "nodes": [
            ({"label": one_line(node.label)} if node.label else {})
            | (computation(node, names, place, local) if node.op is not None else {})
            | {"data": number(node.data)}
            | ({"line": one_line(lines[node])} if node in lines else {})
            for node, local in swept.local.items()
        ],
        "update": [place[node] for node in moving],
    }


def computation(
    node: Value, names: Mapping[Op, str], place: Mapping[Value, int], local: Sequence[float | None]
) -> dict[str, Any]:
    """Return how a node was computed: its row, its operands, null for a constant, and its local derivatives."""
    operands = uses(node)
    known = all(use.operand is not None and use.operand.data == use.number for use in operands)
    return {
        "op": names[node.op],
        "operands": [None if use.operand is None else place[use.operand] for use in operands],
        "locals": [None if slope is None else number(slope) for slope in local],
    } | ({} if known else {"numbers": [number(use.number) for use in operands]})  # else they are what the operands are


def row_names(nodes: Sequence[Value]) -> dict[Op, str]:
    """Return the name under which the row of each operation travels: its own, and a count if another has it too."""
    names: dict[Op, str] = {}
    taken: dict[str, int] = {}
    for node in nodes:
        if node.op is not None and node.op not in names:
            taken[node.op.name] = count = taken.get(node.op.name, 0) + 1
            names[node.op] = node.op.name if count == 1 else f"{node.op.name}#{count}"
    return names


def words(op: Op) -> dict[str, Any]:
    """Return the words for an operation on the page; those for its domain only if it does not take every number."""
    return {"symbol": op.symbol, "why": op.why} | ({"wants": op.wants()} if op.wants() != any_.text else {})
