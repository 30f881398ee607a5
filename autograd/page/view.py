"""A scene on the page: boxes and arrows, laid out in the window of a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from autograd.base.real import one_line
from autograd.engine.graph import uses
from autograd.page.record import Ids
from autograd.page.wrap import LEAD, PHONE, PORT, WINDOW, wrapped
from autograd.pictures.layout import Point, routes
from autograd.pictures.lettering import breadth
from autograd.scenes.contents import Arrow, Box, Scene

__all__ = ["APART", "MARGIN", "Entry", "arrow_entry", "box_entry", "contents", "placed", "size", "view", "written_in"]

MARGIN = 12
APART = (14.0, 24.0 + LEAD)  # between boxes of one layer, and between layers
MANY = 6  # arrows at one box, more of which stand closer and have no numbers unless they are lit
CLOSE = 10.0  # between those
BELOW = 14.0  # between an arrow that goes back to the left and the boxes it goes around
TALLEST = 400.0
USUAL = (132, 68)  # width and height: three lines, in which there is room for -1.235e-15, which a leaf may move to
LONGEST = 20  # characters of a label in a box
TITLE = 14.5  # pixels: the size of its bold letters, in units of which their breadth is
MOST_TALL = 60  # boxes of a drawing that is also laid out for a phone held upright

Entry = dict[str, Any]
Sizes = Mapping[str, tuple[int, int]]


def view(scene: Scene, ids: Ids, inside: Callable[[Box], int | None] = lambda box: None) -> Entry:
    """Return a scene as a dict that JSON can hold.

    Args:
        scene: the scene.
        ids: the id of every node of the graph.
        inside: the place of the drawing of what is in a folded box; None of a box that does not open.

    A box is a list ``[id, x, y, w, h]``: x and y are its center, and w and h are left out if they are the usual ones.
    One more entry says what a module holds.

    An arrow is a list ``[tail, head, y, at]``: the places of its two boxes in their list, the height at which it
    arrives, and the position of the operand. One more entry says where it bends and, if a module is at one end, how
    many uses it stands for. For a phone held upright, the boxes have other ``places`` and the arrows other ``ways``.
    """
    boxes, arrows = written_in(scene)
    ends = [(arrow.tail, arrow.head) for arrow in arrows]
    arriving = Counter(head for _, head in ends)
    sizes = {box.id: size(box, arriving[box.id]) for box in boxes}
    centers, bends = routes(sizes, ends, apart=APART)
    bends = around(sizes, centers, ends, bends)
    wide, tall = (placed(arrows, sizes, *wrapped(sizes, centers, ends, bends, window)) for window in (WINDOW, PHONE))
    outputs = used_outside(scene, ids)
    held = {box.id: contents(box, ids, outputs.get(box.id, set()), inside(box)) for box in boxes}
    index = {box.id: i for i, box in enumerate(boxes)}
    drawn = {
        "level": scene.level,
        **({"note": note(scene, any("inside" in more for more in held.values()))} if scene.note else {}),
        "w": wide.width,
        "h": wide.height,
        "boxes": [box_entry(box.id, wide.centers[box.id], sizes[box.id], held[box.id]) for box in boxes],
        "arrows": [
            arrow_entry(arrow, index, height, path, plain=arriving[arrow.head] > MANY)
            for arrow, path, height in zip(arrows, wide.bends, wide.heights, strict=True)
        ],
    }
    if len(boxes) > MOST_TALL or tall == wide:
        return drawn
    bent = any(wide.bends)  # then the way of an arrow must say that it has no bends
    ways = [[y, path] if path or bent else y for y, path in zip(tall.heights, tall.bends, strict=True)]
    return drawn | {"tall": {"w": tall.width, "h": tall.height, "places": list(tall.centers.values()), "ways": ways}}


def written_in(scene: Scene) -> tuple[list[Box], list[Arrow]]:
    """Return the boxes and arrows of a scene without constants: each is in the sign of the operation that uses it."""
    numbers = {box.id: f"{box.data:.4g}" for box in scene.boxes if box.kind == "constant"}
    signs = {arrow.head: numbers[arrow.tail] for arrow in scene.arrows if arrow.constant}
    boxes = [
        box._replace(symbol=f"{box.symbol}{'(·, )' * box.symbol.isalnum()} {signs[box.id]}") if box.id in signs else box
        for box in scene.boxes
        if box.kind != "constant"
    ]
    return boxes, [arrow for arrow in scene.arrows if not arrow.constant]


def box_entry(id: str, center: Sequence[int], size: tuple[int, int], more: Entry) -> list[Any]:
    """Return a box as a list."""
    return [id, *center, *([] if size == USUAL and not more else size), *optional(more)]


def arrow_entry(arrow: Arrow, index: Mapping[str, int], height: int, path: Any, plain: bool) -> list[Any]:
    """Return an arrow as a list."""
    more = ({"bends": path} if path else {}) | ({"uses": arrow.uses} if arrow.folded else {})
    ends = [index[arrow.tail], index[arrow.head], height, None if arrow.folded else arrow.position]
    return [*ends, *optional(more | ({"plain": 1} if plain else {}))]


def around(
    sizes: Sizes, centers: Mapping[str, Point], ends: Sequence[tuple[str, str]], bends: Sequence[Sequence[Point]]
) -> list[list[Point]]:
    """Return the bends, with those of arrows that go back to the left: below all boxes. Modules may feed each other."""
    low = max(y + sizes[box][1] / 2 for box, (_, y) in centers.items())
    paths = [list(path) for path in bends]
    for i, (tail, head) in enumerate(ends):
        if centers[tail][0] >= centers[head][0]:
            low += BELOW
            right = centers[tail][0] + sizes[tail][0] / 2 + BELOW
            left = max(0.0, centers[head][0] - sizes[head][0] / 2 - LEAD - BELOW)
            paths[i] = [(right, centers[tail][1]), (right, low), (left, low), (left, centers[head][1])]
    return paths


class Placed(NamedTuple):
    """Where everything in a drawing is."""

    width: int
    height: int
    centers: dict[str, list[int]]
    bends: list[list[list[int]]]  # of each arrow
    heights: list[int]  # at which each arrow arrives


def placed(
    arrows: Sequence[Arrow], sizes: Sizes, centers: Mapping[str, Point], bends: Sequence[Sequence[Point]]
) -> Placed:
    """Return the drawing with a margin, in whole units."""
    right = [x + sizes[i][0] / 2 for i, (x, _) in centers.items()] + [x for path in bends for x, _ in path]
    low = [y + sizes[i][1] / 2 for i, (_, y) in centers.items()] + [y for path in bends for _, y in path]
    return Placed(
        round(max(right)) + 2 * MARGIN,
        round(max(low)) + 2 * MARGIN,
        {box: point(*center) for box, center in centers.items()},
        [[point(*corner) for corner in path] for path in bends],
        [round(height) + MARGIN for height in ports(arrows, centers, sizes, bends)],
    )


def note(scene: Scene, opens: bool) -> str:
    """Return what was folded, and how a page unfolds it, if it can."""
    said, _, _ = scene.note.partition(";")  # what follows is for Python
    return f"{said}; + opens a box" if opens else said


def optional(more: Entry) -> list[Entry]:
    """Return the last entry of a list, none if it would say nothing."""
    return [more] if more else []


def point(x: float, y: float) -> list[int]:
    """Return a point of the layout as one of the drawing."""
    return [round(x) + MARGIN, round(y) + MARGIN]


def size(box: Box, arriving: int) -> tuple[int, int]:
    """Return the width and height of a box: room for its words, for any number, and for the arrows that arrive."""
    label = one_line(box.label)
    name = label if len(label) <= LONGEST else "…" + label[1 - LONGEST :]
    title = name + (box.symbol if box.uses == 1 else f"×{box.uses}")
    width = max(USUAL[0], 44 + round(TITLE * sum(map(breadth, title))))
    return width, max(USUAL[1], round(min(arriving * (PORT if arriving <= MANY else CLOSE), TALLEST)))


def ports(
    arrows: Sequence[Arrow], centers: Mapping[str, Point], sizes: Sizes, bends: Sequence[Sequence[Point]]
) -> list[float]:
    """Return the height at which each arrow arrives at its box. Arrows arrive side by side, in the order in which they
    come in, so that the numbers at their ends do not overlap."""
    arriving: dict[str, list[tuple[float, int, int]]] = {}
    for i, arrow in enumerate(arrows):
        came = bends[i][-1][1] if bends[i] else centers[arrow.tail][1]
        arriving.setdefault(arrow.head, []).append((came, arrow.position, i))
    heights = [0.0] * len(arrows)
    for head, coming in arriving.items():
        step = min(PORT, sizes[head][1] / len(coming))
        for place, (_, _, i) in enumerate(sorted(coming)):
            heights[i] = centers[head][1] + (place - (len(coming) - 1) / 2) * step
    return heights


def used_outside(scene: Scene, ids: Ids) -> dict[str, set[str]]:
    """Return, for each box, the ids of the nodes in it that are used outside of it."""
    home = {ids[node]: box.id for box in scene.boxes for node in box.nodes}
    outputs = {home[ids[scene.root]]: {ids[scene.root]}}
    for node in ids:
        for use in uses(node):
            if use.operand is not None and home[ids[use.operand]] != home[ids[node]]:
                outputs.setdefault(home[ids[use.operand]], set()).add(ids[use.operand])
    return outputs


def contents(box: Box, ids: Ids, outputs: set[str], inside: int | None) -> Entry:
    """Return what a module holds, which node is its one output, if it has one, and which drawing shows it opened."""
    if box.kind != "module":
        return {}
    held: Entry = {"label": one_line(box.label), "uses": box.uses, "nodes": [ids[node] for node in box.nodes]}
    held |= {"out": min(outputs)} if len(outputs) == box.uses == 1 else {}
    return held if inside is None else held | {"inside": inside}
