"""Which line of source made which Value: kept for what is computed inside a ``with`` block, and only there."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from autograd.engine.value import Value

__all__ = ["source_lines"]

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # the root of the package
# All methods of one shape share their code: that of one of them tells a call that makes a Value.
MAKERS = {method.__code__ for method in (Value.__init__, Value.exp, Value.__add__, Value.__radd__)}


@contextmanager
def source_lines() -> Iterator[dict[Value, str]]:
    """Record the source line of every Value that is made inside a ``with`` block, in this thread.

    Gives a dict from each Value to ``file:line: source``, for `diagnose` and `explore`. Values have no room for it, so
    that a node stays light: it is asked for by Python's profiling hook, which makes the block slower and nothing else.

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
            if isinstance(made, Value):
                lines[made] = line_of(frame)
        if callable(before):  # an outer block, or a profiler
            before(frame, event, result)

    sys.setprofile(on_return)
    try:
        yield lines
    finally:
        sys.setprofile(before)


def line_of(frame: FrameType) -> str:
    """Return the line that called into this package, as ``file:line: source``."""
    caller: FrameType | None = frame
    while caller is not None and caller.f_code.co_filename.startswith(HERE):
        caller = caller.f_back
    if caller is None:
        return ""
    path, number = caller.f_code.co_filename, caller.f_lineno
    source = linecache.getline(path, number).strip()
    place = "cell" if "ipykernel" in path or path.startswith("<ipython") else os.path.basename(path)
    return f"{place}:{number}: {source}" if source else f"{place}:{number}"
