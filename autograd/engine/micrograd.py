"""micrograd's names for the links of a node, for programs and pictures that walk a graph by themselves.

In micrograd a constant is a Value too. Here a node keeps it as a plain number, and a leaf for it is made when `_prev`
is asked for. It stays the same one as long as the node lives, so a picture that names nodes by ``id`` finds it again.
"""

from __future__ import annotations

from collections.abc import Callable, KeysView
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from autograd.engine.backward import pass_back
from autograd.engine.graph import uses
from autograd.engine.handmade import ByHand, set_closure
from autograd.engine.ops import OPS

__all__ = ["Micrograd"]

constants: WeakKeyDictionary[Any, dict[int, Any]] = WeakKeyDictionary()  # by node, then by position


class Micrograd:
    """Base of `Value`: the names `_prev`, `_op` and `_backward`."""

    __slots__ = ()
    op: Any

    @property
    def _prev(self) -> KeysView[Any]:
        """The set of operands, constants among them as Values; its order does not change from run to run."""
        found = self.op.recipe.operands if isinstance(self.op, ByHand) else operands_and_constants(self)
        return dict.fromkeys(found).keys()

    @property
    def _op(self) -> str:
        """The operation, spelt as micrograd does: '', '+', '*', '**2', 'ReLU', …"""
        if self.op is None:
            return ""
        if isinstance(self.op, ByHand):
            return self.op.recipe.symbol
        if self.op is OPS["power"]:
            return f"**{uses(self)[1].number:g}"  # type: ignore[type-var]
        return str({"mul": "*", "relu": "ReLU"}.get(self.op.name, self.op.symbol))

    @property
    def _backward(self) -> Callable[[], Any]:
        """One step of the sweep: called, it adds this node's share to the gradients of its operands."""
        if isinstance(self.op, ByHand) and self.op.recipe.closure and self.op.recipe.result() is self:
            return self.op.recipe.closure
        return partial(pass_back, self)  # type: ignore[arg-type]

    @_backward.setter
    def _backward(self, closure: Callable[[], Any]) -> None:
        set_closure(self, closure)


def operands_and_constants(node: Any) -> list[Any]:
    """Return the operands of a node, with a leaf in the place of each constant, whose gradient is its share.

    The exponent of a constant power is not among them: it belongs to the operation's name.
    """
    found = []
    for use in uses(node):
        if use.operand is not None:
            found.append(use.operand)
        elif node.op.name != "power":
            kept = constants.setdefault(node, {})
            leaf = kept.get(use.position)
            if leaf is None or leaf._data != use.number:
                leaf = kept[use.position] = node.detach()
                leaf._data, leaf._label = use.number, ""
            leaf._grad = share(node, use.position)
            found.append(leaf)
    return found


def share(node: Any, position: int) -> float | None:
    """Return what goes back to an operand; None before any backward sweep."""
    if node._grad is None:
        return None
    local = node.op.partials(node._data, *(use.number for use in uses(node)))[position]
    return 0.0 if local is None else float(node._grad * local)
