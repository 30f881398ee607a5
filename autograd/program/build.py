"""From a root to source: the pipeline in order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograd.engine import Value
from autograd.program.backward import Backward
from autograd.program.code import CODE, OWN, Code, code
from autograd.program.contract import Cells, contract
from autograd.program.layout import Layout
from autograd.program.lift import groups, lift
from autograd.program.names import array_names
from autograd.program.record import Record, record
from autograd.program.source import Writer
from autograd.program.steps import Array, Gather, Ints, Map, Step, Sum, View

__all__ = ["Lifted", "build"]


class Lifted(NamedTuple):
    """A program as arrays and steps."""

    arrays: list[Array]
    forward: list[Step]
    backward: list[Step]
    root: View
    gradient: dict[int, View]
    leaves: dict[int, Ints]  # of each array of parameters or inputs: its leaves, by place in `values`
    values: list[Value]
    names: dict[int, str]
    rows: dict[str, object]


def build(root: Value, inputs: list[tuple[str, np.ndarray]] = (), per_example: bool = False) -> Lifted:
    graph = record(root)
    given = frozenset(v for _, grid in inputs for v in grid.ravel().tolist())
    cells = contract(graph, given)
    layout = Layout(cells)
    item = {leaf: i for i, leaf in enumerate(cells.leaves)}
    named = {}
    for name, grid in inputs:
        items = np.array([item.get(v, -1) for v in grid.ravel().tolist()]).reshape(grid.shape)
        number = layout.new(Array(items.shape, True, "input"))
        known = items >= 0
        layout.array[items[known]] = number
        layout.place[items[known]] = np.flatnonzero(known.ravel())
        layout.leaves[number] = items
        named[number] = name
    at = lift(cells, layout, groups(cells))
    needed = needs(layout, cells)
    n_forward = len(layout.arrays)
    back = Backward(layout.arrays, needed, lambda row, k: is_flat(cells, row, k), per_example)
    if needed[at.array]:
        back.sweep(layout.steps, at)
    names = array_names(layout.arrays, layout.steps, back.gradient, layout.leaves, cells.leaves, named, at.array, layout.right)
    return Lifted(layout.arrays, layout.steps, back.steps, at, back.gradient, layout.leaves, cells.leaves, names, cells.rows)


def needs(layout: Layout, cells: Cells) -> list[bool]:
    """Return for each array whether a gradient goes back to it."""
    found = [array.role == "parameter" for array in layout.arrays]
    for step in layout.steps:
        if isinstance(step, Gather):
            found[step.out] = any(found[a] for a in step.sources)
        elif isinstance(step, Map):
            found[step.out.array] = any(found[read.array] and not is_flat(cells, step.row, k) for k, read in enumerate(step.reads))
        elif isinstance(step, Sum):
            found[step.out.array] = any(found[read.array] for term in step.terms for read in term.reads)
    return found


def is_flat(cells: Cells, row: str, k: int) -> bool:
    """Return whether a row passes nothing back to operand k, whatever the numbers."""
    op = CODE.get(row)
    if op is None:
        return False
    operands = [Code("x"), Code("y")][: len(op.domain)]
    return op.partials(Code("z"), *operands)[k] is None
