"""The reverse sweep for numbers, written out for speed; `autograd.engine.sweep.pull` is its specification.

It differentiates the record. Called again after ``w.data -= …``, it gives the gradient at the old w once more, and
training goes astray. So it warns when a record is swept again after a leaf was edited:

    loss = (2 * w - 3) ** 2         # belongs inside the loop
    for _ in range(3):
        w.grad = 0.0
        loss.backward()
        w.data -= 0.1 * w.grad
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose, isnan
from typing import Any
from weakref import WeakKeyDictionary

from autograd.base.caller import warn
from autograd.base.real import one_line, real
from autograd.engine.graph import Node, order, uses
from autograd.engine.ops import OPS

__all__ = ["CLOCK", "backward", "pass_back", "reached"]

ADD, MUL = OPS["add"], OPS["mul"]  # the two commonest operations, done inline


def backward(root: Node, seed: float) -> None:
    """Set the gradient of ``root`` in every node it depends on; see `Value.backward`."""
    start = real(seed, "seed")
    nodes = order(root)
    leaves: list[tuple[Node, float | None]] = []  # each with the gradient it had before
    swept = False  # whether this graph was swept before
    dx: float | None
    dy: float | None
    try:
        for v in nodes:
            if v.op is None:
                leaves.append((v, v._grad))
            elif v._grad is not None:
                swept = True
            v._grad = None
        if swept:
            warn_of_edits(root, nodes)
        root._grad = start
        nodes.reverse()
        for v in nodes:
            g = v._grad
            if g is None:  # nothing flows here: it only feeds branches that were not taken
                v._grad = 0.0
                continue
            op, x, y = v.op, v.x, v.y
            if op is ADD:
                dx = dy = g  # the same float, not a product with 1: it is faster and takes no memory
            elif op is MUL:
                dx, dy = g * v.y0, g * v.x0  # type: ignore[operator]
            elif op is None:
                continue
            elif v.y0 is None:
                (to_x,) = op.partials(v._data, v.x0)
                dx, dy = None if to_x is None else g * to_x, None
            else:
                to_x, to_y = op.partials(v._data, v.x0, v.y0)
                dx, dy = None if to_x is None else g * to_x, None if to_y is None else g * to_y
            # += and not =: in x * x both uses add up
            if x is not None and dx is not None:
                x._grad = dx if x._grad is None else x._grad + dx
            if y is not None and dy is not None:
                y._grad = dy if y._grad is None else y._grad + dy
        for leaf, had in leaves:
            leaf._grad = (had or 0.0) + (leaf._grad or 0.0)
        note_sweep(root)
    except BaseException:  # an interrupt in a notebook must not cost the leaves their gradients
        for leaf, had in leaves:
            leaf._grad = had
        raise


def pass_back(node: Node) -> None:
    """Add the gradient of ``node`` times each local derivative to its operands: one step of the sweep, by hand."""
    if node.op is None or node._grad is None:  # where no gradient has come, none goes further
        return
    numbers = (node.x0,) if node.y0 is None else (node.x0, node.y0)
    for operand, local in zip((node.x, node.y), node.op.partials(node._data, *numbers), strict=False):
        if operand is not None and local is not None:
            operand._grad = (operand._grad or 0.0) + node._grad * local


def reached(v: Node) -> bool:
    """Return whether ``v`` has a gradient, from a sweep or set by hand; a ``grad`` of 0 alone does not tell."""
    return v._grad is not None


# --- old records -----------------------------------------------------------------------------------------------------


class Clock:
    """How often the data of any leaf has been set, or a program made; two readings tell whether it was in between."""

    __slots__ = ("edits",)

    def __init__(self) -> None:
        self.edits = 0


CLOCK = Clock()
last_sweep: WeakKeyDictionary[Any, int] = WeakKeyDictionary()  # by root: the clock at its last sweep


def note_sweep(root: Node) -> None:
    """Note when ``root`` was swept."""
    last_sweep[root] = CLOCK.edits


def warn_of_edits(root: Node, nodes: Sequence[Node]) -> None:
    """Warn if the data of a leaf has changed since ``nodes``, which were swept before, were recorded.

    If no leaf was edited after the last sweep of ``root``, the same sweep is wanted twice, and there is no warning.
    """
    if last_sweep.get(root) == CLOCK.edits:
        return
    then = {
        use.operand: use.number
        for node in nodes
        for use in uses(node)
        if use.operand is not None and use.operand.op is None and changed(use.number, use.operand._data)
    }
    for leaf, number in then.items():
        more = f" (and {len(then) - 1:,} more leaves have changed)" if len(then) > 1 else ""
        warn(
            f"{one_line(leaf._label) or 'a leaf'} was {number:.6g} when this was recorded and is {leaf._data:.6g} now"
            f"{more}: backward() gives the gradient of what was recorded. Compute the loss again inside the loop, "
            f"after each update, and detach() what is kept from an earlier one"
        )
        return


def changed(then: float, now: float) -> bool:
    """Return whether two numbers differ by more than the rounding of an edit that was taken back."""
    return not (isclose(then, now, rel_tol=1e-9, abs_tol=1e-12) or isnan(then))
