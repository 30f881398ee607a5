"""From a root to steps: the pipeline, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.engine import Value
from autograd.lift.contract import Cells, contract
from autograd.lift.groups import Group, groups
from autograd.lift.layout import Layout
from autograd.lift.lift import lift
from autograd.lift.record import Record, plainly, record
from autograd.lift.steps import Array, Ints, Step, View
from autograd.reverse.backward import Backward
from autograd.reverse.slopes import needs_gradient
from autograd.table import Op

__all__ = ["Input", "Lifted", "build", "cells_of", "lifted_from"]


class Input(NamedTuple):
    """An input, different for every example: an argument of a function that was traced."""

    name: str
    shape: tuple[int, ...]
    variables: Any  # the Values that stood for it, in an array of this shape without its axes of size 1


class Lifted(NamedTuple):
    """A graph as steps on arrays."""

    record: Record
    arrays: list[Array]
    forward: list[Step]
    backward: list[Step]
    root: View
    gradient: dict[int, View]  # of each array that has one: where it is
    leaves: dict[int, Ints]  # of each array of parameters or inputs: its leaves, by place in `values`
    values: list[Value]
    inputs: dict[int, str]  # the name of each array that is an input
    right: set[int]  # the arrays of parameters that are right factors of a product, as inputs are
    rows: Mapping[str, Op]  # the operations in the steps


def build(root: Value, inputs: Sequence[Input] = (), per_example: bool = False, graph: Record | None = None) -> Lifted:
    """Return the graph of ``root`` as steps: record, contract, group, lift, reverse.

    Args:
        root: what is computed.
        inputs: the leaves that are different for every example; none, if the graph holds its whole batch.
        per_example: whether each example's gradient is kept apart.
        graph: the record of the graph, if it is known.
    """
    graph = plainly(root, graph or record(root))
    cells = cells_of(graph, inputs)
    return lifted_from(graph, cells, groups(cells), inputs, per_example)


def cells_of(graph: Record, inputs: Sequence[Input]) -> Cells:
    """Return the cells of a graph with inputs."""
    return contract(graph, frozenset(v for one in inputs for v in one.variables.ravel().tolist()))


def lifted_from(
    graph: Record, cells: Cells, found: list[Group], inputs: Sequence[Input], per_example: bool = False
) -> Lifted:
    """Return the steps that compute cells in groups, and those that pass the gradient back."""
    layout = Layout(cells)
    given = {place(layout, one): one.name for one in inputs}
    root_view = lift(cells, layout, found)
    back = Backward(layout.arrays, needs_gradient(layout.arrays, layout.steps), per_example)
    if back.needed[root_view.array]:
        back.sweep(layout.steps, root_view)
    return Lifted(
        graph,
        layout.arrays,
        layout.steps,
        back.steps,
        root_view,
        back.gradient,
        layout.leaves,
        cells.leaves,
        given,
        layout.right,
        cells.rows,
    )


def place(layout: Layout, one: Input) -> int:
    """Give an input the array that it is given as; return its number."""
    item = {leaf: i for i, leaf in enumerate(layout.cells.leaves)}
    items = np.array([item.get(v, -1) for v in one.variables.ravel().tolist()], np.int64)
    number = layout.new(Array(one.variables.shape, True, "input"))
    used = items >= 0
    layout.array[items[used]], layout.place[items[used]] = number, np.flatnonzero(used)
    layout.leaves[number] = items.reshape(one.variables.shape)
    return number
