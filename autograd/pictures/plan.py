"""Where everything in our own drawing goes: boxes, the curves of arrows, and every line of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from autograd.base.ink import FAINT, Ink
from autograd.pictures.grid import CROWD, Bend, Grid
from autograd.pictures.lettering import SIZES, SMALL, Point, Size, Text, stacked, text_size
from autograd.pictures.style import Line, arrow_ink, arrow_lines, box_ink, box_lines, legend
from autograd.scenes.contents import Arrow, Box, Scene

__all__ = ["MARGIN", "PlacedArrow", "PlacedBox", "Plan", "plan"]

MARGIN = 12  # around the picture


class PlacedBox(NamedTuple):
    """A box and its text."""

    box: Box
    center: Point
    size: Size
    ink: Ink
    texts: tuple[Text, ...]


class PlacedArrow(NamedTuple):
    """An arrow and its text."""

    arrow: Arrow
    start: Point
    bends: tuple[Bend, ...]
    direction: Point  # of its head: (1, 0) points to the right
    ink: Ink
    texts: tuple[Text, ...]

    @property
    def tip(self) -> Point:
        """Where it ends."""
        return self.bends[-1].end


class Plan(NamedTuple):
    """A drawing, from (0, 0) to its size."""

    size: Size
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]
    notes: tuple[Text, ...]


def plan(scene: Scene, *, direction: str = "LR", precision: int = 4) -> Plan:
    """Return where everything in the drawing of ``scene`` goes.

    Args:
        scene: what is drawn.
        direction: which way arrows point: "LR", "TB", "RL" or "BT".
        precision: how many digits numbers have.
    """
    arriving = Counter(arrow.head for arrow in scene.arrows)
    words = [[] if arriving[arrow.head] > CROWD else arrow_lines(arrow, scene, precision) for arrow in scene.arrows]
    if direction in ("LR", "RL"):  # one line above the arrow, one below it
        words = [["  ".join(of_one[:-1]), of_one[-1]] if len(of_one) > 2 else of_one for of_one in words]
    lines = {box.id: box_lines(box, scene.swept, precision) for box in scene.boxes}
    grid = Grid.of(scene, lines, words, direction)
    arrows = [
        PlacedArrow(arrow, *grid.path(i), grid.heading, arrow_ink(arrow, scene), tuple(grid.texts(i, words[i])))
        for i, arrow in enumerate(scene.arrows)
    ]
    boxes = [placed(box, *grid.frame(box.id), lines[box.id], scene.swept) for box in scene.boxes]
    below = legend(scene)
    if any(count > CROWD for count in arriving.values()):
        below.append(f"arrows have no numbers where more than {CROWD} arrive at one box")
    return with_notes(boxes, arrows, below)


def with_notes(boxes: Sequence[PlacedBox], arrows: Sequence[PlacedArrow], below: Sequence[str]) -> Plan:
    """Return the drawing with lines of text below it."""
    corners = [(x + w / 2, y + h / 2) for _, (x, y), (w, h), _, _ in boxes]
    corners += [bend.end for arrow in arrows for bend in arrow.bends]
    width, height = max(x for x, _ in corners), max(y for _, y in corners) + 10.0
    foot = [(text, SMALL) for text in below]
    notes = stacked(foot, (0.0, height), anchor="start", color=FAINT)
    return Plan(
        (max(width, text_size(foot)[0]), height + text_size(foot)[1]), tuple(boxes), tuple(arrows), tuple(notes)
    )


def placed(box: Box, center: Point, size: Size, lines: Sequence[Line], swept: bool) -> PlacedBox:
    """Return a box with its text in the middle and its tag in the corner."""
    (x, y), (width, height) = center, size
    rows = [(line.text, SIZES[line.kind]) for line in lines]
    texts = stacked(rows, (x, y - text_size(rows)[1] / 2))
    if tag := lines[0].tag:
        texts += stacked([(tag, SMALL)], (x - width / 2 + 5, y - height / 2 + 3), anchor="start", color=FAINT)
    return PlacedBox(box, center, size, box_ink(box, swept), tuple(texts))
