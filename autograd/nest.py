"""Numbers in a nest: what a function takes and returns, be it one number, a list, an array or dicts of lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd.real import plain, shown
from autograd.value import Value

__all__ = ["flat", "form", "shaped"]


def flat(nest: Any, name: str) -> list[Any]:
    """Return the numbers and Values in ``nest`` in the order in which they stand: numbers as floats.

    Args:
        nest: a number or Value, or lists, tuples, dicts and NumPy arrays of them, to any depth.
        name: what an error calls it.

    Raises:
        TypeError: when something else is in it; the message says where.

    >>> flat([1, (2.0, 3.0)], "x")
    [1.0, 2.0, 3.0]
    """
    if isinstance(nest, Value):
        return [nest]
    if isinstance(nest, dict):
        return [item for key, inner in nest.items() for item in flat(inner, f"{name}[{key!r}]")]
    if is_array(nest):
        nest = nest.tolist()
    if isinstance(nest, list | tuple):
        return [item for i, inner in enumerate(nest) for item in flat(inner, f"{name}[{i}]")]
    number = plain(nest)
    if number is None:
        raise TypeError(f"{name} must be a number, or a list, tuple, dict or array of numbers, got {shown(nest)}")
    return [float(number)]


def shaped(nest: Any, items: Iterator[Any]) -> Any:
    """Return ``nest`` with the next of ``items`` in place of every number.

    >>> shaped([1, (2.0, 3.0)], iter("abc"))
    ['a', ('b', 'c')]
    """
    if isinstance(nest, dict):
        return {key: shaped(inner, items) for key, inner in nest.items()}
    if isinstance(nest, tuple) and hasattr(nest, "_make"):  # a named tuple
        return nest._make(shaped(inner, items) for inner in nest)
    if isinstance(nest, list | tuple):
        return type(nest)(shaped(inner, items) for inner in nest)
    if is_array(nest):
        import numpy as np  # it is there already: the array came from it

        held = np.array([next(items) for _ in range(nest.size)])  # of objects if they are Values, of floats if not
        return held.reshape(nest.shape + held.shape[1:])
    return next(items)


def form(nest: Any) -> Any:
    """Return the form of a nest without its numbers: None for a number, lengths and keys for all else."""
    if isinstance(nest, dict):
        return {key: form(inner) for key, inner in nest.items()}
    if is_array(nest):
        nest = nest.tolist()
    return [form(inner) for inner in nest] if isinstance(nest, list | tuple) else None


def is_array(nest: Any) -> bool:
    """Return whether ``nest`` is a NumPy array with an axis; an array without one is a number."""
    return hasattr(nest, "dtype") and getattr(nest, "shape", ()) != ()
