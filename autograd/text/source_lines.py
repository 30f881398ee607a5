"""Which line of source made which Value: recorded inside a ``with`` block, and only there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from autograd.base.caller import OURS
from autograd.engine.value import Value

__all__ = ["source_lines"]

LIBRARIES = (os.path.dirname(os.__file__) + os.sep, "<frozen ")  # Python's own, and what is installed beside them
INSTALLED = tuple(f"{os.sep}{folder}{os.sep}" for folder in ("site-packages", "dist-packages"))
# All methods of one shape share their code: the code of one of them tells a call that makes a Value.
MAKERS = {method.__code__ for method in (Value.__init__, Value.exp, Value.__add__, Value.__radd__)}


@contextmanager
def source_lines() -> Iterator[dict[Value, str]]:
    """Record the source line of every Value that is made inside a ``with`` block, in this thread.

    Gives a dict from each Value to ``file:line: source``, for `diagnose` and `explore`: the line of the caller's own
    code, not one inside this library, or inside NumPy. The lines are stored outside the nodes to keep nodes small, and
    collected with sys.setprofile, which slows the block down.

    >>> with source_lines() as lines:
    ...     x = Value(2.0)
    ...     y = x * x
    >>> len(lines)
    2
    """
    lines: dict[Value, str] = {}
    before = sys.getprofile()

    def on_return(frame: FrameType, event: Any, result: Any) -> None:
        if event == "return" and frame.f_code in MAKERS:
            made = frame.f_locals.get("self") if frame.f_code is Value.__init__.__code__ else result
            if isinstance(made, Value) and (line := line_of(frame)):
                lines[made] = line
        if callable(before):  # an outer block, or a profiler
            before(frame, event, result)

    sys.setprofile(on_return)
    try:
        yield lines
    finally:
        sys.setprofile(before)


def line_of(frame: FrameType) -> str:
    """Return the line of the caller's own code that made a call, as ``file:line: source``; "" if there is none."""
    outside: FrameType | None = None  # the first frame that is not ours
    caller: FrameType | None = frame
    while caller is not None:
        path = caller.f_code.co_filename
        if not path.startswith(OURS):
            outside = outside or caller
            if not path.startswith(LIBRARIES) and not any(folder in path for folder in INSTALLED):
                return place_of(caller)
        caller = caller.f_back
    return place_of(outside) if outside else ""


def place_of(frame: FrameType) -> str:
    """Return where a frame is, as ``file:line: source``."""
    import linecache  # here, as it takes a third of the time of importing the engine

    path, number = frame.f_code.co_filename, frame.f_lineno
    source = linecache.getline(path, number).strip()
    place = "cell" if "ipykernel" in path or path.startswith("<ipython") else os.path.basename(path)
    return f"{place}:{number}: {source}" if source else f"{place}:{number}"
