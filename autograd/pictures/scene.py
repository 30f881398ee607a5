"""What a picture of a graph shows: boxes and arrows with their numbers, whole or folded into modules.

DOT, the drawing of our own and the page all show a `Scene`, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from math import isnan
from typing import NamedTuple

from autograd.base.real import shown
from autograd.engine.graph import order
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, slopes
from autograd.engine.value import Value
from autograd.pictures.modules import homes, modules

__all__ = ["BUDGET", "LEVELS", "Arrow", "Box", "Scene", "TooManyNodes", "scene"]

LEVELS = ("scalars", "neurons", "layers")  # from all to least
BUDGET = 150  # boxes in a picture that a person still reads


class TooManyNodes(ValueError):
    """The graph has more nodes than the picture may have boxes."""


class Box(NamedTuple):
    """One box: a leaf, an operation, a constant, or a module with all that it computes."""

    id: str  # n0, n1, … each after what feeds it; a constant's is its operation's and the position, n3x or n3y
    kind: str  # "leaf", "operation", "constant" or "module"
    label: str  # the name, "" for none; a module's path
    symbol: str  # of the operation; "" for all else
    why: str  # its local derivative in words; "" for all else
    data: float | None  # None for a module used more than once, or with several outputs
    grad: float | None  # None before a backward sweep, and where data is
    nodes: tuple[Value, ...]  # the scalars in it; none in a constant
    uses: int = 1  # how often a module was used: ×N
    dead: bool = False  # no gradient comes down to it, on any way: it only feeds branches that were not taken


class Arrow(NamedTuple):
    """One arrow: a use of an operand by an operation, or all uses between two boxes."""

    tail: str  # the id of the box that is used
    head: str  # the id of the box that uses it
    position: int  # 0 for the first operand, 1 for the second
    local: float | None  # the local derivative; None: nothing flows, or an end in a module
    share: float | None  # the contribution, upstream × local, of all uses of one scalar; None before a backward
    # sweep, where nothing flows, and when several scalars are used
    uses: int = 1  # how many scalar uses it stands for
    was: float | None = None  # what the operand was when it was used, if its data has been edited since
    constant: bool = False  # it comes from a constant
    folded: bool = False  # an end of it is a module, so that there is no one local derivative


class Scene(NamedTuple):
    """What is shown of the graph of ``root``, in an order in which each box comes after what feeds it."""

    root: Value
    level: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    note: str  # what was folded and how to unfold it; "" if nothing was

    @property
    def swept(self) -> bool:
        """Whether a backward sweep has come by: the root has a gradient."""
        return self.root._grad is not None


def scene(root: Value, *, level: str | None = None, max_nodes: int = BUDGET, cut: bool = False) -> Scene:
    """Return what a picture of ``root`` shows.

    Args:
        root: the node at the top.
        level: "scalars" for every operation, "neurons" or "layers" to fold what a module computes into one box;
            None for the most detailed of these that ``max_nodes`` allows.
        max_nodes: the most boxes, constants not counted.
        cut: whether a graph that folds to no less is shown in part, the nodes nearest to the root.

    Raises:
        TypeError: when root is no Value, or max_nodes no int.
        ValueError: for a level that does not exist, or a max_nodes below 1; `TooManyNodes` when the boxes are more
            than max_nodes.

    A module is known by the labels in the graph: a computed node labelled ``layers[0].neurons[1]`` is the output
    of a module if a leaf it depends on is labelled ``layers[0].neurons[1].w[0]``, say, and the module is all
    between the two. Networks of `nn` label themselves so.

    >>> x = Value(3.0, label="x")
    >>> [(box.id, box.label or box.symbol) for box in scene(x * x + 1.0).boxes]
    [('n0', 'x'), ('n1', '×'), ('n2y', ''), ('n2', '+')]
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    if level is not None and level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(LEVELS)}, or None to choose one, got {shown(level)}")
    if isinstance(max_nodes, bool) or not isinstance(max_nodes, int):
        raise TypeError(f"max_nodes must be an int, got {shown(max_nodes)}")
    if max_nodes < 1:
        raise ValueError(f"max_nodes must be at least 1, got {max_nodes}")
    nodes = order(root)
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
            return part(nodes, max_nodes)
        folded_to = f", which fold into {boxes:,} boxes" if home else ""
        raise TooManyNodes(
            f"the graph has {len(nodes):,} nodes{folded_to}, more than max_nodes = {max_nodes:,}: "
            f"draw a part of it (a Value inside it), fold it (level='layers', for networks of nn), or raise max_nodes"
        )
    local = {node: slopes(node, OPS, as_number) for node in nodes if node.op is not None}
    dead = unreached(nodes, local)
    if not home:
        return Scene(root, wanted, *whole(nodes, local, dead), note="")
    note = f"{len(nodes):,} nodes folded into {boxes:,} boxes by {wanted}; level='scalars' shows them all"
    return Scene(root, wanted, *folded(nodes, local, dead, home, set(paths.values())), note=note)


