"""Running a program by the compiled kernel."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np

from autograd.kernel.compiled import kernel
from autograd.kernel.encode import NUMBER, Encoded, Unsuited, encode
from autograd.kernel.scalar_code import BOTH
from autograd.lift.record import Record, wheres
from autograd.lift.steps import Ints, Map, Sum, size
from autograd.reverse.build import Lifted
from autograd.source.run import NOTHING, Answer, Numbers, NumPyRun

__all__ = ["KernelRun", "PlainLoop"]

NS_FLOP, NS_FLOP_BLAS, NS_STEP = 0.08, 0.03, 1200.0  # nanoseconds: a multiplication here, one in BLAS, a NumPy call


class Locked:
    """Base of runs that hold numbers: one thread at a time; a copy in another process has a lock of its own."""

    def __init__(self) -> None:
        self.lock = Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: held for name, held in self.__dict__.items() if name != "lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.lock = Lock()


class KernelRun(Locked):
    """The steps of a program as tables, one for each number of examples that was met."""

    def __init__(self, lifted: Lifted, numpy: NumPyRun) -> None:
        self.steps = lifted._replace(record=None, values=[], rows={})  # type: ignore[arg-type]
        self.numpy = numpy
        self.tables: dict[int, Encoded] = {}
        super().__init__()
        self.work = sum(work(step) for step in (*lifted.forward, *lifted.backward))
        self.batched = any(array.role == "input" for array in lifted.arrays)
        encode(lifted, 1)  # is it suited?

    def suits(self, n: int) -> bool:
        """Return whether the kernel is faster than NumPy, whose BLAS wins where matrix products are large."""
        steps = len(self.steps.forward) + len(self.steps.backward)
        return self.work * n * (NS_FLOP - NS_FLOP_BLAS) < steps * NS_STEP

    def forward(self, weights: Numbers, inputs: Sequence[Numbers]) -> Answer:
        """Return the root."""
        n = inputs[0].shape[-1] if inputs else 1
        if not self.suits(n):
            return self.numpy.forward(weights, inputs)
        with self.lock:
            made = self.filled(n, inputs)
            made.memory[: len(weights)] = weights
            doubtful = kernel().run(*made[:6], 0, made.forward)
            value = self.root(made, n)
        return Answer(value, NOTHING, doubtful or bool(np.isnan(value).any()))

    def gradient(self, weights: Numbers, inputs: Sequence[Numbers]) -> Answer:
        """Return the root and its gradient."""
        n = inputs[0].shape[-1] if inputs else 1
        if not self.suits(n):
            return self.numpy.gradient(weights, inputs)
        with self.lock:
            made = self.filled(n, inputs)
            start, end = made.gradient
            out = np.empty(end - start)
            doubtful = kernel().step(*made[:7], weights, start, out)
            value = self.root(made, n)
        doubtful = doubtful or value != value if n == 1 else doubtful or bool(np.isnan(value).any())
        return Answer(value, out.reshape(-1, n) if self.numpy.per_example else out, doubtful)

    def filled(self, n: int, inputs: Sequence[Numbers]) -> Encoded:
        """Return the tables for n examples, with the inputs in their memory."""
        made = self.tables.get(n)
        if made is None:
            made = self.tables[n] = encode(self.steps, n)
        for start, array in zip(made.inputs, inputs, strict=True):
            made.memory[start : start + array.size].reshape(array.shape)[...] = array
        return made

    def root(self, made: Encoded, n: int) -> Any:
        """Return the root: a number, or one for each example."""
        start, count = made.root
        if self.batched and count == n:
            return made.memory[start : start + count].copy()
        return float(made.memory[start])


def work(step: Any) -> int:
    """Return how many multiplications of matrix products a step does for one example."""
    if isinstance(step, Map) or not isinstance(step, Sum):
        return 0
    return sum(size(step.axes) * size(term.summed) for term in step.terms if len(term.reads) == 2)


class PlainLoop(Locked):
    """The nodes of any graph one by one, in a compiled loop that never raises (`autograd.program.nodes.Nodes` does).

    Args:
        graph: the graph that is run.
        leaves: the places of its leaves among the nodes, in the order in which their numbers are given.
    """

    def __init__(self, graph: Record, leaves: Ints) -> None:
        names = [node.op.name if node.op is not None else "" for node in graph.nodes]
        if strange := sorted({*names} - {"", *NUMBER}):
            raise Unsuited(f"{strange[0]} is an operation of your own")
        count, picks = len(graph.nodes), wheres(graph)
        ops = [
            -1 if not parts or min(parts) >= count else BOTH if i in picks else NUMBER[name]
            for i, (name, parts) in enumerate(zip(names, graph.operands, strict=True))
        ]
        xs = [parts[0] if parts else 0 for parts in graph.operands]
        ys = [parts[-1] if parts else 0 for parts in graph.operands]
        self.table = np.array([ops, xs, ys], np.int64)
        numbers = [*(node.data for node in graph.nodes), *graph.constants]
        self.memory = np.array([numbers, [0.0] * len(numbers)])  # the numbers, and the gradients
        self.reached = np.zeros(len(numbers), np.bool_)
        self.leaves, self.root = leaves, graph.root
        super().__init__()

    def value(self, leaves: Numbers) -> tuple[float, bool]:
        """Return the root when the leaves are these numbers, and whether it is in doubt."""
        with self.lock:
            self.memory[0, self.leaves] = leaves
            doubtful = kernel().plain_forward(self.table, self.memory) >= 0
            return float(self.memory[0, self.root]), doubtful

    def gradient(self, leaves: Numbers) -> tuple[float, Numbers, bool]:
        """Return the root, its gradient in every leaf, and whether they are in doubt."""
        out, memory, root = np.empty(len(leaves)), self.memory, self.root
        with self.lock:
            doubtful = kernel().plain_step(self.table, memory, self.reached, self.leaves, leaves, root, out)
            return float(memory[0, root]), out, doubtful
