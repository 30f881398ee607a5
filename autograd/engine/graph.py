"""The shape of a recorded graph: its nodes, their order, and the edges between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

__all__ = ["N", "Node", "Use", "count", "edges", "links", "order", "uses"]


class Node(Protocol):
    """The fields of a node in a graph. `autograd.engine.value.Value` has them, and explains them."""

    _data: float
    _grad: float | None
    _label: str
    op: Any
    x: Any
    y: Any
    x0: float | None
    y0: float | None


N = TypeVar("N", bound=Node)


class Use(NamedTuple, Generic[N]):
    """One use of an operand, or of a constant, by the node that was computed from it."""

    node: N  # the node that uses it
    position: int  # 0 for the first operand, 1 for the second
    operand: N | None  # None: a constant
    number: float  # the operand's number when this use was recorded; or the constant


def uses(node: N) -> tuple[Use[N], ...]:
    """Return the uses that ``node`` makes of its operands, in their order; none for a leaf.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> [(use.operand and use.operand.label, use.number) for use in uses(2.0 * x)]
    [(None, 2.0), ('x', 3.0)]
    """
    x0, y0 = node.x0, node.y0  # written out for speed: it is called for each of a million nodes
    if x0 is None:
        return ()
    first = Use(node, 0, node.x, x0)
    return (first,) if y0 is None else (first, Use(node, 1, node.y, y0))


def links(nodes: Iterable[N]) -> Iterator[tuple[tuple[N | None, float], ...]]:
    """Yield for each node its uses as bare pairs (operand, number): `uses` for graphs of a million nodes.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> [(operand and operand.label, number) for operand, number in next(links([2.0 * x]))]
    [(None, 2.0), ('x', 3.0)]
    """
    for node in nodes:
        x0, y0 = node.x0, node.y0
        if x0 is None:
            yield ()
        elif y0 is None:
            yield ((node.x, x0),)
        else:
            yield ((node.x, x0), (node.y, y0))


def order(root: N) -> list[N]:
    """Return the nodes that ``root`` depends on, each after its operands; ``root`` itself comes last.

    The order matters: in ``b = a + a; c = b + b`` the gradient of b must be complete before it is passed on. A
    recursive walk, first operand first, would visit the nodes in the same order. Here the way back is kept in a list
    and not on Python's stack, so a chain of a million nodes is possible.

    >>> from autograd import Value
    >>> a = Value(1.0)
    >>> b = a + a
    >>> c = b * a
    >>> order(c) == [a, b, c]
    True
    """
    seen: set[N] = set()
    nodes: list[N] = []
    waiting: list[N] = []  # the path from root to here: nodes with an operand still to do
    node: Any = root
    while True:
        seen.add(node)
        x = node.x
        if x is not None and x not in seen:
            waiting.append(node)
            node = x
            continue
        y = node.y
        while y is None or y in seen:  # both operands are done, so this node is next
            nodes.append(node)
            if not waiting:
                return nodes
            node = waiting.pop()
            y = node.y
        waiting.append(node)
        node = y


def count(root: Node, most: int) -> int:
    """Return how many nodes ``root`` depends on, itself included; ``most`` if there are as many or more.

    It stops counting there, so a graph of a million nodes is known to be large in an instant.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> count(x * x + 1.0, 100), count(x * x + 1.0, 2)
    (3, 2)
    """
    seen: set[Node] = {root}
    waiting = [root]
    while waiting and len(seen) < most:
        node = waiting.pop()
        for operand in (node.x, node.y):
            if operand is not None and operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return min(len(seen), most)


def edges(root: N) -> Iterator[tuple[N, N, int]]:
    """Yield the edges of the graph of ``root`` as (operand, node, position), position 0 for x and 1 for y.

    There is an edge for every use: ``x * x`` has two. Constants are not nodes and have none.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> [(operand.label, position) for operand, node, position in edges(x * x)]
    [('x', 0), ('x', 1)]
    """
    for node in order(root):
        for position, operand in enumerate((node.x, node.y)):
            if operand is not None:
                yield operand, node, position