def part(nodes: Sequence[Value], max_nodes: int) -> Scene:
    """Return the scene of the nodes nearest to the root, with all others in one box."""
    near, waiting = {nodes[-1]}, [nodes[-1]]
    for node in waiting:  # it grows while it is walked: breadth first
        for operand in node.operands:
            if operand not in near and len(near) < max_nodes - 1:
                near.add(operand)
                waiting.append(operand)
    home = {node: "the rest" for node in nodes if node not in near}
    local = {node: slopes(node, OPS, as_number) for node in nodes if node.op is not None}
    note = f"{len(nodes):,} nodes: the {len(near):,} nearest to the root, the others in one box"
    boxes, arrows = folded(nodes, local, unreached(nodes, local), home, set())
    return Scene(nodes[-1], "scalars", boxes, arrows, note=note)


Slopes = Mapping[Value, Sequence[float | None]]


def unreached(nodes: Sequence[Value], local: Slopes) -> set[Value]:
    """Return the nodes that no gradient of the last one comes down to."""
    dead = set(nodes[:-1])
    for node in reversed(nodes):
        if node not in dead and node.op is not None:
            dead.difference_update(
                operand for operand, slope in zip((node.x, node.y), local[node], strict=False) if slope is not None
            )
    return dead


# --- boxes and arrows -----------------------------------------------------------------------------------------


def whole(nodes: Sequence[Value], local: Slopes, dead: set[Value]) -> tuple[tuple[Box, ...], tuple[Arrow, ...]]:
    """Return a box for every node and every constant, and an arrow for every use."""
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in nodes:
        above, arriving = drawn(node, ids, local, dead)
        boxes += above
        arrows += arriving
    return tuple(boxes), tuple(arrows)


def drawn(node: Value, ids: Mapping[Value, str], local: Slopes, dead: set[Value]) -> tuple[list[Box], list[Arrow]]:
    """Return the box of ``node``, after those of its constants, and the arrows that arrive at it."""
    here = ids[node]
    if node.op is None:
        return [Box(here, "leaf", node.label, "", "", node.data, node._grad, (node,), dead=node in dead)], []
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for position, (operand, number) in enumerate(((node.x, node.x0), (node.y, node.y0))):
        if operand is not None and number is not None:
            slope, share = local[node][position], flowing(node, position, local, dead)
            was = None if operand.data == number or isnan(number) else number
            arrows.append(Arrow(ids[operand], here, position, slope, share, was=was))
        elif number is not None:
            boxes.append(Box(here + "xy"[position], "constant", "", "", "", number, None, ()))
            arrows.append(Arrow(here + "xy"[position], here, position, None, None, constant=True))
    op = node.op
    box = Box(here, "operation", node.label, op.symbol, op.why, node.data, node._grad, (node,), dead=node in dead)
    return [*boxes, box], arrows


