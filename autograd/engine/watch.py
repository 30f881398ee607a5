"""Where a Value becomes a plain number, or decides a comparison: what a record of operations cannot show.

``math.exp(v)`` takes the float out of v, and its result knows nothing of v; ``if v > 0`` goes one of two ways, and the
record shows only that one. Both are legal, so as a rule nothing is said. Inside a ``watch()`` block they are noted, for
those who must know: a derivative that would silently be 0, a program that would be right for one input only.
"""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any, NamedTuple

__all__ = ["CONVERSIONS", "Escape", "caller", "note", "watch", "watched"]

CONVERSIONS = frozenset({"float", "int", "round", "floor", "ceil", "trunc"})  # the other ways are comparisons
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # the root of this package


class Escape(NamedTuple):
    """One time that a number left the graph."""

    node: Any  # the Value
    how: str  # a name in CONVERSIONS, "bool", or the sign of a comparison: "<", "<=", ">", ">="
    file: str  # the user's line that did it
    line: int

    @property
    def source(self) -> str:
        """The text of that line; "" where it is not to be had."""
        return linecache.getline(self.file, self.line).strip()

    @property
    def place(self) -> str:
        """The line as an error message names it: file, number and text."""
        text = f": {self.source}" if self.source else ""
        return f"line {self.line} of {os.path.basename(self.file)}{text}"


# None where nobody watches, which is the rule; threads and tasks each have their own
watched: ContextVar[list[Escape] | None] = ContextVar("watched", default=None)


@contextmanager
def watch() -> Iterator[list[Escape]]:
    """Collect in a list the numbers that leave the graph inside a ``with`` block; an outer block gets them too.

    >>> from autograd import Value
    >>> import math
    >>> with watch() as escapes:
    ...     y = math.exp(Value(0.0))
    >>> [escape.how for escape in escapes]
    ['float']
    """
    escapes: list[Escape] = []
    token = watched.set(escapes)
    try:
        yield escapes
    finally:
        watched.reset(token)
        outer = watched.get()
        if outer is not None:
            outer.extend(escapes)


def note(node: Any, how: str) -> None:
    """Note that ``node`` left the graph; called by a Value's conversions and comparisons while somebody watches."""
    escapes = watched.get()
    if escapes is not None:
        escapes.append(Escape(node, how, *caller(sys._getframe(1))))


def caller(frame: FrameType | None) -> tuple[str, int]:
    """Return the file and the line of the nearest frame outside this package, from ``frame`` on."""
    while frame is not None and frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
    return ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
