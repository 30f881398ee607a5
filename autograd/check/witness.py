"""The testimony of a record about its own derivatives, for use where differences of the function are too coarse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from math import inf
from typing import NamedTuple

from autograd.check import complexes
from autograd.check.calls import Record
from autograd.check.differences import power_of_two
from autograd.check.lost_paths import constants_stay, lost_slope
from autograd.check.rounding import EPS, path_sums, rounding_error
from autograd.engine.graph import order
from autograd.engine.sweep import replay
from autograd.engine.value import Value
from autograd.table import rules

__all__ = ["NO_WITNESS", "Witness", "gradient_rounding", "moves_alone", "witness_of"]

COMPLEX_RULES = rules(complexes)
TINY = 2.0**-60  # the complex step, in proportion to x
LOST_DIGITS = 1e-316  # a smaller number has fewer than seven digits


class Witness(NamedTuple):
    """The testimony of a record about a derivative."""

    by_complex: float | None  # by the complex step; None where an operation has no complex form
    lost: Callable[[], float]  # the part of the derivative that left the graph; inf where it cannot be told
    rounding: float  # how far rounding may have moved the analytic derivative


NO_WITNESS = Witness(None, lambda: 0.0, 0.0)  # where there is no record, nothing can leave it


def witness_of(record: Record, i: int, beside: Callable[[float], Record], slack: float) -> Witness:
    """Return the testimony of ``record`` about its derivative in leaf i.

    Args:
        record: the call at the point.
        i: the place of the leaf.
        beside: calls the function again with another number for this leaf.
        slack: how far rounding may have moved the analytic derivative.
    """
    leaf = record.leaves[i]
    return Witness(complex_step(record.out, leaf), partial(lost_beside, record, beside, leaf.data), slack)


def gradient_rounding(record: Record) -> list[float]:
    """Return how far rounding may have moved each entry of the gradient: by eps × Σ |terms| for every node that a term
    passes through, and as much again for every node where it is added to others."""
    sums, nodes = path_sums(record.out), len(order(record.out))
    return [(16 + nodes) * EPS * sums.get(leaf, 0.0) for leaf in record.leaves]


def complex_step(out: Value, leaf: Value) -> float | None:
    """Return the derivative of ``out`` in ``leaf`` by the complex step. It is None where the complex form of an
    operation is missing or computes something else, and where the imaginary part is too small to keep its digits."""
    if leaf not in order(out):
        return 0.0
    found: float | None = 0.0
    try:
        for h in (power_of_two(leaf.data) * TINY, TINY):  # the first is too small to move x² at 1e-200
            moved = complex(replay(out, {leaf: complex(leaf.data, h)}, COMPLEX_RULES)[out])
            if abs(moved.real - out.data) > 1e-9 * abs(out.data) + 16 * rounding_error(out) + abs(moved.imag) + h:
                return None
            if abs(moved.imag) > LOST_DIGITS:
                return moved.imag / h
            if moved.imag:
                found = None
    except (ArithmeticError, ValueError, TypeError):
        return None
    return found


def calls_beside(beside: Callable[[float], Record], x: float) -> Iterator[tuple[Record, float]]:
    """Yield (call, h) for calls at x + h on both sides of x, near and far, where the function is defined."""
    for part in (2.0**-2, -(2.0**-2), 2.0**-20, -(2.0**-20)):
        h = part * power_of_two(x)
        with suppress(ArithmeticError, ValueError):
            yield beside(x + h), h


def moves_alone(record: Record, beside: Callable[[float], Record], x: float) -> bool:
    """Return whether only nodes that depend on an argument in the graph move with it."""
    return all(constants_stay(record, call) for call, _ in calls_beside(beside, x))


def lost_beside(record: Record, beside: Callable[[float], Record], x: float) -> float:
    """Return the largest part of the derivative that left the graph, as calls beside x show it; inf if they all run
    different operations."""
    found = [lost_slope(record, call, h) for call, h in calls_beside(beside, x)]
    return max((slope for slope in found if slope is not None), key=abs, default=inf)
