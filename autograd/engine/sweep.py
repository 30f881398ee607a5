"""One sweep each way through a recorded graph, in any arithmetic.

``read(node, number)`` says what a node is in an arithmetic. ``number`` is the data that the node had when this use of
it was recorded: editing a leaf later does not change the meaning of its old uses.

=======  ==============  ============================  =======================================
reading  read            table                         serves
=======  ==============  ============================  =======================================
numbers  ``as_number``   ``rules(ieee)``               gradients
graphs   ``as_node``     ``rules(values)``             gradients that can be differentiated again
=======  ==============  ============================  =======================================
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import isnan
from typing import Any, Generic, NamedTuple

from autograd.engine.graph import N, Node, order, uses
from autograd.table import Op

__all__ = ["Closed", "Flow", "as_node", "as_number", "flows", "local_derivatives", "pull", "push", "replay"]

Read = Callable[[Any, float], Any]


def as_number(node: Node, number: float) -> float:
    """Read a node as the number that it was when this use was recorded."""
    return number


def as_node(node: N, number: float) -> N:
    """Read a node as itself, which makes sense only as long as its data is unchanged.

    Raises:
        ValueError: when its data has been edited since this use was recorded.
    """
    if node._data != number and not (isnan(node._data) and isnan(number)):
        raise ValueError(
            f"{node._label or 'a leaf'} was {number} when the graph was recorded and is {node._data} now: "
            f"compute the expression again before differentiating it as a graph"
        )
    return node


def operands(node: Node, read: Read) -> list[Any]:
    """Return the operands of ``node`` in the arithmetic of ``read``; a constant is its number."""
    both = ((node.x, node.x0), (node.y, node.y0))
    return [number if operand is None else read(operand, number) for operand, number in both if number is not None]


def row(node: Node, rules: Mapping[str, Op]) -> Op:
    """Return the row of the table that made ``node``. A user's own operation is in no table; its row is written with
    functions that take any arithmetic, so it serves in every one."""
    found: Op = rules.get(node.op.name, node.op)
    return found


def local_derivatives(node: Node, rules: Mapping[str, Op], read: Read) -> tuple[Any, ...]:
    """Return the local derivatives of ``node``, one per operand, in the arithmetic of ``rules`` and ``read``."""
    return tuple(row(node, rules).partials(read(node, node._data), *operands(node, read)))


def pull(root: N, seed: Any, rules: Mapping[str, Op], read: Read, wrt: Collection[N] | None = None) -> dict[N, Any]:
    """Return the gradient of ``root`` in every node it depends on: the chain rule, applied once, from the root back.

    Each node multiplies its gradient by each local derivative and passes the product back to that operand, where it is
    summed over all uses. A node that no gradient reaches (a branch not taken) is not in the result; its gradient is 0.

    Args:
        root: the node that is differentiated.
        seed: the gradient of ``root`` in itself, 1 as a rule.
        rules: the table in the arithmetic wanted.
        read: what a node is in that arithmetic.
        wrt: the nodes whose gradients are wanted; the sweep then goes only where they have a part. None: all.

    `Value.backward` is this sweep written out for numbers; this is its specification.

    >>> from autograd.engine import OPS, Value, as_number
    >>> x = Value(3.0)
    >>> pull(x * x, 1.0, OPS, as_number)[x]  # both edges of x * x
    6.0
    """
    nodes = order(root)
    wanted = None if wrt is None else moved(nodes, wrt)
    gradient = {root: seed}
    for node in reversed(nodes):
        if node.op is None or node not in gradient:
            continue
        to = [v if v is not None and (wanted is None or v in wanted) else None for v in (node.x, node.y)]
        if to == [None, None]:
            continue
        for operand, local in zip(to, local_derivatives(node, rules, read), strict=False):
            if operand is None or local is None:
                continue
            if local.__class__ is Closed:
                local.met.append(local.factor)
                continue
            share = times(gradient[node], local)
            gradient[operand] = gradient[operand] + share if operand in gradient else share
    return gradient


class Closed:
    """A local derivative that is a graph and is 0, so that nothing flows; for other numbers something might."""

    __slots__ = ("factor", "met")  # the graph; the list in which a sweep notes that it was here

    def __init__(self, factor: Any, met: list[Any]) -> None:
        self.factor, self.met = factor, met


def times(gradient: Any, local: Any) -> Any:
    """Return the share gradient × local; where local is the number 1, the gradient itself, not a node more."""
    return gradient if isinstance(local, float) and local == 1.0 else gradient * local


class Flow(NamedTuple, Generic[N]):
    """What goes back along one use of an operand, in numbers."""

    node: N  # the node that uses the operand
    position: int  # 0 for the first operand, 1 for the second
    operand: N
    local: float | None  # the local derivative of the node in this operand; None: nothing flows
    upstream: float | None  # the gradient of the node; None: no gradient reaches it
    share: float | None  # upstream × local; None where either is


def flows(nodes: Sequence[N], gradient: Mapping[N, float]) -> Iterator[Flow[N]]:
    """Yield what goes back along every edge between ``nodes``, users first: the terms of the backward sweep.

    Args:
        nodes: the nodes of a graph, each after its operands, as `order` gives them.
        gradient: the gradient of each node that has one, as `pull` gives it.

    >>> from autograd.engine import OPS, Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> [flow.share for flow in flows(order(y), pull(y, 1.0, OPS, as_number))]
    [3.0, 3.0]
    """
    for node in reversed(nodes):
        if node.op is None:
            continue
        upstream = gradient.get(node)
        partials = node.op.partials(node._data, *(use.number for use in uses(node)))
        for _, position, operand, _ in uses(node):
            if operand is not None:
                local = partials[position]
                share = None if local is None or upstream is None else upstream * local
                yield Flow(node, position, operand, local, upstream, share)


def moved(nodes: Iterable[N], by: Iterable[N]) -> set[N]:
    """Return the nodes that depend on one in ``by``, and those themselves; ``nodes`` are in their order."""
    found = set(by)
    for node in nodes:
        if node.x in found or node.y in found:
            found.add(node)
    return found


def push(root: N, tangents: Mapping[N, Any], rules: Mapping[str, Op], read: Read) -> dict[N, Any]:
    """Return the tangent (directional derivative) of every node, given those of some nodes: forward mode.

    Args:
        root: the node up to which the sweep goes.
        tangents: the tangent of each leaf, or node inside, that varies.
        rules: the table in the arithmetic wanted.
        read: what a node is in that arithmetic.

    A node that depends on none of them is not in the result; its tangent is 0.

    >>> from autograd.engine import OPS, Value, as_number
    >>> x = Value(3.0)
    >>> y = x * x
    >>> push(y, {x: 1.0}, OPS, as_number)[y]
    6.0
    """
    tangent = dict(tangents)
    for node in order(root):
        if node.op is None or node in tangent or (node.x not in tangent and node.y not in tangent):
            continue
        for operand, local in zip((node.x, node.y), local_derivatives(node, rules, read), strict=False):
            if operand not in tangent or local is None:
                continue
            if local.__class__ is Closed:
                local.met.append(local.factor)
                continue
            share = times(tangent[operand], local)
            tangent[node] = tangent[node] + share if node in tangent else share
    return tangent


def replay(root: N, leaves: Mapping[N, Any], rules: Mapping[str, Op]) -> dict[N, Any]:
    """Return every node's value when the recorded operations run again on other ``leaves``.

    Args:
        root: the node up to which the graph is run.
        leaves: the new value of each leaf that changes, in the arithmetic of ``rules``; others keep their data.
        rules: the table in that arithmetic.

    >>> from autograd.engine import OPS, Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> replay(y, {x: 5.0}, OPS)[y]
    25.0
    """
    value: dict[N, Any] = {}
    for node in order(root):
        if node.op is None:
            value[node] = leaves.get(node, node._data)
        else:
            value[node] = row(node, rules).value(*operands(node, lambda operand, _: value[operand]))
    return value
