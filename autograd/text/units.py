"""Units and layers, known by the labels of their parameters: which are copies, and where gradients vanish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

from autograd.base.real import one_line
from autograd.engine.graph import uses
from autograd.engine.sweep import moved
from autograd.engine.value import Value

__all__ = ["copies", "vanishing"]

FAINT = 1e-3  # of a later layer's gradients: a layer with less learns a thousand times as slowly

Gradients = Mapping[Value, float]


def copies(nodes: Sequence[Value], gradient: Gradients) -> tuple[Value, str] | None:
    """Return a hidden unit that others in its layer are copies of, and a sentence; None if there are none.

    Units of the last layer are left out: their targets tell them apart.
    """
    parameters: dict[str, dict[str, Value]] = {}  # unit -> what its parameters are called -> the leaf
    for leaf in nodes:
        unit, _, name = leaf.label.rpartition(".")
        if leaf.op is None and unit.endswith("]"):
            parameters.setdefault(unit, {})[name] = leaf
    alike: dict[tuple[str, tuple[tuple[str, float, float], ...]], list[str]] = {}  # layer, its numbers -> units
    for unit, leaves in parameters.items():
        if len(leaves) > 1:
            numbers = tuple((name, leaf.data, gradient.get(leaf, 0.0)) for name, leaf in sorted(leaves.items()))
            alike.setdefault((unit.rpartition("[")[0], numbers), []).append(unit)
    for units in alike.values():
        if len(units) > 1 and all(is_hidden(set(parameters[unit].values()), nodes) for unit in units):
            first, *rest = map(one_line, units)
            which = f"{first} and {rest[0]}" if len(rest) == 1 else f"{first} and {len(rest):,} more units of its layer"
            return next(iter(parameters[units[0]].values())), (
                f"copies: {which} have the same weights and the same gradients, so they stay equal forever: "
                f"initialize them with different random numbers"
            )
    return None


def is_hidden(leaves: set[Value], nodes: Sequence[Value]) -> bool:
    """Return whether what is computed from the leaves of a unit is multiplied by another leaf: by a later layer."""
    after = moved(nodes, leaves)
    for node in nodes:
        if node.op is not None and node.op.name == "mul":
            x, y = (use.operand for use in uses(node))
            for unit, weight in ((x, y), (y, x)):
                computed = unit is not None and unit.op is not None and unit in after
                if computed and weight is not None and weight.op is None and weight not in leaves:
                    return True
    return False


def vanishing(nodes: Sequence[Value], gradient: Gradients) -> tuple[Value, str] | None:
    """Return a leaf of the layer with the smallest gradients, and a sentence, if a later layer's are more than a
    thousand times as large; else None. The size of a layer's gradients is their root mean square."""
    layers: dict[str, list[Value]] = {}
    for leaf in nodes:
        if leaf.op is None and "." in leaf.label:
            layers.setdefault(layer_of(leaf.label), []).append(leaf)
    sizes = {layer: rms([gradient.get(leaf, 0.0) for leaf in leaves]) for layer, leaves in layers.items()}
    sizes = {layer: size for layer, size in sizes.items() if size > 0.0}
    if len(sizes) < 2:
        return None
    faint = min(sizes, key=sizes.__getitem__)
    after = moved(nodes, layers[faint])
    fed = {
        layer_of(use.operand.label)
        for node in nodes
        if any(use.operand in after and use.operand.op is not None for use in uses(node))
        for use in uses(node)
        if use.operand is not None and use.operand.op is None and "." in use.operand.label
    }
    later = [layer for layer in fed if layer in sizes and layer != faint]
    if not later:
        return None
    strong = max(later, key=sizes.__getitem__)
    ratio = sizes[faint] / sizes[strong]
    if ratio >= FAINT:
        return None
    return layers[faint][0], (
        f"vanishing: the gradients of {one_line(faint)} are {ratio:.2g} times those of {one_line(strong)} "
        f"(root mean square {sizes[faint]:.2g} and {sizes[strong]:.2g})"
    )


def layer_of(label: str) -> str:
    """Return the layer of a parameter.

    >>> layer_of("layers[0].neurons[1].w[0]"), layer_of("hidden.w[0]")
    ('layers[0]', 'hidden')
    """
    unit = label.rpartition(".")[0]
    return unit.rpartition(".")[0] or unit if unit.endswith("]") else unit


def rms(numbers: Sequence[float]) -> float:
    """Return the root mean square."""
    return sqrt(sum(x * x for x in numbers) / len(numbers))
