"""gradcheck: is this gradient right? The derivative by the chain rule, compared with the function itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from autograd.base.real import real, shown
from autograd.calculus.call import arguments, name_of, parameter
from autograd.calculus.nest import fill, flatten, form, paths
from autograd.check.calls import Record, Run, entry_along, gradient_along, moving, one_of, value_along
from autograd.check.differences import slope_at
from autograd.check.report import Comparison, Report
from autograd.check.sweeps import sweep_faults
from autograd.check.verdict import compare
from autograd.check.witness import gradient_rounding, moves_alone, witness_of
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, pull
from autograd.engine.value import Value

__all__ = ["gradcheck"]


def gradcheck(f: Callable[..., Any], xs: Any, *, order: int = 1, tolerance: float = 1e-6) -> Report:
    """Return a report that compares the derivatives of ``f`` by the chain rule with what ``f`` does around ``xs``.

    Args:
        f: a function of Values that returns one Value (or number).
        xs: the arguments as a tuple; or the only argument: a number, a list of numbers.
        order: 1 for the gradient; 2 for the hessian as well, against differences of the gradient.
        tolerance: the relative error that is accepted.

    Raises:
        TypeError: when xs holds something that is not a number, or f does not return a single number.
        ValueError: when order is neither 1 nor 2.

    The numeric side does not use the chain rule. It takes central differences of f, with the best of many steps, and
    bounds their rounding error by eps × Σ |data × gradient| over the nodes of the record. The complex step then gives
    the last digits. The sweeps are tested too: backward twice, backward after a leaf was edited, forward mode, and the
    gradient as a graph.

    There are four verdicts. "ok" and "WRONG" are certain. "at a kink" means that f has one slope on the left and
    another on the right, and any number between them is right. "unclear" means that f jumps there, or that rounding
    hides the derivative from differences and nothing else confirms it; the remark says how well differences resolve it.
    A report is true only if every row is "ok" or "at a kink"; ``report.wrong`` is true only if something is known to
    be wrong.

    >>> print(gradcheck(lambda x, y: x * y + x.sin(), (2.0, 3.0)))
    argument  analytic       numeric        relative error  by            verdict
    x         2.58385316345  2.58385316345  0.0e+00         complex step  ok
    y         2              2              0.0e+00         complex step  ok
    2 of 2 correct
    """
    if isinstance(order, bool) or order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, got {shown(order)}")
    if not 0 <= real(tolerance, "tolerance") < 1:
        raise ValueError(f"tolerance must be a relative error of at least 0 and below 1, got {tolerance}")
    title = name_of(f)
    args = arguments(f, xs)
    names = [name for i, arg in enumerate(args) for name in paths(arg, parameter(f, i))]
    at = [float(x) for i, arg in enumerate(args) for x in flatten(arg, parameter(f, i))]

    def run(numbers: Sequence[float]) -> Record:
        leaves = [Value(x, label=name) for x, name in zip(numbers, names, strict=True)]
        items = iter(leaves)
        out = f(*(fill(arg, items) for arg in args))
        if form(out) is not None:
            raise TypeError(f"{title} must return one number, got {shown(out)}")
        (number,) = flatten(out, f"what {title} returns")
        return Record(leaves, number if isinstance(number, Value) else Value(number))

    gradient = run(at).gradient()
    slack = gradient_rounding(run(at))
    rows = first_order(run, at, names, gradient, slack, tolerance)
    if order == 2:
        rows += second_order(run, at, names, tolerance)
    return Report(tuple(rows), tuple(sweep_faults(lambda: run(at), names, gradient, slack)))


def first_order(
    run: Run, at: list[float], names: list[str], gradient: list[float], slack: list[float], tolerance: float
) -> list[Comparison]:
    """Return the verdicts on the gradient."""
    record = run(at)
    rows = []
    for i, name in enumerate(names):
        beside = moving(run, at, i)
        witness = witness_of(record, i, beside, slack[i])
        value = value_along(beside, i if moves_alone(record, beside, at[i]) else None)
        rows.append(compare(name, gradient[i], slope_at(value, at[i]), tolerance, witness))
    return rows


def second_order(run: Run, at: list[float], names: list[str], tolerance: float) -> list[Comparison]:
    """Return the verdicts on the hessian: the gradient's own record against differences of the gradient."""
    calls = [moving(run, at, j) for j in range(len(at))]
    whole = run(at)
    alone = [j if moves_alone(whole, beside, at[j]) else None for j, beside in enumerate(calls)]
    # cached: every entry of the gradient is asked for at the same points
    samples = [cache(gradient_along(*call)) for call in zip(calls, alone, strict=True)]
    rows = []
    for i, name in enumerate(names):
        for j, other in enumerate(names):
            beside = entry_along(calls[j], i)
            record = beside(at[j])
            leaf = record.leaves[j]
            analytic = pull(record.out, 1.0, OPS, as_number, [leaf]).get(leaf, 0.0)
            witness = witness_of(record, j, beside, gradient_rounding(record)[j])
            found = slope_at(one_of(samples[j], i), at[j])
            rows.append(compare(f"{name}, {other}", analytic, found, tolerance, witness))
    return rows
