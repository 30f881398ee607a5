"""Scalar: what a Value has of a number when nothing is recorded."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.base.real import plain

__all__ = ["Scalar"]


def comparison(holds: Callable[[Any, Any], bool]) -> Callable[[Scalar, Any], bool]:
    """Return the method that compares the numbers of two Scalars, or of a Scalar and a number.

    The number is compared as it is: 2.0**53 < 2**53 + 1 holds, though both are one float.
    """

    def method(self: Scalar, other: Any) -> bool:
        b = other._data if isinstance(other, Scalar) else other if isinstance(other, bool) else plain(other)
        return NotImplemented if b is None else bool(holds(self._data, b))

    return method


class Scalar:
    """Base of `Value`: it compares, converts, rounds and formats like the float it holds.

    Only ``==`` and ``hash`` are not the float's but identity: two nodes with one number are two nodes.
    """

    __slots__ = ()
    _data: float

    __lt__ = comparison(lambda a, b: a < b)
    __le__ = comparison(lambda a, b: a <= b)
    __gt__ = comparison(lambda a, b: a > b)
    __ge__ = comparison(lambda a, b: a >= b)

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __float__(self) -> float:
        return self._data

    def __bool__(self) -> bool:
        return self._data != 0.0

    def __int__(self) -> int:
        return int(self._data)

    def __round__(self, digits: int | None = None) -> float:
        return round(self._data, digits)

    def as_integer_ratio(self) -> tuple[int, int]:
        """Refuse: `statistics.mean` would make a number of it that has no gradient, and call it a Value."""
        raise TypeError(
            "exact arithmetic on a Value would lose its graph: use autograd.mean, or float(v) for its number"
        )

    def __trunc__(self) -> int:
        return math.trunc(self._data)

    def __floor__(self) -> int:
        return math.floor(self._data)

    def __ceil__(self) -> int:
        return math.ceil(self._data)
