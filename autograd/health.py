"""Where an inf or a nan was born: a sum of a thousand terms says only that there is one somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from autograd.graph import edges, order
from autograd.ops import OPS
from autograd.real import shown
from autograd.sweep import as_number, pull, slopes
from autograd.tree import name
from autograd.value import Value

__all__ = ["first_nonfinite"]


def first_nonfinite(root: Value, names: Mapping[Value, str] | None = None) -> str | None:
    """Return a sentence naming the first operation, forwards and then backwards, whose result is inf or nan
    though no node it was given is; None when every number and every gradient of ``root`` is finite.

    Args:
        root: the node whose graph is searched.
        names: what to call nodes that have no label.

    >>> x = Value(1e200, label="x")
    >>> first_nonfinite((x * x) * 0.0)
    'forward: × of x = 1e+200, x = 1e+200 is inf'
    >>> first_nonfinite(Value(0.0, label="x").sqrt() * 3.0)
    'backward: the slope of √ in x = 0.0 is inf, with 3.0 from upstream'
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    called = names or {}
    for node in order(root):
        if not isfinite(node.data):
            if node.op is None:
                return f"forward: the leaf {operand(node, node.data, called)} was given"
            both = ((node.x, node.x0), (node.y, node.y0))
            of = ", ".join(operand(v, number, called) for v, number in both if number is not None)
            return f"forward: {name(node)} of {of} is {node.data}"
    gradient = pull(root, 1.0, OPS, as_number)
    for bad in reversed(order(root)):
        if isfinite(gradient.get(bad, 0.0)):
            continue
        at = operand(bad, bad.data, called)
        for use, node, position in edges(root):
            if use is bad and node in gradient:
                local = slopes(node, OPS, as_number)[position]
                if local is not None and not isfinite(gradient[node] * local):
                    return (
                        f"backward: the slope of {name(node)} in {at} is {local}, with {gradient[node]} from upstream"
                    )
        return f"backward: the shares of the gradient in {at} are finite, their sum is not"
    return None


def operand(node: Value | None, number: float, called: Mapping[Value, str]) -> str:
    """Return ``x = 1.0``: what an operand is called and what it was; (1.0) for a step on the way."""
    if node is None:
        return f"{number}"
    if node in called and not node.label:
        return f"{called[node]} = {number}"
    return f"({number})" if node.op and not node.label else f"{name(node)} = {number}"
