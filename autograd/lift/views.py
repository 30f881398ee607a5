"""How NumPy writes a view: by reshape, slices, and an order of the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.lift.steps import View, natural, size

__all__ = ["Slices", "overlaps", "strided"]


class Slices(NamedTuple):
    """``x.reshape(shape)[slices]``, whose axes are ``axes`` of the view, in this order."""

    shape: tuple[int, ...]
    slices: tuple[int | slice, ...]
    axes: tuple[int, ...]


def strided(view: View, axes: Sequence[int], shape: tuple[int, ...]) -> Slices | None:
    """Return how NumPy writes ``view`` of an array of ``shape``; None where reshape and slices cannot say it.

    >>> strided(View(0, 0, (1, 2)), (2, 3), (3, 2))  # the transpose
    Slices(shape=(3, 2), slices=(slice(None, None, None), slice(None, None, None)), axes=(1, 0))
    """
    moving = sorted((axis for axis, stride in enumerate(view.strides) if stride), key=lambda axis: -view.strides[axis])
    strides, sizes = [view.strides[axis] for axis in moving], tuple(axes[axis] for axis in moving)
    if any(stride < 0 for stride in strides):
        return None
    if view.offset == 0 and size(sizes) == size(shape) and tuple(strides) == natural(sizes):
        return Slices(sizes, (slice(None),) * len(sizes), tuple(moving))
    steps = natural(shape)
    index: list[int | slice] = []
    rest = view.offset
    for step in steps:
        index.append(rest // step)
        rest %= step
    taken: list[int] = []
    for stride, m in zip(strides, sizes, strict=True):
        dim = next((d for d, step in enumerate(steps) if stride % step == 0 and shape[d] > 1), None)
        if dim is None or dim in taken:
            return None
        start, by = index[dim], stride // steps[dim]
        if not isinstance(start, int) or start + by * (m - 1) >= shape[dim]:
            return None
        end = start + by * (m - 1) + 1
        index[dim] = slice(start or None, end if end < shape[dim] else None, by if by > 1 else None)
        taken.append(dim)
    if taken != sorted(taken):
        return None
    return Slices(shape, tuple(index), tuple(moving))


def overlaps(view: View, axes: Sequence[int]) -> bool:
    """Return whether two indices of a view without axes at rest may be at one place: windows side by side are."""
    reach = 0
    for stride, m in sorted((abs(stride), m) for stride, m in zip(view.strides, axes, strict=True)):
        if stride <= reach:
            return True
        reach += stride * (m - 1)
    return False
