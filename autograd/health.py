"""Where an inf or a nan was born: a sum of a thousand terms says only that there is one somewhere."""

from __future__ import annotations

from math import isfinite

from autograd.graph import edges, order
from autograd.ops import OPS
from autograd.sweep import as_number, pull, slopes
from autograd.tree import name
from autograd.value import Value

__all__ = ["first_nonfinite"]


def first_nonfinite(root: Value) -> str | None:
    """Return a sentence naming the first operation, forwards and then backwards, whose result is inf or nan
    though all it was given is finite; None when every number and every gradient of ``root`` is finite.

    >>> x = Value(1e200, label="x")
    >>> first_nonfinite((x * x) * 0.0)
    'forward: × of x = 1e+200, x = 1e+200 is inf'
    >>> first_nonfinite(Value(0.0, label="x").sqrt() * 3.0)
    'backward: the slope of √ in x = 0.0 is inf, with 3.0 coming from upstream'
    """
    for node in order(root):
        if not isfinite(node.data):
            if node.op is None:
                return f"forward: the leaf {named(node, node.data)} was given"
            of = ", ".join(named(v, n) for v, n in ((node.x, node.x0), (node.y, node.y0)) if n is not None)
            return f"forward: {name(node)} of {of} is {node.data}"
    gradient = pull(root, 1.0, OPS, as_number)
    for bad in reversed(order(root)):
        if isfinite(gradient.get(bad, 0.0)):
            continue
        for operand, node, position in edges(root):
            if operand is bad and node in gradient:
                local = slopes(node, OPS, as_number)[position]
                if local is not None and not isfinite(gradient[node] * local):
                    return (
                        f"backward: the slope of {name(node)} in {named(bad, bad.data)} is {local}, "
                        f"with {gradient[node]} coming from upstream"
                    )
        return f"backward: the shares of the gradient in {named(bad, bad.data)} are finite, their sum is not"
    return None


def named(node: Value | None, number: float) -> str:
    """Return ``x = 1.0``: what an operand is called and what it was."""
    return f"{number}" if node is None else f"{name(node)} = {number}" if not node.op or node.label else f"({number})"
