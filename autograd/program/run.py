"""Running the source of a program on one block of examples, with NumPy's floating-point flags as a signal of doubt."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Answer", "Job", "forward", "functions", "gradient"]


class Job(NamedTuple):
    """A program as it is sent to another process: its source, and what its functions are given beside the arrays."""

    source: str
    constants: tuple[Any, ...]


class Answer(NamedTuple):
    """What a run gave; where it is doubtful, the node by node run decides."""

    value: Any  # of the root: a number, or one for each example
    gradient: list[Any]  # of each parameter array; empty after a run forward
    doubtful: bool  # an operation overflowed, divided by 0 or was invalid, or a nan came out


@lru_cache(maxsize=64)
def functions(source: str) -> dict[str, Any]:
    """Return the functions that the source defines."""
    space: dict[str, Any] = {}
    exec(compile(source, "<program>", "exec"), space)
    return space


def forward(job: Job, weights: Sequence[Any], inputs: Sequence[Any]) -> Answer:
    """Return the root for each example of a block."""
    value, flagged = watched(job, "forward", weights, inputs)
    return Answer(value, [], flagged or bool(np.isnan(value).any()))


def gradient(job: Job, weights: Sequence[Any], inputs: Sequence[Any]) -> Answer:
    """Return the root and its gradient in each parameter array, summed over a block unless the source says otherwise.

    A flag may come from the backward part, where a local derivative may be infinite; then the forward part runs again
    alone. No array operation of the sweep loses a nan, so that a look at the results is enough to find one.
    """
    found, flagged = watched(job, "program", weights, inputs)
    if flagged:
        _, flagged = watched(job, "forward", weights, inputs)
    if found is None:
        return Answer(None, [], True)
    value, *shares = found
    doubtful = flagged or bool(np.isnan(value).any()) or any(np.isnan(np.sum(share)) for share in shares)
    return Answer(value, shares, doubtful)


def watched(job: Job, name: str, weights: Sequence[Any], inputs: Sequence[Any]) -> tuple[Any, bool]:
    """Return what a function of the source returns, and whether NumPy raised a flag on the way."""
    flags: list[str] = []
    with np.errstate(over="call", divide="call", invalid="call", call=lambda what, _: flags.append(what)):
        try:
            found = functions(job.source)[name](*weights, *inputs, *job.constants)
        except (ArithmeticError, ValueError):  # an operation of a user's own
            return None, True
    return found, bool(flags)
