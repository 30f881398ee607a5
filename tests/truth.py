"""The true value of every row of the table, by mpmath at 50 digits, and the points to try."""

from __future__ import annotations

import math

import mpmath
from mpmath import mp, mpf

mp.dps = 50


def relu(x):
    return x if x > 0 else mpf(0)


# name -> the function on mpmath numbers; independent of the table
FUNCTIONS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "mod": lambda x, y: x - y * mpmath.floor(x / y),
    "floordiv": lambda x, y: mpmath.floor(x / y),
    "neg": lambda x: -x,
    "power": lambda x, y: mpmath.power(x, y),
    "pow": lambda x, y: mpmath.power(x, y),
    "abs": lambda x: abs(x),
    "max": lambda x, y: max(x, y),
    "min": lambda x, y: min(x, y),
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "exp2": lambda x: mpf(2) ** x,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10,
    "sqrt": mpmath.sqrt,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "atan2": mpmath.atan2,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "sech": mpmath.sech,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "hypot": mpmath.hypot,
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "relu": relu,
    "floor": mpmath.floor,
    "ceil": mpmath.ceil,
    "sign": mpmath.sign,
    "zero": lambda x: mpf(x == 0),
    "scale": lambda x: mpf(1) if 2.0**-500 <= abs(x) <= 2.0**500 else mpf(2) ** (500 if abs(x) < 1 else -500),
    "still": lambda x: x,
    "gate": lambda x, y: y if x > 0 else mpf(0),
}

# Away from kinks and steps: at those there is nothing to differentiate, and test_semantics says what holds.
SPREAD = [-30.7, -8.3, -2.6, -1.7, -0.61, -0.13, -1.3e-3, 2.1e-3, 0.17, 0.43, 0.77, 1.3, 2.9, 7.6, 25.4]


def points(op):
    """Operands of `op`, inside its domain."""
    axes = [[x for x in SPREAD if d.low < x < d.high and x != d.hole] for d in op.domain]
    if len(axes) == 1:
        return [(x,) for x in axes[0]]
    pairs = [(x, y) for x in axes[0] for y in axes[1]]
    if op.name in ("mod", "floordiv", "max", "min"):  # steps and ties lie at whole quotients
        pairs = [(x, y) for x, y in pairs if abs(x / y - round(x / y)) > 1e-9]
    return pairs


def close(got, want, relative=1e-12):
    """Whether a float agrees with a number of mpmath."""
    want = mpf(want)
    if abs(want) > mpf(1.79e308):
        return math.isinf(got)
    return abs(mpf(got) - want) <= relative * abs(want) + mpf(1e-300)


def slope(f, at, operand, order=1):
    """The derivative of f in one operand, by mpmath."""

    def along(t):
        return f(*(t if i == operand else mpf(x) for i, x in enumerate(at)))

    with mp.workdps(50 if abs(at[operand]) < 20 else 620):  # erf(25.4) is 1 to 280 digits
        return +mpmath.diff(along, mpf(at[operand]), order)
