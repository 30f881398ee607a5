"""A program over all examples of a batch, block by block; a block in doubt is computed again node by node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from pickle import PicklingError
from typing import Any

import numpy as np

from autograd.base.real import shown
from autograd.program.inputs import batch
from autograd.program.nodes import Nodes
from autograd.program.plan import Plan, plan_per_example
from autograd.reverse.build import Input
from autograd.source.run import NOTHING, Answer, Numbers, Run

__all__ = ["Batches"]

BLOCK = 512  # examples at a time: more do not fit in the cache


def numbered(task: Callable[..., Answer], weights: Numbers, block: tuple[int, Sequence[Numbers]]) -> tuple[int, Answer]:
    """Return the number of a block, by which its place is known whatever map does with the order, and its answer."""
    k, given = block
    return k, task(weights, given)


@dataclass
class Batches:
    """A plan at work."""

    plan: Plan
    inputs: Sequence[Input]  # none: the graph holds its whole batch
    map: Callable[..., Iterable[Any]]  # runs the blocks: gives their answers, or futures of them
    apart: Run | None = None  # the way to get a gradient for each example
    nodes: Nodes | None = None  # the graph node by node

    def values(self, weights: Numbers, arrays: Sequence[Any]) -> Numbers:
        """Return the root for each example."""
        given, count = batch(self.inputs, arrays)
        found = []
        for block, answer in self.blocks(self.plan.run.forward, weights, given, count):
            if self.is_doubtful(answer, weights):
                found.append(np.array([self.exactly(False, weights, given, example)[0] for example in block]))
            else:
                found.append(np.broadcast_to(answer.value, len(block)))
        return np.concatenate(found)

    def total(self, weights: Numbers, arrays: Sequence[Any], mean: bool) -> tuple[float, Numbers]:
        """Return the root and its gradient in all parameters, summed over the examples, or their mean."""
        if not self.inputs and not arrays:
            answer = self.plan.run.gradient(weights, ())
            if self.is_doubtful(answer, weights):
                return self.exactly(True, weights, (), 0)
            return float(answer.value), answer.gradient
        given, count = batch(self.inputs, arrays)
        values, gradients = [], []
        for block, answer in self.blocks(self.plan.run.gradient, weights, given, count):
            if self.is_doubtful(answer, weights):
                for example in block:
                    value, gradient = self.exactly(True, weights, given, example)
                    values.append(value)
                    gradients.append(gradient)
            elif np.ndim(answer.value):
                values.append(float(answer.value.sum()))
                gradients.append(answer.gradient)
            else:  # no input is used: it is one number for all examples
                values.append(float(answer.value) * len(block))
                gradients.append(answer.gradient * len(block))
        divisor = count if mean else 1
        together = gradients[0] if len(gradients) == 1 else np.sum(gradients, axis=0)
        return sum(values) / divisor, together / divisor if divisor > 1 else together

    def each(self, weights: Numbers, arrays: Sequence[Any], root: Any) -> tuple[Numbers, Numbers]:
        """Return the root of each example, and its gradient in all parameters, examples first."""
        if not self.inputs:
            raise ValueError("reduction must be 'mean' or 'sum', got None, which is for a traced program")
        given, count = batch(self.inputs, arrays)
        if self.apart is None:
            self.apart = plan_per_example(self.plan, root, self.inputs)
        values, gradients = [], []
        for block, answer in self.blocks(self.apart.gradient, weights, given, count):
            if self.is_doubtful(answer, weights):
                found = [self.exactly(True, weights, given, example) for example in block]
                values.append(np.array([value for value, _ in found]))
                gradients.append(np.stack([gradient for _, gradient in found]))
            else:
                values.append(np.broadcast_to(answer.value, len(block)))
                gradients.append(answer.gradient.T)
        return np.concatenate(values), np.concatenate(gradients)

    def blocks(
        self, task: Callable[..., Answer], weights: Numbers, given: list[Numbers], count: int
    ) -> Iterable[tuple[range, Answer]]:
        """Return each block of examples with the result of ``task`` for it."""
        if count <= BLOCK:
            return [(range(count), task(weights, given))]
        blocks = [range(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
        parts = [[np.ascontiguousarray(array[..., block.start : block.stop]) for array in given] for block in blocks]
        try:
            returned = self.map(partial(numbered, task, weights), list(enumerate(parts)))
            if not isinstance(returned, Iterable):
                raise TypeError(f"map must return the result of each block, got {shown(returned)}")
            results = [one.result() if hasattr(one, "result") else one for one in returned]
        except (PicklingError, AttributeError, TypeError) as error:
            if "pickle" not in str(error):
                raise
            raise TypeError(
                f"map cannot send the program to another process ({error}): an operation of your own must be "
                f"computed in this one, in threads or without map"
            ) from error
        answers = {one[0]: one[1] for one in results if isinstance(one, tuple) and isinstance(one[-1], Answer)}
        if len(results) != len(blocks) or len(answers) != len(blocks):
            raise ValueError(
                f"map must return the result of each block, {len(blocks)} of them, got {len(results)}: {shown(results)}"
            )
        return [(block, answers[k]) for k, block in enumerate(blocks)]

    def is_doubtful(self, answer: Answer, weights: Numbers) -> bool:
        """Return whether a block must be decided node by node; inf / 0 raises no flag, and in Python an error."""
        return answer.doubtful or (self.plan.divides and not isfinite(np.vdot(weights, weights)))

    def exactly(self, back: bool, weights: Numbers, given: Sequence[Numbers], example: int) -> tuple[float, Numbers]:
        """Return the root for one example, and its gradient in all parameters if it is to go back.

        Raises:
            ArithmeticError, ValueError: what eager code raises, with the number of the example.
        """
        if self.nodes is None:
            self.nodes = Nodes(self.plan.graph, self.plan.leaves)
        leaves = self.plan.leaves.numbers(weights, given, example)
        try:
            if not back:
                return self.nodes.value(leaves)[0], NOTHING
            value, gradient, _ = self.nodes.gradient(leaves)
        except (ArithmeticError, ValueError) as error:
            raise (type(error)(f"{error} (example {example})") if self.inputs else error) from None
        return value, gradient[: self.plan.leaves.parameters]
