"""What a picture of a graph shows: boxes and arrows with their numbers, whole or folded into modules.

DOT, our own drawing and the page all show a `Scene`, so they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd.base.checks import shown, whole
from autograd.engine.graph import order
from autograd.engine.value import Value
from autograd.scenes.boxes import one_by_one
from autograd.scenes.contents import Scene
from autograd.scenes.folded import folded
from autograd.scenes.modules import homes, modules
from autograd.scenes.reading import Reading, reading
from autograd.scenes.repeats import cells

__all__ = ["BUDGET", "LEVELS", "TooManyNodes", "scene"]

LEVELS = ("scalars", "neurons", "layers")  # from the most boxes to the fewest
BUDGET = 150  # boxes in a picture that a person still reads


class TooManyNodes(ValueError):
    """The graph has more nodes than the picture may have boxes."""


def scene(
    root: Value,
    *,
    level: str | None = None,
    max_nodes: int = BUDGET,
    cut: bool = False,
    graph: Reading | None = None,
) -> Scene:
    """Return the boxes and arrows of a picture of ``root``.

    Args:
        root: the node whose graph is drawn.
        level: "scalars" for every operation, "neurons" or "layers" to fold what a module computes into one box, "cells"
            to fold what repeats, and each call of softmax or its like, in a graph without modules; None for the most
            detailed that ``max_nodes`` allows.
        max_nodes: the most boxes, constants not counted.
        cut: whether a graph that has more boxes at every level is folded where it repeats, or else shown in part: the
            nodes nearest to the root.
        graph: the `reading` of the graph of root, if it is known already.

    Raises:
        TypeError: when root is not a Value, or max_nodes not an int.
        ValueError: for a level that does not exist, or a max_nodes below 1; `TooManyNodes` when the boxes are more
            than max_nodes.

    Modules are found by the labels in the graph. A computed node labeled ``layers[0].neurons[1]`` is the output of a
    module if it depends on a leaf with a label such as ``layers[0].neurons[1].w[0]``; the module is everything between
    the two. Networks of `nn` label themselves so.

    >>> x = Value(3.0, label="x")
    >>> [(box.id, box.label or box.symbol) for box in scene(x * x + 1.0).boxes]
    [('n0', 'x'), ('n1', '×'), ('n2y', ''), ('n2', '+')]
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    if level is not None and level not in (*LEVELS, "cells"):
        raise ValueError(f"level must be one of {', '.join(LEVELS)}, cells, or None to choose one, got {shown(level)}")
    max_nodes = whole("max_nodes", max_nodes)
    nodes = order(root) if graph is None else graph.nodes
    if level == "cells":
        if found := repeated(nodes, max_nodes, graph):
            return found
        level = "scalars"  # nothing repeats
    fits = len(nodes) <= max_nodes and level is None
    paths = {} if fits or level == "scalars" else modules(nodes)
    levels = LEVELS if level is None and paths else (level or "scalars",)
    for wanted in levels:
        home = homes(nodes, paths, wanted, max_nodes)
        boxes = len(nodes) - len(home) + len(set(home.values()))
        if boxes <= max_nodes:
            break
    else:
        if cut:
            return repeated(nodes, max_nodes, graph) or part(nodes, max_nodes)
        folded_to = f", which fold into {boxes:,} boxes" if home else ""
        raise TooManyNodes(
            f"the graph has {len(nodes):,} nodes{folded_to}, more than max_nodes = {max_nodes:,}: "
            f"draw a part of it (a Value inside it), fold it (level='layers' for networks of nn, 'cells' for what "
            f"repeats), or raise max_nodes"
        )
    graph = graph or reading(nodes)
    if not home:
        return Scene(root, wanted, *one_by_one(graph), note="")
    note = f"{len(nodes):,} nodes folded into {boxes:,} boxes by {wanted}; level='scalars' shows them all"
    return Scene(root, wanted, *folded(graph, home, times_of(nodes, set(paths.values()))), note=note)


def repeated(nodes: Sequence[Value], max_nodes: int, graph: Reading | None = None) -> Scene | None:
    """Return the scene in which repeated parts are one box ×N, and so is each call of softmax or its like; None if
    there are none, or too many boxes."""
    home, times, functions = cells(nodes)
    boxes = len(nodes) - len(home) + len(times)
    if not home or boxes > max_nodes:
        return None
    said = "what repeats is one box, ×N" if any(often > 1 for often in times.values()) else ""
    if functions:
        each = f"each {' and '.join(functions)}"
        said = f"{said}, and so is {each}" if said else f"{each} is one box"
    note = f"{len(nodes):,} nodes folded into {boxes:,} boxes: {said}"
    return Scene(nodes[-1], "cells", *folded(graph or reading(nodes), home, times), note=note)


def part(nodes: Sequence[Value], max_nodes: int) -> Scene:
    """Return the scene of the nodes nearest to the root, with all others in one box."""
    near, waiting = {nodes[-1]}, [nodes[-1]]
    for node in waiting:  # it grows while it is walked: breadth first
        for operand in node.operands:
            if operand not in near and len(near) < max_nodes - 1:
                near.add(operand)
                waiting.append(operand)
    home = {node: "the rest" for node in nodes if node not in near}
    note = f"{len(nodes):,} nodes: the {len(near):,} nearest to the root, the others in one box"
    return Scene(nodes[-1], "scalars", *folded(reading(nodes), home, {}), note=note)


def times_of(nodes: Sequence[Value], outputs: set[str]) -> dict[str, int]:
    """Return how often each module was used, by the labels of its outputs. A layer was used as often as its units."""
    found = Counter(node.label for node in nodes if node.op is not None and node.label in outputs)
    layers = {label.rpartition(".")[0]: count for label, count in found.items()}
    return layers | found
