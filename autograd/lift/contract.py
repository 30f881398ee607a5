"""Cells: what is left of a graph when chains of + and the products in them have become single sums of products.

A neuron's b + w1 x1 + w2 x2 is four nodes of the graph and one cell, which is what a row of a matrix product is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from autograd.engine import Value
from autograd.lift.record import Record
from autograd.table import Op

__all__ = ["Cells", "Kind", "contract"]

Kind: TypeAlias = tuple[str, float, float]  # a row's name, or "sum" with its counts of products and of plain terms


@dataclass
class Cells:
    """The items of a contracted graph, numbered: leaves, then constants, then cells, each after its operands."""

    leaves: list[Value]
    constants: list[float]
    kinds: list[Kind] = field(default_factory=list)  # of each cell
    operands: list[tuple[int, ...]] = field(default_factory=list)  # of each cell: items; a sum's pairs come first
    levels: list[int] = field(default_factory=list)  # of each item: 1 more than the highest of its operands
    batched: list[bool] = field(default_factory=list)  # of each item: has one number for each example
    needed: list[bool] = field(default_factory=list)  # of each item: depends on a parameter, so has a gradient
    rows: dict[str, Op] = field(default_factory=dict)  # the operations met, by the names in `kinds`
    root: int = -1  # the item that the graph ends in

    @property
    def first(self) -> int:
        """The number of the first cell."""
        return len(self.leaves) + len(self.constants)


def contract(graph: Record, inputs: frozenset[Value] = frozenset()) -> Cells:
    """Return the cells of a graph; equal cells are one, so that equal examples are computed once.

    Args:
        graph: what was recorded.
        inputs: the leaves that are different for every example; they are given, so they need no gradient.
    """
    nodes, operands = graph.nodes, graph.operands
    inside = absorbed(graph)
    leaves = [node for node in nodes if node.op is None]
    cells = Cells(leaves, graph.constants)
    item = [-1] * len(nodes) + [len(leaves) + c for c in range(len(graph.constants))]
    for leaf in leaves:
        given = leaf in inputs
        enter(cells, 0, given, not given)
    for _ in graph.constants:
        enter(cells, 0, False, False)
    known: dict[tuple[Kind, tuple[int, ...]], int] = {}
    sums: dict[int, tuple[list[int], list[int]]] = {}  # of a + inside a longer sum: its products and plain terms
    zero = next((len(nodes) + c for c, number in enumerate(graph.constants) if str(number) == "0.0"), -1)
    met = 0
    for i, node in enumerate(nodes):
        op = node.op
        if op is None:
            item[i] = met
            met += 1
            continue
        parts = operands[i]
        if min(parts) >= len(nodes) or (inside[i] and op.name == "mul"):
            continue
        if op.name == "add":
            pairs, plain = joined(parts, inside, sums, operands)
            if inside[i]:
                sums[i] = pairs, plain
                continue
            if zero in plain and len(plain) + len(pairs) // 2 > 2:  # sum() begins with 0
                plain.remove(zero)
            kind: Kind = ("sum", len(pairs) // 2, len(plain))
            parts = (*pairs, *plain)
        elif op.name == "mul":
            kind = ("sum", 1, 0)
        else:
            name = op.name
            while cells.rows.setdefault(name, op) is not op and cells.rows[name] != op:  # two of a user's own
                name += "_"
            kind = (name, node.y0 or 0.0, 0) if name == "power" else (name, 0, 0)
        made_of = tuple([item[part] for part in parts])
        key = (kind, made_of)
        found = known.get(key)
        if found is None:
            found = known[key] = len(cells.levels)
            cells.kinds.append(kind)
            cells.operands.append(made_of)
            levels, batched, needed = cells.levels, cells.batched, cells.needed
            enter(
                cells,
                1 + max([levels[part] for part in made_of]),
                True in [batched[part] for part in made_of],
                True in [needed[part] for part in made_of],
            )
        item[i] = found
    cells.root = item[graph.root]
    return cells


def enter(cells: Cells, level: int, batched: bool, needed: bool) -> None:
    """Add one item."""
    cells.levels.append(level)
    cells.batched.append(batched)
    cells.needed.append(needed)


def absorbed(graph: Record) -> list[bool]:
    """Return for each node whether it is a + or a × whose only use is in a sum, of which it becomes a part."""
    count = [0] * (len(graph.nodes) + len(graph.constants))
    for parts in graph.operands:
        for part in parts:
            count[part] += 1
    count[graph.root] += 1  # the root is used: by whoever asks for it
    inside = [False] * len(graph.nodes)
    for node, parts in zip(graph.nodes, graph.operands, strict=True):
        if node.op is not None and node.op.name == "add":
            for part in parts:
                if part < len(inside) and count[part] == 1:
                    op = graph.nodes[part].op
                    inside[part] = op is not None and op.name in ("add", "mul")
    return inside


def joined(
    parts: tuple[int, ...],
    inside: list[bool],
    sums: dict[int, tuple[list[int], list[int]]],
    operands: list[tuple[int, ...]],
) -> tuple[list[int], list[int]]:
    """Return the products (pairs end to end) and the plain terms of the sum of two parts."""
    found: list[tuple[list[int], list[int]]] = []
    for part in parts:
        if part in sums:
            found.append(sums.pop(part))
        elif part < len(inside) and inside[part]:
            found.append((list(operands[part]), []))
        else:
            found.append(([], [part]))
    left, right = found
    return merged(left[0], right[0]), merged(left[1], right[1])


def merged(left: list[int], right: list[int]) -> list[int]:
    """Return both lists as one; the shorter is put to the longer, or a chain of a million terms would be copied a
    million times."""
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    longer.extend(shorter)
    return longer
