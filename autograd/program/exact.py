"""The graph run node by node on floats, as eager code runs: what decides where arrays are in doubt."""

from __future__ import annotations

from collections.abc import Mapping

from autograd.engine import OPS, Value, pull
from autograd.engine.value import failure
from autograd.lift.record import Record

__all__ = ["gradient", "values"]


def values(graph: Record, leaves: Mapping[Value, float]) -> dict[Value, float]:
    """Return the number of every node when the leaves are ``leaves``; it raises what eager code would."""
    found: dict[Value, float] = {}
    first_constant = len(graph.nodes)
    for node, parts in zip(graph.nodes, graph.operands, strict=True):
        if node.op is None:
            found[node] = leaves[node]
            continue
        if min(parts) >= first_constant:
            found[node] = node.data
            continue
        numbers = [
            graph.constants[part - first_constant] if part >= first_constant else found[graph.nodes[part]]
            for part in parts
        ]
        try:
            found[node] = node.op.value(*numbers)
        except (ArithmeticError, ValueError) as error:
            named = [
                number if part >= first_constant else Value(number, label=graph.nodes[part].label)
                for part, number in zip(parts, numbers, strict=True)
            ]
            raise failure(error, node.op, *named) from None
    return found


def gradient(graph: Record, leaves: Mapping[Value, float]) -> tuple[float, dict[Value, float]]:
    """Return the number of the root and its gradient in every leaf that it reaches."""
    found = values(graph, leaves)
    root = graph.nodes[-1]
    swept = pull(root, 1.0, OPS, lambda node, number: found[node])
    return found[root], {leaf: swept[leaf] for leaf in leaves if leaf in swept}
