"""Padding: places of an array that hold no cell, so that rows of different length fill a grid.

In causal attention, place i has scores for j <= i only: rows of 1, 2, 3, … numbers. One matrix product computes them,
together with as many that nobody asked for. Whatever is computed from those is padding too, and never reaches a
result: it becomes -inf before a largest is taken, and 0 before a sum. Nor does a gradient come back from it: the mask
lets none through, and exp, where it is 0, multiplies it by 0. If it is infinite, a nan shows it, and the nodes decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import cycle

import numpy as np

from autograd.lift.layout import Layout
from autograd.lift.steps import Array, Ints, Map, Sum, Term, View, natural

__all__ = ["completed", "lines", "mask", "number_at", "numbers_of", "pad"]

# Rows that compute something finite of every finite number, so that padding raises no flag.
SAFE = frozenset(
    ("sub", "neg", "abs", "max", "min", "relu", "sigmoid", "tanh", "softplus", "sign", "zero", "still", "gate", "atan")
) | {"asinh", "erf", "erfc", "sech"}
SAMPLES = (0.75, -1.375), (-1.25, 0.5)  # for numbers that are not known: what is the same for both is the same for all


def pad(layout: Layout, number: int, cells: Ints, padding: float | None) -> None:
    """Settle ``cells`` in an array on their grid, which holds -1 where there is none, and items for the padding there.

    Args:
        layout: where the items live.
        number: the array.
        cells: the items of its places.
        padding: the number that stands at the padding, None if it is not known.
    """
    holes = cells < 0
    grid = cells.copy()
    grid[holes] = layout.more_items(int(holes.sum()), layout.levels[cells.max()], layout.arrays[number].batched)
    layout.array[grid.ravel()] = number
    layout.place[grid.ravel()] = np.arange(grid.size)
    if holes.any():
        layout.grids[number], layout.padding[number] = grid, padding


def completed(layout: Layout, row: str, main: Ints, columns: Ints) -> tuple[Ints, list[Ints]] | None:
    """Return cells on the grid of their main operand, its padding included, if they use all else of that array once.

    Args:
        layout: where the items live.
        row: what is computed: the name of a row, "product" for a sum with products, "sum" for one without.
        main: the main operand of each cell.
        columns: (cells, operands): all of them.

    Returns:
        The grid, with places of ``main`` in it and -1 for padding, and the grid of the items of each operand.
    """
    number = int(layout.array[main[0]])
    grid = layout.grids.get(number)
    if grid is None or (layout.array[main] != number).any() or not is_safe(layout, row, number, columns):
        return None
    if len(main) != int((~layout.is_padding(grid)).sum()) or len(np.unique(main)) != len(main):
        return None
    at = np.full(grid.shape, -1)
    at.ravel()[layout.place[main]] = np.arange(len(main))
    if row == "exp" and layout.padding[number] is None:
        mask(layout, number, -math.inf)
    if row in ("product", "div") and not layout.is_constant(columns).any():
        for each in np.unique(layout.array[columns]).tolist():  # -inf times 0 would be nan
            if math.isinf(layout.padding.get(each) or 0.0):
                mask(layout, each, 0.0)
    return at, [filled(layout, np.where(at < 0, -1, column[at])) for column in columns.T]


def is_safe(layout: Layout, row: str, number: int, columns: Ints) -> bool:
    """Return whether a row may be computed at the padding of an array without raising a flag."""
    if row == "div":
        return not any(int(a) in layout.grids for a in np.unique(layout.array[columns[:, 1]]))
    if row == "exp":
        padding = layout.padding[number]
        return padding is None or padding < 700.0
    return row in ("sum", "product") or row in SAFE


def filled(layout: Layout, items: Ints) -> Ints:
    """Return a grid of items with others for -1: those of its row or column, those of the same array, or any."""
    holes = items < 0
    array = int(layout.array[items.max()])
    grid = layout.grids.get(array)
    if grid is not None and grid.shape == items.shape and (items[~holes] == grid[~holes]).all():
        return grid
    found = items.copy()
    for axis in range(items.ndim):
        along = found.max(axis=axis, keepdims=True)
        if ((found == along) | (found < 0)).all():
            found = np.where(found < 0, along, found)
    found[found < 0] = items.max()
    return found


def number_at(compute: Callable[..., float], known: Sequence[float | None]) -> float | None:
    """Return what ``compute`` gives at padding where some operands are known and others, None, are not."""
    try:
        first, second = (
            compute(*(next(unknown) if c is None else c for c in known)) for unknown in map(cycle, SAMPLES)
        )
    except (ArithmeticError, ValueError):
        return None
    return first if first == second else None


def numbers_of(layout: Layout, columns: Sequence[Ints]) -> list[float | None]:
    """Return what operands are at padding: a constant, the padding of their array, or None for what is not known."""
    found: list[float | None] = []
    for items in columns:
        arrays = np.unique(layout.array[items])
        if layout.is_constant(items).all() and (items == items.flat[0]).all():
            found.append(float(layout.numbers[int(items.flat[0]) - layout.n_leaves]))
        elif len(arrays) == 1 and items is layout.grids.get(int(arrays[0])):
            found.append(layout.padding[int(arrays[0])])
        else:
            found.append(None)
    return found


def mask(layout: Layout, number: int, padding: float) -> int:
    """Copy an array with ``padding``, 0 or -inf, at its padding, and let its items live there; return its number."""
    grid, array = layout.grids[number], layout.arrays[number]
    holes = layout.is_padding(grid)
    out = layout.new(Array(array.shape, array.batched, "cell"))
    whole, read = View(out, 0, natural(array.shape)), View(number, 0, natural(array.shape))
    if padding:  # -inf is added, as one writes it; a 0 is chosen, since infinity times 0 is nan
        at = layout.numbers_over(np.where(holes, padding, 0.0))
        layout.steps.append(Sum(whole, False, array.shape, (Term((), (read,)), Term((), (at,)))))
    else:
        at = layout.numbers_over(np.where(holes, 0.0, 1.0))
        layout.steps.append(Map(whole, False, array.shape, "gate", None, (at, read)))
    layout.array[grid.ravel()] = out
    layout.grids[out], layout.padding[out] = grid, padding
    return out


def lines(layout: Layout, number: int, items: Ints, cell: Ints, count: int) -> tuple[int, Ints, Ints] | None:
    """Return the axis along which each of ``count`` cells reads a whole line of an array, all of it but the padding.

    Args:
        layout: where the items live.
        number: the array.
        items: the items of all cells, end to end.
        cell: of each item, whose it is.
        count: how many cells there are.

    Returns:
        The axis, the line of each cell, and the place of each item in its line; None if there is no such axis.
    """
    grid = layout.grids[number]
    at = np.unravel_index(layout.place[items], grid.shape)
    length = np.bincount(cell, minlength=count)
    for axis in reversed(range(grid.ndim)):
        others = [k for k in range(grid.ndim) if k != axis]
        shape = tuple(grid.shape[k] for k in others)
        line = np.ravel_multi_index(tuple(at[k] for k in others), shape) if others else np.zeros(len(items), np.int64)
        of_cell = np.zeros(count, np.int64)
        of_cell[cell] = line
        real = (~layout.is_padding(np.moveaxis(grid, axis, -1))).sum(axis=-1).ravel()
        if (of_cell[cell] == line).all() and (real[of_cell] == length).all():
            return axis, of_cell, at[axis]
    return None
