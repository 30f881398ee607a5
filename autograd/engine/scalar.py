"""Scalar: the part of a Value that behaves like a plain number and records nothing.

Inside a block of `autograd.engine.watch`, each number that leaves the graph here is noted.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from sys import _getframe
from typing import Any
from weakref import ref

from autograd.base.real import plain
from autograd.engine.backward import CLOCK
from autograd.engine.watch import DECISIONS, NUMPY, caller, hold, note, watched

__all__ = ["Scalar"]


def comparison(sign: str, holds: Callable[[Any, Any], bool]) -> Callable[[Scalar, Any], bool]:
    """Return the method that compares the numbers of two Scalars, or of a Scalar and a number.

    The number is compared as it is: 2.0**53 < 2**53 + 1 holds, though both are one float.
    """

    def method(self: Scalar, other: Any) -> bool:
        against: Any
        if isinstance(other, Scalar):
            b, against = other._data, ref(other)
        elif other.__class__ is float or other.__class__ is int:
            b = against = other
        else:
            b = against = other if isinstance(other, bool) else plain(other)
            if b is None:
                return NotImplemented  # type: ignore[no-any-return]
        if watched.get() is not None:
            note(self, sign)
            if isinstance(other, Scalar):
                note(other, sign)
        result = holds(self._data, b)
        frame = _getframe(1)
        if NUMPY in frame.f_code.co_filename:
            frame = caller(frame)
        DECISIONS.append((ref(self), sign, against, result, frame.f_code, frame.f_lasti, CLOCK.edits, self._data))
        if self.op is not None:
            hold(self)
        if against is not b and other.op is not None:
            hold(other)
        return result

    return method


def conversion(how: str, convert: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that converts the number of a Scalar to a bool or an int; with digits it is only rounded."""

    def method(self: Scalar, *digits: Any) -> Any:
        if watched.get() is not None:
            note(self, how)
        result = convert(self._data, *digits)
        if not digits:
            frame = _getframe(1)
            DECISIONS.append((ref(self), how, None, result, frame.f_code, frame.f_lasti, CLOCK.edits, self._data))
            hold(self)
        return result

    return method


class Scalar:
    """Base of `Value`: it compares, converts, rounds and formats like the float it holds.

    Only ``==`` and ``hash`` differ: they compare identity, since two nodes with the same number are still two nodes.
    """

    __slots__ = ()
    _data: float
    op: Any

    __sympy__ = False  # else sympy.Rational(1, 3) * v would take the float out of v, and the graph would be lost

    def __eq__(self, other: object) -> bool:
        """Return whether ``other`` is the same node; ``v == 1.0`` is never true, whatever the number."""
        if watched.get() is not None and not isinstance(other, Scalar) and (b := plain(other)) is not None:
            note(self, "==", equal=self._data == b)
        return self is other

    __hash__ = object.__hash__

    __lt__ = comparison("<", operator.lt)
    __le__ = comparison("<=", operator.le)
    __gt__ = comparison(">", operator.gt)
    __ge__ = comparison(">=", operator.ge)

    __bool__ = conversion("bool", bool)
    __int__ = conversion("int", int)
    __round__ = conversion("round", round)
    __trunc__ = conversion("trunc", math.trunc)
    __floor__ = conversion("floor", math.floor)
    __ceil__ = conversion("ceil", math.ceil)

    def __float__(self) -> float:
        if watched.get() is not None:
            note(self, "float")
        return self._data

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def as_integer_ratio(self) -> tuple[int, int]:
        """Refuse, since `statistics.mean` would otherwise return a Value that has lost its gradient."""
        raise TypeError(
            "exact arithmetic on a Value would lose its graph: use autograd.mean, or float(v) for its number"
        )
