"""What a picture of a graph shows: boxes and arrows with their numbers, whole or folded into modules.

DOT, the drawing of our own and the page all show a `Scene`, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.graph import order
from autograd.ops import OPS
from autograd.real import shown
from autograd.sweep import as_number, slopes
from autograd.value import Value

__all__ = ["LEVELS", "Arrow", "Box", "Scene", "TooManyNodes", "scene"]

LEVELS = ("scalars", "neurons", "layers")  # from all to least
BUDGET = 150  # boxes in a picture that a person still reads


class TooManyNodes(ValueError):
    """The graph has more nodes than the picture may have boxes."""


@dataclass(frozen=True)
class Box:
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


@dataclass(frozen=True)
class Arrow:
    """One arrow: a use of an operand by an operation, or all uses between two boxes."""

    tail: str  # the id of the box that is used
    head: str  # the id of the box that uses it
    position: int  # 0 for the first operand, 1 for the second
    local: float | None  # the local derivative; None: nothing flows, or several uses
    share: float | None  # the contribution, upstream × local; None as local, and before a backward sweep
    uses: int = 1  # how many scalar uses it stands for


@dataclass(frozen=True)
class Scene:
    """What is shown of the graph of ``root``, in an order in which each box comes after what feeds it."""

    root: Value
    level: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    note: str  # what was folded and how to unfold it; "" if nothing was


def scene(root: Value, *, level: str | None = None, max_nodes: int = BUDGET) -> Scene:
    """Return what a picture of ``root`` shows.

    Args:
        root: the node at the top.
        level: "scalars" for every operation, "neurons" or "layers" to fold what a module computes into one box;
            None for the most detailed of these that ``max_nodes`` allows.
        max_nodes: the most boxes, constants not counted.

    Raises:
        TypeError: when root is no Value.
        ValueError: for a level that does not exist; `TooManyNodes` when the boxes are more than max_nodes.

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
        raise ValueError(f"level {level!r} is unknown. Known are: {', '.join(LEVELS)}")
    nodes = order(root)
    paths = modules(nodes)
    levels = LEVELS if level is None and paths else (level or "scalars",)
    for wanted in levels:
        home = homes(nodes, paths, wanted, max_nodes, root)
        count = len(nodes) - len(home) + len(set(home.values()))
        if count <= max_nodes:
            break
    else:
        raise TooManyNodes(
            f"the graph has {len(nodes):,} nodes, which makes {count:,} boxes, more than max_nodes = {max_nodes:,}: "
            f"draw a part of it (a Value inside it), fold it (level='layers', for networks of nn), or raise max_nodes"
        )
    if not home:
        return Scene(root, wanted, *whole(nodes), note="")
    note = f"{len(nodes):,} nodes folded into {count:,} boxes by {wanted}; level='scalars' shows them all"
    return Scene(root, wanted, *folded(nodes, home), note=note)


def modules(nodes: list[Value]) -> dict[Value, str]:
    """Return the path of the module each node belongs to; a node outside of all modules is not in the result."""
    outputs = {v.label for v in nodes if v.op is not None and v.label}
    paths: dict[Value, str] = {}
    for leaf in nodes:  # layers[0].neurons[1].w[0] is in layers[0].neurons[1], if that has an output
        above = leaf.label if leaf.op is None else ""
        while "." in above:
            above = above.rpartition(".")[0]
            if above in outputs:
                paths[leaf] = above
                break
    known = set(paths.values())
    for node in reversed(nodes):  # from a module's output down to where its inputs come in
        if node.op is not None and node.label in known:
            paths[node] = node.label
        if node.op is not None and node in paths:
            for operand in node.operands:
                if operand.op is not None and operand.label not in known:
                    paths.setdefault(operand, paths[node])
    return paths


