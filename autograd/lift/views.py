"""Views: how NumPy writes one, by reshape, slices and an order of the axes; and the view that reads given places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograd.lift.steps import Ints, View, natural, size

__all__ = ["Slices", "even", "moving", "overlaps", "spread", "strided", "two_axes"]


class Slices(NamedTuple):
    """``x.reshape(shape)[slices]``, whose axes are ``axes`` of the view, in this order."""

    shape: tuple[int, ...]
    slices: tuple[int | slice, ...]
    axes: tuple[int, ...]


def strided(view: View, axes: Sequence[int], shape: tuple[int, ...]) -> Slices | None:
    """Return how NumPy writes ``view`` of an array of ``shape``; None where reshape and slices cannot express it.

    >>> strided(View(0, 0, (1, 2)), (2, 3), (3, 2))  # the transpose
    Slices(shape=(3, 2), slices=(slice(None, None, None), slice(None, None, None)), axes=(1, 0))
    >>> strided(View(0, 0, (6, 2, 1)), (2, 2, 2), (6, 2)).shape  # rows 0, 1 and 3, 4
    (2, 3, 2)
    """
    moving = sorted((axis for axis, stride in enumerate(view.strides) if stride), key=lambda axis: -view.strides[axis])
    strides, sizes = [view.strides[axis] for axis in moving], tuple(axes[axis] for axis in moving)
    if any(stride < 0 for stride in strides):
        return None
    whole = view.offset == 0 and size(sizes) == size(shape) and tuple(strides) == natural(sizes)
    for form in (sizes,) if whole else (shape, refined(shape, strides)):
        found = sliced(view.offset, strides, sizes, form)
        if found is not None:
            return Slices(form, found, tuple(moving))
    return None


def sliced(
    offset: int, strides: Sequence[int], sizes: Sequence[int], shape: tuple[int, ...]
) -> tuple[int | slice, ...] | None:
    """Return the slices of an array of ``shape`` that have these strides, if each strides along an axis of its own."""
    steps = natural(shape)
    index: list[int | slice] = []
    for step in steps:
        index.append(offset // step)
        offset %= step
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
    return tuple(index) if taken == sorted(taken) else None


def refined(shape: tuple[int, ...], strides: Sequence[int]) -> tuple[int, ...]:
    """Return a shape whose axes are cut where strides fall between their steps: heads are cut out of a width."""
    parts: list[int] = []
    for m, step in zip(shape, natural(shape), strict=True):
        for stride in sorted({s // step for s in strides if step < s < step * m and s % step == 0}, reverse=True):
            if m % stride == 0:
                parts.append(m // stride)
                m = stride
        parts.append(m)
    return tuple(parts)


def overlaps(view: View, axes: Sequence[int]) -> bool:
    """Return whether two indices of a view without axes at rest may be at one place: windows side by side are."""
    reach = 0
    for stride, m in sorted((abs(stride), m) for stride, m in zip(view.strides, axes, strict=True)):
        if stride <= reach:
            return True
        reach += stride * (m - 1)
    return False


# --- from places to views -----------------------------------------------------------------------------------------


def moving(items: npt.NDArray[Any]) -> list[int]:
    """Return the axes along which a grid of items or numbers is not the same all over."""
    found = []
    for axis in range(items.ndim):
        first = items.take([0], axis=axis)
        if not (items == first).all():
            found.append(axis)
    return found


def spread(view: View, axes: list[int], ndim: int) -> View:
    """Return a view over ``axes`` as one over all of ``ndim`` axes, the others not moving."""
    strides = [0] * ndim
    for axis, stride in zip(axes, view.strides, strict=True):
        strides[axis] = stride
    return view._replace(strides=tuple(strides))


def even(number: int, places: Ints) -> View | None:
    """Return the view of array ``number`` that reads ``places``, or None if they do not lie evenly."""
    offset = int(places.flat[0])
    strides = []
    grid = np.full(places.shape, offset)
    for axis in range(places.ndim):
        at = [0] * places.ndim
        at[axis] = 1
        stride = int(places[tuple(at)]) - offset
        shape = [1] * places.ndim
        shape[axis] = -1
        grid = grid + stride * np.arange(places.shape[axis]).reshape(shape)
        strides.append(stride)
    return View(number, offset, tuple(strides)) if (grid == places).all() else None


def two_axes(places: Ints, axis: int) -> tuple[int, ...]:
    """Return the sizes of an axis: one if places are even along it, else two of which the inner one is even."""
    line = places[tuple(slice(None) if k == axis else 0 for k in range(places.ndim))]
    odd = np.flatnonzero(np.diff(line) != line[1] - line[0]) if len(line) > 2 else line[:0]
    if not len(odd) or len(line) % (odd[0] + 1):
        return (len(line),)
    return len(line) // (int(odd[0]) + 1), int(odd[0]) + 1
