"""THE TABLE: one row per primitive operation, written in any arithmetic.

``rules(m)`` is a function of the arithmetic it is written in. An arithmetic ``m`` is anything with a function
for each name used as ``m.name`` below: floats that raise (`floats`), floats that answer as IEEE 754 does
(`ieee`), Values, arrays, symbols. A derivative is stated here and nowhere else in the project, but that
`backward` has those of + and × in line, for speed, and a test holds it to this table.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, pi, sqrt
from typing import Any, NamedTuple

__all__ = ["Domain", "Op", "rules"]


class Domain(NamedTuple):
    """The real numbers an operand may be."""

    text: str  # as an error message says it
    low: float = -inf  # the operation is defined between low and high ...
    high: float = inf
    hole: float | None = None  # ... but not here


class Op(NamedTuple):
    """One row of the table: a primitive operation z = f(x) or z = f(x, y) and its local derivatives."""

    name: str
    symbol: str
    value: Callable[..., Any]  # z from the operands
    partials: Callable[..., Any]  # (dz/dx, dz/dy) from z and the operands; None: nothing flows back this way
    domain: tuple[Domain, ...]  # one entry per operand
    why: str  # the local derivative in words


any_ = Domain("any finite number")
nonzero = Domain("a number other than 0", hole=0.0)
positive = Domain("a number above 0", low=0.0)
not_negative = Domain("a number from 0 up", low=0.0)
from_one = Domain("a number from 1 up", low=1.0)
above_minus_one = Domain("a number above -1", low=-1.0)
cosine = Domain("a number from -1 to 1", low=-1.0, high=1.0)
inside_one = Domain("a number between -1 and 1", low=-1.0, high=1.0)
base = Domain("a base above 0 (or below 0 with an integer exponent, or 0 with an exponent from 0 up)", low=0.0)

LN2, LOG2E, LOG10E, ERF1 = log(2.0), 1.0 / log(2.0), 1.0 / log(10.0), 2.0 / sqrt(pi)


def rules(m: Any) -> dict[str, Op]:
    """Return the table written in the arithmetic ``m``, as a dict from an operation's name to its row.

    In a row ``z = f(x, y)``: x and y are the operands and z is the result, so a derivative may reuse it.
    ``+ - *`` never raise on floats and are written as such; all else comes from ``m``, which decides what a
    pole or an overflow means. ``m.zero(t)`` is 1 where t is 0, else 0. ``m.scale(t)`` is a power of two that
    brings t near 1 if it is very large or very small, else 1. ``m.flow(t)`` is t, but None where t is 0: a branch
    not taken hands nothing down at all, where 0 times an infinite slope further down would be nan.

    >>> from autograd.engine import floats
    >>> row = rules(floats)["mul"]
    >>> row.value(2.0, 3.0), row.partials(6.0, 2.0, 3.0)
    (6.0, (3.0, 2.0))
    """

    def square(t: Any) -> Any:
        return t * t

    def ahead(p: Any, q: Any) -> Any:
        # 1 where p > q, nothing where p < q, 1/2 at a tie; p - q is nan at inf, inf, and there too this is 1/2
        return m.flow(0.5 * (1.0 + m.gate(p - q, 1.0) - m.gate(q - p, 1.0)))

    def unless_zero(t: Any, slope: Any) -> Any:
        # the slope, but 0 where t is 0: hypot at (0, 0) would have 0/0
        return m.gate(1.0 - m.zero(t), slope)

    def along(t: Any, x: Any, y: Any) -> Any:
        # t / hypot(x, y), the two brought near 1 first: at x = y = 5e-324 the hypotenuse is 5e-324 too, rounded
        k = m.scale(m.hypot(x, y))
        r = m.hypot(k * x, k * y)
        return unless_zero(r, m.div(k * t, r))

    def over_square(t: Any, x: Any, y: Any) -> Any:
        # t / (x² + y²) without squaring: at x = y = 1e-200 the squares are already 0
        r = m.hypot(x, y)
        return unless_zero(r, m.div(m.div(t, r), r))

    # fmt: off
    table = (
        #  name        symbol      z                    (dz/dx, dz/dy)                                                     domain                  why
        Op("add",      "+",        lambda x, y: x + y,  lambda z, x, y: (1.0, 1.0),                                        (any_, any_),           "a sum passes its gradient on unchanged"),
        Op("sub",      "-",        lambda x, y: x - y,  lambda z, x, y: (1.0, -1.0),                                       (any_, any_),           "what is subtracted gets the gradient with its sign turned"),
        Op("mul",      "×",        lambda x, y: x * y,  lambda z, x, y: (y, x),                                            (any_, any_),           "each factor is scaled by the other"),
        Op("div",      "/",        m.div,               lambda z, x, y: (m.div(1.0, y), m.div(-z, y)),                     (any_, nonzero),        "1 over the divisor, and minus the quotient over the divisor"),
        Op("mod",      "%",        m.mod,               lambda z, x, y: (1.0, -m.floordiv(x, y)),                          (any_, nonzero),        "the remainder moves with x, and by the whole quotient against y"),
        Op("floordiv", "//",       m.floordiv,          lambda z, x, y: (None, None),                                      (any_, nonzero),        "flat between its steps"),
        Op("neg",      "neg",      lambda x: -x,        lambda z, x: (-1.0,),                                              (any_,),                "the sign turns"),
        Op("power",    "^",        m.pow,               lambda z, x, k: (0.0 if k == 0 else k * m.pow(x, k - 1.0), None),  (base, any_),           "the power rule, the exponent being a constant: k x^(k-1)"),
        Op("pow",      "^",        m.pow,               lambda z, x, y: (unless_zero(m.hypot(x, y), y * m.pow(x, y - 1.0)),
                                                                         unless_zero(x, z * m.log(x))),                    (base, any_),           "y x^(y-1) for the base, and the power times log x for the exponent"),
        Op("abs",      "abs",      m.abs,               lambda z, x: (m.sign(x),),                                         (any_,),                "the sign of x"),
        Op("max",      "max",      m.max,               lambda z, x, y: (ahead(x, y), ahead(y, x)),                        (any_, any_),           "all goes to the larger, half to each at a tie"),
        Op("min",      "min",      m.min,               lambda z, x, y: (ahead(y, x), ahead(x, y)),                        (any_, any_),           "all goes to the smaller, half to each at a tie"),
        Op("exp",      "exp",      m.exp,               lambda z, x: (z,),                                                 (any_,),                "exp is its own slope"),
        Op("expm1",    "expm1",    m.expm1,             lambda z, x: (m.exp(x),),                                          (any_,),                "the slope of exp, from which it differs by 1"),
        Op("exp2",     "exp2",     m.exp2,              lambda z, x: (LN2 * z,),                                           (any_,),                "itself times log 2"),
        Op("log",      "log",      m.log,               lambda z, x: (m.div(1.0, x),),                                     (positive,),            "1 over x"),
        Op("log1p",    "log1p",    m.log1p,             lambda z, x: (m.div(1.0, 1.0 + x),),                               (above_minus_one,),     "1 over 1 + x"),
        Op("log2",     "log2",     m.log2,              lambda z, x: (m.div(LOG2E, x),),                                   (positive,),            "1 over x log 2"),
        Op("log10",    "log10",    m.log10,             lambda z, x: (m.div(LOG10E, x),),                                  (positive,),            "1 over x log 10"),
        Op("sqrt",     "√",        m.sqrt,              lambda z, x: (0.5 * m.pow(x, -0.5),),                              (not_negative,),        "the power rule: x^(-1/2) over 2"),  # 0.5/z would be -inf at -0.0
        Op("cbrt",     "∛",        m.cbrt,              lambda z, x: (m.div(1.0, 3.0 * square(z)),),                       (any_,),                "1 over three times the root squared"),
        Op("sin",      "sin",      m.sin,               lambda z, x: (m.cos(x),),                                          (any_,),                "cos"),
        Op("cos",      "cos",      m.cos,               lambda z, x: (-m.sin(x),),                                         (any_,),                "minus sin"),
        Op("tan",      "tan",      m.tan,               lambda z, x: (1.0 + square(z),),                                   (any_,),                "1 + tan²"),
        Op("asin",     "asin",     m.asin,              lambda z, x: (m.div(1.0, m.sqrt((1.0 - x) * (1.0 + x))),),         (cosine,),              "1 over √(1 - x²)"),
        Op("acos",     "acos",     m.acos,              lambda z, x: (m.div(-1.0, m.sqrt((1.0 - x) * (1.0 + x))),),        (cosine,),              "minus 1 over √(1 - x²)"),
        Op("atan",     "atan",     m.atan,              lambda z, x: (square(m.div(1.0, m.hypot(1.0, x))),),               (any_,),                "1 over 1 + x²"),
        Op("atan2",    "atan2",    m.atan2,             lambda z, x, y: (over_square(y, x, y), over_square(-x, x, y)),     (any_, any_),           "y and -x over the squared distance from the origin"),
        Op("sinh",     "sinh",     m.sinh,              lambda z, x: (m.cosh(x),),                                         (any_,),                "cosh"),
        Op("cosh",     "cosh",     m.cosh,              lambda z, x: (m.sinh(x),),                                         (any_,),                "sinh"),
        Op("tanh",     "tanh",     m.tanh,              lambda z, x: (square(m.sech(x)),),                                 (any_,),                "sech², which is 1 - tanh², written so that its tail survives"),  # 1 - z² is 0 at x = 20
        Op("sech",     "sech",     m.sech,              lambda z, x: (-z * m.tanh(x),),                                    (any_,),                "minus sech times tanh"),
        Op("asinh",    "asinh",    m.asinh,             lambda z, x: (m.div(1.0, m.hypot(1.0, x)),),                       (any_,),                "1 over √(1 + x²)"),
        Op("acosh",    "acosh",    m.acosh,             lambda z, x: (m.div(1.0, m.sqrt(x - 1.0) * m.sqrt(x + 1.0)),),     (from_one,),            "1 over √(x² - 1)"),
        Op("atanh",    "atanh",    m.atanh,             lambda z, x: (m.div(1.0, (1.0 - x) * (1.0 + x)),),                 (inside_one,),          "1 over 1 - x²"),
        Op("hypot",    "hypot",    m.hypot,             lambda z, x, y: (along(x, x, y), along(y, x, y)),                  (any_, any_),           "each side over the hypotenuse"),
        Op("erf",      "erf",      m.erf,               lambda z, x: (ERF1 * m.exp(-square(x)),),                          (any_,),                "the bell curve, 2/√π exp(-x²)"),
        Op("erfc",     "erfc",     m.erfc,              lambda z, x: (-ERF1 * m.exp(-square(x)),),                         (any_,),                "minus the bell curve: erfc is 1 - erf"),
        Op("sigmoid",  "σ",        m.sigmoid,           lambda z, x: (z * m.sigmoid(-x),),                                 (any_,),                "σ(x) times σ(-x), which is 1 - σ(x)"),  # z (1 - z) is 0 at x = 40
        Op("softplus", "softplus", m.softplus,          lambda z, x: (m.sigmoid(x),),                                      (any_,),                "the sigmoid"),
        Op("relu",     "relu",     m.relu,              lambda z, x: (m.flow(m.gate(x, 1.0)),),                            (any_,),                "1 where x > 0, else 0"),
        Op("floor",    "floor",    m.floor,             lambda z, x: (None,),                                              (any_,),                "flat between its steps"),
        Op("ceil",     "ceil",     m.ceil,              lambda z, x: (None,),                                              (any_,),                "flat between its steps"),
        Op("sign",     "sign",     m.sign,              lambda z, x: (None,),                                              (any_,),                "flat on both sides of its step"),
        Op("zero",     "[=0]",     m.zero,              lambda z, x: (None,),                                              (any_,),                "1 at 0 and flat elsewhere"),
        Op("scale",    "scale",    m.scale,             lambda z, x: (None,),                                              (any_,),                "flat between its steps"),
        Op("gate",     "gate",     m.gate,              lambda z, x, y: (None, m.flow(m.gate(x, 1.0))),                    (any_, any_),           "y passes where x > 0; the condition itself has no slope"),
    )
    # fmt: on
    return {op.name: op for op in table}
