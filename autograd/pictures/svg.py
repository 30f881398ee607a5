"""A scene as SVG, drawn without Graphviz."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from unicodedata import east_asian_width

from autograd.base.escape import html
from autograd.base.ink import FAINT, FONT, TEXT, Ink, stroke
from autograd.pictures.layout import routes
from autograd.pictures.scene import Box, Scene
from autograd.pictures.style import (
    Line,
    alt,
    arrow_ink,
    arrow_lines,
    box_ink,
    box_lines,
    fill,
    legend,
)

__all__ = ["svg"]

SIZES = {"symbol": 18, "name": 16, "row": 14, "note": 12}  # pixels
SMALL, PAD, LEADING = 11, 8, 1.25  # text at arrows and below; inside of boxes; line height
MARGIN, HEAD = 12, 8  # around the picture; the length of an arrow's head
CROWD = 6  # arrows at one box; with more, their numbers would overlap
NARROW, WIDE = set("iIjlftr.,:;'|![]()/\\\"` "), set("mwMW@%—…")

Point = tuple[float, float]
Size = tuple[float, float]


def svg(scene: Scene, *, direction: str = "LR", precision: int = 4) -> str:
    """Return ``scene`` as the text of an SVG file: the same text on every run.

    Args:
        scene: what is drawn.
        direction: which way arrows point: "LR", "TB", "RL" or "BT".
        precision: how many digits numbers have.
    """
    lines = {box.id: box_lines(box, scene.swept, precision) for box in scene.boxes}
    sizes = {box.id: box_size(box, lines[box.id]) for box in scene.boxes}
    arriving = Counter(arrow.head for arrow in scene.arrows)
    crowded = {head for head, count in arriving.items() if count > CROWD}
    words = [[] if arrow.head in crowded else arrow_lines(arrow, scene, precision) for arrow in scene.arrows]
    room = text_size([(word, SMALL) for some in words for word in some])[0] if any(words) else 0.0
    tall = SMALL * LEADING * max(map(len, words), default=0)
    across = direction in ("LR", "RL")
    apart = (24.0, 44.0 + (room if across else tall))
    centers, bends = routes(sizes, [(a.tail, a.head) for a in scene.arrows], direction, apart=apart)
    starts, ends = ports(scene, centers, sizes, direction, tall if across else room)

    drawing: list[str] = []
    labels: list[str] = []
    for arrow, word, start, bend, end in zip(scene.arrows, words, starts, bends, ends, strict=True):
        line = arrow_ink(arrow, scene)
        points = [start, *bend, end]
        drawing += [curve(points, line, across), head(points[-1], direction, line)]
        labels += at_arrow(word, points[-2], points[-1])
    for box in scene.boxes:
        drawing += box_elements(box, centers[box.id], sizes[box.id], lines[box.id], scene.swept)

    below = legend(scene)
    if crowded:
        below.append(f"more than {CROWD} arrows at one box have no numbers: they would overlap")
    width = max(x + sizes[i][0] / 2 for i, (x, _) in centers.items())
    height = max(y + sizes[i][1] / 2 for i, (_, y) in centers.items())
    foot = [(text, SMALL) for text in below]
    notes = text_elements(foot, (0.0, height + 10.0), anchor="start", color=FAINT)
    full = (max(width, text_size(foot)[0]) + 2 * MARGIN, height + 10.0 + text_size(foot)[1] + 2 * MARGIN)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{full[0]:.0f}" height="{full[1]:.0f}" '
            f'viewBox="{-MARGIN} {-MARGIN} {full[0]:.0f} {full[1]:.0f}" role="img" aria-label="{html(alt(scene))}" '
            f'font-family="{FONT}">',
            f'<rect x="{-MARGIN}" y="{-MARGIN}" width="100%" height="100%" fill="white"/>',
            *drawing,
            *labels,
            *notes,
            "</svg>\n",
        ]
    )


# --- text: nothing here can measure it, so it counts as wide as in the widest of the usual fonts ----------------


def text_size(lines: Sequence[tuple[str, int]]) -> Size:
    """Return the width and height of lines of text, each with its size."""
    width = max((size * sum(map(breadth, text)) for text, size in lines), default=0.0)
    return width, sum(size * LEADING for _, size in lines)


def breadth(c: str) -> float:
    """Return how wide a character is, in units of the size of its font."""
    if c in NARROW:
        return 0.4
    if c in WIDE or east_asian_width(c) in "WF":
        return 1.05
    return 0.78 if c.isupper() else 0.62


def text_sizes(lines: Sequence[Line]) -> list[tuple[str, int]]:
    """Return the lines of a box with the size of each."""
    return [(line.text, SIZES[line.kind]) for line in lines]


def text_elements(
    lines: Sequence[tuple[str, int]], at: Point, *, anchor: str = "middle", color: str = TEXT
) -> list[str]:
    """Return the elements of lines of text that begin at a height and are aligned at a place."""
    x, y = at
    out = []
    for text, size in lines:
        bold = ' font-weight="bold"' if size >= SIZES["name"] else ""
        baseline = y + size * 0.95
        out.append(
            f'<text x="{x:.1f}" y="{baseline:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{color}"{bold}>{html(text)}</text>'
        )
        y += size * LEADING
    return out


# --- boxes ----------------------------------------------------------------------------------------------------


def box_size(box: Box, lines: Sequence[Line]) -> Size:
    """Return the width and height of a box around its text."""
    width, height = text_size(text_sizes(lines))
    pad = 2 if box.kind == "constant" else PAD
    return width + 2 * pad, height + 2 * pad


def box_elements(box: Box, center: Point, size: Size, lines: Sequence[Line], swept: bool) -> list[str]:
    """Return the elements of a box and its text."""
    (x, y), (width, height) = center, size
    text = text_elements(text_sizes(lines), (x, y - text_size(text_sizes(lines))[1] / 2))
    if box.kind == "constant":
        return text
    line, inside = box_ink(box, swept), fill(box, swept)
    frame = [(0.0, inside)] if box.kind != "module" else [(0.0, "white"), (4.0, inside)]  # a double line for a module
    return [
        f'<rect x="{x - width / 2 + inset:.1f}" y="{y - height / 2 + inset:.1f}" width="{width - 2 * inset:.1f}" '
        f'height="{height - 2 * inset:.1f}" rx="{8 if box.kind == "leaf" else 0}" fill="{color}" {stroke(line)}/>'
        for inset, color in frame
    ] + text


# --- arrows -----------------------------------------------------------------------------------------------------


def ports(
    scene: Scene, centers: dict[str, Point], sizes: dict[str, Size], direction: str, step: float
) -> tuple[list[Point], list[Point]]:
    """Return where each arrow leaves its tail and where it meets its head: side by side, so that both arrows of
    ``a * a`` are seen, and in an order without crossings."""
    axis = 0 if direction in ("LR", "RL") else 1  # along the arrows
    ahead = 1.0 if direction in ("LR", "TB") else -1.0
    found: list[list[Point]] = []
    for own, other, side in (("tail", "head", ahead), ("head", "tail", -ahead)):
        groups: dict[str, list[int]] = {}
        for i, arrow in enumerate(scene.arrows):
            groups.setdefault(getattr(arrow, own), []).append(i)
        points: list[Point] = [(0.0, 0.0)] * len(scene.arrows)
        for box, group in groups.items():
            group.sort(key=lambda i: (centers[getattr(scene.arrows[i], other)][1 - axis], scene.arrows[i].position))
            gap = min(step, sizes[box][1 - axis] * 0.8 / len(group))
            for place, i in enumerate(group):
                along = centers[box][axis] + side * sizes[box][axis] / 2
                beside = centers[box][1 - axis] + (place - (len(group) - 1) / 2) * gap
                points[i] = (along, beside) if axis == 0 else (beside, along)
        found.append(points)
    return found[0], found[1]


def curve(points: Sequence[Point], line: Ink, across: bool) -> str:
    """Return the element of a line through points that passes each of them straight."""
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (u, v) in pairwise(points):
        mid = (x + u) / 2 if across else (y + v) / 2
        a, b = ((mid, y), (mid, v)) if across else ((x, mid), (u, mid))
        path.append(f"C{a[0]:.1f} {a[1]:.1f} {b[0]:.1f} {b[1]:.1f} {u:.1f} {v:.1f}")
    return f'<path d="{" ".join(path)}" fill="none" {stroke(line)}/>'


def head(end: Point, direction: str, line: Ink) -> str:
    """Return the element of an arrow's head."""
    (x, y), half = end, HEAD / 2
    dx, dy = {"LR": (1, 0), "RL": (-1, 0), "TB": (0, 1), "BT": (0, -1)}[direction]
    back = (x - HEAD * dx, y - HEAD * dy)
    corners = [(x, y), (back[0] + half * dy, back[1] + half * dx), (back[0] - half * dy, back[1] - half * dx)]
    return f'<polygon points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in corners)}" fill="{line.color}"/>'


def at_arrow(words: Sequence[str], start: Point, end: Point) -> list[str]:
    """Return the elements of the text at an arrow, on white, half way along its last stretch."""
    if not words:
        return []
    lines = [(word, SMALL) for word in words]
    width, height = text_size(lines)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - height / 2
    ground = f'<rect x="{x - width / 2:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="white"/>'
    return [ground, *text_elements(lines, (x, y), color=FAINT)]
