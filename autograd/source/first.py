"""Which steps are the first to write to their places of an array of zeros: they may set them, and need not add."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.lift.steps import Array, Ints, Map, Step, Sum, Zero, size

__all__ = ["first_writes"]


def first_writes(arrays: Sequence[Array], steps: Sequence[Step]) -> tuple[set[int], set[int]]:
    """Return which steps may set what they add to, and which arrays are set everywhere, so that no zeros are needed.

    Args:
        arrays: all arrays.
        steps: in the order in which they run.

    Returns:
        Places in ``steps``, and numbers of arrays.
    """
    empty: dict[int, Ints] = {}  # of each array of zeros: the places that are 0 yet
    needed: set[int] = set()  # arrays of whose zeros some are added to
    sets: set[int] = set()
    for i, step in enumerate(steps):
        if isinstance(step, Zero):
            empty[step.out] = np.ones(size(arrays[step.out].shape), np.int64)
        elif isinstance(step, Map | Sum) and step.add and step.out.array in empty:
            left, at = empty[step.out.array], places(step)
            if left[at].all():
                sets.add(i)
            elif left[at].any():
                needed.add(step.out.array)
            left[at] = 0
    return sets, {number for number, left in empty.items() if not left.any()} - needed


def places(step: Map | Sum) -> Ints:
    """Return the places that a step writes to."""
    found = np.array(step.out.offset)
    for stride, m in zip(step.out.strides, step.axes, strict=True):
        found = found[..., None] + stride * np.arange(m)
    return found.ravel()
