"""The graph as a list: its nodes in order, and the numbers by which each names its operands."""

from __future__ import annotations

import struct
from typing import NamedTuple

from autograd.engine import Value, links, order
from autograd.table import Op

__all__ = ["Record", "record"]


class Record(NamedTuple):
    """A graph whose nodes are numbered in order and whose constants are numbered after them."""

    nodes: list[Value]  # each after its operands; the root is last
    operands: list[tuple[int, ...]]  # of each node, by number; none for a leaf
    constants: list[float]  # constant c has the number len(nodes) + c
    root: int


def record(root: Value) -> Record:
    """Return the graph of ``root`` as a `Record`.

    Raises:
        TypeError: when a node was made by hand: what it computes is known only for the numbers it was made with.

    Equal constants are one, bit by bit: -0.0 is another than 0.0. A node computed from constants alone is one too.

    >>> x = Value(3.0)
    >>> record(2.0 * x + 2.0).operands, record(2.0 * x + 2.0).constants
    ([(), (3, 0), (1, 3)], [2.0])
    """
    nodes = order(root)
    count = len(nodes)
    number: dict[Value, int] = {}
    place: dict[float | bytes, int] = {}
    constants: list[float] = []
    operands: list[tuple[int, ...]] = []

    def constant(c: float) -> int:
        key = c if c else struct.pack("d", c)  # 0.0 == -0.0
        found = place.get(key)
        if found is None:
            found = place[key] = count + len(constants)
            constants.append(c)
        return found

    for i, (node, made_of) in enumerate(zip(nodes, links(nodes), strict=True)):
        op = node.op
        if op is None:
            operands.append(())
            number[node] = i
            continue
        if op.__class__ is not Op:
            raise TypeError(
                f"a program computes every node for other numbers, and {op.symbol} was made by hand: "
                f"define it with autograd.primitive"
            )
        if len(made_of) == 2:
            (x, a), (y, b) = made_of
            parts: tuple[int, ...] = constant(a) if x is None else number[x], constant(b) if y is None else number[y]
            fixed = parts[0] >= count and parts[1] >= count
        else:
            ((x, a),) = made_of
            parts = (constant(a) if x is None else number[x],)
            fixed = parts[0] >= count
        operands.append(parts)
        number[node] = constant(node.data) if fixed else i
    return Record(nodes, operands, constants, number[root])
