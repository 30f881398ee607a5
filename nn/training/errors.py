"""Errors in training, each with its place: the step, the example, the line of the user's own code."""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType

from autograd import Value
from autograd.base.caller import OURS

__all__ = ["NonFiniteError", "is_domain_error", "placed", "user_line"]

KEPT = "the parameters are those of the last finite step"


class NonFiniteError(ArithmeticError):
    """Training met an inf, a nan or a number that an operation refuses. The parameters are those of the last finite
    step."""


def user_line(error: BaseException) -> str:
    """Return the innermost line outside of this package that an error passed through since it was raised, or ""."""
    found, trace = "", error.__traceback__
    while isinstance(trace, TracebackType):
        path, number = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        if not path.startswith(OURS):
            source = linecache.getline(path, number).strip()
            place = "cell" if "ipykernel" in path else os.path.basename(path)
            found = f"{place}:{number}: {source}" if source else f"{place}:{number}"
        trace = trace.tb_next
    return found


def is_domain_error(error: BaseException) -> bool:
    """Return whether an operation refused a number, as log refuses 0 and a power a negative base."""
    if isinstance(error, OverflowError | ZeroDivisionError):
        return True
    if not isinstance(error, ValueError):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    inside = trace is not None and trace.tb_frame.f_globals.get("__name__") == Value.__module__
    return "math domain error" in str(error) or (inside and " wants " in str(error))


@contextmanager
def placed(place: str, names: Mapping[Value, str]) -> Iterator[None]:
    """Add to an error in this block the place in training where it arose, and that nothing is lost.

    An operation that overflows or refuses a number becomes a NonFiniteError, which names the line of the user's code
    that asked for it and the largest parameter.
    """
    try:
        yield
    except NonFiniteError as error:
        raise NonFiniteError(f"{place}: {error}; {KEPT}") from None
    except Exception as error:
        if not is_domain_error(error):
            error.add_note(f"at {place}; {KEPT}")
            raise
        line = user_line(error)
        largest = max(names, key=lambda p: abs(p.data), default=None)
        parts = [
            str(error),
            f"in {line}" if line else "",
            *getattr(error, "__notes__", []),
            "" if largest is None else f"the largest parameter is {names[largest]} = {largest.data:.6g}",
            KEPT,
        ]
        raise NonFiniteError(f"{place}: {'; '.join(part for part in parts if part)}") from error
