"""Costs: the losses of single examples that need care, so that none overflows and no small one is rounded to 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import Value
from autograd.base.calls import note_call
from autograd.base.plain import note_plain

__all__ = ["cost_of_class", "cost_of_gaps", "cost_of_one", "cost_of_zero", "softplus_of_minus", "weighted"]


def weighted(t: Any, one: Callable[[Value], Value], zero: Callable[[Value], Value], z: Value) -> Value:
    """Return t one(z) + (1 - t) zero(z), without the part whose weight is the number 0."""
    if not isinstance(t, Value) and t in (0, 1):
        return one(z) if t else zero(z)
    mixed: Value = t * one(z) + (1.0 - t) * zero(z)
    return mixed


def softplus_of_minus(z: Value) -> Value:
    """Return softplus(-z), which is -log(sigmoid(z))."""
    return (-z).softplus()


def cost_of_one(p: Value) -> Value:
    """Return -log(p), or where p is below exp(-99) the tangent there, which is 100 at p = 0."""
    floor = math.exp(-99.0)
    below = floor - p
    return autograd.where(below, 100.0 - p / floor, -autograd.where(below, floor, p).log())


def cost_of_zero(p: Value) -> Value:
    """Return -log(1 - p), or 100 at p = 1, with the slope of the largest float below 1."""
    below = 1.0 - p
    # not (1 - p).log(): at p = 1e-20 that is 0, and not -1e-20
    return autograd.where(below, -(-autograd.where(below, p, 0.0)).log1p(), 100.0 - below * 2.0**53)


def cost_of_gaps(row: list[Value], c: int) -> Value:
    """Return the cross-entropy of one example of class c: log(1 + the sum of exp(gap)) over the gaps of the others."""
    others = [z for k, z in enumerate(row) if k != c]
    gaps = [z - row[c] for z in others]
    largest = autograd.still(largest_of([0.0, *gaps]))  # 0 where the class has the largest logit
    if not math.isfinite(largest.data):  # inf - inf would be nan
        return (autograd.logsumexp(others) - row[c]).softplus()
    cost = log_of_powers(autograd.total((gap - largest).exp() for gap in gaps), largest)
    note_plain(cost, lambda: autograd.logsumexp(row) - row[c])
    note_call("cross_entropy", row, [cost], [cost])
    return cost


def cost_of_class(row: list[Value], target: Value) -> Value:
    """Return the cross-entropy of one example whose class is a Value: recorded operations pick the class."""
    # 1 for the class, 0 for the others; for a target between two classes 0 for all
    right = [(1.0 + -1e6 * abs(target - k)).relu() for k in range(len(row))]
    logit = autograd.total(here * z for here, z in zip(right, row, strict=True))
    gaps = [z - logit for z in row]
    largest = autograd.still(largest_of(gaps))
    powers = autograd.total((1.0 - here) * (gap - largest).exp() for here, gap in zip(right, gaps, strict=True))
    # log(1) is 0; log(0) is an error: the target is not a class
    cost = log_of_powers(powers, largest) + autograd.total(right).log()
    note_plain(cost, lambda: (autograd.logsumexp(row) - logit) + autograd.total(right).log())
    return cost


def largest_of(gaps: Sequence[Any]) -> Value:
    """Return the largest, by a chain of max of two."""
    first, *others = gaps
    for gap in others:
        first = autograd.max(first, gap)
    return first  # type: ignore[no-any-return]


def log_of_powers(others: Value, largest: Value) -> Value:
    """Return log(1 + Σ exp(gap)) from the largest gap and ``others``, the sum of exp(gap - largest) over all gaps."""
    # log1p, and 1 taken off exp(-largest) first: where that is 1, the log of the sum would lose others below 1e-16
    return largest + (others + (-largest).expm1()).log1p()
