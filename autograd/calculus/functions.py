"""The rows of the table as functions of Values and of plain numbers alike: a Value gives a Value, numbers a float.

Anything else with a method ``formula_of(op, *operands)``, such as a formula, decides itself what the row gives.
"""

from __future__ import annotations

from typing import Any, Protocol, overload

from autograd.base.real import real
from autograd.engine.ops import OPS
from autograd.engine.value import Value, binary, failure, reflected, unary
from autograd.table import Op


class OneArgument(Protocol):
    """A function of one Value or number."""

    @overload
    def __call__(self, x: Value) -> Value: ...
    @overload
    def __call__(self, x: float) -> float: ...


class TwoArguments(Protocol):
    """A function of two Values or numbers."""

    @overload
    def __call__(self, x: Value, y: Value | float) -> Value: ...
    @overload
    def __call__(self, x: float, y: Value) -> Value: ...
    @overload
    def __call__(self, x: float, y: float) -> float: ...


def compute(op: Op, *numbers: float) -> Any:
    """Return ``op`` of plain numbers; an error names the operation and its operands, as it does for Values."""
    try:
        return op.value(*numbers)
    except (ArithmeticError, ValueError) as error:
        raise failure(error, op, *numbers) from None


def one(name: str) -> OneArgument:
    """Return the function of one Value or number that the table calls ``name``."""
    op = OPS[name]
    method = getattr(Value, name, None) or unary(op)

    def function(x: Any) -> Any:
        if isinstance(x, Value):
            return method(x)
        return x.formula_of(op, x) if hasattr(x, "formula_of") else compute(op, real(x, "x"))

    function.__name__, function.__qualname__ = name, name
    function.__doc__ = f"""Return {name}(x), a Value for a Value and a float for a number.

    Its slope: {op.why}.

    Args:
        x: {op.domain[0].text}, or a Value of one.

    Raises:
        TypeError: when x is neither.
        ValueError, OverflowError: when x is outside the domain, or the result is too large for a float.
    """
    return function


def two(name: str) -> TwoArguments:
    """Return the function of two Values or numbers that the table calls ``name``."""
    op, left, right = OPS[name], binary(OPS[name]), reflected(OPS[name])

    def function(x: Any, y: Any) -> Any:
        if isinstance(x, Value):
            return left(x, y if isinstance(y, Value) else real(y, "y"))
        if hasattr(x, "formula_of") or hasattr(y, "formula_of"):
            return (x if hasattr(x, "formula_of") else y).formula_of(op, x, y)
        return right(y, real(x, "x")) if isinstance(y, Value) else compute(op, real(x, "x"), real(y, "y"))

    function.__name__, function.__qualname__ = name, name
    function.__doc__ = f"""Return {name}(x, y), a float for two numbers, else a Value.

    Its local derivatives: {op.why}.

    Args:
        x: {op.domain[0].text}, or a Value of one.
        y: {op.domain[1].text}, or a Value of one.

    Raises:
        TypeError: when one of them is neither.
        ValueError, ArithmeticError: when they are outside the domain, or the result is too large for a float.
    """
    return function


abs = one("abs")
exp = one("exp")
expm1 = one("expm1")
exp2 = one("exp2")
log = one("log")
log1p = one("log1p")
log2 = one("log2")
log10 = one("log10")
sqrt = one("sqrt")
cbrt = one("cbrt")
sin = one("sin")
cos = one("cos")
tan = one("tan")
asin = one("asin")
acos = one("acos")
atan = one("atan")
sech = one("sech")
sinh = one("sinh")
cosh = one("cosh")
tanh = one("tanh")
asinh = one("asinh")
acosh = one("acosh")
atanh = one("atanh")
erf = one("erf")
erfc = one("erfc")
sigmoid = one("sigmoid")
softplus = one("softplus")
relu = one("relu")
floor = one("floor")
ceil = one("ceil")
sign = one("sign")
zero = one("zero")
still = one("still")
max = two("max")
min = two("min")
pow = two("pow")
atan2 = two("atan2")
hypot = two("hypot")
gate = two("gate")
