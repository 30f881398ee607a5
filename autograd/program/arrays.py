"""The parameters of a program, and their gradients, as named arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd.base.checks import shown
from autograd.source.run import Numbers

__all__ = ["Arrays", "Gradients", "into"]


class Arrays(Mapping[str, Numbers]):
    """Named arrays that lie in ``flat`` end to end; setting one copies numbers into it."""

    kind = "parameters"

    def __init__(self, pieces: dict[str, tuple[int, int, tuple[int, ...]]], flat: Numbers) -> None:
        self._pieces, self.flat = pieces, flat
        self._views: dict[str, Numbers] = {}  # those that were asked for

    def __getitem__(self, name: str) -> Numbers:
        view = self._views.get(name)
        if view is None:
            if name not in self._pieces:
                raise KeyError(f"there is no {self.kind[:-1]} {name!r}; there are {', '.join(self._pieces) or 'none'}")
            start, end, shape = self._pieces[name]
            view = self._views[name] = self.flat[..., start:end].reshape(self.flat.shape[:-1] + shape)
        return view

    def __contains__(self, name: object) -> bool:
        return name in self._pieces

    def __setitem__(self, name: str, numbers: Any) -> None:
        into(self[name], numbers, f"{self.kind}[{name!r}]")

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_views": {}}  # a copy has an array of its own, and views of that

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)

    def __repr__(self) -> str:
        return repr(dict(self))


class Gradients(Arrays):
    """The gradient of each parameter array, by name.

    Attributes:
        value: the root that was differentiated: a number, or one for each example.
        flat: all gradients end to end, in the order of `Program.weights`; the arrays are views of it.
    """

    kind = "gradients"

    def __init__(self, pieces: dict[str, tuple[int, int, tuple[int, ...]]], flat: Numbers, value: Any) -> None:
        super().__init__(pieces, flat)
        self.value = value


def into(array: Numbers, numbers: Any, name: str) -> None:
    """Copy ``numbers``, which must have the shape of the array, into it.

    Raises:
        TypeError: when they are not real numbers.
        ValueError: when the shape is another.
    """
    try:
        given = np.asarray(numbers)
    except ValueError:
        raise ValueError(f"{name} must be a full array, got {shown(numbers)}") from None
    if given.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of real numbers, got {shown(numbers)}")
    if given.shape != array.shape:
        raise ValueError(f"{name} must have the shape {array.shape}, got {given.shape}")
    array[...] = given
