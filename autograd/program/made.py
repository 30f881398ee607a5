"""Leaves that a traced function makes anew in each call, as ``total = Value(0.0)``: in a program they are constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.engine import Value, order
from autograd.program.inputs import variables

__all__ = ["as_constants"]


def as_constants(f: Callable[..., Any], example: Sequence[Any], root: Value, given: Iterable[Value]) -> bool:
    """Replace the leaves that ``f`` made in its call by their numbers, and return whether there are any.

    Args:
        f: the function, which is called once more.
        example: the numbers that it was called with.
        root: what it returned; no other graph has its nodes.
        given: the Values that stood for the numbers.

    A leaf that somebody holds, such as a weight, is found again in the graph of another call with the same numbers. A
    leaf that is not found was made by the call.
    """
    known = set(given)
    nodes = order(root)
    leaves = [v for v in nodes if v.op is None and v not in known]
    again, _ = variables(f, example)
    other = f(*again)
    if not isinstance(other, Value):
        return False
    known.update(order(other))
    made = {v for v in leaves if v not in known}
    if root in made:
        return False
    for node in nodes:
        if node.x in made:
            node.x = None  # the number stays in x0
        if node.y in made:
            node.y = None
    return bool(made)
