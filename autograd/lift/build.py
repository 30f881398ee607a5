"""From a root to steps: the pipeline, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np

from autograd.engine import Value
from autograd.lift.backward import Backward
from autograd.lift.code import CODE, Code, code, literal
from autograd.lift.contract import Cells, contract
from autograd.lift.groups import Group, groups
from autograd.lift.layout import Layout
from autograd.lift.lift import lift
from autograd.lift.record import Record, plainly, record
from autograd.lift.steps import Array, Gather, Ints, Map, Step, Sum, View
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


def build(root: Value, inputs: Sequence[Input] = (), per_example: bool = False) -> Lifted:
    """Return the graph of ``root`` as steps: record, contract, group, lift, reverse.

    Args:
        root: what is computed.
        inputs: the leaves that are different for every example; none, if the graph holds its whole batch.
        per_example: whether each example's gradient is kept apart.
    """
    graph = plainly(root, record(root))
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
    back = Backward(layout.arrays, needs(layout), constant_slope, is_cut, per_example)
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


def needs(layout: Layout) -> list[bool]:
    """Return for each array whether a gradient goes back to it: whether it depends on a parameter."""
    found = [array.role == "parameter" for array in layout.arrays]
    for step in layout.steps:
        if isinstance(step, Gather):
            found[step.out] = any(found[source] for source in step.sources)
        elif isinstance(step, Map):
            reads = [read for k, read in enumerate(step.reads) if not is_cut(step.row, k)]
            found[step.out.array] = any(found[read.array] for read in reads)
        elif isinstance(step, Sum):
            found[step.out.array] = any(found[read.array] for term in step.terms for read in term.reads)
    return found


def constant_slope(row: str, k: int, numbers: Sequence[float | None] = ()) -> float | None:
    """Return the local derivative of a row in operand k if it is the same everywhere, None if it is not.

    Args:
        row: the name of the row.
        k: which operand.
        numbers: the operands that are constant numbers; None for the others.
    """
    op = CODE.get(row)
    if op is None or (row == "power" and not numbers):
        return None
    names = ["x", "y"][: len(op.domain)]
    given = zip_longest(names, numbers)
    slope = op.partials(Code("z"), *[Code(name) if c is None else literal(c) for name, c in given])[k]
    return None if slope is None else code(slope).number


def is_cut(row: str, k: int) -> bool:
    """Return whether a row passes nothing back to operand k, as floor does.

    x ** 0 passes back 0 times upstream, which is nan where upstream is infinite.
    """
    op = CODE.get(row)
    return op is not None and op.partials(Code("z"), *map(Code, ["x", "y"][: len(op.domain)]))[k] is None
