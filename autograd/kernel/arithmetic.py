"""The functions of single numbers that numba lacks, or computes differently from Python.

They answer where Python raises, as `autograd.engine.ieee` does. What stands below the line is compiled.
"""

from __future__ import annotations

import math
from math import exp, fabs, log1p, sqrt
from typing import TypeVar

import numpy as np

__all__ = ["hypot"]

F = TypeVar("F")


def inlined(f: F) -> F:
    """Return what numba makes of a function that is written into the loops that call it."""
    return f


def exactly(f: F) -> F:
    """Return what numba makes of a function whose sums stay in their order."""
    return f


# --- compiled from here on ------------------------------------------------------------------------------------------

LN2 = math.log(2.0)
BIG: float = 2.0**500
HUGE: float = 2.0**600


@inlined
def power(x: float, y: float) -> float:
    """x ** y."""
    return math.pow(x, y)


@inlined
def quick_power(x: float, y: float) -> float:
    """x ** y, whose squares may differ from Python's in the last bit."""
    if y == 2.0:
        return x * x
    if y == 1.0:
        return x
    return math.pow(x, y)


@inlined
def square_and_rest(x: float) -> tuple[float, float]:
    """x² as the sum of two numbers: rounded, and what the rounding took away (Dekker 1971)."""
    z = x * x
    t = 134217729.0 * x  # 2^27 + 1: cuts x in two halves, whose products are exact
    high = t - (t - x)
    low = x - high
    return z, ((high * high - z) + 2.0 * high * low) + low * low


@inlined
def scale(x: float) -> float:
    """A power of two: 1, or what brings x near 1 if its square would overflow or underflow."""
    size = fabs(x)
    return BIG if size < 1.0 / BIG else 1.0 / BIG if size > BIG else 1.0


@exactly
def hypot(x: float, y: float) -> float:
    """√(x² + y²), rounded once, as Python's is; that of the C library may differ in the last bit.

    Where x and y are both below 2.2e-308 Python divides by the larger first, and may differ in the last bit.
    """
    if math.isinf(x) or math.isinf(y):
        return math.inf
    large, small = max(fabs(x), fabs(y)), min(fabs(x), fabs(y))
    if math.isnan(x) or math.isnan(y) or small == 0.0:
        return fabs(x) + fabs(y)
    k = 1.0 / HUGE if large > BIG else HUGE if large < 1.0 / BIG else 1.0  # a square must not overflow or underflow
    a, a_rest = square_and_rest(k * large)
    b, b_rest = square_and_rest(k * small)
    total = a + b
    rest = ((a - total) + b) + (a_rest + b_rest)
    root = sqrt(total)
    square, square_rest = square_and_rest(root)
    return (root + (((total - square) - square_rest) + rest) / (2.0 * root)) / k


@inlined
def exp2(x: float) -> float:
    """2 ** x."""
    return math.pow(2.0, x)


@inlined
def cbrt(x: float) -> float:
    """The cube root."""
    return np.cbrt(x)  # type: ignore[no-any-return]


@inlined
def larger(x: float, y: float) -> float:
    """The larger of two, nan if either is nan."""
    return x if x >= y or x != x else y


@inlined
def smaller(x: float, y: float) -> float:
    """The smaller of two, nan if either is nan."""
    return x if x <= y or x != x else y


@inlined
def both(x: float, y: float) -> float:
    """x + y where one of them is the 0 of a closed gate: the other, with its sign if it is 0 too."""
    return y if x == 0.0 and math.copysign(1.0, x) > 0.0 else x if y == 0.0 else x + y


@inlined
def sign(x: float) -> float:
    """-1, 0 or 1 (nan at nan)."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x + 0.0


@inlined
def relu(x: float) -> float:
    """x where it is above 0, else 0 (nan at nan)."""
    return x if x > 0.0 or x != x else 0.0


@inlined
def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), from the side on which exp cannot overflow."""
    e = exp(-fabs(x))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)


@inlined
def sech(x: float) -> float:
    """1 / cosh(x), also where cosh would overflow."""
    e = exp(-fabs(x))
    return 2.0 * e / (1.0 + e * e)


@inlined
def softplus(x: float) -> float:
    """log(1 + exp(x)), from the side on which exp cannot overflow."""
    return larger(x, 0.0) + log1p(exp(-fabs(x)))


@inlined
def gate(x: float, y: float) -> float:
    """y where x > 0, else 0."""
    return y if x > 0.0 else 0.0


@inlined
def zero(x: float) -> float:
    """1 where x is 0, else 0."""
    return 1.0 if x == 0.0 else 0.0


@inlined
def floored(x: float) -> float:
    """The largest integer not above x; of -0.0 it is 0.0, as Python's is."""
    return np.floor(x) + 0.0 if math.isfinite(x) else math.nan


@inlined
def ceiled(x: float) -> float:
    """The smallest integer not below x; of -0.5 it is 0.0, as Python's is."""
    return np.ceil(x) + 0.0 if math.isfinite(x) else math.nan


@inlined
def modulo(x: float, y: float) -> float:
    """x % y; nan over 0."""
    return math.nan if y == 0.0 else x % y


@inlined
def whole_quotient(x: float, y: float) -> float:
    """x // y; over 0 what x / y is."""
    return x / y if y == 0.0 else x // y
