"""The graph run node by node on floats, as eager code runs: what decides where arrays are in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.engine import Value
from autograd.engine.value import failure
from autograd.lift.record import Record

__all__ = ["Nodes"]


class Nodes:
    """A graph as lists: of each computed node its place, its operation and the places of its operands."""

    def __init__(self, graph: Record) -> None:
        self.graph = graph
        count = len(graph.nodes)
        self.leaves = [i for i, node in enumerate(graph.nodes) if node.op is None]
        self.start = [node.data for node in graph.nodes] + graph.constants
        self.steps: list[tuple[int, Callable[..., float], Callable[..., Any], int, int]] = []
        for i, (node, parts) in enumerate(zip(graph.nodes, graph.operands, strict=True)):
            if node.op is not None and min(parts) < count:
                y = parts[1] if len(parts) > 1 else -1
                self.steps.append((i, node.op.value, node.op.partials, parts[0], y))

    def forward(self, numbers: Sequence[float]) -> list[float]:
        """Return the number of every node, then the constants, when the leaves are ``numbers`` in their order.

        Raises:
            ArithmeticError, ValueError: what eager code would raise, naming the operation and its operands.
        """
        found = list(self.start)
        for i, number in zip(self.leaves, numbers, strict=True):
            found[i] = number
        for i, value, _, x, y in self.steps:
            try:
                found[i] = value(found[x]) if y < 0 else value(found[x], found[y])
            except (ArithmeticError, ValueError) as error:
                raise self.failure(i, found, error) from None
        return found

    def gradient(self, numbers: Sequence[float]) -> tuple[float, list[float]]:
        """Return the root and its gradient in every leaf; the terms are added up in the order of the eager sweep."""
        found = self.forward(numbers)
        root = self.graph.root
        gradient: list[float | None] = [None] * len(found)
        gradient[root] = 1.0
        for i, _, partials, x, y in reversed(self.steps):
            upstream = gradient[i]
            if upstream is None:
                continue
            local = partials(found[i], found[x]) if y < 0 else partials(found[i], found[x], found[y])
            for operand, slope in zip((x, y), local, strict=False):
                if slope is not None:
                    had = gradient[operand]
                    gradient[operand] = upstream * slope if had is None else had + upstream * slope
        return found[root], [gradient[i] or 0.0 for i in self.leaves]

    def failure(self, i: int, found: list[float], error: Exception) -> Exception:
        """Return the error that eager code raises at node i."""
        nodes = self.graph.nodes
        operands: list[Any] = [
            Value(found[part], label=nodes[part].label) if part < len(nodes) else found[part]
            for part in self.graph.operands[i]
        ]
        return failure(error, nodes[i].op, *operands)
