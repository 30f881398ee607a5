"""The arithmetic of arrays: the functions that the source of a program calls beside NumPy's own.

Like NumPy's functions they raise a FloatingPointError, if `numpy.errstate` asks for it, where `floats` raises.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["added", "ceil", "each", "erf", "erfc", "floor", "scale", "sech", "sigmoid", "softplus"]

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
    """A power of two: 1, or what brings x near 1 if its square would overflow or underflow."""
    size = np.abs(x)
    return np.where(size < 1.0 / BIG, BIG, np.where(size > BIG, 1.0 / BIG, 1.0))


def floor(x: Any) -> Any:
    """The largest integer not above x."""
    return np.floor(integral(x))


def ceil(x: Any) -> Any:
    """The smallest integer not below x."""
    return np.ceil(integral(x))


def integral(x: Any) -> Any:
    """Return x; what is not finite is signalled as an invalid operation, since Python has no floor of inf or nan."""
    if not np.isfinite(x).all():
        np.subtract(np.inf, np.inf)
    return x


def each(f: Callable[..., float]) -> Callable[..., Any]:
    """Return ``f``, a function of numbers that NumPy does not have, as one of arrays: one number after the other."""

    def function(*operands: Any) -> Any:
        first, *others = np.broadcast_arrays(*operands)
        numbers = (array.ravel().tolist() for array in (first, *others))
        return np.fromiter(map(f, *numbers), np.float64, first.size).reshape(first.shape)

    return function


erf, erfc = each(math.erf), each(math.erfc)


def added(shares: Any, index: Any, places: int) -> Any:
    """Return an array of so many places with each share added at its index; an index below 0 goes nowhere."""
    if shares.ndim == index.ndim:
        keep = index >= 0
        return np.bincount(index[keep], shares[keep], places)
    n = shares.shape[-1]  # the examples are last
    wide = np.where(index < 0, places, index)[..., None] * n + np.arange(n)
    return np.bincount(wide.ravel(), shares.ravel(), (places + 1) * n)[: places * n].reshape(places, n)
