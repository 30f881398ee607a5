"""The arithmetic of source text: the table written out as NumPy expressions."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from autograd.table import rules

__all__ = ["ATOM", "CODE", "COMPARISON", "POWER", "PRODUCT", "SUM", "UNARY", "Code", "code", "literal"]

COMPARISON, SUM, PRODUCT, UNARY, POWER, ATOM = range(6)  # how tightly an expression holds together


class Code:
    """An expression as Python writes it; ``number`` is its value if it is a number."""

    __slots__ = ("holds", "number", "over", "rank", "rest", "text")

    def __init__(self, text: str, rank: int = ATOM, number: float | None = None) -> None:
        self.text, self.rank, self.number = text, rank, number
        self.rest: tuple[float, Code] | None = None  # (number, rest) of a product that begins with a number
        self.over: Code | None = None  # of 1 / x: the x
        self.holds: tuple[str, bool] | None = None  # of what is 1 where a condition holds, else 0: that; is it turned?

    def at(self, rank: int) -> str:
        """Return the text, in brackets if it holds together less tightly than ``rank``."""
        return self.text if self.rank >= rank else f"({self.text})"

    def __add__(self, other: Any) -> Code:
        right = code(other)
        if self.number is not None and right.number is not None:
            return literal(self.number + right.number)
        if right.text.startswith("-") and right.rank == UNARY:
            return Code(f"{self.at(SUM)} - {right.text[1:]}", SUM)
        return Code(f"{self.at(SUM)} + {right.at(PRODUCT)}", SUM)

    def __radd__(self, other: Any) -> Code:
        return code(other) + self

    def __sub__(self, other: Any) -> Code:
        right = code(other)
        if self.number is not None and right.number is not None:
            return literal(self.number - right.number)
        return Code(f"{self.at(SUM)} - {right.at(PRODUCT)}", SUM)

    def __rsub__(self, other: Any) -> Code:
        return code(other) - self

    def __mul__(self, other: Any) -> Code:
        left, right = self, code(other)
        if left.number is not None and right.number is not None:
            return literal(left.number * right.number)
        if left.number == 1.0 or right.number == 1.0:
            return right if left.number == 1.0 else left
        if left.number == -1.0 or right.number == -1.0:
            return -(right if left.number == -1.0 else left)
        if right.number is not None:
            left, right = right, left
        if left.number is not None:
            factor, rest = right.rest or (1.0, right)
            if left.number * factor == 1.0:
                return rest
            found = Code(f"{literal(left.number * factor).text} * {rest.at(UNARY)}", PRODUCT)
            found.rest = left.number * factor, rest
            return found
        if left.text == right.text and "(" in left.text:  # a function is called once
            return Code(f"{left.at(ATOM)} ** 2", POWER)
        return Code(f"{left.at(PRODUCT)} * {right.at(UNARY)}", PRODUCT)

    def __rmul__(self, other: Any) -> Code:
        return code(other) * self

    def __truediv__(self, other: Any) -> Code:
        right = code(other)
        if self.number is not None and right.number:
            return literal(self.number / right.number)
        if right.number == 1.0:
            return self
        found = Code(f"{self.at(PRODUCT)} / {right.at(UNARY)}", PRODUCT)
        found.over = right if self.number == 1.0 else None
        return found

    def __rtruediv__(self, other: Any) -> Code:
        return code(other) / self

    def __neg__(self) -> Code:
        if self.number is not None:
            return literal(-self.number)
        if self.rank == COMPARISON:  # NumPy has no minus for booleans
            return Code(f"-1.0 * ({self.text})", PRODUCT)
        if self.text.startswith("-") and self.rank == UNARY:
            return Code(self.text[1:], PRODUCT if " " in self.text else POWER)
        return Code(f"-{self.at(PRODUCT if self.rank == PRODUCT else UNARY)}", UNARY)

    def as_number(self) -> Code:
        """Return a comparison as 1 or 0, and anything else unchanged."""
        return Code(f"1.0 * ({self.text})", PRODUCT) if self.rank == COMPARISON else self

    # what the table asks of a constant exponent

    def __eq__(self, other: object) -> bool:
        return self.number is not None and self.number == other

    __hash__ = None  # type: ignore[assignment]


def literal(number: float) -> Code:
    """Return a number as it is written."""
    text = repr(number)
    if text.lstrip("-") in ("inf", "nan"):
        text = text.replace("inf", "np.inf").replace("nan", "np.nan")
    return Code(text, UNARY if text.startswith("-") else ATOM, number)


def code(x: Any) -> Code:
    """Return a number as Code, and Code as itself."""
    return x if isinstance(x, Code) else literal(float(x))


def call(name: str) -> Callable[..., Code]:
    """Return the function that writes ``name(x, y)``."""
    return lambda *operands: Code(f"{name}({', '.join(code(x).text for x in operands)})")


def power(x: Any, y: Any) -> Code:
    """x ** y; an integral exponent is written as an int, since NumPy then multiplies."""
    base, exponent = code(x), code(y)
    if exponent.number is None:
        return Code(f"{base.at(ATOM)} ** {exponent.at(POWER)}", POWER)
    if exponent.number == 1.0:
        return base
    whole = abs(exponent.number) < 1e6 and exponent.number == round(exponent.number)
    return Code(f"{base.at(ATOM)} ** {int(exponent.number) if whole else exponent.text}", POWER)


def gate(x: Any, y: Any) -> Code:
    """y where x > 0, else 0; a comparison counts as 1 or 0."""
    condition = code(x)
    text, turned = condition.holds or (f"{condition.at(SUM)} > 0", False)
    if code(y).number == 1.0:
        return Code(f"~({text})" if turned else text, COMPARISON)
    return Code(f"np.where({text}, 0.0, {code(y).text})" if turned else f"np.where({text}, {code(y).text}, 0.0)")


# fmt: off
NUMPY = {name: f"np.{name}" for name in (
    "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "sin", "cos", "tan", "sinh", "cosh",
    "tanh", "hypot", "abs", "sign",
)} | {
    "asin": "np.arcsin", "acos": "np.arccos", "atan": "np.arctan", "asinh": "np.arcsinh",
    "acosh": "np.arccosh", "atanh": "np.arctanh", "max": "np.maximum", "min": "np.minimum",
}
# fmt: on
# functions of autograd.source.arrays
OWN = "sigmoid", "softplus", "sech", "erf", "erfc", "floor", "ceil", "scale", "atan2"

arithmetic = SimpleNamespace(
    **{name: call(text) for name, text in NUMPY.items()},
    **{name: call(name) for name in OWN},
    div=lambda x, y: code(x) / y,
    # as loose as a sum: -(x // y) is not -x // y
    mod=lambda x, y: Code(f"{code(x).at(UNARY)} % {code(y).at(UNARY)}", SUM),
    floordiv=lambda x, y: Code(f"{code(x).at(UNARY)} // {code(y).at(UNARY)}", SUM),
    pow=power,
    relu=lambda x: Code(f"np.maximum({code(x).text}, 0.0)"),
    gate=gate,
    zero=lambda x: Code(f"{code(x).at(SUM)} == 0", COMPARISON),
    flow=lambda x: x,
    still=lambda x: x,
)
CODE = rules(arithmetic)
