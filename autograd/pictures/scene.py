"""What a picture of a graph shows: boxes and arrows with their numbers, whole or folded into modules.

DOT, our own drawing and the page all show a `Scene`, so they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from autograd.base.checks import shown, whole
from autograd.engine.graph import order, uses
from autograd.engine.sweep import Flow, flows
from autograd.engine.value import Value
from autograd.pictures.modules import cells, homes, modules

__all__ = ["BUDGET", "LEVELS", "Arrow", "Box", "Scene", "TooManyNodes", "scene"]

LEVELS = ("scalars", "neurons", "layers")  # from the most boxes to the fewest
BUDGET = 150  # boxes in a picture that a person still reads


class TooManyNodes(ValueError):
    """The graph has more nodes than the picture may have boxes."""


class Box(NamedTuple):
    """One box: a leaf, an operation, a constant, or a module with everything it computes."""

    id: str  # n0, n1, … each after its operands; a constant's is that of its operation and x or y, a module's m0, m1, …
    kind: str  # "leaf", "operation", "constant" or "module"
    label: str  # the name, "" for none; a module's path
    symbol: str  # of the operation; "" for other kinds
    why: str  # its local derivative in words; "" for other kinds
    data: float | None  # None for a module used more than once, or with several outputs
    grad: float | None  # None before a backward pass, and where data is
    nodes: tuple[Value, ...]  # the scalars in it; none in a constant
    uses: int = 1  # how often a module was used: ×N
    dead: bool = False  # no gradient reaches it along any path: it only feeds branches that were not taken


class Arrow(NamedTuple):
    """One arrow: a use of an operand by an operation, or all uses between two boxes."""

    tail: str  # the id of the box that is used
    head: str  # the id of the box that uses it
    position: int  # 0 for the first operand, 1 for the second
    local: float | None  # the local derivative; None: no gradient goes back, or an end is a module
    share: float | None  # upstream × local, summed over the uses of one scalar; None before a backward pass, where no
    # gradient goes back, and when several scalars are used
    uses: int = 1  # how many uses of scalars it stands for
    was: float | None = None  # what the operand was when it was used, if its data has been edited since
    constant: bool = False  # it comes from a constant
    folded: bool = False  # an end of it is a module, so that there is no one local derivative


class Scene(NamedTuple):
    """The contents of a picture of a graph; each box comes after the boxes that feed it."""

    root: Value
    level: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    note: str  # what was folded and how to unfold it; "" if nothing was

    @property
    def swept(self) -> bool:
        """Whether there has been a backward pass: the root has a gradient."""
        return self.root._grad is not None


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
            to fold what repeats in a graph without modules; None for the most detailed that ``max_nodes`` allows.
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
    """Return the scene in which repeated parts are one box ×N; None if nothing repeats, or there are too many boxes."""
    home, times = cells(nodes)
    boxes = len(nodes) - len(home) + len(times)
    if not home or boxes > max_nodes:
        return None
    note = f"{len(nodes):,} nodes folded into {boxes:,} boxes: what repeats is one box, ×N"
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


class Reading(NamedTuple):
    """A graph, and what went back along its edges in the last backward pass."""

    nodes: Sequence[Value]  # each after its operands
    back: Mapping[tuple[Value, int], Flow[Value]]  # for each node, and the position of an operand
    dead: set[Value]  # the nodes that no gradient reaches along any path

    def share(self, node: Value, position: int) -> float | None:
        """Return the flow from ``node`` back to the operand at ``position``."""
        return None if node in self.dead else self.back[node, position].share


def reading(nodes: Sequence[Value], back: Sequence[Flow[Value]] | None = None) -> Reading:
    """Return the graph of the last of ``nodes`` with the gradients that its nodes hold.

    Args:
        nodes: the nodes in their order.
        back: the flows back along its edges, if they are known already; their gradients may be other ones.
    """
    gradients = {node: node._grad for node in nodes if node._grad is not None}
    back = list(flows(nodes, gradients)) if back is None else [with_gradient(f, f.node._grad) for f in back]
    dead = set(nodes[:-1])
    for flow in back:  # users first
        if flow.node not in dead and flow.local is not None:
            dead.discard(flow.operand)
    return Reading(nodes, {(flow.node, flow.position): flow for flow in back}, dead)


def with_gradient(flow: Flow[Value], upstream: float | None) -> Flow[Value]:
    """Return ``flow`` with another upstream gradient, and the share that follows from it."""
    share = None if upstream is None or flow.local is None else upstream * flow.local
    return flow._replace(upstream=upstream, share=share)


# --- a box for every node ---------------------------------------------------------------------------------------


def one_by_one(graph: Reading) -> tuple[tuple[Box, ...], tuple[Arrow, ...]]:
    """Return a box for every node and every constant, and an arrow for every use."""
    ids = {node: f"n{i}" for i, node in enumerate(graph.nodes)}
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in graph.nodes:
        own, arriving = box_and_arrows(node, ids, graph)
        boxes += own
        arrows += arriving
    return tuple(boxes), tuple(arrows)


def box_and_arrows(node: Value, ids: Mapping[Value, str], graph: Reading) -> tuple[list[Box], list[Arrow]]:
    """Return the box of ``node``, after those of its constants, and the arrows that arrive at it."""
    here, op, dead = ids[node], node.op, node in graph.dead
    if op is None:
        return [Box(here, "leaf", node.label, "", "", node.data, node._grad, (node,), dead=dead)], []
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for _, position, operand, number in uses(node):
        if operand is None:
            constant = here + "xy"[position]
            boxes.append(Box(constant, "constant", "", "", "", number, None, ()))
            arrows.append(Arrow(constant, here, position, None, None, constant=True))
            continue
        local, share = graph.back[node, position].local, graph.share(node, position)
        was = number if operand.data != number and number == number else None
        arrows.append(Arrow(ids[operand], here, position, local, share, was=was))
    boxes.append(Box(here, "operation", node.label, op.symbol, op.why, node.data, node._grad, (node,), dead=dead))
    return boxes, arrows


# --- a box for every module -------------------------------------------------------------------------------------

Ties = Mapping[tuple[str, str], Mapping[Value, list[float | None]]]  # (tail, head) -> the shares of each scalar used


def folded(
    graph: Reading, home: Mapping[Value, str], times: Mapping[str, int]
) -> tuple[tuple[Box, ...], tuple[Arrow, ...]]:
    """Return a box for every module and for every node outside of one, and an arrow between those that are tied.

    Args:
        graph: what is drawn.
        home: the path of the module that a node is folded into.
        times: how often each module is used; 1 if it is not said.
    """
    inside = members(graph.nodes, home)
    module_ids = {path: f"m{i}" for i, path in enumerate(inside)}
    modules_drawn = set(module_ids.values())
    ids = {node: module_ids[home[node]] if node in home else f"n{i}" for i, node in enumerate(graph.nodes)}
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in graph.nodes:
        if node not in home:
            own, arriving = box_and_arrows(node, ids, graph)
            boxes += own
            arrows += [arrow for arrow in arriving if arrow.tail not in modules_drawn]
    ties = ties_of_modules(graph, home, ids)
    used: dict[str, set[Value]] = {ids[graph.nodes[-1]]: {graph.nodes[-1]}}  # what is used outside of each box
    for (tail, _), shares in ties.items():
        used.setdefault(tail, set()).update(shares)
    for path, held in inside.items():
        boxes.append(
            module_box(module_ids[path], path, held, used.get(module_ids[path], set()), times.get(path, 1), graph.dead)
        )
    arrows += [tie(tail, head, shares) for (tail, head), shares in ties.items()]
    return tuple(by_use(boxes, arrows)), tuple(arrows)


def members(nodes: Sequence[Value], home: Mapping[Value, str]) -> dict[str, list[Value]]:
    """Return the nodes in each module, by its path; the modules in the order in which they compute."""
    first = sorted((node for node in nodes if node in home), key=lambda node: node.op is None)
    inside: dict[str, list[Value]] = {home[node]: [] for node in first}
    for node in nodes:
        if node in home:
            inside[home[node]].append(node)
    return inside


def ties_of_modules(graph: Reading, home: Mapping[Value, str], ids: Mapping[Value, str]) -> Ties:
    """Return the flows between each two boxes of which one is a module."""
    ties: dict[tuple[str, str], dict[Value, list[float | None]]] = {}
    for node in graph.nodes:
        for _, position, operand, _ in uses(node):
            if operand is not None and ids[operand] != ids[node] and (node in home or operand in home):
                scalars = ties.setdefault((ids[operand], ids[node]), {})
                scalars.setdefault(operand, []).append(graph.share(node, position))
    return ties


def times_of(nodes: Sequence[Value], outputs: set[str]) -> dict[str, int]:
    """Return how often each module was used, by the labels of its outputs. A layer was used as often as its units."""
    found = Counter(node.label for node in nodes if node.op is not None and node.label in outputs)
    layers = {label.rpartition(".")[0]: count for label, count in found.items()}
    return layers | found


def module_box(id: str, path: str, held: Sequence[Value], used: set[Value], times: int, dead: set[Value]) -> Box:
    """Return the box of a module that holds the nodes ``held``, of which those in ``used`` are used outside of it."""
    out = next(iter(used)) if len(used) == times == 1 else None
    data, grad = (None, None) if out is None else (out.data, out._grad)
    return Box(id, "module", path, "", "", data, grad, tuple(held), times, dead.issuperset(held))


def tie(tail: str, head: str, shares: Mapping[Value, Sequence[float | None]]) -> Arrow:
    """Return the arrow for all uses between two boxes; it has a share if they are uses of one scalar."""
    found = [share for of_one in shares.values() for share in of_one if share is not None]
    total = sum(found) if found and len(shares) == 1 else None
    return Arrow(tail, head, 0, None, total, sum(map(len, shares.values())), folded=True)


def by_use(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> list[Box]:
    """Return the boxes, each after those that feed it. Where modules feed each other in turn, as in recurrent networks,
    the one that was given first comes first."""
    number = {box.id: i for i, box in enumerate(boxes)}
    feeds: list[set[int]] = [set() for _ in boxes]
    lacks: list[set[int]] = [set() for _ in boxes]
    for arrow in arrows:
        feeds[number[arrow.tail]].add(number[arrow.head])
        lacks[number[arrow.head]].add(number[arrow.tail])
    ready = [i for i, missing in enumerate(lacks) if not missing]
    heapify(ready)
    done: dict[int, None] = {}
    while len(done) < len(boxes):
        i = heappop(ready) if ready else first_of_a_circle(lacks, done)
        if i in done:
            continue
        done[i] = None
        for j in sorted(feeds[i]):
            lacks[j].discard(i)
            if not lacks[j]:
                heappush(ready, j)
    return [boxes[i] for i in done]


def first_of_a_circle(lacks: Sequence[set[int]], done: Mapping[int, None]) -> int:
    """Return the first of some boxes that feed each other in turn, and that no other box still to come feeds.

    Args:
        lacks: for each box, those that feed it and are still to come.
        done: the boxes that have come.
    """

    def before(i: int) -> set[int]:
        """Return the boxes that feed ``i``, directly or not."""
        found: set[int] = set()
        waiting = [i]
        while waiting:
            more = lacks[waiting.pop()] - found
            found |= more
            waiting += more
        return found

    i = next(i for i in range(len(lacks)) if i not in done)
    while outside := sorted(j for j in before(i) if i not in before(j)):
        i = outside[0]
    return min(before(i))
