"""What counts as one real number, and the error for anything else."""

from __future__ import annotations

import reprlib
from math import isinf
from numbers import Real
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

__all__ = ["one_line", "plain", "printable", "real", "shown"]

WANTED = "one real number (int, float, Fraction, Decimal, a NumPy scalar or 0-d array)"
LONGEST = 60  # characters of a text in a message


def printable(text: str, keep: str = "") -> str:
    """Return ``text`` with every character that does not print, a newline too, as an escape; those in ``keep`` stay."""
    return "".join(c if c.isprintable() or c in keep else ascii(c)[1:-1] for c in text)


def one_line(text: str) -> str:
    """Return ``text`` so that it cannot break a line or a terminal: escaped where it does not print, and cut."""
    shown = printable(text[:LONGEST])
    return f"{shown[:LONGEST]}…" if len(text) > LONGEST or len(shown) > LONGEST else shown


def shown(x: object) -> str:
    """Return a short description of ``x`` for an error message: its type, and its repr cut to a line.

    >>> shown([1, 2]), shown(print)
    ('a list: [1, 2]', 'a function: print')
    """
    if isinstance(x, BuiltinFunctionType | FunctionType | MethodType):  # whose repr differs from run to run
        return f"a function: {one_line(x.__name__)}"
    kind = x.__class__.__name__
    try:
        text = reprlib.repr(x)
    except ValueError:  # Python refuses to write out an int of more than 4,300 digits
        text = "of more than 4,300 digits"
    return f"{article(kind)} {kind}: {one_line(text)}"


def article(kind: str) -> str:
    """Return "a" or "an", as the name of a class is spoken: an int, an MLP, an ndarray.

    >>> [article(kind) for kind in ("float", "int", "MLP", "Module", "ndarray")]
    ['a', 'an', 'an', 'a', 'an']
    """
    spelled = kind[:2].isupper() or kind.startswith("nd")  # letter by letter: em, en, ar …
    return "an" if kind[0] in ("AEFHILMNORSXn" if spelled else "aeioAEIO") else "a"


def plain(x: Any) -> Any:
    """Return the real number that ``x`` is, out of its NumPy array if it is in one; None if it is not a number.

    >>> plain(3), plain("3"), plain(None)
    (3, None, None)
    """
    if getattr(x, "shape", None) == () and hasattr(x, "item"):
        if getattr(getattr(x, "dtype", None), "kind", "f") not in "iuf" or getattr(x, "mask", False):
            return None  # a bool, a complex, a time, a text; a masked number
        x = x.item()
    if isinstance(x, Real):
        return None if isinstance(x, bool) else x
    from decimal import Decimal  # imported late: it is seldom needed, and takes a tenth of the engine's import time

    return x if isinstance(x, Decimal) else None


def real(x: Any, name: str) -> float:
    """Return ``x`` as a Python float.

    Args:
        x: an int, float, Fraction, Decimal, NumPy real scalar or 0-d array of one.
        name: the argument that an error message names.

    Raises:
        TypeError: for anything else: bool, str, None, complex, a list, an array with an axis.
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
    number = x if type(x) is int else plain(x)
    if number is None:
        raise TypeError(f"{name} must be {WANTED}, got {shown(x)}")
    try:
        result = float(number)
    except OverflowError:
        result = float("inf")
    except ValueError:  # a signalling Decimal nan
        raise TypeError(f"{name} must be {WANTED}, got {shown(x)}") from None
    if isinf(result) and number != result:
        raise OverflowError(f"{name} is too large for a float, whose largest is about 1.8e308: got {shown(x)}")
    return result
