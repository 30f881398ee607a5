"""Faults of a graph, and where they began: inf and nan, gradients that vanish or do not arrive, units that are copies
of each other, an old record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isnan
from typing import NamedTuple

from autograd.base.checks import shown
from autograd.engine.graph import order, uses
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, flows, pull
from autograd.engine.value import Value
from autograd.text.console import for_stdout
from autograd.text.dead import dead_gradient
from autograd.text.tree import changed, heading, old_record
from autograd.text.units import copies, vanishing

__all__ = ["Diagnosis", "diagnose"]


class Diagnosis(NamedTuple):
    """A fault of a graph, and the node where it began; as text, a sentence.

    Attributes:
        kind: "inf", "nan", "dead", "copies", "changed" or "vanishing".
        sweep: where it is seen, "forward" or "backward".
        node: the operation where it began, or the leaf.
        text: the sentence.
    """

    kind: str
    sweep: str
    node: Value
    text: str

    def __str__(self) -> str:
        return for_stdout(self.text)


def diagnose(
    root: Value, names: Mapping[Value, str] | None = None, lines: Mapping[Value, str] | None = None
) -> Diagnosis | None:
    """Return the fault in the graph of ``root`` and where it began, or None if there is none.

    Args:
        root: the node whose graph is searched.
        names: names for nodes that have no label.
        lines: the source line of each node, as `source_lines` collects them. With it, the diagnosis names the line
            that made the node; without it, it cannot.

    Raises:
        TypeError: when root is not a Value.

    It looks, in this order, for

    - *inf, nan*: the first node whose data is not finite, though its operands are; then the first such gradient;
    - *copies*: hidden units with the same weights and the same gradients, which stay equal forever;
    - *dead*: a leaf that no gradient reaches, and the operation that passes nothing back: a relu far below 0, a factor
      of 0 and its origin, a saturated tanh. It is normal, and is not reported, that some relus of a layer are off or
      some inputs are 0;
    - *changed*: a leaf whose data has changed since the graph was recorded;
    - *vanishing*: a layer whose gradients are less than a thousandth of those of a later layer.

    Units and layers are known by labels such as ``layers[0].neurons[1].w[0]``; networks of `nn` label themselves so.

    >>> x = Value(1e200, label="x")
    >>> print(diagnose((x * x) * 0.0))
    forward: × of x = 1e+200, x = 1e+200 is inf
    >>> print(diagnose(Value(0.0, label="x").sqrt() * 3.0))
    backward: the local derivative of √ in x = 0.0 is inf, with 3.0 from upstream
    >>> print(diagnose(Value(-2.0, label="x").relu() * 3.0))
    dead: no gradient reaches x = -2.0, since relu in x = -2.0 passes back nothing of the 3.0 from upstream
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    nodes, names = order(root), names or {}
    found = first_bad_value(nodes, names) or of_gradients(root, nodes, names)
    if found is None:
        return None
    old = changed(nodes) if found.kind != "changed" else {}
    text = f"{found.text}; {old_record(old)}" if old else found.text
    if lines and lines.get(found.node):
        text += f"; made at {lines[found.node]}"
    return found._replace(text=text)


def of_gradients(root: Value, nodes: Sequence[Value], names: Mapping[Value, str]) -> Diagnosis | None:
    """Return the first fault among the gradients of a graph whose data is finite."""
    gradient = pull(root, 1.0, OPS, as_number)
    found = first_bad_gradient(nodes, gradient, names)
    if found is not None:
        return found
    if twins := copies(nodes, gradient):
        return Diagnosis("copies", "backward", *twins)
    if death := dead_gradient(nodes, gradient, lambda node, number: operand_text(node, number, names)):
        return Diagnosis("dead", "backward", *death)
    if old := changed(nodes):
        return Diagnosis("changed", "forward", next(iter(old)), f"changed: {old_record(old)}")
    if faint := vanishing(nodes, gradient):
        return Diagnosis("vanishing", "backward", *faint)
    return None


def first_bad_value(nodes: Sequence[Value], names: Mapping[Value, str]) -> Diagnosis | None:
    """Return the first node that is inf or nan; its operands are finite."""
    for node in nodes:
        if isfinite(node.data):
            continue
        if node.op is None:
            text = f"forward: the leaf {operand_text(node, node.data, names)} was given"
        else:
            of = ", ".join(operand_text(use.operand, use.number, names) for use in uses(node))
            text = f"forward: {heading(node)} of {of} is {node.data}"
        return Diagnosis(kind(node.data), "forward", node, text)
    return None


def first_bad_gradient(
    nodes: Sequence[Value], gradient: Mapping[Value, float], names: Mapping[Value, str]
) -> Diagnosis | None:
    """Return where the backward pass, on its way from the root, first comes to an inf or a nan."""
    for flow in flows(nodes, gradient):
        if flow.upstream is not None and not isfinite(flow.upstream):
            return bad_sum(flow.node, gradient, names)
        if flow.share is not None and not isfinite(flow.share):
            number = uses(flow.node)[flow.position].number
            text = (
                f"backward: the local derivative of {heading(flow.node)} in "
                f"{operand_text(flow.operand, number, names)} is {flow.local}, with {flow.upstream} from upstream"
            )
            return Diagnosis(kind(flow.share), "backward", flow.node, text)
    bad = next((node for node in nodes if not isfinite(gradient.get(node, 0.0))), None)
    return None if bad is None else bad_sum(bad, gradient, names)


def bad_sum(node: Value, gradient: Mapping[Value, float], names: Mapping[Value, str]) -> Diagnosis:
    """Return the diagnosis of a gradient that is not finite, though it is a sum of finite shares."""
    text = (
        f"backward: the shares of the gradient in {operand_text(node, node.data, names)} are finite, their sum is not"
    )
    return Diagnosis(kind(gradient[node]), "backward", node, text)


def kind(number: float) -> str:
    """Return "nan" or "inf"."""
    return "nan" if isnan(number) else "inf"


def operand_text(node: Value | None, number: float, names: Mapping[Value, str]) -> str:
    """Return ``x = 1.0`` for a node with a name, ``(1.0)`` for an unnamed result, ``1.0`` for a constant."""
    if node is None:
        return f"{number}"
    if node in names and not node.label:
        return f"{names[node]} = {number}"
    return f"({number})" if node.op and not node.label else f"{heading(node)} = {number}"
