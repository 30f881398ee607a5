"""The arithmetic of formulas: the table written out as text and as LaTeX.

A row that computes a number from numbers prints itself when its operands are Symbols. What is printed is what is
computed, with two exceptions that make formulas readable:

- Corners are left out: ``m.zero`` is 0 here, so the derivative of hypot is printed without its case at (0, 0).
- Where the result has a name, z, the formula uses it. The row of tanh computes sech(x)², which keeps its digits far
  from 0, and prints ``1 - z²``. The row of σ computes z·σ(-x) and prints ``z·(1 - z)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import e, log, pi, sqrt
from types import SimpleNamespace
from typing import Any

from autograd.base import escape
from autograd.base.real import one_line
from autograd.table import Op, rules

__all__ = ["Symbol", "derivative_formulas", "formula", "symbols", "variable"]

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a formula holds together: looser ones get brackets
CONSTANTS = {
    log(2.0): ("log(2)", r"\log(2)", ATOM),
    1.0 / log(2.0): ("1/log(2)", r"\frac{1}{\log(2)}", PRODUCT),
    1.0 / log(10.0): ("1/log(10)", r"\frac{1}{\log(10)}", PRODUCT),
    2.0 / sqrt(pi): ("2/√π", r"\frac{2}{\sqrt{\pi}}", PRODUCT),
    0.5: ("½", r"\tfrac12", ATOM),
    pi: ("π", r"\pi", ATOM),
    e: ("e", "e", ATOM),
}


class Symbol:
    """A formula, as text and as LaTeX."""

    __slots__ = ("image", "latex", "negative", "number", "rank", "squared", "text")

    def __init__(
        self, text: str, latex: str, rank: int = ATOM, negative: Symbol | None = None, number: float | None = None
    ) -> None:
        self.text, self.latex, self.rank = text, latex, rank
        self.negative = negative  # of -t: t, so that x + -t is printed as a difference
        self.number = number  # of a number: its value, so that 3 - 1 is printed as 2
        self.squared: Symbol | None = None  # a better formula of its square, if there is one
        self.image: tuple[str, Symbol] | None = None  # (f, z) where f(this) is known as z

    def __add__(self, other: Any) -> Symbol:
        right = symbol(other)
        if self.number is not None and right.number is not None:
            return symbol(self.number + right.number)
        if "0" in (self.text, right.text):
            return self if right.text == "0" else right
        if right.negative:
            return self - right.negative
        return Symbol(f"{self.text} + {right.text}", f"{self.latex} + {right.latex}", SUM)

    def __radd__(self, other: Any) -> Symbol:
        return symbol(other).__add__(self)

    def __sub__(self, other: Any) -> Symbol:
        right = symbol(other)
        if self.number is not None and right.number is not None:
            return symbol(self.number - right.number)
        if "0" in (self.text, right.text):
            return self if right.text == "0" else -right
        if right.negative:
            return self + right.negative
        right = right.at(PRODUCT)
        return Symbol(f"{self.text} - {right.text}", f"{self.latex} - {right.latex}", SUM)

    def __rsub__(self, other: Any) -> Symbol:
        return symbol(other).__sub__(self)

    def __mul__(self, other: Any) -> Symbol:
        left, right = self, symbol(other)
        if left.negative or right.negative:
            product = (left.negative or left) * (right.negative or right)
            return product if left.negative and right.negative else -product
        if "0" in (left.text, right.text):
            return symbol(0.0)
        if "1" in (left.text, right.text):
            return left if right.text == "1" else right
        if left.text == right.text:
            return left.squared or power(left, symbol(2.0))
        left, right = left.at(PRODUCT), right.at(PRODUCT)
        return Symbol(f"{left.text}·{right.text}", rf"{left.latex} \, {right.latex}", PRODUCT)

    def __rmul__(self, other: Any) -> Symbol:
        return symbol(other).__mul__(self)

    def __truediv__(self, other: Any) -> Symbol:
        below = symbol(other)
        if self.negative:
            return -(self.negative / below)
        if below.negative:
            return -(self / below.negative)
        if self.text == "0" or below.text == "1":
            return self
        over, under = self.at(PRODUCT), below.at(POWER)
        return Symbol(f"{over.text}/{under.text}", rf"\frac{{{self.latex}}}{{{below.latex}}}", PRODUCT)

    def __rtruediv__(self, other: Any) -> Symbol:
        return symbol(other).__truediv__(self)

    def __pow__(self, other: Any) -> Symbol:
        return power(self, symbol(other))

    def __rpow__(self, other: Any) -> Symbol:
        return power(symbol(other), self)

    def __neg__(self) -> Symbol:
        if self.negative:
            return self.negative
        if self.text == "0":
            return self
        inner = self.at(PRODUCT)
        return Symbol(f"-{inner.text}", f"-{inner.latex}", SUM, self, None if self.number is None else -self.number)

    def at(self, rank: int) -> Symbol:
        """Return this formula, in brackets if it holds together less tightly than ``rank``."""
        if self.rank >= rank:
            return self
        return Symbol(f"({self.text})", rf"\left({self.latex}\right)")

    def formula_of(self, op: Op, *operands: Any) -> Any:
        """Return the formula of ``op``: what `autograd.exp` of a Symbol is."""
        return formula(op, *map(symbol, operands))


def symbol(x: Any) -> Symbol:
    """Return a number as a Symbol, and a Symbol as itself."""
    if isinstance(x, Symbol):
        return x
    number = float(x)
    if number < 0:
        return -symbol(-number)
    if number in CONSTANTS:
        return Symbol(*CONSTANTS[number], number=number)
    text = f"{number:.6g}"
    mantissa, exponent, power_of_ten = text.partition("e")
    latex = rf"{mantissa} \cdot 10^{{{int(power_of_ten)}}}" if exponent else text.replace("inf", r"\infty")
    return Symbol(text, latex, PRODUCT if exponent else ATOM, number=number)


def variable(name: str) -> Symbol:
    r"""Return the Symbol of something called ``name``: ``w1`` is w with a subscript in LaTeX.

    >>> print(variable("w1").latex, variable("50%").latex)
    w_{1} \mathrm{50\%}
    """
    plain = one_line(name)
    parts = re.fullmatch(r"([A-Za-z])_?(\d*)", plain)
    if parts:
        letter, digits = parts.groups()
        return Symbol(plain, f"{letter}_{{{digits}}}" if digits else letter)
    return Symbol(plain, rf"\mathrm{{{escape.latex(plain)}}}")


def power(x: Symbol, y: Symbol) -> Symbol:
    """Return x to the power y."""
    if y.text in ("0", "1"):
        return x if y.text == "1" else symbol(1.0)
    base, raised = x.at(ATOM), {"2": "²", "3": "³"}.get(y.text)
    exponent = raised or f"^{y.at(ATOM).text}"
    return Symbol(base.text + exponent, f"{{{base.latex}}}^{{{y.latex}}}", POWER)


def call(text: str, latex: str) -> Callable[..., Symbol]:
    """Return the function that prints ``text(x, y)``."""

    def function(*operands: Any) -> Symbol:
        given = [symbol(x) for x in operands]
        inside = ", ".join(x.text for x in given)
        return Symbol(f"{text}({inside})", rf"{latex}\left({', '.join(x.latex for x in given)}\right)")

    return function


def around(left: str, right: str, latex_left: str, latex_right: str) -> Callable[[Any], Symbol]:
    """Return the function that prints its operand between two marks."""
    return lambda x: Symbol(left + symbol(x).text + right, latex_left + symbol(x).latex + latex_right)


def gate(x: Any, y: Any) -> Any:
    """Print y where x > 0, else 0."""
    if not isinstance(x, Symbol):
        return y if x > 0 else 0.0
    return Symbol(f"[{x.text} > 0]", rf"\left[{x.latex} > 0\right]") * y


def sech(x: Any) -> Symbol:
    """Print sech(x), whose square is 1 - z² where tanh(x) is known as z."""
    known = symbol(x).image
    result = call("sech", r"\operatorname{sech}")(x)
    if known and known[0] == "tanh":
        result.squared = 1.0 - power(known[1], symbol(2.0))
    return result


def sigmoid(x: Any) -> Symbol:
    """Print σ(x); that of -x is 1 - z where σ(x) is known as z."""
    negative = symbol(x).negative
    if negative and negative.image and negative.image[0] == "sigmoid":
        return 1.0 - negative.image[1]
    return call("σ", r"\sigma")(x)


def infix(sign: str, latex: str) -> Callable[[Any, Any], Symbol]:
    """Return the function that prints its operands with a sign between them."""

    def function(x: Any, y: Any) -> Symbol:
        left, right = symbol(x).at(PRODUCT), symbol(y).at(POWER)
        return Symbol(f"{left.text} {sign} {right.text}", f"{left.latex} {latex} {right.latex}", SUM)

    return function


LATEX_NAMES = {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan"} | {
    name: rf"\{name}" for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min")
}
floor = around("⌊", "⌋", r"\left\lfloor ", r"\right\rfloor ")
# fmt: off
NAMES = [
    "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "atan2",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "hypot", "erf", "erfc", "softplus", "relu", "sign",
    "max", "min", "still",
]
# fmt: on
symbols = SimpleNamespace(
    **{name: call(name, LATEX_NAMES.get(name, rf"\operatorname{{{name}}}")) for name in NAMES},
    sech=sech,
    sigmoid=sigmoid,
    div=lambda x, y: symbol(x) / y,
    pow=lambda x, y: power(symbol(x), symbol(y)),
    mod=infix("mod", r"\bmod"),
    floordiv=lambda x, y: floor(symbol(x) / y),
    abs=around("|", "|", r"\left|", r"\right|"),
    floor=floor,
    ceil=around("⌈", "⌉", r"\left\lceil ", r"\right\rceil "),
    sqrt=around("√(", ")", r"\sqrt{", "}"),
    cbrt=around("∛(", ")", r"\sqrt[3]{", "}"),
    gate=gate,
    zero=lambda x: 0.0,
    scale=lambda x: 1.0,
    flow=lambda x: x,
)
FORMULAS = rules(symbols)


def formula(op: Op, *operands: Symbol) -> Symbol:
    """Return the formula of what ``op`` computes.

    >>> from autograd.engine.ops import OPS
    >>> formula(OPS["div"], variable("x"), variable("y")).text
    'x/y'
    """
    row = FORMULAS.get(op.name)
    if row is None:  # a user's own
        return call(op.symbol, rf"\operatorname{{{escape.latex(op.symbol)}}}")(*operands)
    if op.name in ("zero", "scale"):
        return call(op.name, rf"\operatorname{{{op.name}}}")(*operands)
    return symbol(row.value(*operands))


def derivative_formulas(op: Op, z: Symbol, *operands: Symbol) -> tuple[Symbol | None, ...]:
    """Return the formula of each local derivative of ``op`` in its result ``z`` and its operands; None where no
    gradient ever goes back.

    >>> from autograd.engine.ops import OPS
    >>> x, y, z = map(variable, "xyz")
    >>> [formula.text for formula in derivative_formulas(OPS["div"], z, x, y)]
    ['1/y', '-z/y']
    >>> [formula.text for formula in derivative_formulas(OPS["tanh"], z, x)]
    ['1 - z²']
    """
    row = FORMULAS.get(op.name, op)
    if len(operands) == 1:
        (x,) = operands
        operands = (Symbol(x.text, x.latex, x.rank, x.negative, x.number),)
        operands[0].image = (op.name, z)
    found = row.partials(z, *operands)
    return tuple(None if partial is None else symbol(partial) for partial in found)
