"""The graph run node by node on floats, as eager code runs: it decides where arrays are in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from autograd.calculus.values import QUIET
from autograd.engine import OPS, Value, is_ours
from autograd.engine.value import failure
from autograd.kernel.arithmetic import both
from autograd.lift.record import Record, wheres
from autograd.source.run import Answer, Numbers
from autograd.table import Op

__all__ = ["ByNode", "Leaves", "Nodes", "Sweep"]

ADD, MUL = OPS["add"], OPS["mul"]  # the two commonest operations, done inline
PICK = ADD._replace(name="where", value=both)  # the + of a `where`
ROWS = OPS | {PICK.name: PICK} | {f"quiet {name}": row for name, row in QUIET.items() if row is not OPS[name]}


class Sweep(Protocol):
    """A way to run a graph for one example."""

    def value(self, leaves: Numbers) -> tuple[float, bool]:
        """Return the root when the leaves are these numbers, and whether it is in doubt."""

    def gradient(self, leaves: Numbers) -> tuple[float, Numbers, bool]:
        """Return the root, its gradient in every leaf, and whether they are in doubt."""


class Nodes:
    """A graph as lists: of each computed node its place, its operation and the places of its operands."""

    def __init__(self, graph: Record, leaves: Leaves) -> None:
        count, picks = len(graph.nodes), wheres(graph)
        self.root, self.labels = graph.root, [node.label for node in graph.nodes]
        self.leaves = leaves.nodes.tolist()
        self.start = [node.data for node in graph.nodes] + graph.constants
        self.steps: list[tuple[int, Any, Callable[..., float], int, int]] = []
        for i, (node, parts) in enumerate(zip(graph.nodes, graph.operands, strict=True)):
            if node.op is not None and min(parts) < count:
                op = PICK if i in picks else node.op
                self.steps.append((i, op, op.value, parts[0], parts[1] if len(parts) > 1 else -1))

    def forward(self, leaves: Sequence[float]) -> list[float]:
        """Return the number of every node, then the constants.

        Raises:
            ArithmeticError, ValueError: what eager code would raise, naming the operation and its operands.
        """
        found = list(self.start)
        for i, number in zip(self.leaves, leaves, strict=True):
            found[i] = number
        for i, op, value, x, y in self.steps:
            if op is ADD:
                found[i] = found[x] + found[y]
            elif op is MUL:
                found[i] = found[x] * found[y]
            else:
                try:
                    found[i] = value(found[x]) if y < 0 else value(found[x], found[y])
                except (ArithmeticError, ValueError) as error:
                    raise self.failure(op, [part for part in (x, y) if part >= 0], found, error) from None
        return found

    def value(self, leaves: Numbers) -> tuple[float, bool]:
        """Return the root; it is never in doubt."""
        return self.forward(leaves.tolist())[self.root], False

    def gradient(self, leaves: Numbers) -> tuple[float, Numbers, bool]:
        """Return the root and its gradient in every leaf; the terms are added up in the order of the eager sweep."""
        found = self.forward(leaves.tolist())
        gradient: list[float | None] = [None] * len(found)
        gradient[self.root] = 1.0
        local: tuple[float | None, ...]
        for i, op, _, x, y in reversed(self.steps):
            upstream = gradient[i]
            if upstream is None:
                continue
            if op is ADD:
                local = (1.0, 1.0)
            elif op is MUL:
                local = (found[y], found[x])
            else:
                local = op.partials(found[i], found[x]) if y < 0 else op.partials(found[i], found[x], found[y])
            for operand, slope in zip((x, y), local, strict=False):
                if slope is not None:
                    had = gradient[operand]
                    gradient[operand] = upstream * slope if had is None else had + upstream * slope
        return found[self.root], np.array([gradient[i] or 0.0 for i in self.leaves]), False

    def failure(self, op: Op, parts: Sequence[int], found: list[float], error: Exception) -> Exception:
        """Return the error that eager code raises where an operation has these operands."""
        operands = [
            Value(found[part], label=self.labels[part]) if part < len(self.labels) else found[part] for part in parts
        ]
        if not is_ours(op) and isinstance(error.__context__, Exception):  # it names the operation already
            error = error.__context__
        return failure(error, op, *operands)

    # Rows of the table hold functions that cannot be sent to another process; they go by their names.

    def __getstate__(self) -> dict[str, Any]:
        names = {id(row): name for name, row in ROWS.items()}
        return self.__dict__ | {"steps": [(i, names.get(id(op), op), x, y) for i, op, _, x, y in self.steps]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        rows = [(i, ROWS.get(op, op), x, y) for i, op, x, y in state["steps"]]
        self.steps = [(i, op, op.value, x, y) for i, op, x, y in rows]


class Leaves:
    """The leaves of a graph in the order in which a program has them: its parameters, then its inputs."""

    def __init__(self, graph: Record, parameters: Sequence[Value], inputs: Sequence[Value]) -> None:
        place = {node: i for i, node in enumerate(graph.nodes) if node.op is None}
        used = [k for k, leaf in enumerate(inputs) if leaf in place]
        self.nodes = np.array([place[leaf] for leaf in (*parameters, *(inputs[k] for k in used))], np.int64)
        self.used = np.array(used, np.int64)
        self.parameters = len(parameters)

    def numbers(self, weights: Numbers, inputs: Sequence[Numbers], example: int) -> Numbers:
        """Return the numbers of all leaves for one example."""
        if not inputs:
            return weights
        given = np.concatenate([array[..., example].ravel() for array in inputs])
        return np.concatenate([weights, given[self.used]])


class ByNode:
    """A way to run a program: a sweep for each example."""

    def __init__(self, sweep: Sweep, leaves: Leaves, per_example: bool = False) -> None:
        self.sweep, self.leaves, self.per_example = sweep, leaves, per_example

    def forward(self, weights: Numbers, inputs: Sequence[Numbers]) -> Answer:
        """Return the root."""
        n = inputs[0].shape[-1] if inputs else 1
        try:
            found = [self.sweep.value(self.leaves.numbers(weights, inputs, e)) for e in range(n)]
        except (ArithmeticError, ValueError):  # it is raised again where the number of the example is known
            return Answer(0.0, np.zeros(0), True)
        value = np.array([value for value, _ in found]) if inputs else found[0][0]
        return Answer(value, np.zeros(0), any(doubtful for _, doubtful in found))

    def gradient(self, weights: Numbers, inputs: Sequence[Numbers]) -> Answer:
        """Return the root and its gradient."""
        n = inputs[0].shape[-1] if inputs else 1
        values, total, doubtful = [], [], False
        try:
            if not inputs:
                value, gradient, doubt = self.sweep.gradient(self.leaves.numbers(weights, inputs, 0))
                return Answer(value, gradient[: self.leaves.parameters], doubt)
            for example in range(n):
                value, gradient, doubt = self.sweep.gradient(self.leaves.numbers(weights, inputs, example))
                values.append(value)
                total.append(gradient[: self.leaves.parameters])
                doubtful |= doubt
        except (ArithmeticError, ValueError):
            return Answer(0.0, np.zeros(0), True)
        together = np.stack(total, axis=1) if self.per_example else total[0] if n == 1 else np.sum(total, axis=0)
        return Answer(np.array(values) if inputs else values[0], together, doubtful)
