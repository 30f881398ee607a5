"""The arithmetic of the complex step: a recorded graph run again on complex numbers, x + ih for a tiny h.

The imaginary part of the result, divided by h, is the derivative. No difference is taken, so nothing cancels (Squire
and Trapp, "Using complex variables to estimate derivatives of real functions", 1998). The table's derivatives play no
part, so the complex step can check them. Operations with branches choose by the real part.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable

sin, cos, tan, sinh, cosh, tanh = cmath.sin, cmath.cos, cmath.tan, cmath.sinh, cmath.cosh, cmath.tanh
asin, acos, atan, asinh, acosh, atanh = cmath.asin, cmath.acos, cmath.atan, cmath.asinh, cmath.acosh, cmath.atanh
exp, log, log10, sqrt = cmath.exp, cmath.log, cmath.log10, cmath.sqrt

LOG2 = math.log(2.0)
ROOT_PI = math.sqrt(math.pi)


def erf(x: complex) -> complex:
    """The error function near the real line: by a series for small x, as 1 - erfc(x) for large x."""
    if x.real < 0:
        return -erf(-x)
    if x.real > 2:
        return 1.0 - erfc(x)
    term = total = 2.0 / ROOT_PI * x * exp(-x * x)  # times 1 + 2x²/3 + (2x²)²/(3·5) + …: all terms have one sign
    for k in range(1, 60):
        term *= 2.0 * x * x / (2 * k + 1)
        total += term
    return total


def erfc(x: complex) -> complex:
    """1 - erf(x), with a tail that does not cancel: by its continued fraction (Laplace)."""
    if x.real <= 2:
        return 1.0 - erf(x)
    fraction = x
    for k in range(120, 0, -1):
        fraction = x + 0.5 * k / fraction
    return exp(-x * x) / (ROOT_PI * fraction)


def atan2(y: complex, x: complex) -> complex:
    """The angle of the point (x, y), by the quotient whose real part is not above 1."""
    if math.fabs(y.real) <= math.fabs(x.real):
        turn = 0.0 if x.real > 0 else math.copysign(math.pi, y.real)
        return atan(y / x) + turn
    return math.copysign(math.pi / 2, y.real) - atan(x / y)


def div(x: complex, y: complex) -> complex:
    """x / y."""
    return x / y


def pow(x: complex, y: complex) -> complex:
    """x to the power y; by the logarithm, unless the exponent is a real number."""
    if y.imag:
        return exp(y * log(x))
    k = y.real
    if k == round(k) and -100 < k < 100:  # exact, and right for a negative base
        return complex(x) ** int(k)
    return complex(x) ** k


def expm1(x: complex) -> complex:
    """exp(x) - 1, with a real part that does not cancel."""
    return complex(math.expm1(x.real), exp(x).imag)


def log1p(x: complex) -> complex:
    """log(1 + x), with a real part that does not cancel."""
    return complex(math.log1p(x.real), log(1.0 + x).imag)


def exp2(x: complex) -> complex:
    """2 to the power x."""
    return exp(LOG2 * x)


def log2(x: complex) -> complex:
    """The logarithm to base 2."""
    return log(x) / LOG2


def cbrt(x: complex) -> complex:
    """The cube root that is real on both sides of 0."""
    return complex(x) ** (1 / 3) if x.real >= 0 else -(complex(-x) ** (1 / 3))


def hypot(x: complex, y: complex) -> complex:
    """√(x² + y²)."""
    return sqrt(x * x + y * y)


def sech(x: complex) -> complex:
    """1 / cosh(x)."""
    return 1.0 / cosh(x)


def sigmoid(x: complex) -> complex:
    """1 / (1 + exp(-x)), from the side on which exp cannot overflow."""
    return 1.0 / (1.0 + exp(-x)) if x.real >= 0 else exp(x) / (1.0 + exp(x))


def softplus(x: complex) -> complex:
    """log(1 + exp(x)), from the side on which exp cannot overflow."""
    return x + log1p(exp(-x)) if x.real >= 0 else log1p(exp(x))


def abs(x: complex) -> complex:
    """x where its real part is not below 0, else -x."""
    return x if x.real >= 0 else -x


def max(x: complex, y: complex) -> complex:
    """The one with the larger real part."""
    return x if x.real >= y.real else y


def min(x: complex, y: complex) -> complex:
    """The one with the smaller real part."""
    return x if x.real <= y.real else y


def relu(x: complex) -> complex:
    """x where its real part is above 0, else 0."""
    return x if x.real > 0 else 0j


def gate(x: complex, y: complex) -> complex:
    """y where the real part of x is above 0, else 0."""
    return y if x.real > 0 else 0j


def floordiv(x: complex, y: complex) -> complex:
    """x // y of the real parts."""
    return complex(x.real // y.real)


def mod(x: complex, y: complex) -> complex:
    """x minus the whole quotient times y."""
    return x - floordiv(x, y) * y


def step(f: Callable[[float], float]) -> Callable[[complex], complex]:
    """Return ``f``, which is flat between its steps, on the real part."""
    return lambda x: complex(f(x.real))


still = step(lambda x: x)
floor, ceil = step(math.floor), step(math.ceil)
sign = step(lambda x: 0.0 if x == 0 else math.copysign(1.0, x))
zero = step(lambda x: float(x == 0))
scale = step(
    lambda x: 2.0**500 if -(2.0**-500) < x < 2.0**-500 else 2.0**-500 if not -(2.0**500) <= x <= 2.0**500 else 1.0
)
