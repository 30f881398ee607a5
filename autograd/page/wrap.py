"""A drawing much wider than a window is wrapped like a line of text: its columns continue below."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from autograd.pictures.layout import Point

__all__ = ["LEAD", "PHONE", "PORT", "WINDOW", "scale", "wrapped"]

WINDOW = (910, 650)  # of a drawing, in pixels, on a page of 1280 by 800
PHONE = (390, 650)  # on a phone held upright
LARGE_ENOUGH = 1.28  # units to a pixel: then one line reads best
GAP = 34.0  # between two lines, where arrows go back to the left
GUTTER = 13.0  # at the right and at the left of a line, for arrows on their way to the next
LEAD = 70.0  # the straight end of an arrow, with its numbers
PORT = 32.0  # between the ends of arrows that arrive at one box, two lines of numbers between them
LANE = 5.0  # between two such arrows
MOST_CROSSING = 20  # arrows from one line to the next, more of which nobody could follow

Sizes = Mapping[str, tuple[float, float]]
Size = tuple[float, float]
Centers = dict[str, Point]
Paths = list[list[Point]]


def scale(width: float, height: float, window: Size = WINDOW) -> float:
    """Return how many units of a drawing make a pixel of the window when all of it is to be seen."""
    return max(width / window[0], height / window[1])


def wrapped(
    sizes: Sizes,
    centers: Mapping[str, Point],
    ends: Sequence[tuple[str, str]],
    bends: Sequence[Sequence[Point]],
    window: Size = WINDOW,
) -> tuple[Centers, Paths]:
    """Return the centers of boxes and the bends of arrows, in as many lines as show the drawing largest in a window.

    Args:
        sizes: width and height of each box.
        centers: where the boxes stand in one line, the arrows from left to right.
        ends: tail and head of each arrow.
        bends: the points between the ends of each arrow.
    """
    columns = column_edges(sizes, centers)
    best = (dict(centers), [list(path) for path in bends])
    width, height = extent(sizes, *best)
    smallest = scale(width, height, window)
    if smallest <= LARGE_ENOUGH:
        return best
    smallest *= 0.9  # a wrapped drawing reads less easily
    about = round((width / window[0] / ((height + GAP) / window[1])) ** 0.5)  # then the lines fill the window
    for lines in range(max(2, about - 1), min(about + 2, len(columns))):
        starts = even_lines(columns, lines)
        other = in_lines(sizes, centers, ends, bends, starts)
        if other is not None and (units := scale(*extent(sizes, *other), window)) < smallest:
            best, smallest = other, units
    return best


def extent(sizes: Sizes, centers: Mapping[str, Point], bends: Sequence[Sequence[Point]]) -> tuple[float, float]:
    """Return the width and the height of a drawing."""
    right = [x + sizes[i][0] / 2 for i, (x, _) in centers.items()] + [x for path in bends for x, _ in path]
    low = [y + sizes[i][1] / 2 for i, (_, y) in centers.items()] + [y for path in bends for _, y in path]
    return max(right), max(low)


def column_edges(sizes: Sizes, centers: Mapping[str, Point]) -> list[tuple[float, float]]:
    """Return the left and the right edge of each column, from left to right.

    >>> column_edges({"a": (40, 20), "b": (20, 20)}, {"a": (20.0, 10.0), "b": (100.0, 10.0)})
    [(0.0, 40.0), (90.0, 110.0)]
    """
    widest: dict[float, float] = {}
    for box, (x, _) in centers.items():
        widest[x] = max(widest.get(x, 0.0), sizes[box][0])
    return [(x - w / 2, x + w / 2) for x, w in sorted(widest.items())]


def line_starts(columns: Sequence[tuple[float, float]], width: float) -> list[float]:
    """Return where each line begins, when a line holds the columns that end within ``width`` of its beginning.

    >>> line_starts([(0.0, 40.0), (90.0, 110.0), (150.0, 190.0)], 120.0)
    [0.0, 150.0]
    """
    starts = [columns[0][0]]
    for left, right in columns:
        if right - starts[-1] > width and left > starts[-1]:
            starts.append(left)
    return starts


def even_lines(columns: Sequence[tuple[float, float]], lines: int) -> list[float]:
    """Return where each line begins, of at most so many lines and as narrow as that allows: no line is left with the
    last box alone.

    >>> columns = [(0.0, 40.0), (50.0, 90.0), (100.0, 140.0), (150.0, 190.0)]
    >>> line_starts(columns, 190 / 2), even_lines(columns, 2)
    ([0.0, 100.0], [0.0, 100.0])
    >>> line_starts(columns, 190 / 3), even_lines(columns, 3)
    ([0.0, 50.0, 100.0, 150.0], [0.0, 100.0])
    """
    narrow, wide = 0.0, columns[-1][1] - columns[0][0]
    while wide - narrow > 1.0:
        width = (narrow + wide) / 2
        if len(line_starts(columns, width)) > lines:
            narrow = width
        else:
            wide = width
    return line_starts(columns, wide)


def in_lines(
    sizes: Sizes,
    centers: Mapping[str, Point],
    ends: Sequence[tuple[str, str]],
    bends: Sequence[Sequence[Point]],
    starts: Sequence[float],
) -> tuple[Centers, Paths] | None:
    """Return the drawing in lines that begin at ``starts``; None if too many arrows go from one to the next."""

    def line(x: float) -> int:
        return bisect_right(starts, x + 0.5) - 1

    routes = [[centers[tail], *path, centers[head]] for (tail, head), path in zip(ends, bends, strict=True)]
    crossing = [(line(route[0][0]), line(route[-1][0])) for route in routes]
    if any(tail > head for tail, head in crossing):  # modules that feed each other in turn
        return None
    cuts = Counter(k for tail, head in crossing for k in range(tail, head))
    if cuts and max(cuts.values()) > MOST_CROSSING:
        return None
    tops, lows = [float("inf")] * len(starts), [0.0] * len(starts)
    parts = [(x, y - sizes[b][1] / 2, y + sizes[b][1] / 2) for b, (x, y) in centers.items()]
    parts += [(x, y, y) for path in bends for x, y in path]
    for x, top, low in parts:
        k = line(x)
        tops[k], lows[k] = min(tops[k], top), max(lows[k], low)
    shifts, y = [], 0.0
    for k, (top, low) in enumerate(zip(tops, lows, strict=True)):
        shifts.append(y - top)
        y += low - top + GAP + LANE * cuts[k]

    def moved(x: float, y: float) -> Point:
        k = line(x)
        return x - starts[k] + (2 * GUTTER + LEAD if k else 0.0), y + shifts[k]

    placed = {box: moved(*center) for box, center in centers.items()}
    far = max(placed[box][0] + sizes[box][0] / 2 for box in placed)
    paths, used = [], [0] * len(starts)
    for route in routes:
        path: list[Point] = []
        for a, b in pairwise(route):
            for k in range(line(a[0]) + 1, line(b[0]) + 1):  # down and back to the left, once for every line
                used[k] += 1
                lane = LANE * (used[k] - 1)
                here = path[-1] if path else moved(*a)
                between = shifts[k] + tops[k] - GAP / 2 - lane
                beyond = far + GUTTER + lane
                last = moved(*b)[1] if k == line(b[0]) else between
                path += [(beyond, here[1]), (beyond, between), (GUTTER - lane / 4, between), (GUTTER - lane / 4, last)]
            path.append(moved(*b))
        paths.append(path[:-1])
    return placed, paths
