"""Where an inf, a nan or a dead gradient was born: a sum of a thousand terms says only that there is one somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from math import isfinite, isnan
from typing import NamedTuple

from autograd.base.real import shown
from autograd.engine.graph import edges, order
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, local_derivatives, moved, pull
from autograd.engine.value import Value
from autograd.text.tree import heading

__all__ = ["Diagnosis", "diagnose"]


class Diagnosis(NamedTuple):
    """What is wrong with a graph, and the node where it began; as text, a sentence."""

    kind: str  # "inf", "nan" or "dead"
    sweep: str  # "forward" or "backward"
    node: Value  # whose operation it was; a leaf if it was given so
    text: str

    def __str__(self) -> str:
        return self.text


def diagnose(
    root: Value, names: Mapping[Value, str] | None = None, lines: Mapping[Value, str] | None = None
) -> Diagnosis | None:
    """Return where the first inf, nan or dead gradient of ``root`` was born, or None if there is none.

    Args:
        root: the node whose graph is searched.
        names: what to call nodes that have no label.
        lines: the source line of each node, as `source_lines` collects them.

    Raises:
        TypeError: when root is no Value.

    Looked for are, in this order: forwards, the first node that is inf or nan though no operand of it is; backwards,
    the first gradient that is; then a leaf whose gradient is exactly 0 because an operation on the way hands nothing
    down (a relu below 0, a factor 0, a saturated tanh), and which one.

    >>> x = Value(1e200, label="x")
    >>> print(diagnose((x * x) * 0.0))
    forward: × of x = 1e+200, x = 1e+200 is inf
    >>> print(diagnose(Value(0.0, label="x").sqrt() * 3.0))
    backward: the slope of √ in x = 0.0 is inf, with 3.0 from upstream
    >>> print(diagnose(Value(-2.0, label="x").relu() * 3.0))
    dead: no gradient reaches x = -2.0, since relu in x = -2.0 hands nothing down of the 3.0 from upstream
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    nodes, called = order(root), names or {}
    found = forward(nodes, called)
    if found is None:
        gradient = pull(root, 1.0, OPS, as_number)
        found = backward(root, nodes, gradient, called) or dead(root, nodes, gradient, called)
    if found is None or not lines or found.node not in lines:
        return found
    return Diagnosis(found.kind, found.sweep, found.node, f"{found.text}; made at {lines[found.node]}")


def forward(nodes: list[Value], called: Mapping[Value, str]) -> Diagnosis | None:
    """Return the first node that is inf or nan: what comes before it is finite."""
    for node in nodes:
        if isfinite(node.data):
            continue
        if node.op is None:
            text = f"forward: the leaf {operand(node, node.data, called)} was given"
        else:
            both = ((node.x, node.x0), (node.y, node.y0))
            of = ", ".join(operand(v, number, called) for v, number in both if number is not None)
            text = f"forward: {heading(node)} of {of} is {node.data}"
        return Diagnosis(kind(node.data), "forward", node, text)
    return None


def backward(
    root: Value, nodes: list[Value], gradient: Mapping[Value, float], called: Mapping[Value, str]
) -> Diagnosis | None:
    """Return the first gradient, from the root down, that is inf or nan."""
    for bad in reversed(nodes):
        if isfinite(gradient.get(bad, 0.0)):
            continue
        at = operand(bad, bad.data, called)
        for use, node, position in edges(root):
            if use is bad and node in gradient:
                local = local_derivatives(node, OPS, as_number)[position]
                if local is not None and not isfinite(gradient[node] * local):
                    text = f"the slope of {heading(node)} in {at} is {local}, with {gradient[node]} from upstream"
                    return Diagnosis(kind(gradient[node] * local), "backward", node, f"backward: {text}")
        text = f"backward: the shares of the gradient in {at} are finite, their sum is not"
        return Diagnosis(kind(gradient[bad]), "backward", bad, text)
    return None


def dead(
    root: Value, nodes: list[Value], gradient: Mapping[Value, float], called: Mapping[Value, str]
) -> Diagnosis | None:
    """Return the first leaf whose gradient is 0, and the operation nearest to the root that let nothing through."""
    without = (v for v in nodes if v.op is None and gradient.get(v, 0.0) == 0)
    for leaf in islice(without, 20):  # shares may also cancel: each leaf is a walk of its own
        on_the_way = moved(nodes, [leaf])
        for node in reversed(nodes):
            upstream = gradient.get(node, 0.0)
            if node.op is None or node not in on_the_way or upstream == 0:
                continue
            for v, number, local in zip(
                (node.x, node.y), (node.x0, node.y0), local_derivatives(node, OPS, as_number), strict=False
            ):
                nothing = local is None or upstream * local == 0  # a slope of 0, or a product too small for a float
                if v is not None and v in on_the_way and nothing and gradient.get(v, 0.0) == 0:
                    how = f"hands nothing down of the {upstream} from upstream"
                    if local:
                        how = f"has slope {local}, which times the {upstream} from upstream underflows to 0"
                    text = (
                        f"dead: no gradient reaches {operand(leaf, leaf.data, called)}, since {heading(node)} in "
                        f"{operand(v, number, called)} {how}"
                    )
                    return Diagnosis("dead", "backward", node, text)
    return None


def kind(number: float) -> str:
    """Return "nan" or "inf"."""
    return "nan" if isnan(number) else "inf"


def operand(node: Value | None, number: float | None, called: Mapping[Value, str]) -> str:
    """Return ``x = 1.0``: what an operand is called and what it was; (1.0) for a step on the way."""
    if node is None:
        return f"{number}"
    if node in called and not node.label:
        return f"{called[node]} = {number}"
    return f"({number})" if node.op and not node.label else f"{heading(node)} = {number}"
