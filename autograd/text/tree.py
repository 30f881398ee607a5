"""A graph as a tree of text, for a terminal, a log or a failing test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.base.checks import shown
from autograd.base.real import one_line
from autograd.engine.graph import order, uses
from autograd.engine.value import Value
from autograd.text.console import for_stdout

__all__ = ["changed", "heading", "old_record", "tree"]


def tree(root: Value, *, max_nodes: int = 200) -> str:
    """Return the graph of ``root`` as text, one line per use of a node, with its data and gradient.

    Args:
        root: the node at the top.
        max_nodes: the most nodes that are written out.

    Raises:
        TypeError: when root is not a Value.
        ValueError: when the graph has more nodes than that; the message says how many.

    A node that is used twice is written out once; after that, ``^ above`` refers to it. A gradient is ``–`` until a
    backward pass has set it. If a leaf has changed since the graph was recorded, the last line says so.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1.0
    >>> y.backward()
    >>> print(tree(y))
    +           data 10   grad 1
    ├── ×       data 9    grad 1
    │   ├── x   data 3    grad 6
    │   └── x   ^ above
    └── 1       constant
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    count = len(order(root))
    if count > max_nodes:
        raise ValueError(
            f"the graph has {count:,} nodes, more than max_nodes = {max_nodes:,}; "
            f"write out a part of it, tree(v) for a v inside, or raise max_nodes"
        )
    rows: list[tuple[str, str, str]] = []
    done: set[Value] = set()
    waiting: list[tuple[Value | None, float, str, str]] = [(root, root.data, "", "")]
    while waiting:
        node, number, branch, indent = waiting.pop()
        if node is None:
            rows.append((f"{branch}{number:.6g}", "constant", ""))
            continue
        if node in done:
            rows.append((branch + heading(node), "^ above", ""))
            continue
        done.add(node)
        gradient = "–" if node._grad is None else f"{node.grad:.6g}"
        then = "" if number == node.data or number != number else f" ({number:.6g} here)"
        rows.append((branch + heading(node), f"data {node.data:.6g}{then}", f"grad {gradient}"))
        below = uses(node)
        for use in reversed(below):
            fork, line = ("└── ", "    ") if use is below[-1] else ("├── ", "│   ")
            waiting.append((use.operand, use.number, indent + fork, indent + line))
    rows = [(for_stdout(branch), for_stdout(data), for_stdout(gradient)) for branch, data, gradient in rows]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{a:<{widths[0]}}   {b:<{widths[1]}}  {c}".rstrip() for a, b, c in rows]
    old = changed(order(root))
    return for_stdout("\n".join([*lines, old_record(old)] if old else lines))


def heading(node: Value) -> str:
    """Return the label of ``node`` on one line, and the symbol of the operation that made it: ``y = ×``."""
    symbol = "" if node.op is None else node.op.symbol
    label = one_line(node.label)
    return f"{label} = {symbol}" if label and symbol else label or symbol or "leaf"


def changed(nodes: Sequence[Value]) -> dict[Value, float]:
    """Return the operands of ``nodes`` whose data has changed since the nodes were recorded, and what it was then."""
    found: dict[Value, float] = {}
    for node in nodes:
        for _, _, operand, number in uses(node):
            if operand is not None and operand._data != number and number == number:
                found.setdefault(operand, number)
    return found


def old_record(found: Mapping[Value, float]) -> str:
    """Return a sentence that says which nodes have changed since the graph was recorded.

    >>> w = Value(1.0, label="w")
    >>> loss = (w * 2.0 - 3.0) ** 2
    >>> w.data = 1.4
    >>> old_record(changed(order(loss)))
    'w was 1.0 when this was recorded and is 1.4 now: compute it again'
    """
    first, was = next(iter(found.items()))
    more = f" ({len(found) - 1:,} more have changed)" if len(found) > 1 else ""
    return (
        f"{one_line(first.label) or 'a leaf'} was {decimal(was)} when this was recorded and is {decimal(first.data)} "
        f"now{more}: compute it again"
    )


def decimal(x: float) -> str:
    """Return ``x`` in at most six digits, as a float is written: 1.0 and not 1."""
    text = f"{x:.6g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text
