"""The trace of a graph: every node, the order of the backward sweep, and the arithmetic of each ``+=``, as JSON has it.

The sweep is made afresh: no gradient that the graph holds is read or changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import copysign, isfinite
from typing import Any

from autograd.base.real import one_line
from autograd.engine.graph import uses
from autograd.engine.sweep import flows
from autograd.engine.value import Value
from autograd.table import Op

__all__ = ["Ids", "number", "row_names", "trace"]

Ids = Mapping[Value, str]  # the id of each node: n0, n1, … in their order


def number(x: float) -> float | str:
    """Return ``x`` as JSON can hold it, and no longer than it need be: itself, or "nan", "inf", "-inf".

    >>> number(0.1), number(2.0), number(-0.0), number(float("-inf"))
    (0.1, 2, -0.0, '-inf')
    """
    if not isfinite(x):
        return str(x)
    return int(x) if x == round(x) and abs(x) < 2**53 and copysign(1.0, x) == (-1.0 if x < 0 else 1.0) else x


def trace(ids: Ids, names: Mapping[Op, str], moving: Sequence[Value], lines: Mapping[Value, str]) -> dict[str, Any]:
    """Return the trace of a graph as a dict of what JSON knows.

    Args:
        ids: the nodes in their order, the one that is differentiated last.
        names: the name of the row of each operation.
        moving: the leaves that an update moves.
        lines: the line of source that created a node, where it is known.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> [step["share"] for step in trace({x: "n0", y: "n1"}, row_names([x, y]), [x], {})["sweep"]]
    [3, 3]
    """
    nodes = list(ids)
    steps, gradient = sweep(nodes, ids)
    return {
        "root": ids[nodes[-1]],
        "ops": {name: told(op) for op, name in names.items()},
        "nodes": [entry(node, ids, names, gradient, lines) for node in nodes],
        "sweep": steps,
        "update": [ids[node] for node in moving],
    }


def row_names(nodes: Sequence[Value]) -> dict[Op, str]:
    """Return the name under which the row of each operation travels: its own, and a count if another has it too."""
    names: dict[Op, str] = {}
    taken: dict[str, int] = {}
    for node in nodes:
        if node.op is not None and node.op not in names:
            taken[node.op.name] = count = taken.get(node.op.name, 0) + 1
            names[node.op] = node.op.name if count == 1 else f"{node.op.name}#{count}"
    return names


def told(op: Op) -> dict[str, Any]:
    """Return what the page tells about an operation; what it wants only if that is not any number at all."""
    wants = [domain.text for domain in op.domain]
    special = any(domain[1:] != (-float("inf"), float("inf"), None) for domain in op.domain)
    return {"symbol": op.symbol, "why": op.why} | ({"wants": ", ".join(wants)} if special else {})


def entry(
    node: Value, ids: Ids, names: Mapping[Op, str], gradient: Mapping[Value, float], lines: Mapping[Value, str]
) -> dict[str, Any]:
    """Return what the trace says about one node."""
    said: dict[str, Any] = {"id": ids[node]} | ({"label": one_line(node.label)} if node.label else {})
    if node.op is not None:
        operands = uses(node)
        said["op"] = names[node.op]
        said["operands"] = [None if use.operand is None else ids[use.operand] for use in operands]
        if any(use.operand is None or use.operand.data != use.number for use in operands):
            said["numbers"] = [number(use.number) for use in operands]  # else they are what the operands are
    said["data"], said["grad"] = number(node.data), number(gradient.get(node, 0.0) + 0.0)  # + 0.0: never -0.0
    if node in lines:
        said["line"] = one_line(lines[node])
    return said


def sweep(nodes: Sequence[Value], ids: Ids) -> tuple[list[dict[str, Any]], dict[Value, float]]:
    """Return each ``+=`` of the backward sweep, in the order in which it happens, and the gradients it gives.

    The upstream gradient, that of the node it comes from, times the local derivative is the share; the sum, where it
    is not the share alone, is what the gradient of the operand is by then. An arrow along which nothing goes back has
    no share: it may have one when a leaf has moved.
    """
    steps = []
    gradient = {nodes[-1]: 1.0}
    for flow in flows(nodes, gradient):  # it reads a gradient when it is whole: all users of the node came before
        step: dict[str, Any] = {"from": ids[flow.node], "to": ids[flow.operand]} | ({"at": 1} if flow.position else {})
        if flow.local is not None:
            step["local"] = number(flow.local)
        if flow.share is not None:
            before = gradient.get(flow.operand)
            gradient[flow.operand] = whole = flow.share if before is None else before + flow.share
            step["share"] = number(flow.share)
            if before is not None:
                step["sum"] = number(whole)
        steps.append(step)
    return steps, gradient
