"""Functions composed of rows of the table. They take Values and plain numbers alike.

None of them is a row: their derivatives follow from the rows they are made of.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias, cast, overload

from autograd.base.real import real, shown
from autograd.calculus.functions import OneArgument, TwoArguments, erfc, expm1, gate, hypot, log, sigmoid, zero
from autograd.engine.value import Value
from autograd.engine.watch import decide

__all__ = ["clamp", "elu", "gelu", "leaky_relu", "silu", "square", "where", "xlogy"]

Recorded: TypeAlias = Value | Callable[[], Value | float]
Branch: TypeAlias = Recorded | float


@overload
def where(condition: bool, x: float, y: float) -> float: ...
@overload
def where(condition: bool, x: Recorded, y: Branch) -> Value: ...
@overload
def where(condition: bool, x: float, y: Recorded) -> Value: ...
@overload
def where(condition: Value, x: Branch, y: Branch) -> Value: ...
def where(condition: bool | Value, x: Branch, y: Branch) -> Value | float:
    """Return x where the condition holds, else y: a float if all of them are plain numbers, else a Value.

    Args:
        condition: a bool chooses now, and only the chosen branch is recorded. A Value means true where it is positive;
            it is recorded, so a replay of the graph chooses again.
        x: the branch for true: a Value, a number, or a function of no arguments, which is called only if it is chosen.
        y: the branch for false.

    Raises:
        TypeError: when the condition is anything else; a number could mean either.

    No gradient, and no inf or nan, comes out of the branch that is not taken:

    >>> from autograd import Value, log, sqrt, where
    >>> x = Value(0.0)
    >>> where(x, sqrt(x), 2.0 * x).backward()
    >>> x.grad
    2.0

    But its value is computed, and ``sqrt(x)`` raises at -3. A function in its place is called only if it is taken:

    >>> x = Value(-3.0)
    >>> where(x > 0, lambda: sqrt(x), 0.0).data
    0.0

    With a recorded condition both branches are computed, whatever x is. A second `where` inside then passes the
    function a number from its domain (the "double where"):

    >>> where(x, log(where(x, x, 1.0)), 0.0).data
    0.0
    """
    if isinstance(condition, Value):
        if callable(x) or callable(y):  # only one of them is recorded
            taken = condition.data > 0
            decide(condition, ">", 0.0, taken)
            return where(taken, x, y)
        return recorded(condition, x, y)
    if not isinstance(condition, bool) and type(condition).__name__ not in ("bool", "bool_"):  # NumPy's, by name
        raise TypeError(f"condition must be a bool or a Value (positive means true), got {shown(condition)}")
    picked, name = (x, "x") if condition else (y, "y")
    result = picked() if callable(picked) else picked
    if isinstance(result, Value):
        return result
    number = real(result, name)
    # a function that is not called may be one of Values
    return Value(number) if any(isinstance(branch, Value) or callable(branch) for branch in (x, y)) else number


def recorded(condition: Value, x: Value | float, y: Value | float) -> Value:
    """Return x where the condition is above 0, else y, recorded so that a replay of the graph decides afresh."""
    taken = gate(condition, 1.0)
    z = gate(condition, x) + gate(1.0 - taken, y)
    if z.data == 0.0:  # gate gives 0 for what is not taken, and -0.0 + 0.0 would lose the sign of zero
        picked = x if condition.data > 0 else y
        z._data = picked.data if isinstance(picked, Value) else float(picked)
    return z


def of_one(f: Callable[[Any], Any]) -> OneArgument:
    """Return ``f`` with the type that says what it gives for a number and for a Value."""
    return cast(OneArgument, f)


@of_one
def square(x: Any) -> Any:
    """Return x times x.

    >>> square(3.0)
    9.0
    """
    return x * x


@of_one
def silu(x: Any) -> Any:
    """Return x sigmoid(x) (Elfwing, Uchibe and Doya 2017; also called swish).

    >>> silu(0.0), silu(-1000.0), silu(1000.0)
    (0.0, -0.0, 1000.0)
    """
    return x * sigmoid(x)


@of_one
def gelu(x: Any) -> Any:
    """Return x times the normal distribution function at x (Hendrycks and Gimpel 2016), not its approximation by
    tanh.

    >>> f"{gelu(1.0):.6f}"
    '0.841345'
    """
    return 0.5 * x * erfc(-x * math.sqrt(0.5))  # 1 + erf would be 0 at x = -9


@overload
def elu(x: Value, alpha: float = 1.0) -> Value: ...
@overload
def elu(x: float, alpha: float = 1.0) -> float: ...
def elu(x: Any, alpha: float = 1.0) -> Any:
    """Return x where x > 0, else alpha (exp(x) - 1) (Clevert, Unterthiner and Hochreiter 2015).

    Args:
        x: a Value or a number.
        alpha: minus the limit far below 0.

    >>> elu(2.0), elu(-1000.0)
    (2.0, -1.0)
    """
    return alpha * expm1(not_above_zero(x)) - gate(x, -x)


@overload
def leaky_relu(x: Value, slope: float = 0.01) -> Value: ...
@overload
def leaky_relu(x: float, slope: float = 0.01) -> float: ...
def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """Return x where x > 0, else slope times x (Maas, Hannun and Ng 2013).

    Args:
        x: a Value or a number.
        slope: the slope below 0.

    >>> leaky_relu(2.0), leaky_relu(-2.0)
    (2.0, -0.02)
    """
    return slope * not_above_zero(x) - gate(x, -x)


def not_above_zero(x: Any) -> Any:
    """Return x where it is not above 0, else 0; at 0 itself the slope is 1, where that of min(x, 0) is 1/2.

    What is above 0 is then *subtracted*, as ``- gate(x, -x)``: at -0.0 the sum -0.0 + relu(-0.0) would be 0.0.
    """
    return gate(1.0 - gate(x, 1.0), x)


@overload
def clamp(x: Value, low: float, high: float) -> Value: ...
@overload
def clamp(x: float, low: float, high: float) -> float: ...
def clamp(x: Any, low: float, high: float) -> Any:
    """Return x held between low and high; at a bound itself the slope is still 1.

    Args:
        x: a Value or a number.
        low, high: numbers, the bounds.

    Raises:
        ValueError: when low is above high.

    >>> from autograd import clamp
    >>> clamp(3.0, 0.0, 1.0), clamp(0.25, 0.0, 1.0)
    (1.0, 0.25)
    """
    low, high = real(low, "low"), real(high, "high")
    if not low <= high:
        raise ValueError(f"low must not be above high, got low = {low} and high = {high}")
    if not isinstance(x, Value):
        number = real(x, "x")
        return low if number < low else high if number > high else number
    return where(low - x, low, where(x - high, high, x))


def xlogy_of(x: Any, y: Any) -> Any:
    """Return x log(y), and 0 for 0 log 0, as sums of p log p need it.

    >>> from autograd import xlogy
    >>> xlogy(0.0, 0.0), xlogy(2.0, 1.0)
    (0.0, 0.0)
    """
    return x * log(y + zero(hypot(x, y)))  # 1 is added at (0, 0), and only there


xlogy = cast(TwoArguments, xlogy_of)
xlogy_of.__name__ = xlogy_of.__qualname__ = "xlogy"


for name in ("square", "silu", "gelu", "elu", "leaky_relu", "clamp"):  # as v.gelu() too
    setattr(Value, name, globals()[name])
