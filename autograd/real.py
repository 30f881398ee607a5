"""What counts as one real number, and what is said to a caller when something else came."""

from __future__ import annotations

import reprlib
from decimal import Decimal
from numbers import Real
from typing import Any

__all__ = ["constant", "real", "shown"]

WANTED = "one real number (int, float, Fraction, Decimal, a NumPy scalar or 0-d array)"


def shown(x: object) -> str:
    """Return a short description of ``x`` for an error message: its type, and its repr cut to a line.

    >>> shown([1, 2])
    'a list: [1, 2]'
    """
    kind = type(x).__name__
    text = f"of {x.bit_length()} bits" if isinstance(x, int) and x.bit_length() > 200 else reprlib.repr(x)
    return f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}: {' '.join(text.split())}"


def real(x: Any, name: str) -> float:
    """Return ``x`` as a Python float.

    Args:
        x: an int, float, Fraction, Decimal, NumPy real scalar or 0-d array of one.
        name: the argument that an error message names.

    Raises:
        TypeError: for all else: bool, str, None, complex, a list, an array with an axis.
        OverflowError: when ``x`` is too large for a float.

    >>> real(3, "data")
    3.0
    >>> real("3", "data")
    Traceback (most recent call last):
    ...
    TypeError: data must be one real number (int, float, Fraction, Decimal, a NumPy scalar or 0-d array), got a str: '3'
    """
    if type(x) is float:
        return x
    number = x.item() if getattr(x, "shape", None) == () and hasattr(x, "item") else x
    if isinstance(number, bool) or not isinstance(number, Real | Decimal):
        raise TypeError(f"{name} must be {WANTED}, got {shown(x)}")
    try:
        return float(number)
    except OverflowError:
        raise OverflowError(
            f"{name} is too large for a float, whose largest is about 1.8e308: got {shown(x)}"
        ) from None
    except ValueError:  # a signalling Decimal nan
        raise TypeError(f"{name} must be {WANTED}, got {shown(x)}") from None


def constant(x: Any) -> float | None:
    """Return ``x`` as the float it is in an expression, where True counts as 1; None if it is no real number.

    Raises:
        OverflowError: when ``x`` is too large for a float.
    """
    if isinstance(x, bool):
        return float(x)
    try:
        return real(x, "operand")
    except TypeError:
        return None
