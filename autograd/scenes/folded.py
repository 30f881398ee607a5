"""A box for every module, or for what repeats, with everything in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.engine.graph import uses
from autograd.engine.value import Value
from autograd.scenes.boxes import box_and_arrows
from autograd.scenes.contents import Arrow, Box
from autograd.scenes.order import by_use
from autograd.scenes.reading import Reading

__all__ = ["folded"]


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
