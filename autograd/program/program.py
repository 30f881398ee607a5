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
from autograd.program import exact, run
from autograd.program.baked import traced
from autograd.program.build import build
from autograd.program.inputs import Input, batch
from autograd.program.listing import Listing, listing
from autograd.program.run import Answer, Job

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
        self._lifted = lifted = build(root, inputs)
        self._listing = listing(lifted)
        self._each: Listing | None = None  # the source whose gradients are one for each example
        self.source = self._listing.source
        self._pieces: list[tuple[str, int, int, tuple[int, ...]]] = []  # of each parameter array: where it lies
        items: list[int] = []
        for i in self._listing.parameters:
            here = lifted.leaves[i].ravel().tolist()
            self._pieces.append((lifted.names[i], len(items), len(items) + len(here), lifted.arrays[i].shape))
            items += here
        self._leaves = [lifted.values[item] for item in items]
        self._weights = self._read()
        self.parameters: dict[str, Array] = {
            name: self._weights[start:end].reshape(shape) for name, start, end, shape in self._pieces
        }

    # --- leaves and arrays ---------------------------------------------------------------------------------------

    def read(self) -> None:
        """Copy the numbers of the Values into ``parameters``."""
        self._weights[:] = self._read()

    def write(self) -> None:
        """Copy ``parameters`` into the data of the Values."""
        for leaf, number in zip(self._leaves, self._weights.tolist(), strict=True):
            leaf.data = number

    def _read(self) -> Array:
        return np.array([*map(number_of, self._leaves)], np.float64)

    def _split(self, flat: Array) -> list[Any]:
        return [flat[start:end].reshape(shape) if shape else flat[start] for _, start, end, shape in self._pieces]

    # --- running -------------------------------------------------------------------------------------------------

    def __call__(self, *arrays: Any) -> Any:
        """Return the root, computed from the leaves as they are now; of a traced program, one for each example."""
        inputs, count = batch(self._inputs, arrays)
        flat = self._read()
        finite = bool(np.isfinite(flat).all())  # no flag is raised by inf / 0
        found = []
        for block, answer in self._blocks(run.forward, self._listing.job, self._split(flat), inputs, count):
            value = self._exact_values(flat, inputs, block) if answer.doubtful or not finite else answer.value
            found.append(np.broadcast_to(value, len(block)))
        values = np.concatenate(found)
        return values if self._inputs else float(values[0])

    def backward(self, *arrays: Any, reduction: str = "mean") -> float:
        """Add the gradient of the root to the ``grad`` of every leaf, as `Value.backward` does, and return the root.

        Args:
            arrays: of a traced program: one for each input, the examples along the first axis.
            reduction: of a traced program: "mean" or "sum", what is differentiated of the roots of all examples.

        The nodes inside the graph keep the gradients they have.
        """
        value, gradient = self._total(self._read(), None, arrays, reduction)
        flat = np.concatenate([np.ravel(g) for g in gradient])
        for leaf, share in zip(self._leaves, flat.tolist(), strict=True):
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
            value, gradient = self._one_by_one(arrays)
        else:
            value, gradient = self._total(self._weights, [*self.parameters.values()], arrays, reduction)
        return Gradients(zip(self.parameters, gradient, strict=True), value)

    def _total(
        self, flat: Array, weights: list[Any] | None, arrays: Sequence[Any], reduction: str
    ) -> tuple[float, list[Any]]:
        """Return the root and its gradient in each parameter array, over all examples."""
        if reduction not in REDUCTIONS:
            chosen(reduction, dict.fromkeys(REDUCTIONS), "reduction")
        weights = self._split(flat) if weights is None else weights
        if not self._inputs:
            batch(self._inputs, arrays)
            answer = run.gradient(self._listing.job, weights, ())
            if answer.doubtful or not np.isfinite(flat).all():  # no flag is raised by inf / 0
                return self._exactly(flat, [], 0)
            return float(answer.value), answer.gradient
        inputs, count = batch(self._inputs, arrays)
        finite = bool(np.isfinite(flat).all())
        value: float = 0.0
        gradient: list[Any] = [0.0 * np.asarray(w) for w in weights]
        for block, answer in self._blocks(run.gradient, self._listing.job, weights, inputs, count):
            if answer.doubtful or not finite:
                for example in block:
                    root, exact_shares = self._exactly(flat, inputs, example)
                    value, gradient = value + root, [g + share for g, share in zip(gradient, exact_shares, strict=True)]
            else:
                value += float(np.sum(np.broadcast_to(answer.value, len(block))))
                gradient = [g + share for g, share in zip(gradient, answer.gradient, strict=True)]
        return (value / count, [g / count for g in gradient]) if reduction == "mean" else (value, gradient)

    def _one_by_one(self, arrays: Sequence[Any]) -> tuple[Array, list[Array]]:
        """Return the root of each example and its gradient in each parameter array, examples first."""
        if not self._inputs:
            raise ValueError("reduction=None is for a traced program, whose examples are its arguments")
        if self._each is None:
            self._each = listing(build(self._root, self._inputs, per_example=True))
        inputs, count = batch(self._inputs, arrays)
        weights = [*self.parameters.values()]
        values: list[Array] = []
        parts: list[list[Array]] = [[] for _ in weights]
        for block, answer in self._blocks(run.gradient, self._each.job, weights, inputs, count):
            if answer.doubtful:
                found = [self._exactly(self._weights, inputs, example) for example in block]
                values.append(np.array([value for value, _ in found]))
                for part, shares in zip(parts, zip(*(shares for _, shares in found), strict=True), strict=True):
                    part.append(np.stack(shares))
            else:
                values.append(np.broadcast_to(answer.value, len(block)))
                for part, share, weight in zip(parts, answer.gradient, weights, strict=True):
                    part.append(np.moveaxis(np.broadcast_to(share, (*weight.shape, len(block))), -1, 0))
        return np.concatenate(values), [np.concatenate(part) for part in parts]

    def _blocks(
        self, task: Callable[..., Answer], job: Job, weights: list[Any], inputs: list[Array], count: int
    ) -> Iterable[tuple[range, Answer]]:
        """Return each block of examples and what ``task`` gives for it."""
        blocks = [range(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
        parts = [[array[..., block.start : block.stop] for array in inputs] for block in blocks]
        n = len(blocks)
        return zip(blocks, self._map(task, [job] * n, [weights] * n, parts), strict=True)

    # --- node by node, where arrays are in doubt --------------------------------------------------------------------

    def _numbers(self, flat: Array, inputs: Sequence[Array], example: int) -> dict[Value, float]:
        """Return the number of every leaf for one example."""
        numbers = dict(zip(self._leaves, flat.tolist(), strict=True))
        for one, array in zip(self._inputs, inputs, strict=True):
            numbers.update(zip(one.variables.ravel().tolist(), array[..., example].ravel().tolist(), strict=True))
        return numbers

    def _exactly(self, flat: Array, inputs: Sequence[Array], example: int) -> tuple[float, list[Any]]:
        """Return the root and its gradient in each parameter array for one example."""
        try:
            value, swept = exact.gradient(self._lifted.record, self._numbers(flat, inputs, example))
        except (ArithmeticError, ValueError) as error:
            raise self._located(error, example) from None
        return value, self._split(np.array([swept.get(leaf, 0.0) for leaf in self._leaves]))

    def _exact_values(self, flat: Array, inputs: Sequence[Array], block: range) -> list[float]:
        """Return the root for each example of a block."""
        found = []
        for example in block:
            try:
                numbers = exact.values(self._lifted.record, self._numbers(flat, inputs, example))
            except (ArithmeticError, ValueError) as error:
                raise self._located(error, example) from None
            found.append(numbers[self._root])
        return found

    def _located(self, error: Exception, example: int) -> Exception:
        """Return eager's own error, with the number of the example."""
        return type(error)(f"{error} (example {example})") if self._inputs else error

    # --- how it shows itself ---------------------------------------------------------------------------------------

    def __str__(self) -> str:
        return self._listing.shown

    def __repr__(self) -> str:
        lifted = self._lifted
        steps = len(lifted.forward) + len(lifted.backward)
        return f"Program: {len(lifted.record.nodes):,} scalars as {steps} steps on arrays, run by NumPy"
