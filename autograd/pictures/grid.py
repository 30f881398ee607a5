"""The grid of our own drawing: where boxes and arrows are, before it is turned into the direction of the picture.

Numbers stand above and below the straight end of their arrow, beside the box it points to, and an arrow changes height
only before the straight ends begin. So no text overlaps another, and no arrow is cut by its own numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from autograd.base.ink import FAINT
from autograd.pictures.layout import routes
from autograd.pictures.lettering import LEADING, SMALL, Point, Size, Text, box_size, stacked, text_size
from autograd.pictures.style import Line
from autograd.scenes.contents import Scene

__all__ = ["CROWD", "HEAD", "Bend", "Grid"]

HEAD = 8  # the length of an arrow's head
CURVE = 36.0  # between two layers, the space in which arrows change height
BETWEEN = 24.0  # two boxes of a layer
CROWD = 6  # arrows at one box; the numbers of more would take too much room
NO_WORDS = 14.0  # the room for an arrow without numbers
CORNER = 12.0  # the radius of a corner


class Bend(NamedTuple):
    """One piece of an arrow: a Bézier curve from the end of the last piece."""

    control: tuple[Point, Point]
    end: Point


class Grid(NamedTuple):
    """Where boxes and arrows are, as if all arrows pointed to the right: (along the arrows, beside them)."""

    scene: Scene
    direction: str
    length: float  # of the whole drawing, along the arrows
    lead: float  # the straight end of an arrow
    centers: Mapping[str, Point]
    sizes: Mapping[str, Size]
    bends: Sequence[Sequence[Point]]  # of each arrow: where it enters and leaves each layer that it passes
    ends: Mapping[float, float]  # where a layer ends, by where its boxes have their centers
    ports: Sequence[tuple[float, float]]  # of each arrow: where it starts and where it arrives, beside
    around: Mapping[int, float]  # how far beside all boxes an arrow goes that points back, among modules that feed each
    # other in turn

    @staticmethod
    def of(scene: Scene, lines: Mapping[str, Sequence[Line]], words: Sequence[Sequence[str]], direction: str) -> Grid:
        """Return the grid of a scene whose boxes and arrows have given text."""
        across = direction in ("LR", "RL")
        widest = text_size([(word, SMALL) for of_one in words for word in of_one])[0]
        tallest = SMALL * LEADING * max(map(len, words), default=0)
        lead = HEAD + 8 + (widest if across else tallest)
        cell = 2 * SMALL * LEADING + 4 if across else widest + 10
        cells = [cell if of_one else NO_WORDS for of_one in words]  # the room beside each arrow's straight end
        room = dict.fromkeys(lines, 0.0)
        for arrow, own in zip(scene.arrows, cells, strict=True):
            room[arrow.head] += own
        sizes = {}
        for box in scene.boxes:
            width, height = box_size(box, lines[box.id])
            needed = min(room[box.id], CROWD * cell)  # beyond that, arrows come closer
            sizes[box.id] = (width, max(height, needed)) if across else (height, max(width, needed))
        ties = [(arrow.tail, arrow.head) for arrow in scene.arrows]
        centers, bends = routes(sizes, ties, "LR", apart=(BETWEEN, CURVE + lead))
        back = [i for i, (tail, head) in enumerate(ties) if centers[tail][0] >= centers[head][0]]
        if back:  # room before the first layer
            shift = CURVE + lead
            centers = {name: (along + shift, side) for name, (along, side) in centers.items()}
            bends = [[(along + shift, side) for along, side in of_one] for of_one in bends]
        lowest = max(side + sizes[name][1] / 2 for name, (_, side) in centers.items())
        around = {i: lowest + 16.0 + CORNER * place for place, i in enumerate(back)}
        ends: dict[float, float] = {}
        for name, (along, _) in centers.items():
            ends[along] = max(ends.get(along, 0.0), along + sizes[name][0] / 2)
        starts = beside(scene, centers, sizes, bends, "tail", [16.0] * len(cells))
        arrivals = beside(scene, centers, sizes, bends, "head", cells)
        if not across:  # the numbers are to the right of their arrow
            arrivals = [at - cell / 2 + 4 if of_one else at for at, of_one in zip(arrivals, words, strict=True)]
        ports = list(zip(starts, arrivals, strict=True))
        return Grid(scene, direction, max(ends.values()), lead, centers, sizes, bends, ends, ports, around)

    @property
    def heading(self) -> Point:
        """The direction of arrows."""
        return {"LR": (1.0, 0.0), "RL": (-1.0, 0.0), "TB": (0.0, 1.0), "BT": (0.0, -1.0)}[self.direction]

    def point(self, along: float, side: float) -> Point:
        """Return a point of the grid as one of the drawing."""
        if self.direction in ("RL", "BT"):
            along = self.length - along
        return (along, side) if self.direction in ("LR", "RL") else (side, along)

    def frame(self, box: str) -> tuple[Point, Size]:
        """Return the center and the size of a box in the drawing."""
        size = self.sizes[box]
        return self.point(*self.centers[box]), size if self.direction in ("LR", "RL") else size[::-1]

    def path(self, i: int) -> tuple[Point, tuple[Bend, ...]]:
        """Return where the arrow number ``i`` starts, and its pieces: it changes height where a layer has ended."""
        arrow, (leaves, arrives) = self.scene.arrows[i], self.ports[i]
        tail, head = self.centers[arrow.tail][0], self.centers[arrow.head][0]
        tip = head - self.sizes[arrow.head][0] / 2
        x, y, edge = tail + self.sizes[arrow.tail][0] / 2, leaves, self.ends[tail]
        start, pieces = self.point(x, y), []
        begins = 2 * head - self.ends[head]  # where the layer of the head begins
        if i in self.around:  # down behind the layer of the tail, back below all boxes, and up before that of the head
            low, turn, before = self.around[i], edge + CORNER, begins - self.lead - CURVE + CORNER
            corners = [(turn, y), (turn, low), (before, low), (before, arrives)]
            return start, tuple(self.round_the_corners([(x, y), *corners, (tip, arrives)]))
        for to, side in [*self.bends[i][1::2], (tip, arrives)]:  # through the layers that it passes, to the head
            ahead = edge + CURVE if self.bends[i] else begins - self.lead
            middle = (edge + ahead) / 2
            curved = Bend((self.point(middle, y), self.point(middle, side)), self.point(ahead, side))
            pieces += [straight(self.point(x, y), self.point(edge, y))] if edge > x else []
            pieces += [curved, straight(curved.end, self.point(to, side))]
            x, y, edge = to, side, to
        return start, tuple(pieces)

    def round_the_corners(self, points: Sequence[Point]) -> Iterator[Bend]:
        """Yield the pieces of a line along points, with its corners rounded."""
        at = points[0]
        for corner, after in pairwise(points[1:]):
            into, out = toward(corner, at, CORNER), toward(corner, after, CORNER)
            yield straight(self.point(*at), self.point(*into))
            yield Bend((self.point(*corner), self.point(*corner)), self.point(*out))
            at = out
        yield straight(self.point(*at), self.point(*points[-1]))

    def texts(self, i: int, words: Sequence[str]) -> list[Text]:
        """Return the text at the straight end of the arrow number ``i``."""
        if not words:
            return []
        arrow, (_, side) = self.scene.arrows[i], self.ports[i]
        tip = self.centers[arrow.head][0] - self.sizes[arrow.head][0] / 2
        x, y = self.point(tip - HEAD - (self.lead - HEAD) / 2, side)
        if self.direction in ("TB", "BT"):
            lines = [(word, SMALL) for word in words]
            return stacked(lines, (x + 5, y - text_size(lines)[1] / 2), anchor="start", color=FAINT)
        return [Text(word, (x, y + down), SMALL, color=FAINT) for word, down in zip(words, (-4, SMALL), strict=False)]


def toward(a: Point, b: Point, far: float) -> Point:
    """Return the point that is so far from a on the way to b, which lies straight beside it; half way if b is near."""
    x, y = b[0] - a[0], b[1] - a[1]
    part = min(far / max(abs(x), abs(y), 1e-9), 0.5)
    return a[0] + x * part, a[1] + y * part


def straight(a: Point, b: Point) -> Bend:
    """Return a straight piece from a to b."""
    return Bend((a, b), b)


def beside(
    scene: Scene,
    centers: Mapping[str, Point],
    sizes: Mapping[str, Size],
    bends: Sequence[Sequence[Point]],
    end: str,
    cells: Sequence[float],
) -> list[float]:
    """Return where each arrow meets its tail, or its head: in cells side by side, so that both arrows of ``a * a`` are
    seen, and in an order without crossings."""
    groups: dict[str, list[tuple[float, int, int]]] = {}
    for i, arrow in enumerate(scene.arrows):
        own, other = (arrow.tail, arrow.head) if end == "tail" else (arrow.head, arrow.tail)
        beyond = centers[other] if not bends[i] else bends[i][0 if end == "tail" else -1]
        back = centers[arrow.tail][0] >= centers[arrow.head][0]  # it goes around all others
        groups.setdefault(own, []).append((inf if back else beyond[1], arrow.position, i))
    found = [0.0] * len(scene.arrows)
    for box, group in groups.items():
        room = sum(cells[i] for _, _, i in group)
        scale = min(1.0, sizes[box][1] * (0.8 if end == "tail" else 1.0) / room)
        at = centers[box][1] - room * scale / 2
        for _, _, i in sorted(group):
            found[i] = at + cells[i] * scale / 2
            at += cells[i] * scale
    return found
