"""The sentences of a page about its graph: what it shows, and which parts of it do not move."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from autograd.base.real import one_line
from autograd.engine.graph import uses
from autograd.engine.value import Value
from autograd.table import Op

__all__ = ["edited", "sentence", "unmoved"]


def edited(nodes: list[Value]) -> list[str]:
    """Return a sentence for each leaf that has been edited since a use of it was recorded; for the first three."""
    told: dict[str, None] = {}
    for node in nodes:
        for _, _, leaf, then in uses(node):
            if leaf is not None and leaf.op is None and leaf.data != then and not (isnan(leaf.data) and isnan(then)):
                name = one_line(leaf.label) or "a leaf"
                told[f"{name} was {then:.4g} when this was recorded and is {leaf.data:.4g} now."] = None
    return list(told)[:3]


def unmoved(names: Mapping[Op, str], rows: Mapping[str, str]) -> list[str]:
    """Return a sentence about the operations whose rows cannot be written in JavaScript; none if all can."""
    still = list(dict.fromkeys(one_line(op.symbol) for op, name in names.items() if name not in rows))
    if not still:
        return []
    verbs = ("stands", "it has") if len(still) == 1 else ("stand", "they have")
    return [f"{', '.join(still)} {verbs[0]} still when a leaf moves: {verbs[1]} no row in the table's arithmetic."]


def sentence(nodes: list[Value], gradient: Mapping[Value, float]) -> str:
    """Return what a page shows, in words: what is computed, and the gradients that are largest."""
    root = nodes[-1]
    leaves = [node for node in nodes if node.op is None]
    reached = {leaf: gradient.get(leaf, 0.0) + 0.0 for leaf in leaves if leaf is not root}
    strongest = sorted(reached, key=lambda leaf: -abs(reached[leaf]))[:3]
    names = {node: one_line(node.label) or (node.op.symbol if node.op else f"n{i}") for i, node in enumerate(nodes)}
    text = f"The graph of {names[root]}: {len(nodes):,} node{'s' * (len(nodes) > 1)}, "
    text += f"{len(leaves):,} {'leaf' if len(leaves) == 1 else 'leaves'}. Forward, {names[root]} = {root.data:.6g}."
    if strongest:
        gradients = ", ".join(f"{names[leaf]} is {reached[leaf]:.6g}" for leaf in strongest)
        text += f" Backward, the gradient of {gradients}."
    return text
