"""THE TABLE: one row per primitive operation, in any arithmetic. Every derivative of the project is stated here, once.

A row says what an operation computes and what its local derivatives are. ``rules(m)`` writes all rows in the arithmetic
``m``: any object with a function for each name used below as ``m.name``. Read with Python floats, the table computes
forward and backward; read with Values, derivatives of derivatives; read with symbols, it prints its own formulas.

Only `backward` repeats the derivatives of + and ×, inline, for speed; a test compares it with this table.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, pi, sqrt
from typing import Any, NamedTuple

__all__ = ["Domain", "Op", "rules"]


class Domain(NamedTuple):
    """The real numbers that an operand may be.

    Attributes:
        text: which they are, in words, for error messages: "a number above 0".
        low, high: the operation is defined between these two.
        hole: a number between them for which it is not defined; None if there is none.
    """

    text: str
    low: float = -inf
    high: float = inf
    hole: float | None = None


class Op(NamedTuple):
    """One row of the table: a primitive operation z = f(x) or z = f(x, y) and its local derivatives."""

    name: str
    symbol: str
    value: Callable[..., Any]  # z from the operands
    partials: Callable[..., Any]  # (dz/dx, dz/dy) from z and the operands; None: no gradient passes to this operand
    domain: tuple[Domain, ...]  # one entry per operand
    why: str  # the local derivative in words

    def wants(self) -> str:
        """Return in words what the operands must be; those that may be any number are left out, unless all may."""
        limited = [domain.text for domain in self.domain if domain[1:] != any_[1:]]
        return " and ".join(limited or [any_.text])


any_ = Domain("any finite number")
nonzero = Domain("a divisor other than 0", hole=0.0)
positive = Domain("a number above 0", low=0.0)
not_negative = Domain("a number from 0 up", low=0.0)
from_one = Domain("a number from 1 up", low=1.0)
above_minus_one = Domain("a number above -1", low=-1.0)
cosine = Domain("a number from -1 to 1", low=-1.0, high=1.0)
inside_one = Domain("a number between -1 and 1", low=-1.0, high=1.0)
base = Domain("a base above 0 (or below 0 with an integer exponent, or 0 with an exponent from 0 up)", low=0.0)

LN2, LOG2E, LOG10E, ERF1 = log(2.0), 1.0 / log(2.0), 1.0 / log(10.0), 2.0 / sqrt(pi)

# The sign of an operation in graphs and formulas, where it is not simply the name.
SYMBOLS = {
    "add": "+", "sub": "-", "mul": "×", "div": "/", "mod": "%", "floordiv": "//", "power": "^", "pow": "^",
    "sqrt": "√", "cbrt": "∛", "sigmoid": "σ", "zero": "[=0]",
}  # fmt: skip

# The local derivatives in words.
WHY = {
    "add": "a sum passes its gradient on unchanged",
    "sub": "what is subtracted gets the gradient with the opposite sign",
    "mul": "each factor is scaled by the other",
    "div": "1 over the divisor, and minus the quotient over the divisor",
    "mod": "1 for x, and minus the whole quotient for y",
    "floordiv": "flat between its steps",
    "neg": "the sign changes",
    "power": "the power rule for a constant exponent: k x^(k-1)",
    "pow": "y x^(y-1) for the base, and the power times log x for the exponent",
    "abs": "the sign of x",
    "max": "all goes to the larger, half to each at a tie",
    "min": "all goes to the smaller, half to each at a tie",
    "exp": "exp is its own derivative",
    "expm1": "the derivative of exp, from which it differs by 1",
    "exp2": "itself times log(2)",
    "log": "1 over x",
    "log1p": "1 over (1 + x)",
    "log2": "1 over x log(2)",
    "log10": "1 over x log(10)",
    "sqrt": "x^(-1/2) over 2, by the power rule",
    "cbrt": "1 over three times the square of the root",
    "sin": "cos",
    "cos": "minus sin",
    "tan": "1 + tan²",
    "asin": "1 over √(1 - x²)",
    "acos": "minus 1 over √(1 - x²)",
    "atan": "1 over (1 + x²)",
    "atan2": "y and -x over the squared distance from the origin",
    "sinh": "cosh",
    "cosh": "sinh",
    "tanh": "1 - tanh²: 1 at 0, nearly 0 where tanh is flat",
    "sech": "minus sech times tanh",
    "asinh": "1 over √(1 + x²)",
    "acosh": "1 over √(x² - 1)",
    "atanh": "1 over (1 - x²)",
    "hypot": "each side over the hypotenuse",
    "erf": "the bell curve, 2/√π exp(-x²)",
    "erfc": "minus the bell curve: erfc is 1 - erf",
    "sigmoid": "σ(x) times σ(-x), which is 1 - σ(x)",
    "softplus": "the sigmoid",
    "relu": "1 where x > 0, else 0",
    "floor": "flat between its steps",
    "ceil": "flat between its steps",
    "sign": "flat on both sides of its step",
    "zero": "flat on both sides of 0",
    "scale": "flat between its steps",
    "gate": "y passes where x > 0; the condition itself gets no gradient",
    "still": "x is held still, so no gradient passes",
}


def rules(m: Any) -> dict[str, Op]:
    """Return the table written in the arithmetic ``m``, as a dict from an operation's name to its row.

    In a row, x and y are the operands and z is the result, which a derivative may use again. ``+ - *`` never raise on
    floats and are written as such; everything else comes from ``m``, which decides what a pole or an overflow means.

    Three names are there only because floats need care. ``m.zero(t)`` is 1 where t is 0, else 0. ``m.scale(t)`` is a
    power of two that brings t near 1 if it is very large or very small, else 1. ``m.flow(t)`` is t, but None where t
    is 0: a branch that was not taken passes nothing back, where 0 times an infinite derivative would make a nan.

    >>> from autograd.engine import floats
    >>> row = rules(floats)["mul"]
    >>> row.value(2.0, 3.0), row.partials(6.0, 2.0, 3.0)
    (6.0, (3.0, 2.0))
    """

    def square(t: Any) -> Any:
        return t * t

    def per(t: Any) -> Any:  # 1 over t
        return m.div(1.0, t)

    def cut(t: Any, d: Any) -> Any:
        # d, but 0 where t is 0: hypot at (0, 0) would have 0/0
        return m.gate(1.0 - m.zero(t), d)

    def ahead(p: Any, q: Any) -> Any:
        # 1 where p > q, nothing where p < q, 1/2 at a tie; also where both are inf, so that p - q is nan
        return m.flow(0.5 * (1.0 + m.gate(p - q, 1.0) - m.gate(q - p, 1.0)))

    def along(t: Any, x: Any, y: Any) -> Any:
        # t / hypot(x, y), the two brought near 1 first: at x = y = 5e-324 the hypotenuse is 5e-324 too, rounded
        k = m.scale(m.hypot(x, y))
        r = m.hypot(k * x, k * y)
        return cut(r, m.div(k * t, r))

    def turn(t: Any, x: Any, y: Any) -> Any:
        # t / (x² + y²) without squaring: at x = y = 1e-200 the squares are already 0
        r = m.hypot(x, y)
        return cut(r, m.div(m.div(t, r), r))

    def constant_power(x: Any, k: Any) -> Any:
        # k x^(k-1); at k = 0 it is 0, where 0 times 0^-1 would be nan
        return 0.0 if k == 0 else k * m.pow(x, k - 1.0)

    def base_of(x: Any, y: Any) -> Any:
        # y x^(y-1), but 0 for 0^0
        return cut(m.hypot(x, y), y * m.pow(x, y - 1.0))

    def exponent_of(z: Any, x: Any) -> Any:
        # x^y log x, but 0 where x is 0: 0 times log 0 would be nan
        return cut(x, z * m.log(x))

    def row(name: str, value: Callable[..., Any], partials: Callable[..., Any], *domain: Domain) -> Op:
        return Op(name, SYMBOLS.get(name, name), value, partials, domain, WHY[name])

    # Three rows are not written in the shortest way. For sqrt, 0.5 / z would be -inf at -0.0. For tanh, 1 - z² is 0 at
    # x = 20, and for sigmoid, z (1 - z) is 0 at x = 40, though both derivatives are only small there.
    # fmt: off
    table = (
        #   name        z                   (dz/dx, dz/dy)                                         domain of x, y
        row("add",      lambda x, y: x + y, lambda z, x, y: (1.0, 1.0),                            any_, any_),
        row("sub",      lambda x, y: x - y, lambda z, x, y: (1.0, -1.0),                           any_, any_),
        row("mul",      lambda x, y: x * y, lambda z, x, y: (y, x),                                any_, any_),
        row("div",      m.div,              lambda z, x, y: (per(y), m.div(-z, y)),                any_, nonzero),
        row("mod",      m.mod,              lambda z, x, y: (1.0, -m.floordiv(x, y)),              any_, nonzero),
        row("floordiv", m.floordiv,         lambda z, x, y: (None, None),                          any_, nonzero),
        row("neg",      lambda x: -x,       lambda z, x: (-1.0,),                                  any_),
        row("power",    m.pow,              lambda z, x, k: (constant_power(x, k), None),          base, any_),
        row("pow",      m.pow,              lambda z, x, y: (base_of(x, y), exponent_of(z, x)),    base, any_),
        row("abs",      m.abs,              lambda z, x: (m.sign(x),),                             any_),
        row("max",      m.max,              lambda z, x, y: (ahead(x, y), ahead(y, x)),            any_, any_),
        row("min",      m.min,              lambda z, x, y: (ahead(y, x), ahead(x, y)),            any_, any_),
        row("exp",      m.exp,              lambda z, x: (z,),                                     any_),
        row("expm1",    m.expm1,            lambda z, x: (m.exp(x),),                              any_),
        row("exp2",     m.exp2,             lambda z, x: (LN2 * z,),                               any_),
        row("log",      m.log,              lambda z, x: (per(x),),                                positive),
        row("log1p",    m.log1p,            lambda z, x: (per(1.0 + x),),                          above_minus_one),
        row("log2",     m.log2,             lambda z, x: (m.div(LOG2E, x),),                       positive),
        row("log10",    m.log10,            lambda z, x: (m.div(LOG10E, x),),                      positive),
        row("sqrt",     m.sqrt,             lambda z, x: (0.5 * m.pow(x, -0.5),),                  not_negative),
        row("cbrt",     m.cbrt,             lambda z, x: (per(3.0 * square(z)),),                  any_),
        row("sin",      m.sin,              lambda z, x: (m.cos(x),),                              any_),
        row("cos",      m.cos,              lambda z, x: (-m.sin(x),),                             any_),
        row("tan",      m.tan,              lambda z, x: (1.0 + square(z),),                       any_),
        row("asin",     m.asin,             lambda z, x: (per(m.sqrt((1.0 - x) * (1.0 + x))),),    cosine),
        row("acos",     m.acos,             lambda z, x: (-per(m.sqrt((1.0 - x) * (1.0 + x))),),   cosine),
        row("atan",     m.atan,             lambda z, x: (square(per(m.hypot(1.0, x))),),          any_),
        row("atan2",    m.atan2,            lambda z, x, y: (turn(y, x, y), turn(-x, x, y)),       any_, any_),
        row("sinh",     m.sinh,             lambda z, x: (m.cosh(x),),                             any_),
        row("cosh",     m.cosh,             lambda z, x: (m.sinh(x),),                             any_),
        row("tanh",     m.tanh,             lambda z, x: (square(m.sech(x)),),                     any_),
        row("sech",     m.sech,             lambda z, x: (-z * m.tanh(x),),                        any_),
        row("asinh",    m.asinh,            lambda z, x: (per(m.hypot(1.0, x)),),                  any_),
        row("acosh",    m.acosh,            lambda z, x: (per(m.sqrt(x - 1.0) * m.sqrt(x + 1.0)),),from_one),
        row("atanh",    m.atanh,            lambda z, x: (per((1.0 - x) * (1.0 + x)),),            inside_one),
        row("hypot",    m.hypot,            lambda z, x, y: (along(x, x, y), along(y, x, y)),      any_, any_),
        row("erf",      m.erf,              lambda z, x: (ERF1 * m.exp(-square(x)),),              any_),
        row("erfc",     m.erfc,             lambda z, x: (-ERF1 * m.exp(-square(x)),),             any_),
        row("sigmoid",  m.sigmoid,          lambda z, x: (z * m.sigmoid(-x),),                     any_),
        row("softplus", m.softplus,         lambda z, x: (m.sigmoid(x),),                          any_),
        row("relu",     m.relu,             lambda z, x: (m.flow(m.gate(x, 1.0)),),                any_),
        row("floor",    m.floor,            lambda z, x: (None,),                                  any_),
        row("ceil",     m.ceil,             lambda z, x: (None,),                                  any_),
        row("sign",     m.sign,             lambda z, x: (None,),                                  any_),
        row("zero",     m.zero,             lambda z, x: (None,),                                  any_),
        row("scale",    m.scale,            lambda z, x: (None,),                                  any_),
        row("gate",     m.gate,             lambda z, x, y: (None, m.flow(m.gate(x, 1.0))),        any_, any_),
        row("still",    m.still,            lambda z, x: (None,),                                  any_),
    )
    # fmt: on
    return {op.name: op for op in table}
