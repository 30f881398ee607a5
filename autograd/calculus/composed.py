"""Functions composed of rows of the table, of Values and of plain numbers alike.

None of them is a row: their derivatives follow from the rows they are made of.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.base.real import real, shown
from autograd.calculus.functions import erfc, expm1, gate, relu, sigmoid
from autograd.engine.value import Value


def where(condition: bool | Value, x: Value | float, y: Value | float) -> Any:
    """Return x where the condition holds, else y.

    Args:
        condition: a bool picks now, and what is not picked is not recorded; a Value means true where it is
            positive, and is recorded, so that a replay of the graph decides afresh.
        x: what to take if it holds.
        y: what to take if it does not.

    Raises:
        TypeError: when the condition is anything else; a number could mean either.

    No gradient, and no inf or nan, comes out of the branch not taken:

    >>> from autograd import Value, sqrt, where
    >>> x = Value(0.0)
    >>> where(x, sqrt(x), 2.0 * x).backward()
    >>> x.grad
    2.0
    """
    if isinstance(condition, Value):
        taken = gate(condition, 1.0)
        return gate(condition, x) + gate(1.0 - taken, y)
    if isinstance(condition, bool) or type(condition).__name__ in ("bool", "bool_"):  # NumPy's bool, by name
        picked, name = (x, "x") if condition else (y, "y")
        return picked if isinstance(picked, Value) else real(picked, name)
    raise TypeError(f"condition must be a bool or a Value (positive means true), got {shown(condition)}")


def square(x: Any) -> Any:
    """Return x times x."""
    return x * x


def not_above_zero(x: Any) -> Any:
    """Return x where it is not above 0, else 0; at 0 itself the slope is 1, where that of min(x, 0) is 1/2."""
    return gate(1.0 - gate(x, 1.0), x)


def silu(x: Any) -> Any:
    """Return x sigmoid(x) (Elfwing, Uchibe and Doya 2017; also called swish)."""
    return x * sigmoid(x)


def gelu(x: Any) -> Any:
    """Return x times the normal distribution function at x (Hendrycks and Gimpel 2016), not its approximation by
    tanh."""
    return 0.5 * x * erfc(-x * math.sqrt(0.5))  # 1 + erf would be 0 at x = -9


def elu(x: Any, alpha: float = 1.0) -> Any:
    """Return x where x > 0, else alpha (exp(x) - 1) (Clevert, Unterthiner and Hochreiter 2015)."""
    return relu(x) + alpha * expm1(not_above_zero(x))


def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """Return x where x > 0, else slope times x (Maas, Hannun and Ng 2013)."""
    return relu(x) + slope * not_above_zero(x)


def clamp(x: Any, low: float, high: float) -> Any:
    """Return x held between low and high; at a bound itself the slope is still 1.

    Raises:
        ValueError: when low is above high.

    >>> from autograd import clamp
    >>> clamp(3.0, 0.0, 1.0), clamp(0.25, 0.0, 1.0)
    (1.0, 0.25)
    """
    low, high = real(low, "low"), real(high, "high")
    if not low <= high:
        raise ValueError(f"clamp needs low <= high, got low = {low}, high = {high}")
    if not isinstance(x, Value):
        number = real(x, "x")
        return low if number < low else high if number > high else number
    return where(low - x, low, where(x - high, high, x))
