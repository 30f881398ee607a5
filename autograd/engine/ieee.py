"""The arithmetic of the backward pass: `floats`, answering as IEEE 754 does where Python raises.

A derivative may be infinite or undefined, but that must not stop the sweep: the other gradients are still good.
"""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, inf, nan

from autograd.engine import floats

# What never raises is the same in both arithmetics.
abs, sign, zero, max, min = floats.abs, floats.sign, floats.zero, floats.max, floats.min
relu, sigmoid, sech, softplus = floats.relu, floats.sigmoid, floats.sech, floats.softplus
gate, flow, scale, still = floats.gate, floats.flow, floats.scale, floats.still
hypot, cbrt, tanh, erf, erfc = floats.hypot, floats.cbrt, floats.tanh, floats.erf, floats.erfc
atan, atan2, asinh = floats.atan, floats.atan2, floats.asinh

Answer = Callable[[float], float]


def undefined(x: float) -> float:
    """The answer of a function that is undefined there: nan."""
    return nan


def unbounded(x: float) -> float:
    """The answer of a function that overflows to inf on both sides."""
    return inf


def outward(x: float) -> float:
    """The answer of a function that overflows with the sign of x: inf or -inf."""
    return copysign(inf, x)


def itself(x: float) -> float:
    """The answer of a function that rounds: inf and nan stay as they are."""
    return x


def pole(at: float) -> Answer:
    """The answer of a function that falls to -inf at one point and is undefined below it."""
    return lambda x: -inf if x == at else nan


def answering(f: Answer, outside: Answer = undefined, beyond: Answer = unbounded) -> Answer:
    """f, but with an answer where f raises: `outside` its domain, or `beyond` the largest float."""

    def answered(x: float) -> float:
        try:
            return f(x)
        except ValueError:
            return outside(x)
        except OverflowError:
            return beyond(x)

    return answered


exp = answering(floats.exp)
exp2 = answering(floats.exp2)
expm1 = answering(floats.expm1)
log = answering(floats.log, outside=pole(0.0))
log1p = answering(floats.log1p, outside=pole(-1.0))
log2 = answering(floats.log2, outside=pole(0.0))
log10 = answering(floats.log10, outside=pole(0.0))
sqrt = answering(floats.sqrt)
sin = answering(floats.sin)
cos = answering(floats.cos)
tan = answering(floats.tan)
asin = answering(floats.asin)
acos = answering(floats.acos)
sinh = answering(floats.sinh, beyond=outward)
cosh = answering(floats.cosh)
acosh = answering(floats.acosh)
atanh = answering(floats.atanh, outside=lambda x: copysign(inf, x) if abs(x) == 1 else nan)
floor = answering(floats.floor, outside=itself, beyond=itself)
ceil = answering(floats.ceil, outside=itself, beyond=itself)


def div(x: float, y: float) -> float:
    """x / y; over 0 it is inf with the sign of both, and nan for 0/0."""
    try:
        return x / y
    except ZeroDivisionError:
        return nan if x == 0 or x != x else copysign(inf, x) * copysign(1.0, y)


def mod(x: float, y: float) -> float:
    """x % y; nan over 0."""
    return x % y if y else nan


def floordiv(x: float, y: float) -> float:
    """x // y; over 0 the same as div."""
    return x // y if y else div(x, y)


def pow(x: float, y: float) -> float:
    """x ** y; nan where it would be complex, and inf at a pole or beyond the largest float (-inf if x is
    negative, -0.0 included, and y is odd)."""
    try:
        return floats.pow(x, y)
    except ValueError:
        return nan
    except (ZeroDivisionError, OverflowError):
        return copysign(inf, x) if y % 2 == 1 else inf