def flowing(node: Value, position: int, local: Slopes, dead: set[Value]) -> float | None:
    """Return what ``node`` hands down to the operand at ``position``: its gradient times the local derivative."""
    slope = local[node][position]
    return None if slope is None or node._grad is None or node in dead else node._grad * slope


def folded(
    nodes: Sequence[Value], local: Slopes, dead: set[Value], home: Mapping[Value, str], known: set[str]
) -> tuple[tuple[Box, ...], tuple[Arrow, ...]]:
    """Return a box for every module and for every node outside of one, and an arrow between those that are tied.

    Args:
        nodes, local, dead: the graph, the local derivatives in it, and what no gradient comes down to.
        home: the path of the box that a node is folded into.
        known: the labels of the outputs of modules.
    """
    first = sorted((node for node in nodes if node in home), key=lambda node: node.op is None)
    inside: dict[str, list[Value]] = {home[node]: [] for node in first}  # in the order in which they compute
    for node in nodes:
        if node in home:
            inside[home[node]].append(node)
    modules = {path: f"m{i}" for i, path in enumerate(inside)}
    ids = {node: modules[home[node]] if node in home else f"n{i}" for i, node in enumerate(nodes)}
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    ties: dict[tuple[str, str], dict[Value, list[float | None]]] = {}  # the shares of each scalar used
    used: dict[str, dict[Value, None]] = {box: {} for box in modules.values()}  # what comes out of each module
    used.get(ids[nodes[-1]], {})[nodes[-1]] = None
    for node in nodes:
        here = ids[node]
        if node not in home:
            own, arriving = drawn(node, ids, local, dead)
            boxes += own
            arrows += [arrow for arrow in arriving if arrow.tail not in used]
        for position, operand in enumerate((node.x, node.y)):
            if operand is None or ids[operand] == here or not (node in home or operand in home):
                continue
            if ids[operand] in used:
                used[ids[operand]][operand] = None
            shares = ties.setdefault((ids[operand], here), {}).setdefault(operand, [])
            shares.append(flowing(node, position, local, dead))
    for path, held in inside.items():
        results = [v.label for v in held if v.op is not None and v.label in known]
        times = len(results) // len(set(results)) if results else 1
        out = next(iter(used[modules[path]])) if len(used[modules[path]]) == times == 1 else None
        data, grad = (None, None) if out is None else (out.data, out._grad)
        boxes.append(Box(modules[path], "module", path, "", "", data, grad, tuple(held), times, dead.issuperset(held)))
    for (tail, head), scalars in ties.items():
        flows = [share for shares in scalars.values() for share in shares if share is not None]
        one = sum(flows) if flows and len(scalars) == 1 else None
        arrows.append(Arrow(tail, head, 0, None, one, sum(map(len, scalars.values())), folded=True))
    return tuple(by_use(boxes, arrows)), tuple(arrows)


def by_use(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> list[Box]:
    """Return the boxes each after those that feed it, as far as that goes: modules that feed each other in turn,
    as in a recurrent network, come in the order they were given in."""
    number = {box.id: i for i, box in enumerate(boxes)}
    feeds: list[set[int]] = [set() for _ in boxes]
    lacks: list[set[int]] = [set() for _ in boxes]
    for arrow in arrows:
        feeds[number[arrow.tail]].add(number[arrow.head])
        lacks[number[arrow.head]].add(number[arrow.tail])
    ready = [i for i, missing in enumerate(lacks) if not missing]
    heapify(ready)
    waiting = iter(range(len(boxes)))
    done: dict[int, None] = {}
    while len(done) < len(boxes):
        i = heappop(ready) if ready else next(i for i in waiting if i not in done)
        if i in done:
            continue
        done[i] = None
        for j in sorted(feeds[i]):
            lacks[j].discard(i)
            if not lacks[j]:
                heappush(ready, j)
    return [boxes[i] for i in done]
