"""What an argument may be, and what is said to a caller when something else came."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any, TypeVar

__all__ = ["chosen", "fraction", "number", "shown", "whole"]

T = TypeVar("T")


def shown(x: object) -> str:
    """Return a short description of ``x``: its type, and its repr cut to a line.

    >>> shown("3")
    "str: '3'"
    """
    if isinstance(x, int) and x.bit_length() > 200:
        return f"{type(x).__name__} of {x.bit_length()} bits"
    return f"{type(x).__name__}: {' '.join(reprlib.repr(x).split())}"


def whole(name: str, x: Any, least: int = 1) -> int:
    """Return ``x`` as an int from ``least`` up; a NumPy integer is one, a bool or a float is not.

    Raises:
        TypeError: when it is no integer.
        ValueError: when it is too small.
    """
    if isinstance(x, bool) or not isinstance(x, Integral):
        raise TypeError(f"{name} must be an int, got {shown(x)}")
    if x < least:
        raise ValueError(f"{name} must be at least {least}, got {x}")
    return int(x)


def number(name: str, x: Any, above: float | None = None) -> float:
    """Return ``x`` as a finite float from 0 up, or above a bound.

    Raises:
        ValueError: when it is anything else.
    """
    wanted = "from 0 up" if above is None else f"above {above:g}"
    if isinstance(x, bool) or not isinstance(x, Real) or not math.isfinite(x):
        raise ValueError(f"{name} must be a finite number {wanted}, got {shown(x)}")
    if x < 0 if above is None else x <= above:
        raise ValueError(f"{name} must be a finite number {wanted}, got {x}")
    return float(x)


def fraction(name: str, x: Any) -> float:
    """Return ``x`` as a float from 0 to below 1.

    Raises:
        ValueError: when it is anything else.
    """
    if number(name, x) >= 1:
        raise ValueError(f"{name} must be below 1, got {x}")
    return float(x)


def chosen(given: Any, known: Mapping[str, T], what: str) -> T:
    """Return ``known[given]`` for a name, or ``given`` itself if it can be called.

    Args:
        given: a name, or a function or class to be used as it is.
        known: what the names stand for.
        what: the argument that an error names.

    Raises:
        ValueError: for an unknown name; the message lists the known ones.
        TypeError: when it is neither a name nor callable.

    >>> chosen("reluu", {"relu": abs, "tanh": abs}, "activation")
    Traceback (most recent call last):
    ...
    ValueError: activation 'reluu' is unknown, did you mean 'relu'? Known are: relu, tanh
    """
    if isinstance(given, str):
        if given in known:
            return known[given]
        close = get_close_matches(given, known, n=1)
        hint = f", did you mean {close[0]!r}?" if close else "."
        raise ValueError(f"{what} {given!r} is unknown{hint} Known are: {', '.join(known)}")
    if callable(given):
        return given  # type: ignore[no-any-return]
    raise TypeError(f"{what} must be a name or a function, got {shown(given)}")
