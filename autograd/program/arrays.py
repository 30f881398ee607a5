"""The arithmetic of arrays: what the source of a program calls beside NumPy itself.

Like NumPy's functions they raise a FloatingPointError, if `numpy.errstate` asks for it, where `floats` raises.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["added", "ceil", "erf", "erfc", "floor", "scale", "sech", "sigmoid", "softplus"]

BIG = 2.0**500


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), from the side on which exp cannot overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def softplus(x: Any) -> Any:
    """log(1 + exp(x)), from the side on which exp cannot overflow."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


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
    """Return x, which must be finite: Python has no floor of inf or nan."""
    if np.geterr()["invalid"] == "raise" and not np.isfinite(x).all():
        raise FloatingPointError("floor or ceil of inf or nan")
    return x


def each(f: Callable[[float], float]) -> Callable[[Any], Any]:
    """Return ``f``, which NumPy does not have, applied to one number after the other."""

    def function(x: Any) -> Any:
        numbers = np.asarray(x, np.float64)
        return np.fromiter(map(f, numbers.ravel().tolist()), np.float64, numbers.size).reshape(numbers.shape)

    return function


erf, erfc = each(math.erf), each(math.erfc)


def added(shares: Any, index: Any, places: int) -> Any:
    """Return an array of so many places with each share added at its index; an index below 0 goes nowhere."""
    keep = index >= 0
    if shares.ndim == index.ndim:
        return np.bincount(index[keep], shares[keep], places)
    total = np.zeros((places, shares.shape[-1]))  # the examples are last
    np.add.at(total, index[keep], shares[keep])
    return total
