"""What is in a folded box, laid out: the page shows it in the place of the box when that is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from autograd.engine.graph import uses
from autograd.engine.value import Value
from autograd.page.record import Ids
from autograd.page.view import APART, MARGIN, Entry, arrow_entry, box_entry, contents, placed, size, written_in
from autograd.page.wrap import WINDOW, wrapped
from autograd.pictures.layout import routes
from autograd.scenes.contents import Arrow, Box, Scene
from autograd.scenes.reading import Reading
from autograd.scenes.scene import scene as all_of

__all__ = ["Insides", "Level"]

MOST = 120  # boxes in a box that opens; more of them nobody could take in


class Level:
    """The boxes of a scene, and the place of the box that each node is in."""

    def __init__(self, scene: Scene) -> None:
        self.boxes = written_in(scene)[0]
        self.place = {node: k for k, box in enumerate(self.boxes) for node in box.nodes}


class Insides:
    """The drawings of what is in folded boxes, each made once: a layer's neurons are boxes of another level too.

    Args:
        ids: the id of every node of the graph.
        graph: the graph.
    """

    def __init__(self, ids: Ids, graph: Reading) -> None:
        self.ids, self.graph = ids, graph
        self.levels: dict[str, Level] = {}
        self.drawings: list[Entry] = []  # those that were asked for: the ids in each, and the place of its shape
        self.shapes: list[Entry] = []
        self.shape_at: dict[str, int] = {}  # the place of each, by its text: the uses of a neuron look alike
        self.known: dict[tuple[Value, ...], int | None] = {}  # for what a box holds, the place of its drawing
        self.users: dict[Value, list[Value]] = {}
        for node in ids:
            for operand in node.operands:
                self.users.setdefault(operand, []).append(node)

    def entry(self) -> Entry:
        """Return the drawings as a dict of what JSON knows; an empty one if there are none."""
        return {"insides": self.drawings, "shapes": self.shapes} if self.drawings else {}

    def opener(self, scene: Scene, others: Sequence[Scene]) -> Callable[[Box], int | None]:
        """Return the function that gives the place in ``drawings`` of what is in a box of ``scene``, as `of` does.

        Args:
            scene: a level of the graph.
            others: its levels: a layer opens into neurons, if that is one of them, and all else into operations.
        """
        if not any(box.kind == "module" for box in scene.boxes):
            return lambda box: None
        neurons = [other for other in others if scene.level == "layers" and other.level == "neurons"]
        root, most = scene.root, len(self.graph.nodes)
        if not self.levels:
            self.levels = {other.level: Level(other) for other in others if other.level == "neurons"}
            self.levels["scalars"] = Level(all_of(root, level="scalars", max_nodes=most, graph=self.graph))
        finer = [*(self.levels[other.level] for other in neurons), self.levels["scalars"]]
        return lambda box: self.of(box, finer) if box.kind == "module" else None

    def of(self, module: Box, finer: Sequence[Level]) -> int | None:
        """Return the place in ``drawings`` of what is in a box; None if it does not open.

        Args:
            module: the box.
            finer: more detailed levels; the first that shows the box in several parts shows what is in it.
        """
        if module.nodes not in self.known:
            found = self.drawing(module, finer)
            if found is not None:
                listed = [entry for part in ("boxes", "in", "out") for entry in found[part]]
                ids = [entry.pop(0) for entry in listed]
                at = self.shape_at.setdefault(repr(found), len(self.shapes))
                self.shapes[at:] = self.shapes[at:] or [found]
                self.drawings.append({"ids": ids, "shape": at})
            self.known[module.nodes] = None if found is None else len(self.drawings) - 1
        return self.known[module.nodes]

    def drawing(self, module: Box, finer: Sequence[Level]) -> Entry | None:
        """Return what is in a box as a dict of what JSON knows, with the boxes and arrows as in a view.

        Arrows from outside come ``in``: a list ``[operand, head, y0, y, at, bends]`` says which node is used, in the
        box at which place of the list, and at which heights the arrow passes the frame and arrives. Arrows go ``out``:
        a list ``[node, tail, y, bends]``.
        """
        level, boxes = self.parts(module, finer)
        if not 1 < len(boxes) <= MOST:
            return None
        arriving, leaving = arrows_to(boxes, self.ids), self.going(module, boxes)
        coming = [arrow for arrow in arriving if arrow.tail[0] == "<"]
        between = [arrow for arrow in arriving if arrow.tail[0] != "<"]
        arrows = [*coming, *between, *leaving]
        ends = [(arrow.tail, arrow.head) for arrow in arrows]
        first, last = (list(dict.fromkeys(gates)) for gates in ([a.tail for a in coming], [a.head for a in leaving]))
        count = Counter(head for _, head in ends)
        sizes = dict.fromkeys(first, (0, 0)) | {box.id: size(within(module, box), count[box.id]) for box in boxes}
        sizes |= dict.fromkeys(last, (0, 0))
        centers, bends = routes(sizes, ends, apart=APART, first=first, last=last)
        drawn = placed(arrows, sizes, *wrapped(sizes, centers, ends, bends, WINDOW))
        center, index = drawn.centers, {box.id: i for i, box in enumerate(boxes)}
        ways = list(zip(arrows, drawn.heights, drawn.bends, strict=True))
        start, end = len(coming), len(coming) + len(between)
        far = [center[box.id][0] + sizes[box.id][0] // 2 for box in boxes]
        far += [x for _, _, path in ways[:end] for x, _ in path]
        return {
            "w": max(far) + MARGIN,
            "h": drawn.height,
            "boxes": [
                box_entry(
                    f"{module.id}_{box.id}" if box.kind == "module" else box.id,  # another level has an m0 too
                    center[box.id],
                    sizes[box.id],
                    contents(box, self.ids, self.beyond(box), self.of(box, level) if box.kind == "module" else None),
                )
                for box in boxes
            ],
            "arrows": [arrow_entry(arrow, index, y, path, plain=False) for arrow, y, path in ways[start:end]],
            "in": [
                [a.tail[1:], index[a.head], center[a.tail][1], y, None if a.folded else a.position, path]
                for a, y, path in ways[:start]
            ],
            "out": [[a.head[1:], index[a.tail], center[a.head][1], path] for a, _, path in ways[end:]],
        }

    def parts(self, module: Box, finer: Sequence[Level]) -> tuple[Sequence[Level], list[Box]]:
        """Return the boxes to show in ``module``, and the levels that show what is in those; no boxes if none can."""
        for i, level in enumerate(finer):
            found = [level.boxes[k] for k in sorted({level.place[node] for node in module.nodes})]
            if len(found) > 1 and sum(len(box.nodes) for box in found) == len(module.nodes):
                apart = self.apart(module, found) if module.uses > 1 else []
                return (finer[i:], apart) if apart else (finer[i + 1 :], found)
        return [], []

    def apart(self, module: Box, boxes: Sequence[Box]) -> list[Box]:
        """Return a box for every use of a module, and its leaves, if no use needs what another one computed."""
        group = {box.nodes[0]: i for i, box in enumerate(boxes) if box.kind == "operation"}
        if len(group) + sum(box.kind == "leaf" for box in boxes) < len(boxes):
            return []
        together = list(range(len(boxes)))  # for each box, a box of the same use that comes before it, or itself
        for node, i in group.items():
            for operand in node.operands:
                if operand in group:
                    a, b = first_of(together, i), first_of(together, group[operand])
                    together[max(a, b)] = min(a, b)
        parts: dict[int, list[Value]] = {}
        for node, i in group.items():
            parts.setdefault(first_of(together, i), []).append(node)
        if len(parts) != module.uses or any(len(held) == 1 for held in parts.values()):
            return []
        each = [
            Box(f"u{k}", "module", f"use {k} of {len(parts)}", "", "", None, None, tuple(held))
            for k, held in enumerate(parts.values(), 1)
        ]
        return [box for box in boxes if box.kind == "leaf"] + each

    def going(self, module: Box, boxes: Sequence[Box]) -> list[Arrow]:
        """Return an arrow for every node that is used outside of ``module``; its head is > and the id of the node."""
        beyond = self.beyond(module)
        pairs = [(box.id, self.ids[node]) for box in boxes for node in box.nodes]
        return [Arrow(tail, f">{node}", 0, None, None) for tail, node in pairs if node in beyond]

    def beyond(self, box: Box) -> set[str]:
        """Return the ids of the nodes in a box that are used outside of it; the root counts as one."""
        held = set(box.nodes)
        users = self.users
        return {self.ids[node] for node in held if node not in users or not held.issuperset(users[node])}


def within(module: Box, box: Box) -> Box:
    """Return a box with the name that it has in ``module``: w[0] for layers[0].neurons[1].w[0]."""
    return box._replace(label=box.label.removeprefix(f"{module.label}."))


def first_of(together: Sequence[int], i: int) -> int:
    """Return the first box of the group that box ``i`` belongs to."""
    while together[i] != i:
        i = together[i]
    return i


def arrows_to(boxes: Sequence[Box], ids: Ids) -> list[Arrow]:
    """Return an arrow for every use of a node in another of ``boxes``, or in none: its tail is then < and its id.

    All uses between two boxes of which one is folded are one arrow, as in a scene.
    """
    home: Mapping[Value, Box] = {node: box for box in boxes for node in box.nodes}
    found: dict[tuple[str, str, int], Arrow] = {}
    for box, node in chain.from_iterable(((box, node) for node in box.nodes) for box in boxes):
        for use in uses(node):
            if use.operand is None or (source := home.get(use.operand)) is box:
                continue
            folded = box.kind == "module" or (source is not None and source.kind == "module")
            tail, position = f"<{ids[use.operand]}" if source is None else source.id, 0 if folded else use.position
            before = found.get((tail, box.id, position))
            count = before.uses + 1 if before else 1
            found[tail, box.id, position] = Arrow(tail, box.id, position, None, None, count, folded=folded)
    return list(found.values())
