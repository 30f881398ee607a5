"""Cells that do the same side by side become one step on arrays."""

from __future__ import annotations

import numpy as np

from autograd.lift.contract import Cells
from autograd.lift.groups import Group, main_operand, ordered, parts
from autograd.lift.layout import Layout
from autograd.lift.padding import completed, number_at, numbers_of, pad
from autograd.lift.ragged import family, without_ragged
from autograd.lift.steps import Array, Ints, Map, Peak, View, natural
from autograd.lift.sums import lay_out, sums

__all__ = ["lift"]


def lift(cells: Cells, layout: Layout, found: list[Group]) -> View:
    """Put the steps that compute all cells on ``layout``, and return the view of the root."""
    for group in found:
        lay_out(layout, group)
    waiting, tried = list(reversed(found)), set()
    while waiting:
        alike = family(layout, waiting[-1]) if layout.grids else None
        if alike is not None and alike not in tried:
            tried.add(alike)
            groups = [group for group in reversed(waiting) if family(layout, group) == alike]
            left = without_ragged(layout, alike[2], groups)
            waiting = [group for group in waiting if family(layout, group) != alike] + left[::-1]
            continue
        group = without_zeros(layout, waiting.pop())
        if unchanged(layout, group):
            continue
        if group.kind[0] == "sum":
            sums(layout, group)
        else:
            elementwise(layout, group)
    return layout.read(np.array(cells.root))


def without_zeros(layout: Layout, group: Group) -> Group:
    """Return a group of sums without the 0 that each of them adds."""
    name, n_products, n_plain = group.kind
    if name != "sum" or n_products + n_plain < 2:
        return group
    zero = np.array([layout.is_number(column, 0.0).all() for column in group.operands.T])
    zero[: 2 * int(n_products)] = False
    kept = group.operands[:, ~zero]
    if not zero.any() or not kept.shape[1]:
        return group
    return group._replace(kind=(name, n_products, n_plain - int(zero.sum())), operands=kept)


def unchanged(layout: Layout, group: Group) -> bool:
    """Return whether a group gives one of its operands as it is, as 1 * x and x / 1 do; its cells then live there."""
    columns = group.operands
    if group.kind not in (("sum", 1, 0), ("sum", 0, 1), ("div", 0, 0)):
        return False
    one = [bool(layout.is_number(column, 1.0).all()) for column in columns.T]
    if group.kind == ("sum", 1, 0) and any(one):
        same = columns[:, int(one[0])]
    elif group.kind == ("sum", 0, 1) or (group.kind == ("div", 0, 0) and one[1]):
        same = columns[:, 0]
    else:
        return False
    lives = layout.array[same]
    if (lives < 0).any() or not layout.grids.keys().isdisjoint(np.unique(lives).tolist()):
        return False
    layout.array[group.cells], layout.place[group.cells] = layout.array[same], layout.place[same]
    return True


def elementwise(layout: Layout, group: Group) -> None:
    """Put operations on ``layout`` that are done place by place, in the order of their main operand, array by array."""
    columns = group.operands
    peak = group.kind[0] == "peak"
    main = columns[:, 0] if peak else main_operand(layout, columns)
    for part in parts(layout, main, columns):
        whole = None if peak else completed(layout, group.kind[0], main[part], columns[part])
        if whole is not None:
            padded(layout, group, part, *whole)
            continue
        rows, grid = ordered(layout, main, part)
        if peak:
            length = columns.shape[1]
            read = layout.read(columns[rows].reshape(*grid, length))
            out = layout.settle(group.cells[rows].reshape(grid), group.batched, "cell")
            layout.steps.append(Peak(View(out, 0, natural(grid)), grid, length, read))
        else:
            reads = tuple(layout.read(column[rows].reshape(grid)) for column in columns.T)
            out = layout.settle(group.cells[rows].reshape(grid), group.batched, "cell")
            layout.steps.append(Map(View(out, 0, natural(grid)), False, grid, group.kind[0], None, reads))


def padded(layout: Layout, group: Group, part: Ints, at: Ints, items: list[Ints]) -> None:
    """Put an operation on ``layout`` whose operands lie in arrays with padding, at which it is computed too."""
    row = layout.cells.rows[group.kind[0]]
    padding = number_at(row.value, numbers_of(layout, items))
    reads = tuple(layout.read(each) for each in items)
    number = layout.new(Array(at.shape, group.batched, "cell"))
    layout.steps.append(Map(View(number, 0, natural(at.shape)), False, at.shape, row.name, None, reads))
    pad(layout, number, np.where(at < 0, -1, group.cells[part][at]), padding)
