"""Arrays of plain numbers, for functions that read a whole batch at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Value
from autograd.base.checks import shown
from autograd.base.real import plain
from nn.data.examples import from_frame
from nn.networks.module import Array

__all__ = ["numbers"]


def numbers(name: str, given: Any) -> Array:
    """Return ``given`` as an array of floats: a list of lists, an array or a data frame.

    Raises:
        TypeError: when it holds anything but real numbers.
        ValueError: when rows differ in length.

    >>> numbers("x", [["a", 2.0]])
    Traceback (most recent call last):
    ...
    TypeError: x must hold numbers, got a list: [['a', 2.0]]
    """
    try:
        array = from_frame(given) if hasattr(given, "to_numpy") else np.asarray(given)
    except ValueError:
        raise ValueError(f"{name} must hold rows of the same length, got {shown(given)}") from None
    if array.dtype.kind in "biuf":
        return array.astype(np.float64)
    if array.dtype.kind == "O":  # Values, Fractions; a data frame whose columns differ in type
        found = [v.data if isinstance(v, Value) else plain(v) for v in array.ravel().tolist()]
        if None not in found:
            return np.array(found, dtype=np.float64).reshape(array.shape)
    raise TypeError(f"{name} must hold numbers, got {shown(given)}")
