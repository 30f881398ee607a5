"""Checks of arguments, and the messages of the errors they raise.

Every message has one grammar, *what was wanted, what came, what to do*: ``learning_rate must be a finite number
above 0, got a str: '3'``. A wrong type is a TypeError, a wrong value a ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any, TypeVar

from autograd.base.real import plain, shown

__all__ = ["chosen", "fraction", "number", "shown", "whole", "wish"]

T = TypeVar("T")


def whole(name: str, x: Any, least: int = 1) -> int:
    """Return ``x`` as an int that is at least ``least``; a NumPy integer counts as an int, a bool or a float does not.

    Raises:
        TypeError: when ``x`` is not an integer.
        ValueError: when it is too small.

    >>> whole("epochs", 0)
    Traceback (most recent call last):
    ...
    ValueError: epochs must be an int of at least 1, got 0
    """
    if isinstance(x, bool) or not isinstance(x, Integral):
        raise TypeError(f"{name} must be an int of at least {least}, got {shown(x)}")
    if x < least:
        raise ValueError(f"{name} must be an int of at least {least}, got {x}")
    return int(x)


def number(name: str, x: Any, above: float | None = None) -> float:
    """Return ``x`` as a finite float: at least 0, or above the bound ``above``.

    Raises:
        TypeError: when ``x`` is not a number.
        ValueError: when it is not finite, or too small.

    >>> number("learning_rate", "3", above=0)
    Traceback (most recent call last):
    ...
    TypeError: learning_rate must be a finite number above 0, got a str: '3'
    """
    found = plain(x)
    wanted = f"{name} must be a finite number {'of at least 0' if above is None else f'above {above:g}'}"
    if found is None:
        raise TypeError(f"{wanted}, got {shown(x)}")
    if not math.isfinite(found) or (found < 0 if above is None else found <= above):
        raise ValueError(f"{wanted}, got {found}")
    return float(found)


def fraction(name: str, x: Any) -> float:
    """Return ``x`` as a float that is at least 0 and below 1.

    Raises:
        TypeError: when ``x`` is not a number.
        ValueError: when it is outside these bounds.

    >>> fraction("test_size", 1)
    Traceback (most recent call last):
    ...
    ValueError: test_size must be a number of at least 0 and below 1, got 1
    """
    found = plain(x)
    wanted = f"{name} must be a number of at least 0 and below 1"
    if found is None:
        raise TypeError(f"{wanted}, got {shown(x)}")
    if not 0 <= found < 1:
        raise ValueError(f"{wanted}, got {found}")
    return float(found)


def chosen(given: Any, known: Mapping[str, T], what: str, other: str = "a function") -> T:
    """Return ``known[given]`` for a name, or ``given`` itself if it can be called.

    Args:
        given: a name, or a function or class to be used as it is.
        known: what the names stand for.
        what: the argument that an error names.
        other: what it may be besides, in words.

    Raises:
        TypeError: when ``given`` is neither a name nor callable.
        ValueError: for an unknown name; the message lists the known ones.

    >>> chosen("reluu", {"relu": abs, "tanh": abs}, "activation")
    Traceback (most recent call last):
    ...
    ValueError: activation must be one of relu, tanh or a function, got 'reluu'; did you mean 'relu'?
    """
    wanted = wish(what, known, other)
    if isinstance(given, str):
        if given in known:
            return known[given]
        from difflib import get_close_matches  # only a misspelled name needs it

        close = get_close_matches(given, known, n=1)
        raise ValueError(f"{wanted}, got {given!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
    if callable(given):
        return given  # type: ignore[no-any-return]
    raise TypeError(f"{wanted}, got {shown(given)}")


def wish(what: str, known: Mapping[str, Any], other: str) -> str:
    """Return in words what an argument must be: one of the known names, or something else.

    >>> wish("metrics[0]", {"accuracy": abs}, "a function")
    'metrics[0] must be accuracy or a function'
    """
    return f"{what} must be {'one of ' if len(known) > 1 else ''}{', '.join(known)} or {other}"
