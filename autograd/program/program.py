"""Program: a recorded graph as array code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd.base.checks import chosen
from autograd.base.real import shown
from autograd.engine import Value
from autograd.lift.build import Input
from autograd.program.baked import traced
from autograd.program.inputs import batch
from autograd.program.nodes import Nodes
from autograd.program.plan import compiled, plan, plan_per_example
from autograd.source.run import Answer, Run

__all__ = ["Gradients", "Program"]

Array = npt.NDArray[np.float64]
number_of = attrgetter("_data")  # a Value's number, without the call of a property for each of a million
BLOCK = 512  # examples at a time: more do not fit in the cache
REDUCTIONS = ("mean", "sum")


class Gradients(dict[str, Array]):
    """The gradient of each parameter array, by name, and the value of what was differentiated."""

    def __init__(self, gradients: Iterable[tuple[str, Array]], value: Any) -> None:
        super().__init__(gradients)
        self.value = value


class Program:
    """The graph of a loss, recorded once, as array code that computes it and its gradient for other numbers.

    Args:
        loss: the root of the graph. Its leaves are read anew at every run; constants, and the decisions that Python
            took while it was recorded, stay as they are.
        map: what runs the blocks of a batch: the built-in ``map``, or that of a pool of processes.

    >>> from autograd import Value
    >>> w, b = Value(2.0, label="w"), Value(1.0, label="b")
    >>> program = Program((w * 3.0 + b - 5.0) ** 2)
    >>> w.data = 1.0
    >>> program.backward()
    1.0
    >>> w.grad, b.grad
    (-6.0, -2.0)
    """

    def __init__(self, loss: Value, *, map: Callable[..., Iterable[Any]] = map) -> None:
        if not isinstance(loss, Value):
            raise TypeError(f"loss must be a Value, got {shown(loss)}")
        self._prepare(loss, [], map)

    @classmethod
    def trace(cls, f: Callable[..., Value], *example: Any, map: Callable[..., Iterable[Any]] = map) -> Program:
        """Return the program of ``f``, whose arguments are the inputs and all of whose other leaves are parameters.

        Args:
            f: a function of numbers and lists or arrays of numbers that returns one Value.
            example: the arguments of one call; a program takes an array of as many of each as there are examples.
            map: what runs the blocks of a batch, as for `Program`.

        Raises:
            TypeError: when f does not return a Value, or an argument is not made of numbers.
            ValueError: when f compares Values, takes a number out of one and computes with it, or draws random numbers:
                the program would keep for all examples what holds for this one.

        >>> from autograd import Value
        >>> w = Value(2.0, label="w")
        >>> program = Program.trace(lambda x, t: (w * x - t) ** 2, 1.0, 0.0)
        >>> program.backward([1.0, 2.0], [0.0, 0.0])
        10.0
        >>> w.grad
        10.0
        """
        root, inputs = traced(f, example)
        self = cls.__new__(cls)
        self._prepare(root, inputs, map)
        return self

    def _prepare(self, root: Value, inputs: list[Input], mapped: Callable[..., Iterable[Any]]) -> None:
        if not callable(mapped):
            raise TypeError(f"map must be a function like the built-in map, got {shown(mapped)}")
        self._root, self._inputs, self._map = root, inputs, mapped
        self._plan = plan(root, inputs)
        self._apart: Run | None = None  # the way to get a gradient for each example
        self._nodes: Nodes | None = None  # the graph node by node, for what is in doubt
        self._weights = self._read()
        self.parameters: dict[str, Array] = {
            name: self._weights[start:end].reshape(shape) for name, (start, end, shape) in self._plan.pieces.items()
        }

    @property
    def source(self) -> str:
        """Source that ``exec`` runs: the functions ``forward`` and ``program``; "" if the graph is not lifted."""
        return self._plan.listing.source if self._plan.listing else ""

    # --- leaves and arrays ---------------------------------------------------------------------------------------

    def read(self) -> None:
        """Copy the numbers of the Values into ``parameters``."""
        self._weights[:] = self._read()

    def write(self) -> None:
        """Copy ``parameters`` into the data of the Values."""
        for leaf, number in zip(self._plan.parameters, self._weights.tolist(), strict=True):
            leaf.data = number

    def _read(self) -> Array:
        return np.array([*map(number_of, self._plan.parameters)], np.float64)

    # --- running -------------------------------------------------------------------------------------------------

    def jit(self) -> Program:
        """Run from now on by the compiled kernel, and return this program.

        numba compiles the kernel once on a machine, in half a minute, and keeps it; no program is compiled by itself.

        Raises:
            ImportError: when numba is not installed.
        """
        self._plan, self._apart = compiled(self._plan), None
        return self

    def __call__(self, *arrays: Any) -> Any:
        """Return the root, computed from the leaves as they are now; of a traced program, one for each example."""
        inputs, count = batch(self._inputs, arrays)
        values = self._values(self._read(), inputs, count)
        return values if self._inputs else float(values[0])

    def backward(self, *arrays: Any, reduction: str = "mean") -> float:
        """Add the gradient of the root to the ``grad`` of every leaf, as `Value.backward` does, and return the root.

        Args:
            arrays: of a traced program: one for each input, the examples along the first axis.
            reduction: of a traced program: "mean" or "sum", what is differentiated of the roots of all examples.

        The nodes inside the graph keep the gradients they have.
        """
        value, gradient = self._total(self._read(), arrays, reduction)
        for leaf, share in zip(self._plan.parameters, gradient.tolist(), strict=True):
            leaf._grad = (leaf._grad or 0.0) + share
        return value

    def gradients(self, *arrays: Any, reduction: str | None = "mean") -> Gradients:
        """Return the gradient in ``parameters``, from these arrays as they are, under the same names.

        Args:
            arrays: of a traced program: one for each input, the examples along the first axis.
            reduction: "mean", "sum", or None for the gradient of each example, along the first axis.

        No Value is read or changed. The root is the result's ``value``.
        """
        value: Any
        if reduction is None:
            value, flat = self._one_by_one(arrays)
        else:
            value, flat = self._total(self._weights, arrays, reduction)
        more = flat.shape[:-1]
        pieces = self._plan.pieces.items()
        return Gradients(((name, flat[..., a:b].reshape(more + shape)) for name, (a, b, shape) in pieces), value)

    def _values(self, weights: Array, inputs: list[Array], count: int) -> Array:
        """Return the root for each example."""
        finite = bool(np.isfinite(weights).all())  # no flag is raised by inf / 0
        found = []
        for block, answer in self._blocks(self._plan.run.forward, weights, inputs, count):
            if answer.doubtful or not finite:
                found.append(np.array([self._exactly(False, weights, inputs, e)[0] for e in block]))
            else:
                found.append(np.broadcast_to(answer.value, len(block)))
        return np.concatenate(found)

    def _total(self, weights: Array, arrays: Sequence[Any], reduction: str) -> tuple[float, Array]:
        """Return the root and its gradient in all parameters, over all examples."""
        if reduction not in REDUCTIONS:
            chosen(reduction, dict.fromkeys(REDUCTIONS), "reduction")
        inputs, count = batch(self._inputs, arrays)
        finite = bool(np.isfinite(weights).all())
        values, gradients = [], []
        for block, answer in self._blocks(self._plan.run.gradient, weights, inputs, count):
            if answer.doubtful or not finite:
                for example in block:
                    value, gradient = self._exactly(True, weights, inputs, example)
                    values.append(value)
                    gradients.append(gradient)
            else:
                values.append(float(np.broadcast_to(answer.value, len(block)).sum()) if self._inputs else answer.value)
                gradients.append(answer.gradient)
        value, total = sum(values), gradients[0] if len(gradients) == 1 else np.sum(gradients, axis=0)
        return (value / count, total / count) if reduction == "mean" and count > 1 else (float(value), total)

    def _one_by_one(self, arrays: Sequence[Any]) -> tuple[Array, Array]:
        """Return the root of each example and its gradient in all parameters, examples first."""
        if not self._inputs:
            raise ValueError("reduction=None is for a traced program, whose examples are its arguments")
        inputs, count = batch(self._inputs, arrays)
        if self._apart is None:
            self._apart = plan_per_example(self._plan, self._root, self._inputs)
        finite = bool(np.isfinite(self._weights).all())
        values, gradients = [], []
        for block, answer in self._blocks(self._apart.gradient, self._weights, inputs, count):
            if answer.doubtful or not finite:
                found = [self._exactly(True, self._weights, inputs, example) for example in block]
                values.append(np.array([value for value, _ in found]))
                gradients.append(np.stack([gradient for _, gradient in found]))
            else:
                values.append(np.broadcast_to(answer.value, len(block)))
                gradients.append(answer.gradient.T)
        return np.concatenate(values), np.concatenate(gradients)

    def _blocks(
        self, task: Callable[..., Answer], weights: Array, inputs: list[Array], count: int
    ) -> Iterable[tuple[range, Answer]]:
        """Return each block of examples and what ``task`` gives for it."""
        if count <= BLOCK:
            return [(range(count), task(weights, inputs))]
        blocks = [range(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
        parts = [[array[..., block.start : block.stop] for array in inputs] for block in blocks]
        return zip(blocks, self._map(task, [weights] * len(blocks), parts), strict=True)

    # --- node by node, where arrays are in doubt --------------------------------------------------------------------

    def _exactly(self, back: bool, weights: Array, inputs: Sequence[Array], example: int) -> tuple[float, Array]:
        """Return the root for one example, and its gradient in all parameters if it is to go back.

        Raises:
            ArithmeticError, ValueError: what eager code raises, with the number of the example.
        """
        if self._nodes is None:
            self._nodes = Nodes(self._plan.graph)
        leaves = self._plan.leaves.numbers(weights, inputs, example)
        try:
            if not back:
                return self._nodes.value(leaves)[0], np.zeros(0)
            value, gradient, _ = self._nodes.gradient(leaves)
        except (ArithmeticError, ValueError) as error:
            raise (type(error)(f"{error} (example {example})") if self._inputs else error) from None
        return value, gradient[self._plan.leaves.parameters]

    # --- how it shows itself ---------------------------------------------------------------------------------------

    def __str__(self) -> str:
        return self._plan.listing.shown if self._plan.listing else f"# {self._plan.way}"

    def __repr__(self) -> str:
        return f"Program: {self._plan.way}"
