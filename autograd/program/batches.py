"""A program over all examples of a batch, block by block; a block in doubt is computed again node by node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import isfinite, isnan
from pickle import PicklingError
from typing import Any

import numpy as np

from autograd.base.real import shown
from autograd.lift.record import Record
from autograd.program.inputs import batch
from autograd.program.nodes import Leaves, Nodes
from autograd.program.plan import Plan, plan_per_example
from autograd.reverse.build import Input
from autograd.source.run import NOTHING, Answer, Numbers, Run, holds_nan

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
    nodes: tuple[Nodes, Leaves] | None = None  # the graph node by node
    plain: tuple[Nodes, Leaves] | None = None  # the same by plain formulas

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
        """Return whether a block must be decided node by node.

        An inf / 0 raises no flag, and in Python an error. Nodes in a loop may give nan where plain formulas do not.
        """
        if answer.doubtful or (self.plan.divides and not isfinite(np.vdot(weights, weights))):
            return True
        return self.plan.plain is not self.plan.graph and holds_nan(answer.value)

    def exactly(self, back: bool, weights: Numbers, given: Sequence[Numbers], example: int) -> tuple[float, Numbers]:
        """Return the root for one example, and its gradient in all parameters if it is to go back.

        Raises:
            ArithmeticError, ValueError: what eager code raises, with the number of the example.
        """
        if self.nodes is None:
            self.nodes = self.node_by_node(self.plan.graph)
        try:
            found = run(self.nodes, back, weights, given, example)
        except (ArithmeticError, ValueError) as error:
            raise (type(error)(f"{error} (example {example})") if self.inputs else error) from None
        if isnan(found[0]) and self.plan.plain is not self.plan.graph:
            # logsumexp takes out the item that was the largest, which may be -inf now; its plain formula takes any
            plain = self.plain = self.plain or self.node_by_node(self.plan.plain)
            with suppress(ArithmeticError, ValueError):
                return run(plain, back, weights, given, example)
        return found

    def node_by_node(self, graph: Record) -> tuple[Nodes, Leaves]:
        """Return a graph as nodes, with the order of its leaves."""
        leaves = Leaves(graph, self.plan.parameters, [v for one in self.inputs for v in one.variables.ravel().tolist()])
        return Nodes(graph, leaves), leaves


def run(
    sweep: tuple[Nodes, Leaves], back: bool, weights: Numbers, given: Sequence[Numbers], example: int
) -> tuple[float, Numbers]:
    """Return the root for one example, and its gradient in all parameters if it is to go back."""
    nodes, leaves = sweep
    numbers = leaves.numbers(weights, given, example)
    if not back:
        return nodes.value(numbers)[0], NOTHING
    value, gradient, _ = nodes.gradient(numbers)
    return value, gradient[: leaves.parameters]
