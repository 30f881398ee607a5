"""Numbers in a nest: what a function takes and returns, be it one number, a list, an array or dicts of lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd.base.real import plain, shown
from autograd.engine.value import Value

__all__ = ["fill", "flatten", "form", "ordered_as", "paths"]


def flatten(nest: Any, name: str) -> list[Any]:
    """Return the numbers and Values in ``nest`` in the order in which they stand: numbers as floats.

    Args:
        nest: a number or Value, or lists, tuples, dicts and NumPy arrays of them, to any depth.
        name: its name in errors.

    Raises:
        TypeError: when something else is in it; the message says where.

    >>> flatten([1, (2.0, 3.0)], "x")
    [1.0, 2.0, 3.0]
    """
    if getattr(nest, "shape", None) == () and getattr(getattr(nest, "dtype", None), "kind", "") == "O":
        nest = nest.item()  # what np.squeeze may leave of an array of Values
    if isinstance(nest, Value):
        return [nest]
    if isinstance(nest, dict):
        return [item for key, inner in nest.items() for item in flatten(inner, f"{name}[{key!r}]")]
    if is_array(nest):
        nest = nest.tolist()
    if isinstance(nest, list | tuple):
        return [item for i, inner in enumerate(nest) for item in flatten(inner, f"{name}[{i}]")]
    number = plain(nest)
    if number is None:
        cure = "; use its tolist()" if hasattr(nest, "tolist") else ""  # a tensor of PyTorch, say
        raise TypeError(f"{name} must be a number, or a list, tuple, dict or array of numbers, got {shown(nest)}{cure}")
    return [float(number)]


def fill(nest: Any, items: Iterator[Any]) -> Any:
    """Return ``nest`` with the next of ``items`` in place of every number.

    >>> fill([1, (2.0, 3.0)], iter("abc"))
    ['a', ('b', 'c')]
    """
    if isinstance(nest, dict):
        return {key: fill(inner, items) for key, inner in nest.items()}
    if isinstance(nest, tuple) and hasattr(nest, "_make"):  # a named tuple
        return nest._make(fill(inner, items) for inner in nest)
    if isinstance(nest, list | tuple):
        return type(nest)(fill(inner, items) for inner in nest)
    if is_array(nest):
        return stack([next(items) for _ in range(nest.size)], nest.shape)
    return next(items)


def stack(nests: list[Any], shape: tuple[int, ...]) -> Any:
    """Return an array of the numbers in ``nests``; if these are nests themselves, a nest of arrays.

    So the jacobian of an array in two arguments is a pair of arrays, and not an array of pairs.
    """
    import numpy as np  # it is there already: the array whose shape this is came from it

    first: Any = nests[0] if nests else 0.0
    if isinstance(first, dict):
        return {key: stack([nest[key] for nest in nests], shape) for key in first}
    if not isinstance(first, tuple):
        try:
            whole = np.array(nests)  # of objects if they are Values, of floats if not
            return whole.reshape(shape + whole.shape[1:])
        except ValueError:  # a list whose items have several forms
            pass
    parts = [stack([nest[i] for nest in nests], shape) for i in range(len(first))]
    return first._make(parts) if hasattr(first, "_make") else type(first)(parts)


def ordered_as(nest: Any, model: Any) -> Any:
    """Return ``nest``, of the form of ``model``, with its dicts in the order of those in ``model``.

    >>> ordered_as({"b": 1.0, "a": 2.0}, {"a": 0.0, "b": 0.0})
    {'a': 2.0, 'b': 1.0}
    """
    if isinstance(model, dict):
        return {key: ordered_as(nest[key], inner) for key, inner in model.items()}
    if isinstance(model, list | tuple):
        return [ordered_as(one, other) for one, other in zip(nest, model, strict=True)]
    return nest


def paths(nest: Any, name: str) -> list[str]:
    """Return the name of every number in a nest: ``x``, ``x[0]``, ``x['w'][1]``."""
    if isinstance(nest, dict):
        return [path for key, inner in nest.items() for path in paths(inner, f"{name}[{key!r}]")]
    if form(nest) is None:
        return [name]
    return [path for i, inner in enumerate(nest) for path in paths(inner, f"{name}[{i}]")]


def form(nest: Any) -> Any:
    """Return the form of a nest without its numbers: None for a number, lengths and keys for everything else."""
    if isinstance(nest, dict):
        return {key: form(inner) for key, inner in nest.items()}
    if is_array(nest):
        nest = nest.tolist()
    return [form(inner) for inner in nest] if isinstance(nest, list | tuple) else None


def is_array(nest: Any) -> bool:
    """Return whether ``nest`` is a NumPy array with an axis; an array without one is a number."""
    return hasattr(nest, "dtype") and getattr(nest, "shape", ()) != () and isinstance(getattr(nest, "size", None), int)
