"""micrograd's and microgpt's names for the links of a node, for programs that walk a graph themselves.

In micrograd a constant is a Value too. Here a node keeps it as a plain number, and a leaf for it is made when `_prev`
is read. The same leaf is returned as long as the node lives, so a picture that names nodes by ``id`` finds it again.
"""

from __future__ import annotations

from collections.abc import Callable, KeysView
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from autograd.engine.backward import pass_back
from autograd.engine.graph import uses
from autograd.engine.handmade import ByHand, set_closure
from autograd.engine.ops import is_ours

__all__ = ["Micrograd"]

constants: WeakKeyDictionary[Any, dict[int, Any]] = WeakKeyDictionary()  # by node, then by position


class Micrograd:
    """Base of `Value`: the names `_prev`, `_op` and `_backward`."""

    __slots__ = ()
    op: Any

    @property
    def _prev(self) -> KeysView[Any]:
        """The set of operands, constants among them as Values; its order does not change from run to run."""
        return dict.fromkeys(self._children).keys()

    @property
    def _children(self) -> tuple[Any, ...]:
        """The operands, constants among them as Values, one for every use: microgpt's name."""
        return self.op.recipe.operands if isinstance(self.op, ByHand) else tuple(operands_and_constants(self))

    @property
    def _local_grads(self) -> tuple[float, ...]:
        """The local derivative in each of `_children`: microgpt's name."""
        if isinstance(self.op, ByHand):
            return self.op.recipe.derivatives()
        return tuple(local_derivative(self, use.position) for use in operand_uses(self))

    @property
    def _op(self) -> str:
        """The operation, spelled as micrograd does: '', '+', '*', '**2', 'ReLU', …"""
        if self.op is None:
            return ""
        if isinstance(self.op, ByHand):
            return self.op.recipe.symbol
        if self.op.name == "power" and is_ours(self.op):
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


def operand_uses(node: Any) -> list[Any]:
    """Return the uses of operands and constants by a node; the exponent of a constant power belongs to its name."""
    return [use for use in uses(node) if use.operand is not None or node.op.name != "power"]


def local_derivative(node: Any, position: int) -> float:
    """Return the local derivative of a node in one operand; 0 where no gradient passes."""
    local = node.op.partials(node._data, *(use.number for use in uses(node)))[position]
    return 0.0 if local is None else float(local)


def operands_and_constants(node: Any) -> list[Any]:
    """Return the operands of a node, with a leaf in the place of each constant, whose gradient is its share."""
    found = []
    for use in operand_uses(node):
        if use.operand is not None:
            found.append(use.operand)
            continue
        kept = constants.setdefault(node, {})
        leaf = kept.get(use.position)
        if leaf is None or leaf._data != use.number:
            leaf = kept[use.position] = node.detach()
            leaf._data, leaf._label = use.number, ""
        leaf._grad = None if node._grad is None else node._grad * local_derivative(node, use.position)
        found.append(leaf)
    return found
