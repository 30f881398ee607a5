"""The constants of a node as Values, for who walks `_prev` as micrograd's users do: there, a constant is a Value too.

A node keeps a constant as a plain number. A leaf for it is made when it is asked for, and stays the same one as long as
the node lives: a picture that names nodes by ``id`` finds it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from autograd.engine.graph import Node, uses

__all__ = ["leaves_and_constants"]

made: WeakKeyDictionary[Any, dict[int, Any]] = WeakKeyDictionary()  # by node, then by position


def leaves_and_constants(node: Node, leaf: Callable[[float], Any]) -> list[Any]:
    """Return the operands of ``node``, with a leaf in the place of each constant; each has its share as its gradient.

    Args:
        node: a computed node. The exponent of a constant power is not an operand: it belongs to the operation's name.
        leaf: makes a leaf from a number.
    """
    found = []
    for use in uses(node):
        if use.operand is not None:
            found.append(use.operand)
        elif node.op.name != "power":
            kept = made.setdefault(node, {})
            constant = kept.get(use.position)
            if constant is None or constant._data != use.number:
                constant = kept[use.position] = leaf(use.number)
            constant._grad = share(node, use.position)
            found.append(constant)
    return found


def share(node: Node, position: int) -> float | None:
    """Return what would go back to an operand; None before any backward sweep."""
    if node._grad is None:
        return None
    local = node.op.partials(node._data, *(use.number for use in uses(node)))[position]
    return 0.0 if local is None else float(node._grad * local)
