"""The arithmetic of the forward pass: Python floats. It raises where they do, and where ** would be complex."""

from __future__ import annotations

import builtins
import math
import operator

abs, hypot, sqrt, cbrt = builtins.abs, math.hypot, math.sqrt, math.cbrt
div, mod, floordiv = operator.truediv, operator.mod, operator.floordiv
exp, expm1, exp2 = math.exp, math.expm1, math.exp2
log, log1p, log2, log10 = math.log, math.log1p, math.log2, math.log10
sin, cos, tan = math.sin, math.cos, math.tan
asin, acos, atan, atan2 = math.asin, math.acos, math.atan, math.atan2
sinh, cosh, tanh = math.sinh, math.cosh, math.tanh
asinh, acosh, atanh = math.asinh, math.acosh, math.atanh
erf, erfc = math.erf, math.erfc

BIG = 2.0**500


def pow(x: float, y: float) -> float:
    """x ** y, but a negative base with a fractional exponent raises: on plain floats it would turn complex."""
    z: float | complex = x**y
    if isinstance(z, complex):
        raise ValueError("a negative base needs an integer exponent")
    return z


def max(x: float, y: float) -> float:
    """The larger of two, nan if either is nan (the built-in max drops a nan in second place)."""
    return x if x >= y or x != x else y


def min(x: float, y: float) -> float:
    """The smaller of two, nan if either is nan."""
    return x if x <= y or x != x else y


def floor(x: float) -> float:
    """The largest integer not above x, as a float; raises at inf and nan as math.floor does."""
    return float(math.floor(x))


def ceil(x: float) -> float:
    """The smallest integer not below x, as a float; raises at inf and nan as math.ceil does."""
    return float(math.ceil(x))


def sign(x: float) -> float:
    """-1, 0 or 1 (nan at nan)."""
    return 1.0 if x > 0 else -1.0 if x < 0 else x + 0.0


def relu(x: float) -> float:
    """x where it is above 0, else 0 (nan at nan, which `max(0, x)` would hide)."""
    return x if x > 0 or x != x else 0.0


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), from the side on which exp cannot overflow."""
    if x >= 0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


def sech(x: float) -> float:
    """1 / cosh(x), also where cosh would overflow."""
    e = exp(-abs(x))
    return 2.0 * e / (1.0 + e * e)


def softplus(x: float) -> float:
    """log(1 + exp(x)), from the side on which exp cannot overflow."""
    return max(x, 0.0) + log1p(exp(-abs(x)))


def gate(x: float, y: float) -> float:
    """y where x > 0, else 0: whatever y is, inf and nan included."""
    return y if x > 0 else 0.0


def zero(x: float) -> float:
    """1 where x is 0, else 0."""
    return 1.0 if x == 0 else 0.0


def scale(x: float) -> float:
    """A power of two: 1, or one that brings x near 1 if its square would overflow or underflow."""
    return BIG if abs(x) < 1.0 / BIG else 1.0 / BIG if abs(x) > BIG else 1.0


def still(x: float) -> float:
    """x itself: held still, it keeps its number and passes no gradient."""
    return x


def flow(x: float) -> float | None:
    """x, but None (no gradient at all) where x is 0."""
    return None if x == 0 else x
