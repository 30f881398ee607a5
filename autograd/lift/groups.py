"""Groups of cells that can be computed at once, in the order in which their main operands are stored."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from autograd.lift.contract import Cells, Kind
from autograd.lift.layout import Layout
from autograd.lift.steps import Ints

__all__ = ["PART", "Group", "differ", "groups", "keys", "main_operand", "ordered", "parts"]

PART = 4  # cells of a group that come from another array than the rest have a step of their own from so many on


class Group(NamedTuple):
    """Cells of one kind that can be computed at once."""

    kind: Kind
    batched: bool
    cells: Ints  # items
    operands: Ints  # (cells, operands): items


def keys(cells: Cells) -> Iterator[tuple[int, bool, Kind]]:
    """Yield for each cell its level, whether it is different for every example, and its kind: these make its group."""
    levels, batched = islice(cells.levels, cells.first, None), islice(cells.batched, cells.first, None)
    return zip(levels, batched, cells.kinds, strict=True)


def groups(cells: Cells) -> list[Group]:
    """Return the cells in groups that can be computed one after the other; in a level the largest sums come first."""
    found: dict[tuple[int, bool, Kind], list[int]] = {}
    first = cells.first
    for i, key in enumerate(keys(cells)):
        found.setdefault(key, []).append(i)

    def turn(key: tuple[int, bool, Kind]) -> tuple[int, bool, float]:
        level, _, (name, n_products, _) = key
        members = len(found[key])
        return level, name != "sum" or members == 1, -n_products * members if name == "sum" else 0.0

    return [
        Group(key[2], key[1], np.array(found[key]) + first, np.array([cells.operands[i] for i in found[key]]))
        for key in sorted(found, key=turn)
    ]


def main_operand(layout: Layout, columns: Ints) -> Ints:
    """Return the operand, one item for each cell, whose array gives a group its form: the one of most items."""

    def form(column: Ints) -> tuple[int, int]:
        return len(np.unique(column)), int(layout.levels[column].max())

    return max(columns.T, key=form)


def parts(layout: Layout, main: Ints, columns: Ints) -> list[Ints]:
    """Return the cells that are computed together, as places in the group: their main operands live in one array.

    The odd ones come together, unless they are so few that to gather their operands is more work than they are.
    """
    where = layout.array[main]
    numbers, counts = np.unique(where, return_counts=True)
    large = numbers[counts >= PART]
    odd = np.flatnonzero(~np.isin(where, large))
    found = [np.flatnonzero(where == number) for number in large]
    if 1 < len(odd) < PART and differ(layout, columns[odd]):
        return [*found, *(odd[i : i + 1] for i in range(len(odd)))]
    return [*found, odd] if len(odd) else found


def differ(layout: Layout, columns: Ints) -> bool:
    """Return whether a few cells read from different arrays, so that they have nothing in common but what they do."""
    sources = layout.array[columns]
    return bool((sources != sources[0]).any())


def ordered(layout: Layout, main: Ints, rows: Ints) -> tuple[Ints, tuple[int, ...]]:
    """Return ``rows`` in the order in which their main operands live, and the grid that they fill there."""
    where = layout.array[main[rows]]
    if where[0] < 0 or (where != where[0]).any():
        return rows, (len(rows),) if len(rows) > 1 else ()
    places = layout.place[main[rows]]
    order = np.argsort(places, kind="stable")
    rows, places = rows[order], places[order]
    axes = np.unravel_index(places, layout.arrays[where[0]].shape) if layout.arrays[where[0]].shape else ()
    sides = [np.unique(axis) for axis in axes]
    grid = tuple(len(side) for side in sides)
    if int(np.prod(grid)) == len(rows) and (np.diff(places) > 0).all():
        return rows, tuple(m for m in grid if m > 1)
    return rows, (len(rows),) if len(rows) > 1 else ()
