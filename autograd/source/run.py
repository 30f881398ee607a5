"""Running a program on one block of examples: NumPy runs its source, and floating-point flags signal doubt.

A block in doubt is computed again node by node. That settles the doubt, or raises the error that eager code raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite, nan
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["NOTHING", "Answer", "Numbers", "NumPyRun", "Pieces", "Run", "functions", "holds_nan"]

Numbers: TypeAlias = npt.NDArray[np.float64]
Pieces: TypeAlias = tuple[tuple[int, int, tuple[int, ...]], ...]  # of each array in a vector: start, end, shape


class Answer(NamedTuple):
    """The results of one run."""

    value: Any  # of the root: a number, or one for each example
    gradient: Numbers  # in all parameters, end to end (with an axis for the examples, if they are kept apart)
    doubtful: bool  # an operation overflowed, divided by 0 or was invalid, or a nan came out


class Run(Protocol):
    """A way to run a program on a block: parameters end to end, and an array for each input, examples last."""

    def forward(self, weights: Numbers, inputs: Sequence[Numbers]) -> Answer:
        """Return the root."""

    def gradient(self, weights: Numbers, inputs: Sequence[Numbers]) -> Answer:
        """Return the root and its gradient, summed over the examples unless the program keeps them apart."""


NOTHING = np.zeros(0)


@lru_cache(maxsize=64)
def functions(source: str) -> dict[str, Any]:
    """Return the functions that the source defines."""
    space: dict[str, Any] = {}
    exec(compile(source, "<program>", "exec"), space)
    return space


class NumPyRun:
    """The source, and what its functions take beside weights and inputs; it can be sent to another process."""

    def __init__(self, source: str, pieces: Pieces, constants: tuple[Any, ...], per_example: bool) -> None:
        self.source, self.pieces, self.constants, self.per_example = source, pieces, constants, per_example
        self.last: tuple[Any, list[Any]] = (None, [])  # weights met last, and the arrays that lie in them
        self.size = pieces[-1][1] if pieces else 0

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"last": (None, [])}

    def forward(self, weights: Numbers, inputs: Sequence[Numbers]) -> Answer:
        """Return the root."""
        value, flagged = self.watched("forward", weights, inputs)
        return Answer(value, NOTHING, flagged or holds_nan(value))

    def gradient(self, weights: Numbers, inputs: Sequence[Numbers]) -> Answer:
        """Return the root and its gradient.

        A flag may come from the backward part, where a local derivative may be infinite; then the forward part runs
        again alone. No array operation of the sweep loses a nan, so looking at the result is enough to find one. An
        infinite gradient is in doubt too: of two equal nodes, computed once here, 3 ∞ - 2 ∞ is nan, and (3 - 2) ∞ is ∞.
        """
        found, flagged = self.watched("program", weights, inputs)
        if flagged:
            _, flagged = self.watched("forward", weights, inputs)
        if found is None:
            return Answer(nan, NOTHING, True)
        value, *shares = found
        if self.per_example:
            n = inputs[0].shape[-1]
            flat = np.empty((self.size, n))
            for share, (start, end, shape) in zip(shares, self.pieces, strict=True):
                flat[start:end] = np.broadcast_to(share, (*shape, n)).reshape(-1, n)
        else:
            flat = np.concatenate([*map(line, shares)]) if shares else np.zeros(0)
        doubtful = flagged or not isfinite(np.vdot(flat, flat)) or holds_nan(value)
        return Answer(value, flat, doubtful)

    def watched(self, name: str, weights: Numbers, inputs: Sequence[Numbers]) -> tuple[Any, bool]:
        """Return the results of a function of the source, and whether NumPy raised a flag on the way."""
        last = self.last  # read once: another thread may set it
        if last[0] is not weights:
            last = self.last = weights, [weights[start:end].reshape(shape) for start, end, shape in self.pieces]
        flags: list[str] = []
        with np.errstate(over="call", divide="call", invalid="call", call=lambda what, _: flags.append(what)):
            try:
                found = functions(self.source)[name](*last[1], *inputs, *self.constants)
            except (ArithmeticError, ValueError):  # an operation of a user's own
                return None, True
        return found, bool(flags)


def line(share: Any) -> Numbers:
    """Return an array, or a number, as an array of one axis."""
    return share.ravel() if share.__class__ is np.ndarray else np.ravel(share)


def holds_nan(value: Any) -> bool:
    """Return whether a root is nan, or one of several."""
    return value != value if isinstance(value, float) else bool(np.isnan(value).any())
