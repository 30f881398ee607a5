"""Choosing a function or class by name."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

__all__ = ["chosen"]

T = TypeVar("T")


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
    raise TypeError(f"{what} must be a name or a function, got {type(given).__name__}: {given!r}")
