"""Examples as they come: lists, arrays, data frames, sequences of different length; each is named by its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from math import isfinite
from typing import Any

import numpy as np

from autograd import Value
from autograd.base.checks import shown
from autograd.base.real import plain
from nn.networks.layers import MLP, Layer, Neuron, inputs
from nn.networks.module import Module

__all__ = ["check_finite", "check_inputs", "examples", "from_frame", "same_length"]


def examples(x: Any, name: str) -> list[Any]:
    """Return data as a list with one entry for each example: a number, or a nested list of numbers.

    Args:
        x: a list, an array, a data frame or anything else that is read from start to end. Its entries may differ in
            length. They may be of a kind that only your own model understands; then they are left as they are.
        name: the argument that an error names.

    Raises:
        TypeError: when x cannot be read as a list of examples.

    NumPy's numbers become Python's, which make lighter graphs, and an array of bools becomes one of 0 and 1.

    >>> examples(np.array([[1, 2], [3, 4]]), "x"), examples([np.arange(2), [5]], "x")
    ([[1, 2], [3, 4]], [[0, 1], [5]])
    """
    if hasattr(x, "to_numpy"):  # a data frame, or one column of it: iteration would give the names of columns
        x = from_frame(x)
    if isinstance(x, np.ndarray) and x.dtype.kind == "b":
        x = x.astype(np.int64)
    if isinstance(x, np.ndarray) and x.dtype.kind in "iuf" and x.ndim:
        rows: list[Any] = x.tolist()
        return rows
    if hasattr(x, "tolist") and not isinstance(x, Value):
        x = x.tolist()
    if isinstance(x, str | bytes | Mapping | set | frozenset | Value | Module) or not isinstance(x, Iterable):
        raise TypeError(f"{name} must be a list, an array or a data frame of examples, got {shown(x)}")
    return [plainly(example) for example in x]


def from_frame(frame: Any) -> Any:
    """Return a data frame, or one column of it, as an array; in columns of bools, 0 and 1 stand for them.

    An array of columns of several types holds objects, in which a bool is no longer seen to be one of a column.
    """
    array = frame.to_numpy()
    if array.dtype == object and any(isinstance(entry, bool | np.bool_) for entry in array.flat):
        entries = [int(entry) if isinstance(entry, bool | np.bool_) else entry for entry in array.flat]
        array = np.array(entries, dtype=object).reshape(array.shape)
    return array


def plainly(example: Any) -> Any:
    """Return an example with Python's lists and numbers in place of NumPy's."""
    if type(example) in (list, tuple):
        return [plainly(entry) for entry in example]
    if hasattr(example, "to_numpy"):
        example = example.to_numpy()
    return example.tolist() if hasattr(example, "tolist") and not isinstance(example, Value) else example


def same_length(x: Sized, y: Sized, names: tuple[str, str] = ("x", "y")) -> None:
    """Raise a ValueError unless there is one target for each example, and at least one example."""
    if len(x) != len(y):
        raise ValueError(f"{names[0]} and {names[1]} must have one length, got {len(x)} and {len(y)}")
    if not len(x):
        raise ValueError(f"{names[0]} and {names[1]} must hold at least one example, got none")


def check_finite(rows: list[Any], name: str) -> None:
    """Raise a ValueError that names the first number which is inf or nan, as ``x[7][2]``."""
    try:
        if np.isfinite(np.array(rows, dtype=np.float64)).all():  # at once, where examples are alike
            return
    except (TypeError, ValueError, OverflowError):
        pass  # texts, Values, sequences of different length
    for i, row in enumerate(rows):
        for place, number in numbers_in(row, f"{name}[{i}]"):
            try:
                finite = isfinite(number)
            except OverflowError:
                raise ValueError(f"{place} must be a finite number, got an int too large for a float") from None
            if not finite:
                raise ValueError(f"{place} must be a finite number, got {number}")


def numbers_in(entry: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the numbers in an example, each with its place."""
    if isinstance(entry, list):
        for i, inner in enumerate(entry):
            yield from numbers_in(inner, f"{place}[{i}]")
    elif isinstance(entry, int | float):
        yield place, entry


def check_inputs(model: Any, rows: list[Any], name: str) -> None:
    """Raise an error that names the first example which a network of `nn` cannot take.

    Nothing is known of the examples that a user's own model takes: it checks them itself when it is called.

    Raises:
        TypeError: for an entry that is not a number.
        ValueError: for an example of another length.
    """
    n = n_inputs(model)
    if n is None:
        return
    for i, row in enumerate(rows):
        if not isinstance(row, list | Value) and n > 1 and plain(row) is not None:
            raise TypeError(
                f"{name} must hold one row of {n} inputs for each example, got {shown(row)} for {name}[{i}]; a single "
                f"example is written [[…]]"
            )
        for k, entry in enumerate(inputs(row, n, f"{name}[{i}]")):
            if type(entry) is not float and not isinstance(entry, Value) and plain(entry) is None:
                raise TypeError(f"{name}[{i}][{k}] must be a number, got {shown(entry)}")


def n_inputs(model: Any) -> int | None:
    """Return how many inputs a network of `nn` has, or None for any other model."""
    if isinstance(model, MLP) and type(model).__call__ is MLP.__call__ and model.layers:
        return n_inputs(model.layers[0])
    if isinstance(model, Layer) and type(model).__call__ is Layer.__call__ and model.neurons:
        return n_inputs(model.neurons[0])
    if isinstance(model, Neuron) and type(model).__call__ is Neuron.__call__:
        return len(model.w)
    return None
