"""The arithmetic of derivatives that are themselves graphs: `ieee` on Values, every step recorded.

``pull(root, Value(1.0), rules(values), as_node)`` is a gradient made of Values, so it can be differentiated again, to
any order. Plain numbers give plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.engine import ieee
from autograd.engine.ops import OPS
from autograd.engine.value import Value, binary, reflected, unary
from autograd.table import rules

IEEE = rules(ieee)


def one(name: str) -> Callable[[Any], Any]:
    """Return the function of one operand that records the row ``name`` and computes as `ieee` does."""
    value = IEEE[name].value
    record = unary(OPS[name], value)
    return lambda x: record(x) if isinstance(x, Value) else value(x)


def two(name: str) -> Callable[[Any, Any], Any]:
    """Return the function of two operands that records the row ``name`` and computes as `ieee` does."""
    value = IEEE[name].value
    left, right = binary(OPS[name], value), reflected(OPS[name], value)

    def function(x: Any, y: Any) -> Any:
        if isinstance(x, Value):
            return left(x, y)
        return right(y, x) if isinstance(y, Value) else value(x, y)

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
sinh = one("sinh")
cosh = one("cosh")
tanh = one("tanh")
sech = one("sech")
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
scale = one("scale")
still = one("still")

div = two("div")
mod = two("mod")
floordiv = two("floordiv")
max = two("max")
min = two("min")
atan2 = two("atan2")
hypot = two("hypot")
gate = two("gate")

constant_power, general_power = two("power"), two("pow")


def pow(x: Any, y: Any) -> Any:
    """x ** y, by the power rule where y is a number, as `Value.__pow__` does."""
    return general_power(x, y) if isinstance(y, Value) else constant_power(x, y)


def flow(x: Any) -> Any:
    """x, but None where it is 0: nothing flows."""
    return None if (x.data if isinstance(x, Value) else x) == 0 else x
