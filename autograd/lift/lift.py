"""Cells that do the same side by side become one step on arrays."""

from __future__ import annotations

import numpy as np

from autograd.lift.contract import Cells
from autograd.lift.groups import Group, main_operand, ordered, parts
from autograd.lift.layout import Layout
from autograd.lift.steps import Map, Peak, View, natural
from autograd.lift.sums import lay_out, sums

__all__ = ["lift"]


def lift(cells: Cells, layout: Layout, found: list[Group]) -> View:
    """Put the steps that compute all cells on ``layout``, and return the view of the root."""
    for group in found:
        lay_out(layout, group)
    for group in found:
        if group.kind[0] == "sum":
            sums(layout, group)
        else:
            elementwise(layout, group)
    return layout.read(np.array(cells.root))


def elementwise(layout: Layout, group: Group) -> None:
    """Put operations on ``layout`` that are done place by place, in the order of their main operand, array by array."""
    columns = group.operands
    peak = group.kind[0] == "peak"
    main = columns[:, 0] if peak else main_operand(layout, columns)
    for part in parts(layout, main, columns):
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
