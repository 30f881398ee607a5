"""The trace of a graph: every node, the order of the backward sweep, and the arithmetic of each ``+=``, as JSON has it.

The sweep is made afresh: no gradient that the graph holds is read or changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from autograd.base.real import one_line
from autograd.engine.graph import order
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, local_derivatives, pull, replay
from autograd.engine.value import Value

__all__ = ["number", "trace"]

RATES = (0.001, 0.01, 0.1, 0.5, 1.0)


def number(x: float) -> float | str:
    """Return ``x`` as JSON can hold it: itself, or "nan", "inf", "-inf".

    >>> number(0.1), number(float("-inf"))
    (0.1, '-inf')
    """
    return x if isfinite(x) else str(x)


def trace(root: Value, moving: Sequence[Value], lines: Mapping[Value, str]) -> dict[str, Any]:
    """Return the trace of ``root`` as a dict of what JSON knows.

    Args:
        root: the node that is differentiated.
        moving: the leaves that an update moves.
        lines: the line of source that created a node, where it is known.

    >>> x = Value(3.0, label="x")
    >>> [step["share"] for step in trace(x * x, [x], {})["sweep"]]
    [3.0, 3.0]
    """
    nodes = order(root)
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    gradient = pull(root, 1.0, OPS, as_number)
    shown = []
    for node in nodes:
        entry: dict[str, Any] = {"id": ids[node], "label": one_line(node.label)}
        if node.op is not None:
            both = [(v, n) for v, n in ((node.x, node.x0), (node.y, node.y0)) if n is not None]
            entry["op"] = node.op.name
            entry["operands"] = [None if v is None else ids[v] for v, _ in both]
            entry["numbers"] = [number(n) for _, n in both]
        entry["data"], entry["grad"] = number(node.data), number(gradient.get(node, 0.0) + 0.0)  # + 0.0: never -0.0
        if node in lines:
            entry["line"] = one_line(lines[node])
        shown.append(entry)
    return {
        "root": ids[root],
        "ops": {v.op.name: {"symbol": v.op.symbol, "why": v.op.why} for v in nodes if v.op is not None},
        "nodes": shown,
        "sweep": sweep(nodes, ids, gradient),
        "update": {"leaves": [ids[v] for v in moving], "root": after_updates(root, moving, gradient)},
    }


def sweep(nodes: Sequence[Value], ids: Mapping[Value, str], gradient: Mapping[Value, float]) -> list[dict[str, Any]]:
    """Return each ``+=`` of the backward sweep, in the order in which it happens: upstream, which is the gradient of
    the node it comes from, times the local derivative is the share, and the sum is what the gradient is by then."""
    steps = []
    sums: dict[Value, float] = {}
    for node in reversed(nodes):
        if node.op is None or node not in gradient:
            continue
        upstream = gradient[node]  # whole by now: all that uses the node has handed down
        for position, (operand, local) in enumerate(
            zip((node.x, node.y), local_derivatives(node, OPS, as_number), strict=False)
        ):
            if operand is not None and local is not None:
                share = upstream * local
                sums[operand] = sums[operand] + share if operand in sums else share
                numbers = {"local": local, "share": share, "sum": sums[operand]}
                step = {"from": ids[node], "to": ids[operand], "at": position}
                steps.append(step | {name: number(x) for name, x in numbers.items()})
    return steps


def after_updates(root: Value, moving: Sequence[Value], gradient: Mapping[Value, float]) -> list[list[Any]]:
    """Return pairs of a rate and what ``root`` becomes when each leaf moves by minus the rate times its gradient.

    The recorded operations run again; where one of them has no result, the error is told in its place.
    """
    after: list[list[Any]] = []
    for rate in RATES:
        moved = {leaf: leaf.data - rate * gradient.get(leaf, 0.0) for leaf in moving}
        try:
            after.append([rate, number(replay(root, moved, OPS)[root])])
        except (ArithmeticError, ValueError) as error:
            after.append([rate, one_line(str(error))])
    return after
