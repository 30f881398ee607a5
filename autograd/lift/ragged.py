"""Sums and maxima of rows of different length, and products with them, as steps on padded grids."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import NamedTuple

import numpy as np

from autograd.lift.groups import Group
from autograd.lift.layout import Layout
from autograd.lift.padding import lines, mask
from autograd.lift.products import products
from autograd.lift.steps import Ints, Peak, Sum, Term, View, natural
from autograd.lift.sums import factors, multiplied
from autograd.lift.terms import FEW

__all__ = ["family", "without_ragged"]


class Row(NamedTuple):
    """A cell of one group, and the items that it reads."""

    group: int
    place: int  # in the group
    items: list[int]
    others: list[int]  # of products: the other factors
    plain: list[int]  # of products: what is added to them


def family(layout: Layout, group: Group) -> tuple[int, bool, str] | None:
    """Return a key that is the same for groups whose rows may stand in one grid; None for a group without rows."""
    name, n_products, n_plain = group.kind
    if name == "still":
        name = "peak"  # of a row of one
    if name == "sum" and n_products:
        name = "products" if n_plain <= FEW else ""
    if name not in ("peak", "sum", "products"):
        return None
    return int(layout.levels[group.cells[0]]), group.batched, name


def without_ragged(layout: Layout, name: str, found: list[Group]) -> list[Group]:
    """Put the cells that padded grids can compute on ``layout``, and return the groups without these cells."""
    by_array: dict[int, list[Row]] = defaultdict(list)
    for g, group in enumerate(found):
        for row in rows_of(layout, name, group, g):
            if row.items:
                by_array[int(layout.array[row.items[0]])].append(row)
    done: dict[int, list[int]] = defaultdict(list)
    for number, rows in by_array.items():
        if number in layout.grids and put(layout, name, number, found, rows):
            for row in rows:
                done[row.group].append(row.place)
    left = []
    for g, group in enumerate(found):
        keep = np.setdiff1d(np.arange(len(group.cells)), done[g])
        if len(keep):
            left.append(group._replace(cells=group.cells[keep], operands=group.operands[keep]))
    return left


def rows_of(layout: Layout, name: str, group: Group, g: int) -> list[Row]:
    """Return the cells of a group as rows, without the 0 with which sum() begins."""
    if name == "products":
        left, right, plain = factors(layout, group)
        zero = layout.is_number(plain, 0.0)
        if int(layout.array[right[0, 0]]) not in layout.grids:
            left, right = right, left
        each = enumerate(zip(right.tolist(), left.tolist(), plain, zero, strict=True))
        return [Row(g, k, mine, others, terms[~z].tolist()) for k, (mine, others, terms, z) in each]
    zero = layout.is_number(group.operands, 0.0) if name == "sum" else np.zeros(group.operands.shape, bool)
    rows = enumerate(zip(group.operands, zero, strict=True))
    return [Row(g, k, items[~z].tolist(), [], []) for k, (items, z) in rows]


def put(layout: Layout, name: str, number: int, found: list[Group], rows: list[Row]) -> bool:
    """Put the rows that read from one array on ``layout``, if they are lines of it; return whether they are."""
    items = np.array([item for row in rows for item in row.items])
    cell = np.repeat(np.arange(len(rows)), [len(row.items) for row in rows])
    if (layout.array[items] != number).any():
        return False
    along = lines(layout, number, items, cell, len(rows))
    if along is None:
        return False
    axis, line, place = along
    grid = np.moveaxis(layout.grids[number], axis, -1)
    cells = np.array([found[row.group].cells[row.place] for row in rows])
    batched = found[0].batched
    if name == "products":
        mine = grid.reshape(-1, grid.shape[-1])[line]
        others = np.full(mine.shape, -1)
        others[cell, place] = [item for row in rows for item in row.others]
        whole = merged(others)
        made = None if whole is None else products(layout, cells, whole, mine)
        if made is None or len({len(row.plain) for row in rows}) > 1:
            return False
        plain = np.array([row.plain for row in rows], np.int64).reshape(len(rows), -1)
        if layout.padding[number] != 0.0:
            mask(layout, number, 0.0)
        multiplied(layout, Group(("sum", mine.shape[1], 0), batched, cells, mine), made, plain)
        return True
    if len(np.unique(line)) != len(line) or len(line) != math.prod(grid.shape[:-1]):
        return False
    padding = -math.inf if name == "peak" else 0.0
    if layout.padding[number] != padding:
        mask(layout, number, padding)
    on_grid = np.empty(len(line), np.int64)
    on_grid[line] = cells
    shape, length = grid.shape[:-1], grid.shape[-1]
    read = layout.read(grid)
    out = View(layout.settle(on_grid.reshape(shape), batched, "cell"), 0, natural(shape))
    if name == "peak":
        layout.steps.append(Peak(out, shape, length, read))
    else:
        layout.steps.append(Sum(out, False, shape, (Term((length,), (read,)),)))
    return True


def merged(rows: Ints) -> Ints | None:
    """Return rows without their gaps, -1: two that have an item in common at one place are parts of one row.

    >>> merged(np.array([[7, -1], [7, 8], [9, -1], [9, 5]])).tolist()
    [[7, 8], [7, 8], [9, 5], [9, 5]]
    """
    parent = list(range(len(rows)))

    def top(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    first: dict[tuple[int, int], int] = {}
    for i, row in enumerate(rows.tolist()):
        for place, item in enumerate(row):
            if item >= 0:
                parent[top(i)] = top(first.setdefault((place, item), i))
    tops = np.array([top(i) for i in range(len(rows))])
    whole = np.full(rows.shape, -1)
    np.maximum.at(whole, tops, rows)
    whole = whole[tops]
    return whole if (whole >= 0).all() and ((rows < 0) | (rows == whole)).all() else None
