"""Calls of the function under test: at the point, and with one argument moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from autograd.calculus.functional import gradients
from autograd.check.rounding import Sample, Sampled, rounding_error
from autograd.engine.value import Value

__all__ = ["Record", "Run", "entry_along", "gradient_along", "moving", "one_of", "value_along"]


class Record(NamedTuple):
    """One call of a function."""

    leaves: list[Value]  # the Values that it was given
    out: Value  # what it returned

    def gradient(self) -> list[float]:
        """Return the gradient in the leaves, by `Value.backward`; the record must not have been swept before."""
        self.out.backward()
        return [leaf.grad for leaf in self.leaves]


Run: TypeAlias = Callable[[Sequence[float]], Record]


def moving(run: Run, at: list[float], i: int) -> Callable[[float], Record]:
    """Return the calls in which only argument i is moved."""
    return lambda t: run([*at[:i], t, *at[i + 1 :]])


def value_along(beside: Callable[[float], Record], moved: int | None) -> Sampled:
    """Return the value of the function as an argument is moved.

    Args:
        beside: the calls.
        moved: the place of the argument, if nothing else in the record moves; None if constants move too.
    """

    def value(t: float) -> Sample:
        leaves, out = beside(t)
        return Sample(out.data, rounding_error(out, None if moved is None else [leaves[moved]]))

    return value


def gradient_along(beside: Callable[[float], Record], moved: int | None) -> Callable[[float], list[Sample]]:
    """Return the gradient by `Value.backward` as an argument is moved; its rounding is read from its graph."""

    def gradient(t: float) -> list[Sample]:
        record = beside(t)
        graphs = gradients(record.out, record.leaves)
        leaves = None if moved is None else [record.leaves[moved]]
        return [Sample(g, rounding_error(graph, leaves)) for g, graph in zip(record.gradient(), graphs, strict=True)]

    return gradient


def one_of(samples: Callable[[float], list[Sample]], i: int) -> Sampled:
    """Return entry i of a function that gives several samples."""
    return lambda t: samples(t)[i]


def entry_along(beside: Callable[[float], Record], i: int) -> Callable[[float], Record]:
    """Return the record of entry i of the gradient as an argument is moved."""

    def entry(t: float) -> Record:
        leaves, out = beside(t)
        return Record(leaves, gradients(out, leaves)[i])

    return entry
