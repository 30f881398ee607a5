"""The trial of a new row: its local derivatives, compared with differences of its value all over its domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import isfinite

from autograd.calculus.functional import gradients
from autograd.check.differences import slope_at
from autograd.check.rounding import Sample, Sampled, rounding_error, sample_of
from autograd.check.verdict import compare
from autograd.engine.value import Value
from autograd.table import Domain, Op

__all__ = ["try_row"]

# Where a row is tried, as far as its domain allows. Round numbers are avoided, because kinks lie there.
USUAL = [-30.7, -7.13, -2.61, -1.37, -0.61, -0.13, 0.17, 0.43, 0.77, 1.31, 2.93, 7.61, 30.4]
FROM_A_BOUND = [0.013, 0.17, 0.77, 2.93]  # times the size of the bound, or 1
BETWEEN_BOUNDS = [0.003, 0.13, 0.37, 0.61, 0.83, 0.997]  # parts of the way from one bound to the other

FIRST, SECOND = 1e-6, 1e-5  # the relative errors that are accepted in first and second derivatives
Numbers = Callable[..., float]


def try_row(op: Op, value: Numbers) -> None:
    """Raise a ValueError if a first or second derivative of the row is wrong, or if none could be tested.

    Args:
        op: the row; its value works on Values.
        value: the same value on floats.
    """
    tested = 0
    for at in points(op.domain):
        z = value_at(op, value, at)
        if z is None:
            continue
        for i, partial in enumerate(op.partials(z, *at)):
            tested += try_first(op, value, at, i, float(partial or 0.0))
            if partial is not None and isfinite(partial):
                try_second(op, at, i)
    if not tested:
        raise ValueError(
            f"{op.name} must have a derivative that differences can resolve somewhere in its domain; "
            f"they could not at any of the points that were tried"
        )


def points(domain: Sequence[Domain]) -> list[tuple[float, ...]]:
    """Return the points at which a row is tried: each operand near the bounds of its domain, and at usual numbers."""
    axes = [[*near_bounds(d), *(x for x in USUAL if d.low < x < d.high and x != d.hole)] for d in domain]
    return list(product(*axes)) if len(axes) == 1 else list(product(*(axis[::3] for axis in axes)))


def near_bounds(d: Domain) -> list[float]:
    """Return numbers near the finite bounds of a domain: those are the numbers for which it is made.

    >>> near_bounds(Domain("a number above 50", low=50.0))
    [50.65, 58.5, 88.5, 196.5]
    """
    if isfinite(d.high - d.low):
        return [d.low + (d.high - d.low) * part for part in BETWEEN_BOUNDS]
    above = [d.low + max(1.0, abs(d.low)) * part for part in FROM_A_BOUND if isfinite(d.low)]
    below = [d.high - max(1.0, abs(d.high)) * part for part in FROM_A_BOUND if isfinite(d.high)]
    return above + below


def value_at(op: Op, value: Numbers, at: tuple[float, ...]) -> float | None:
    """Return the value at a point; None where it overflows.

    Raises:
        ValueError: when there is none, though the point is in the domain.
    """
    try:
        return value(*at)
    except OverflowError:
        return None
    except (ArithmeticError, ValueError) as error:
        raise ValueError(
            f"{op.name} has no value at {point(at)} ({error}): state its domain, "
            f"for example domain=Domain('a number above 0', low=0.0)"
        ) from error


def try_first(op: Op, value: Numbers, at: tuple[float, ...], i: int, analytic: float) -> bool:
    """Return whether differences resolve the derivative in operand i at a point; raise a ValueError if it is wrong."""
    found = slope_at(along(op.domain[i], lambda t: value(*at[:i], t, *at[i + 1 :])), at[i])
    verdict = compare("", analytic, found, FIRST)
    if verdict.verdict == "WRONG":
        raise ValueError(
            f"the rule of {op.name} is wrong: at {point(at)} its local derivative in {'xy'[i]} is {found.value:.9g} "
            f"by differences of value, and {analytic:.9g} by partials"
        )
    return verdict.ok or found.doubt <= FIRST


def try_second(op: Op, at: tuple[float, ...], i: int) -> None:
    """Raise a ValueError unless the graph of partial i gives the derivatives that partial i has as a function."""
    leaves, partial = partial_as_graph(op, at, i)
    second = [g.data for g in gradients(partial, leaves)]
    for k, analytic in enumerate(second):

        def partial_at(t: float, k: int = k) -> Sample:
            check_inside(op.domain[k], t)
            moved = (*at[:k], t, *at[k + 1 :])
            number = float(op.partials(op.value(*moved), *moved)[i])
            return Sample(number, rounding_error(partial_as_graph(op, moved, i)[1]))

        found = slope_at(partial_at, at[k])
        verdict = compare("", analytic, found, SECOND)
        if verdict.verdict == "WRONG":
            raise ValueError(
                f"the rule of {op.name} cannot be differentiated: at {point(at)} its partial in {'xy'[i]} changes by "
                f"{verdict.numeric:.9g} with {'xy'[k]}, and by {analytic:.9g} as a graph; write partials with "
                f"autograd's functions and operators, autograd.exp for math.exp"
            )


def along(domain: Domain, f: Callable[[float], float]) -> Sampled:
    """Return ``f`` with an estimate of its rounding, defined on the domain only."""

    def inside(t: float) -> float:
        check_inside(domain, t)
        return f(t)

    return lambda t: sample_of(inside, t)


def check_inside(domain: Domain, t: float) -> None:
    """Raise a ValueError unless t is in the domain: outside it, a value means nothing even if there is one."""
    if not domain.low <= t <= domain.high or t == domain.hole:
        raise ValueError(f"{t} is outside the domain")


def partial_as_graph(op: Op, at: tuple[float, ...], i: int) -> tuple[list[Value], Value]:
    """Return (leaves, partial i as a graph of them); a constant partial is a graph of one node."""
    leaves = [Value(x) for x in at]
    partial = op.partials(op.value(*leaves), *leaves)[i]
    return leaves, partial if isinstance(partial, Value) else Value(partial or 0.0)


def point(at: tuple[float, ...]) -> str:
    """Return ``x = 0.17, y = 0.43``."""
    return ", ".join(f"{name} = {x}" for name, x in zip("xy", at, strict=False))
