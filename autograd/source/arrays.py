"""The arithmetic of arrays: the functions that the source of a program calls beside NumPy's own.

Like NumPy's functions they raise a FloatingPointError, if `numpy.errstate` asks for it, where `floats` raises.

The sign of a zero is not kept by sums of arrays, whose terms are added in another order. Only one row of the table can
tell 0.0 from -0.0, `atan2`, and an operation of a user's own may. Where it matters they signal an invalid operation,
and the result is computed again node by node.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["added", "atan2", "ceil", "each", "erf", "erfc", "floor", "own", "scale", "sech", "sigmoid", "softplus"]

BIG = 2.0**500


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), from the side on which exp cannot overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def softplus(x: Any) -> Any:
    """log(1 + exp(x)), from the side on which exp cannot overflow."""
    return np.logaddexp(x, 0.0)


def sech(x: Any) -> Any:
    """1 / cosh(x), also where cosh would overflow."""
    e = np.exp(-np.abs(x))
    return 2.0 * e / (1.0 + e * e)


def scale(x: Any) -> Any:
    """A power of two: 1, or one that brings x near 1 if its square would overflow or underflow."""
    size = np.abs(x)
    return np.where(size < 1.0 / BIG, BIG, np.where(size > BIG, 1.0 / BIG, 1.0))


def floor(x: Any) -> Any:
    """The largest integer not above x."""
    return np.floor(integral(x))


def ceil(x: Any) -> Any:
    """The smallest integer not below x."""
    return np.ceil(integral(x))


def integral(x: Any) -> Any:
    """Return x; what is not finite is signalled, since Python has no floor of inf or nan."""
    if not np.isfinite(x).all():
        signal()
    return x


def atan2(y: Any, x: Any) -> Any:
    """The angle of the point (x, y), which is π or -π by the sign of a zero."""
    if ((y == 0) & ~(x > 0)).any():
        signal()
    return np.arctan2(y, x)


def signal() -> None:
    """Signal an invalid operation."""
    np.subtract(np.inf, np.inf)


def each(f: Callable[..., float]) -> Callable[..., Any]:
    """Return ``f``, a function of numbers that NumPy lacks, as a function of arrays that takes number after number."""

    def function(*operands: Any) -> Any:
        first, *others = np.broadcast_arrays(*operands)
        numbers = (array.ravel().tolist() for array in (first, *others))
        return np.fromiter(map(f, *numbers), np.float64, first.size).reshape(first.shape)

    return function


erf, erfc = each(math.erf), each(math.erfc)


def own(f: Callable[..., float], back: bool) -> Callable[..., Any]:
    """Return ``f``, a function of a user's own, as one of arrays that says where the sign of a zero matters.

    Args:
        f: a function of numbers.
        back: whether it is a local derivative: then a nan says it, since a flag of the way back is no error.
    """
    function = each(f)

    def watched(*operands: Any) -> Any:
        found = function(*operands)
        operands = np.broadcast_arrays(*operands)
        for i, operand in enumerate(operands):
            zeros = operand == 0
            if zeros.any():
                turned = [-other[zeros] if k == i else other[zeros] for k, other in enumerate(operands)]
                same = np.equal(function(*turned), found[zeros]) | np.isnan(found[zeros])
                if not same.all():
                    if back:
                        found[zeros] = np.where(same, found[zeros], np.nan)
                    else:
                        signal()
        return found

    return watched


def added(shares: Any, index: Any, places: int) -> Any:
    """Return an array of so many places with each share added at its index; an index below 0 goes nowhere."""
    if shares.ndim == index.ndim:
        keep = index >= 0
        return np.bincount(index[keep], shares[keep], places)
    n = shares.shape[-1]  # the examples are last
    wide = np.where(index < 0, places, index)[..., None] * n + np.arange(n)
    return np.bincount(wide.ravel(), shares.ravel(), (places + 1) * n)[: places * n].reshape(places, n)