def homes(nodes: list[Value], paths: dict[Value, str], level: str, max_nodes: int, root: Value) -> dict[Value, str]:
    """Return the folded box each node is drawn in at ``level``; a node that has a box of its own is not in it."""
    if level == "scalars":
        return {}
    if level == "layers":  # layers[0].neurons[1] is drawn in layers[0]
        paths = {node: path.rpartition(".")[0] or path for node, path in paths.items()}
    outside = [node for node in nodes if node not in paths and node.op is not None]
    if paths and len(outside) + len(set(paths.values())) > max_nodes:  # a loss over many examples
        rest = root.label or "the rest"
        paths = paths | dict.fromkeys(outside, rest)
    return paths


def whole(nodes: list[Value]) -> tuple[tuple[Box, ...], tuple[Arrow, ...]]:
    """Return a box for every node and every constant, and an arrow for every use."""
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in nodes:
        here = ids[node]
        if node.op is None:
            boxes.append(Box(here, "leaf", node.label, "", "", node.data, node._grad, (node,)))
            continue
        local = slopes(node, OPS, as_number)
        for position, (operand, number) in enumerate(((node.x, node.x0), (node.y, node.y0))):
            if operand is not None:
                slope = local[position]
                share = None if slope is None or node._grad is None else node._grad * slope
                arrows.append(Arrow(ids[operand], here, position, slope, share))
            elif number is not None:
                boxes.append(Box(here + "xy"[position], "constant", "", "", "", number, None, ()))
                arrows.append(Arrow(here + "xy"[position], here, position, None, None))
        boxes.append(Box(here, "operation", node.label, node.op.symbol, node.op.why, node.data, node._grad, (node,)))
    return tuple(boxes), tuple(arrows)


def folded(nodes: list[Value], home: dict[Value, str]) -> tuple[tuple[Box, ...], tuple[Arrow, ...]]:
    """Return a box for every module and for every node outside of one, and an arrow between those that are tied."""
    plain, uses = whole(nodes)
    inside: dict[str, list[Value]] = {}
    for node in nodes:
        if node in home:
            inside.setdefault(home[node], []).append(node)
    ids = {path: f"m{i}" for i, path in enumerate(inside)}
    into = {f"n{i}": ids[home[node]] for i, node in enumerate(nodes) if node in home}
    arrows: list[Arrow] = []
    tied: dict[tuple[str, str], int] = {}
    outputs: dict[str, dict[str, None]] = {box: {} for box in ids.values()}  # ids of nodes that are used outside
    outputs.setdefault(into.get(f"n{len(nodes) - 1}", ""), {})[f"n{len(nodes) - 1}"] = None
    for arrow in uses:
        tail, head = into.get(arrow.tail, arrow.tail), into.get(arrow.head, arrow.head)
        if tail == arrow.tail and head == arrow.head:
            arrows.append(arrow)
        elif tail != head and tail[-1] not in "xy":  # a module's constants stay in it
            tied[tail, head] = tied.get((tail, head), 0) + 1
            if tail in outputs:
                outputs[tail][arrow.tail] = None
    arrows += [Arrow(tail, head, 0, None, None, uses) for (tail, head), uses in tied.items()]
    boxes = [box for box in plain if box.id not in into and (box.kind != "constant" or box.id[:-1] not in into)]
    for path, held in inside.items():
        out = [nodes[int(number[1:])] for number in outputs[ids[path]]]
        data, grad = (out[0].data, out[0]._grad) if len(out) == 1 else (None, None)
        times = len(out) // len({v.label for v in out}) if all(v.label for v in out) and out else 1
        boxes.append(Box(ids[path], "module", path, "", "", data, grad, tuple(held), times))
    return tuple(sorted_by_use(boxes, arrows)), tuple(arrows)


def sorted_by_use(boxes: list[Box], arrows: list[Arrow]) -> list[Box]:
    """Return the boxes each after those that feed it, as far as that goes: modules that feed each other in turn,
    as in a recurrent network, come in the order they were given in."""
    feeds = {box.id: {arrow.tail for arrow in arrows if arrow.head == box.id} for box in boxes}
    rest, done, found = {box.id: box for box in boxes}, set[str](), list[Box]()
    while rest:
        ready = [i for i in rest if feeds[i] <= done] or [next(iter(rest))]
        for i in ready:
            found.append(rest.pop(i))
            done.add(i)
    return found
