"""The graph as a list: its nodes in order, and the numbers by which each names its operands."""

from __future__ import annotations

import struct
from typing import NamedTuple

from autograd.base.plain import has_plain, plain_of
from autograd.engine import Value, links, order, uses
from autograd.table import Op

__all__ = ["Record", "plainly", "record"]


class Record(NamedTuple):
    """A graph whose nodes are numbered in order and whose constants are numbered after them."""

    nodes: list[Value]  # each after its operands; the root is last
    operands: list[tuple[int, ...]]  # of each node, by number; none for a leaf
    constants: list[float]  # constant c has the number len(nodes) + c
    root: int
    fixed: tuple[Value, ...] = ()  # leaves that are constants of the graph, and none of its nodes


def record(root: Value, fixed: tuple[Value, ...] = ()) -> Record:
    """Return the graph of ``root`` as a `Record`.

    Args:
        root: the node in which the graph ends.
        fixed: leaves whose numbers are constants.

    Raises:
        TypeError: when a node was made by hand: what it computes is known only for the numbers it was made with.

    Constants with the same bits are one constant, so -0.0 and 0.0 are two. A node computed from constants alone is a
    constant too.

    >>> x = Value(3.0)
    >>> record(2.0 * x + 2.0).operands, record(2.0 * x + 2.0).constants
    ([(), (3, 0), (1, 3)], [2.0])
    """
    return numbered(root, order(root), {}, fixed)


def plainly(root: Value, graph: Record) -> Record:
    """Return the graph of ``root`` as arrays compute it: results that have a plain formula are recorded by it.

    Args:
        root: the node in which the graph ends.
        graph: its record, which is returned if nothing in it has a plain formula.
    """
    return numbered(root, *plain_order(root), graph.fixed) if has_plain(graph.nodes) else graph


def numbered(root: Value, nodes: list[Value], stands_for: dict[Value, list[Value]], fixed: tuple[Value, ...]) -> Record:
    """Return the record of ``nodes``, some of which stand for others too."""
    if fixed:
        gone = set(fixed)
        nodes = [node for node in nodes if node not in gone]
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

    number |= {leaf: constant(leaf.data) for leaf in fixed}
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
            is_constant = parts[0] >= count and parts[1] >= count
        else:
            ((x, a),) = made_of
            parts = (constant(a) if x is None else number[x],)
            is_constant = parts[0] >= count
        operands.append(parts)
        number[node] = constant(node.data) if is_constant else i
        for result in stands_for.get(node, ()):
            number[result] = number[node]
    return Record(nodes, operands, constants, number[root], fixed)


def plain_order(root: Value) -> tuple[list[Value], dict[Value, list[Value]]]:
    """Return the nodes of the plain graph, each after its operands, and the results for which some of them stand."""
    nodes: list[Value] = []
    plain: dict[Value, Value] = {}
    stands_for: dict[Value, list[Value]] = {}
    done: set[Value] = set()
    waiting = [root]
    while waiting:
        node = waiting[-1]
        if node not in plain and node not in done and (formula := plain_of(node)) is not None:
            while (plainer := plain_of(formula)) is not None:
                formula = plainer
            plain[node] = formula
            stands_for.setdefault(formula, []).append(node)
        operands = [plain[node]] if node in plain else [use.operand for use in uses(node) if use.operand is not None]
        missing = [operand for operand in operands if operand not in done]
        if missing and node not in done:
            waiting.extend(reversed(missing))
            continue
        waiting.pop()
        if node not in done:
            done.add(node)
            if node not in plain:
                nodes.append(node)
    return nodes, stands_for


def wheres(graph: Record) -> set[int]:
    """Return the nodes in which a recorded `where` ends: gate(c, x) + gate(1 - gate(c, 1), y), one of the two closed.

    `where` gives what it picks; as a sum with the 0 of the closed gate -0.0 would become 0.0, which atan2 can tell.
    """
    count = len(graph.nodes)
    names = [node.op.name if node.op is not None else "" for node in graph.nodes]
    if "gate" not in names:
        return set()
    names += [repr(number) for number in graph.constants]
    operands = [*graph.operands, *[()] * len(graph.constants)]

    def is_where(taken: int, other: int) -> bool:
        if names[taken] != "gate" or names[other] != "gate" or names[operands[other][0]] != "sub":
            return False
        condition = operands[taken][0]
        one, gate = operands[operands[other][0]]
        return names[one] == "1.0" and names[gate] == "gate" and operands[gate] == (condition, one)

    return {i for i in range(count) if names[i] == "add" and is_where(*operands[i])}
