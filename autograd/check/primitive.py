"""A user's own operation: one row, like those of the table, checked when it is defined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import isfinite, nan
from typing import Any

from autograd.base.real import one_line, real, shown
from autograd.calculus.functional import gradients
from autograd.calculus.functions import computed
from autograd.check.differences import slope_at
from autograd.check.rounding import sample_of
from autograd.check.verdict import compare
from autograd.engine.ops import OPS
from autograd.engine.value import Value, binary, reflected, unary
from autograd.table import Domain, Op, any_

__all__ = ["primitive"]

# Where a rule is tried, as far as it is in the domain: no round numbers, at which kinks would lie.
POINTS = [-30.7, -7.13, -2.61, -1.37, -0.61, -0.13, 0.17, 0.43, 0.77, 1.31, 2.93, 7.61, 30.4]


def primitive(
    name: str,
    value: Callable[..., float],
    partials: Callable[..., tuple[Any, ...]],
    *,
    symbol: str | None = None,
    domain: Domain | Sequence[Domain] | None = None,
    why: str = "",
) -> Callable[..., Any]:
    """Return a new operation as a function of Values and numbers, given by one row.

    Args:
        name: what errors, pictures and explanations call it, a Python name that the table does not have.
        value: z from the operands, as floats; ``math``'s functions may be used.
        partials: the local derivatives from z and the operands: a tuple, one entry for each operand, None where
            nothing flows. Written with operators and this package's functions (``autograd.exp``, not ``math.exp``),
            so that it serves for numbers, for Values and for formulas alike. Its parameters, ``z, x`` or ``z, x, y``,
            say how many operands there are.
        symbol: how pictures and formulas show it; the name if None.
        domain: where each operand may lie; any finite number if None.
        why: the local derivative in words.

    Raises:
        TypeError: when an argument is of the wrong kind.
        ValueError: when the name is taken, or the row is wrong: the message shows the point, what ``partials`` says and
            what ``value`` does there. First and second derivatives are tried, at points all over the domain.

    >>> from autograd import sigmoid
    >>> swish = primitive("swish", lambda x: x * sigmoid(x), lambda z, x: (z + sigmoid(x) * (1.0 - z),))
    >>> x = Value(2.0)
    >>> swish(x).backward()
    >>> f"{x.grad:.6f}"
    '1.090784'
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise TypeError(f"name must be a Python name, got {shown(name)}")
    if name in OPS:
        raise ValueError(f"name {name!r} is taken: the table has an operation called so")
    for what, text in (("symbol", name if symbol is None else symbol), ("why", why)):
        if not isinstance(text, str):
            raise TypeError(f"{what} must be a str, got {shown(text)}")
    for what, given in (("value", value), ("partials", partials)):
        if not callable(given):
            raise TypeError(f"{what} must be a function, got {shown(given)}")
    from inspect import signature  # it takes as long to import as half of the engine

    count = len(signature(partials).parameters) - 1
    if count not in (1, 2):
        raise TypeError("partials must take z and the operands: (z, x) for one operand, (z, x, y) for two")
    domains = (domain,) * count if isinstance(domain, Domain) else tuple(domain or (any_,) * count)
    if len(domains) != count or not all(isinstance(d, Domain) for d in domains):
        raise TypeError(f"domain must be a Domain for each of {count} operands, got {shown(domain)}")

    def function(*operands: Any) -> Any:
        if len(operands) != count:
            raise TypeError(f"{name} takes {count} operand{'s' * (count > 1)}, got {len(operands)}")
        for x in operands:
            if hasattr(x, "formula_of"):  # a formula: it is printed, not computed
                return x.formula_of(op, *operands)
        given: list[Any] = [x if isinstance(x, Value) else real(x, f"operand {i}") for i, x in enumerate(operands)]
        if isinstance(given[0], Value):
            return first(*given)
        return (
            second(given[1], given[0]) if isinstance(given[-1], Value) else computed(op._replace(value=number), *given)
        )

    def number(*operands: float) -> float:
        return real(value(*operands), f"the value of {name}")

    words = one_line(why) or f"by the rule of {name}"
    op = Op(name, one_line(symbol or name), function, quiet(partials, count, name), domains, words)
    first: Any = unary(op, number) if count == 1 else binary(op, number)
    second: Any = None if count == 1 else reflected(op, number)
    try_out(op, number)
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return {name} of Values or numbers. Its slopes: {op.why}."
    return function


