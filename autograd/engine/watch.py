"""Where a Value becomes a plain number, or decides a comparison: what a record of operations cannot show.

``math.exp(v)`` takes the float out of v, and its result knows nothing of v; ``if v > 0`` goes one of two ways, and the
record shows only that one. Both are legal, so as a rule nothing is said. Inside a ``watch()`` block they are noted, for
those who must know: a derivative that would silently be 0, a program that would be right for one input only.

A program may also be made of a loss that was recorded before, when nobody watched. So the last decisions are kept in
any case, by weak references; small graphs are kept alive with them for a while.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from types import CodeType, FrameType
from typing import Any, NamedTuple
from weakref import ref

from autograd.base.caller import OURS
from autograd.engine.backward import CLOCK
from autograd.engine.graph import count

# fmt: off
__all__ = [
    "CONVERSIONS", "DECISIONS", "NUMPY", "PEEKING", "Decision", "Escape", "caller", "decide", "hold", "note", "peek",
    "peeks", "spot", "watch", "watched",
]
# fmt: on

CONVERSIONS = frozenset({"float", "int", "round", "floor", "ceil", "trunc"})  # the other ways are comparisons
LOOKS = frozenset({"isnan", "isinf", "isfinite", "isclose", "floor", "ceil", "trunc"})  # functions of math
LONGEST = 100  # characters of a line that an error repeats
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # the root of this package


class Escape(NamedTuple):
    """One time that a number left the graph."""

    node: Any  # the Value
    how: str  # a name in CONVERSIONS, "bool", "data", "grad", "detach", or the sign of a comparison, as "<="
    file: str  # the user's line that did it
    line: int
    code: CodeType | None = None  # of the function that the line is in,
    instruction: int = 0  # where it was in it,
    names: Mapping[str, Any] = {}  # and the global names that it sees
    equal: bool = False  # of ==: whether the numbers are equal, though the nodes are not

    @property
    def source(self) -> str:
        """The text of that line; "" where it is not to be had."""
        import linecache  # here, as it takes a third of the time of importing the engine

        return linecache.getline(self.file, self.line).strip()

    @property
    def place(self) -> str:
        """The line as an error message names it: file, number and text."""
        source = self.source if len(self.source) <= LONGEST else self.source[: LONGEST - 1] + "…"
        text = f": {source}" if source else ""
        return f"line {self.line} of {os.path.basename(self.file)}{text}"

    @property
    def call(self) -> str:
        """The expression that did it, as ``math.exp(x * x)``; "" where its text is not to be had on one line."""
        if self.code is None:
            return ""
        first, last, start, end = spot(self.code, self.instruction)
        if first is None or first != last or start is None or end is None:
            return ""
        import linecache

        return linecache.getline(self.file, first).encode()[start:end].decode()

    @property
    def by_math(self) -> bool:
        """Whether a function of the module `math` took the number, other than to look at it or to round it."""
        name = self.call.partition("(")[0]
        found = self.names.get(name.partition(".")[0])
        for part in name.split(".")[1:]:
            found = getattr(found, part, None)
        return getattr(found, "__module__", None) == "math" and getattr(found, "__name__", "") not in LOOKS


def spot(code: CodeType, instruction: int) -> tuple[int | None, int | None, int | None, int | None]:
    """Return the first and the last line of the expression that an instruction belongs to, and its first and last byte
    in them."""
    return next(islice(code.co_positions(), instruction // 2, None))


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


def note(node: Any, how: str, equal: bool = False) -> None:
    """Note that ``node`` left the graph; called by a Value's conversions and comparisons while somebody watches."""
    escapes = watched.get()
    if escapes is None:
        return
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
    escapes.append(escape_at(frame, node, how)._replace(equal=equal))


def escape_at(frame: FrameType | None, node: Any, how: str) -> Escape:
    """Return the note of what was done in ``frame``; None: in code without one."""
    if frame is None:
        return Escape(node, how, "", 0)
    code = frame.f_code
    return Escape(node, how, code.co_filename, frame.f_lineno, code, frame.f_lasti, frame.f_globals)


# --- reading v.data: it says that no gradient is meant, but a program would keep what was read ----------------------

peeked: ContextVar[list[Escape] | None] = ContextVar("peeked", default=None)  # None where nobody asks
PEEKING: list[None] = []  # one entry for each block that asks, in any thread: looked at first, as it is faster


@contextmanager
def peeks() -> Iterator[list[Escape]]:
    """Collect what `watch` does inside a ``with`` block, and where the user's code reads ``v.data`` or detaches v.

    >>> from autograd import Value
    >>> with peeks() as escapes:
    ...     larger = Value(2.0).data > 1.0
    >>> [escape.how for escape in escapes]
    ['data']
    """
    with watch() as escapes:
        token = peeked.set(escapes)
        PEEKING.append(None)
        try:
            yield escapes
        finally:
            PEEKING.pop()
            peeked.reset(token)


def peek(node: Any, how: str = "data") -> None:
    """Note that the data of ``node``, or its grad, is read; called by what reads it while somebody asks."""
    reads, frame = peeked.get(), sys._getframe(2)
    if reads is not None and not frame.f_code.co_filename.startswith(OURS):
        reads.append(escape_at(frame, node, how))


# --- the last decisions, whether somebody watches or not -------------------------------------------------------------


class Decision(NamedTuple):
    """One time that Python went one of several ways by the number of a Value; it keeps no Value alive."""

    node: ref[Any]
    how: str  # the sign of a comparison, "bool", or a conversion to an int
    other: Any  # what it was compared with: a number, or a reference to a Value; None: nothing
    result: bool | int
    code: CodeType  # of the function that did it,
    instruction: int  # and where in it
    edits: int  # how many edits of leaves there had been
    number: float  # of the Value


DECISIONS: deque[tuple[Any, ...]] = deque(maxlen=2**16)  # as plain tuples: a comparison takes half the time
HELD: deque[Any] = deque(maxlen=256)  # the last Values that decided and have a small graph, as w * x + b has
NUMPY = f"{os.sep}numpy{os.sep}"  # in the names of NumPy's files: np.max compares in one of them
SMALL, SHORT = 16, 10  # so many nodes; so many first operands in a row: a cheaper question, asked first


def hold(node: Any) -> None:
    """Keep a Value with a small graph alive for a while: ``v if v > 0 else 0.0`` forgets v, and with it the reason."""
    x = node
    for _ in range(SHORT):
        if x is None:
            if count(node, SMALL) < SMALL:
                HELD.append(node)
            return
        x = x.x


def caller(frame: FrameType) -> FrameType:
    """Return the frame of the user's code that called what runs in this one, of ours or of NumPy's."""
    while frame.f_back is not None:
        name = frame.f_code.co_filename
        if not (name.startswith(OURS) or NUMPY in name):
            break
        frame = frame.f_back
    return frame


def decide(node: Any, how: str, other: Any, result: bool) -> None:
    """Note what our own code decides by ``node`` for the user, at the user's line."""
    note(node, how)
    frame = caller(sys._getframe(1))
    DECISIONS.append(Decision(ref(node), how, other, result, frame.f_code, frame.f_lasti, CLOCK.edits, node._data))
    hold(node)
