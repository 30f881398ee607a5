"""Cells: a graph in which every chain of +, with the products in it, has become a single sum of products.

A neuron's b + w1 x1 + w2 x2 is four nodes of the graph, but one cell, and one entry of a matrix product.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from autograd.engine import OPS, Value, is_ours
from autograd.lift.record import Record
from autograd.table import Op

__all__ = ["Cells", "Kind", "contract"]

Kind: TypeAlias = tuple[str, float, float]  # a row's name, or "sum" with its counts of products and plain terms, …
JOINED = {
    "add": ("add",),
    "mul": ("add",),
    "max": ("max", "still"),
}  # what becomes a part of which user
STILL = OPS["still"]


@dataclass
class Cells:
    """The items of a contracted graph, numbered: leaves, then constants, then cells, each after its operands."""

    leaves: list[Value]
    constants: list[float]
    kinds: list[Kind] = field(default_factory=list)  # of each cell
    operands: list[tuple[int, ...]] = field(default_factory=list)  # of each cell: items; a sum's pairs come first
    levels: list[int] = field(default_factory=list)  # of each item: 1 more than the highest of its operands
    batched: list[bool] = field(default_factory=list)  # of each item: has one number for each example
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
        inputs: the leaves that are different for every example.
    """
    return Contraction(graph, inputs).cells


class Contraction:
    """A walk over the nodes of a graph, each of which becomes an item, or a part of the node that uses it."""

    def __init__(self, graph: Record, inputs: frozenset[Value]) -> None:
        nodes = graph.nodes
        leaves = [node for node in nodes if node.op is None]
        self.graph, self.count = graph, len(nodes)
        self.inside = absorbed(graph)
        self.parts: dict[int, tuple[list[int], list[int]]] = {}  # of a + inside a sum: its products and plain terms
        self.cells = Cells(leaves, graph.constants)
        self.known: dict[tuple[Kind, tuple[int, ...]], int] = {}
        self.item = [-1] * len(nodes) + [len(leaves) + c for c in range(len(graph.constants))]
        # sum() begins with 0, which is dropped; -0.0 is another constant
        self.zero = next((self.count + c for c, number in enumerate(graph.constants) if str(number) == "0.0"), -1)
        self.cells.levels = [0] * self.cells.first
        self.cells.batched = [leaf in inputs for leaf in leaves] + [False] * len(graph.constants)
        met = 0
        for i, node in enumerate(nodes):
            if node.op is None:
                self.item[i] = met
                met += 1
            elif min(graph.operands[i]) < self.count:  # else it is a constant
                self.node(i, node.op)
        self.cells.root = self.item[graph.root]

    def node(self, i: int, op: Op) -> None:
        """Turn a computed node into a cell, or keep it for its user."""
        parts, name = self.graph.operands[i], op.name
        if name == "add":
            pairs, plain = self.joined(parts)
            if self.inside[i]:
                self.parts[i] = pairs, plain
                return
            if self.zero in plain and len(plain) + len(pairs) // 2 > 2:
                plain = [part for part in plain if part != self.zero] or plain[: 0 if pairs else 1]
            self.item[i] = self.cell(("sum", len(pairs) // 2, len(plain)), (*pairs, *plain))
        elif name == "max" and self.inside[i]:
            self.parts[i] = [], self.joined(parts)[1]
        elif name == "still" and parts[0] in self.parts:
            operands = self.parts[parts[0]][1]  # other nodes may hold the same one still
            self.item[i] = self.cell(("peak", 0, len(operands)), tuple(operands))
        elif name == "mul":
            if not self.inside[i]:
                self.item[i] = self.cell(("sum", 1, 0), parts)
        else:
            op = OPS[name] if is_ours(op) else op  # in a gradient it never raises; arrays never do
            while self.cells.rows.setdefault(name, op) is not op and self.cells.rows[name] != op:
                name += "_"  # two operations of a user's own have one name
            exponent = self.graph.constants[parts[1] - self.count] if name == "power" else 0
            self.item[i] = self.cell((name, exponent, 0), parts)

    def cell(self, kind: Kind, parts: tuple[int, ...]) -> int:
        """Return the item of a cell, a new one unless there is one like it."""
        item, cells = self.item, self.cells
        made_of = tuple([item[part] for part in parts])
        found = self.known.get((kind, made_of))
        if found is None:
            found = self.known[kind, made_of] = len(cells.levels)
            cells.kinds.append(kind)
            cells.operands.append(made_of)
            cells.levels.append(1 + max([cells.levels[part] for part in made_of]))
            cells.batched.append(True in [cells.batched[part] for part in made_of])
        return found

    def joined(self, parts: tuple[int, ...]) -> tuple[list[int], list[int]]:
        """Return the products (pairs end to end) and the plain terms of two parts; of a max, its operands."""
        found: list[tuple[list[int], list[int]]] = []
        for part in parts:
            if part in self.parts:
                found.append(self.parts.pop(part))
            elif part < self.count and self.inside[part]:
                found.append((list(self.graph.operands[part]), []))
            else:
                found.append(([], [part]))
        left, right = found
        return merged(left[0], right[0]), merged(left[1], right[1])


def absorbed(graph: Record) -> list[bool]:
    """Return for each node whether it becomes a part of the only node that uses it.

    A + or a × becomes part of a sum. A max becomes part of another max or of `still`, but only in a chain that ends in
    `still`, which passes no gradient back: at a tie, a chain of max shares the gradient differently.
    """
    count = [0] * (len(graph.nodes) + len(graph.constants))
    for parts in graph.operands:
        for part in parts:
            count[part] += 1
    held = [parts[0] for node, parts in zip(graph.nodes, graph.operands, strict=True) if node.op is STILL]
    for part, times in Counter(held).items():
        count[part] -= times - 1  # what is held still several times is used once
    count[graph.root] += 1  # the root is used: by whoever asks for it
    inside = [False] * len(graph.nodes)
    # users come after what they use: a max is inside only if its chain ends in still
    for i in range(len(graph.nodes) - 1, -1, -1):
        op = graph.nodes[i].op
        if op is None or op.name not in ("add", "max", "still"):
            continue
        for part in graph.operands[i]:
            if part < len(inside) and count[part] == 1:
                below = graph.nodes[part].op
                user = op.name if op.name != "max" or inside[i] else ""
                inside[part] = below is not None and user in JOINED.get(below.name, ())
    return inside


def merged(left: list[int], right: list[int]) -> list[int]:
    """Return both lists as one. The shorter is added to the longer, so that a chain of a million terms is not copied a
    million times."""
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    longer.extend(shorter)
    return longer