def quiet(partials: Callable[..., Any], count: int, name: str) -> Callable[..., tuple[Any, ...]]:
    """Return ``partials`` so that it never stops a sweep: where it raises on numbers, the slopes are nan."""

    def rule(z: Any, *operands: Any) -> tuple[Any, ...]:
        try:
            found = partials(z, *operands)
        except (ArithmeticError, ValueError):
            return (nan,) * count
        if not isinstance(found, tuple) or len(found) != count:
            wanted = "(dz/dx,)" if count == 1 else "(dz/dx, dz/dy)"
            raise TypeError(f"partials of {name} must return a tuple {wanted}, got {shown(found)}")
        return tuple(float(slope) if isinstance(slope, int) else slope for slope in found)

    return rule


def try_out(op: Op, value: Callable[..., float]) -> None:
    """Raise a ValueError unless the row's first and second derivatives are right at points all over its domain."""
    points = POINTS if len(op.domain) == 1 else POINTS[::3]
    axes = [[x for x in points if d.low < x < d.high and x != d.hole] or inside(d) for d in op.domain]
    tried = 0
    for at in product(*axes):
        try:
            z = value(*at)
        except OverflowError:
            continue
        except (ArithmeticError, ValueError) as error:
            raise ValueError(
                f"{op.name} has no value at {point(at)} ({error}): say where it has, "
                f"domain=Domain('a number above 0', low=0.0) for one"
            ) from error
        slopes = op.partials(z, *at)
        for i, slope in enumerate(slopes):
            found = slope_at(lambda t, i=i, at=at: sample_of(lambda u: value(*at[:i], u, *at[i + 1 :]), t), at[i])  # type: ignore[misc]
            verdict = compare("", float(slope or 0.0), found, 1e-6)
            tried += verdict.ok or found.doubt <= 1e-6
            if verdict.verdict == "WRONG":
                raise ValueError(
                    f"the rule of {op.name} is wrong: at {point(at)} its slope in {'xy'[i]} is {found.value:.9g} by "
                    f"what value does, and {slope} by partials"
                )
            if slope is not None and isfinite(slope):
                try_second(op, i, at)
    if not tried:
        raise ValueError(
            f"{op.name} could not be tried: its slope cannot be told at any of the points that lie in its domain"
        )


def try_second(op: Op, i: int, at: tuple[float, ...]) -> None:
    """Raise a ValueError unless partial i, taken as a function itself, has the slopes that its graph says."""
    leaves = [Value(x) for x in at]
    z = op.value(*leaves)
    partial = op.partials(z, *leaves)[i]
    second = [g.data for g in gradients(partial, leaves)] if isinstance(partial, Value) else [0.0] * len(at)
    for k, slope in enumerate(second):

        def along(t: float, k: int = k) -> float:
            moved = [*at[:k], t, *at[k + 1 :]]
            return float(op.partials(op.value(*moved), *moved)[i])

        verdict = compare("", slope, slope_at(lambda t: sample_of(along, t), at[k]), 1e-5)
        if verdict.verdict == "WRONG":
            raise ValueError(
                f"the rule of {op.name} cannot be differentiated: at {point(at)} its partial in {'xy'[i]} changes by "
                f"{verdict.numeric:.9g} with {'xy'[k]}, and by {slope:.9g} as a graph; write partials with autograd's "
                f"functions and operators, autograd.exp for math.exp"
            )


def inside(domain: Domain) -> list[float]:
    """Return points in a domain that holds none of the usual ones."""
    low, high = max(domain.low, -1e300), min(domain.high, 1e300)
    return [low + (high - low) * part for part in (0.13, 0.37, 0.61, 0.83)]


def point(at: tuple[float, ...]) -> str:
    """Return ``x = 0.17, y = 0.43``."""
    return ", ".join(f"{name} = {x}" for name, x in zip("xy", at, strict=False))
