"""Where the boxes of a drawing go: in layers, each box in a later layer than everything that feeds it.

Four steps, none of which recurses: a layer for every box, lanes for arrows that pass over layers, an order within
each layer with few crossings, and coordinates near those of the neighbors.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, pairwise

__all__ = ["layout", "routes"]

Point = tuple[float, float]
Layers = list[list[int]]
Ties = list[list[int]]  # for each box or lane, those that arrows tie it to in the layer before, or in the one after

APART = (20.0, 60.0)
MOST_LANES = 4_000  # the longest arrows beyond these go straight: a leaf used everywhere would need millions
SWEEPS = 8
LEANING = 2.0  # times the width of the widest layer


def layout(
    sizes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str]],
    direction: str = "LR",
    *,
    apart: tuple[float, float] = APART,
) -> dict[str, Point]:
    """Return the center of every box, by its id, so that no two overlap and arrows point in ``direction``.

    Args:
        sizes: width and height of each box by its id, boxes that feed others first.
        arrows: (tail, head) pairs of ids; one that points back in the order of ``sizes`` moves nothing.
        direction: "LR" for arrows from left to right, or "RL", "TB", "BT".
        apart: the least space between boxes of one layer, and between layers.

    Raises:
        ValueError: for another direction, or an arrow with an end that has no size.

    The drawing begins at (0, 0); y grows downwards.

    >>> layout({"a": (40, 20), "b": (40, 20), "c": (40, 20)}, [("a", "c"), ("b", "c")])
    {'a': (20.0, 10.0), 'b': (20.0, 50.0), 'c': (120.0, 30.0)}
    """
    return routes(sizes, arrows, direction, apart=apart)[0]


def routes(
    sizes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str]],
    direction: str = "LR",
    *,
    apart: tuple[float, float] = APART,
    first: Collection[str] = (),
    last: Collection[str] = (),
) -> tuple[dict[str, Point], list[list[Point]]]:
    """Return the centers as `layout` does, and for each arrow the points between its ends that lead it past boxes.

    Boxes in ``first``, which nothing feeds, stand before all others; those in ``last``, which feed none, behind them.
    """
    if direction not in ("LR", "RL", "TB", "BT"):
        raise ValueError(f"direction must be one of LR, RL, TB, BT, got {direction!r}")
    number = {name: i for i, name in enumerate(sizes)}
    for arrow in arrows:
        for end in arrow:
            if end not in number:
                raise ValueError(f"arrow {arrow!r} ends at {end!r}, which is not in sizes")
    ends = [(number[tail], number[head]) for tail, head in arrows]
    layer = layered(len(sizes), ends, {number[name] for name in first}, {number[name] for name in last})
    lanes = laned(layer, ends)
    before, after = tied(layer, ends, lanes)
    layers = ordered(layer, starting_order(len(sizes), ends, lanes), before, after)
    along = 1 if direction in ("LR", "RL") else 0  # the axis along a layer
    boxes = list(sizes.values())
    breadth = [box[along] for box in boxes] + [0.0] * (len(layer) - len(boxes))
    side = placed(layers, before, after, breadth, apart[0], len(boxes))
    low = min((at - half for at, half in zip(side, (b / 2 for b in breadth), strict=True)), default=0.0)
    thickness = [max(boxes[i][1 - along] for i in row if i < len(boxes)) for row in layers]
    starts = list(accumulate((t + apart[1] for t in thickness), initial=0.0))

    def point(distance: float, i: int) -> Point:
        if direction in ("RL", "BT"):
            distance = starts[-1] - apart[1] - distance
        there = (round(distance, 1), round(side[i] - low, 1))
        return there if along else there[::-1]

    centers = {name: point(starts[layer[i]] + thickness[layer[i]] / 2, i) for name, i in number.items()}
    bends = [
        [point(starts[layer[i]] + part * thickness[layer[i]], i) for i in lane for part in (0, 1)] for lane in lanes
    ]
    return centers, bends


def layered(
    count: int, ends: list[tuple[int, int]], first: Collection[int] = (), last: Collection[int] = ()
) -> list[int]:
    """Return the layer of each box: the length of the longest path to it, then as late as the boxes it feeds allow."""
    feeds: Ties = [[] for _ in range(count)]
    for tail, head in ends:
        if tail < head:  # else the layers of a cycle would grow without end
            feeds[tail].append(head)
    layer = [int(bool(first) and box not in first) for box in range(count)]
    for tail in range(count):
        for head in feeds[tail]:
            layer[head] = max(layer[head], layer[tail] + 1)
    for box in last:
        layer[box] = max(layer)
    for tail in reversed(range(count)):
        if feeds[tail] and tail not in first:
            layer[tail] = min(layer[head] for head in feeds[tail]) - 1
    return layer


def laned(layer: list[int], ends: list[tuple[int, int]]) -> list[list[int]]:
    """Return, for each arrow, a lane in every layer it passes over; the lanes are added to ``layer`` like boxes."""
    lanes: list[list[int]] = [[] for _ in ends]
    room = MOST_LANES
    spans = [layer[head] - layer[tail] - 1 if tail < head else 0 for tail, head in ends]
    for i in sorted(range(len(ends)), key=lambda i: spans[i]):
        if 0 < spans[i] <= room:
            room -= spans[i]
            lanes[i] = list(range(len(layer), len(layer) + spans[i]))
            first = layer[ends[i][0]] + 1
            layer.extend(range(first, first + spans[i]))
    return lanes


def tied(layer: list[int], ends: list[tuple[int, int]], lanes: list[list[int]]) -> tuple[Ties, Ties]:
    """Return the boxes and lanes that each is tied to by an arrow, in the layer before its own and in the one after."""
    before: Ties = [[] for _ in layer]
    after: Ties = [[] for _ in layer]
    for (tail, head), lane in zip(ends, lanes, strict=True):
        for a, b in pairwise([tail, *lane, head]):
            if tail < head and layer[b] == layer[a] + 1:
                after[a].append(b)
                before[b].append(a)
    return before, after


def starting_order(boxes: int, ends: list[tuple[int, int]], lanes: list[list[int]]) -> list[int]:
    """Return by what boxes and lanes are sorted at first: a box by its number, a lane by that of its arrow's tail."""
    given = list(range(boxes + sum(map(len, lanes))))
    for (tail, _), lane in zip(ends, lanes, strict=True):
        for i in lane:
            given[i] = tail
    return given


def ordered(layer: list[int], given: list[int], before: Ties, after: Ties) -> Layers:
    """Return the boxes and lanes of each layer in an order with few crossings.

    It starts in the order of ``given``, in which a tree of operands has no crossing. Each sweep sorts every layer by
    the mean place of the boxes that each box is tied to in the layer after, or before; the best order seen is kept.
    """
    rows: Layers = [[] for _ in range(max(layer, default=-1) + 1)]
    place = [0.0] * len(layer)
    for i in sorted(range(len(layer)), key=given.__getitem__):
        place[i] = len(rows[layer[i]])
        rows[layer[i]].append(i)
    best, fewest = [row[:] for row in rows], crossings(rows, after, place)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        ties = after if sweep % 2 == 0 else before
        for row in reversed(rows) if sweep % 2 == 0 else rows:
            row.sort(key=lambda i: sum(place[j] for j in ties[i]) / len(ties[i]) if ties[i] else place[i])
            for position, i in enumerate(row):
                place[i] = position
        count = crossings(rows, after, place)
        if count < fewest:
            best, fewest = [row[:] for row in rows], count
    return best


def crossings(rows: Layers, after: Ties, place: list[float]) -> int:
    """Return how many pairs of ties cross between neighboring layers."""
    count = 0
    for row in rows:
        seen: list[float] = []
        for i in row:
            there = sorted(place[j] for j in after[i])
            count += sum(len(seen) - bisect_right(seen, p) for p in there)
            for p in there:
                insort(seen, p)
    return count


def placed(layers: Layers, before: Ties, after: Ties, breadth: list[float], gap: float, boxes: int) -> list[float]:
    """Return where each box and lane stands along its layer: near the mean of its neighbors, without overlap.

    A chain ``x = x.sin() + 0.1`` would lean to one side, a little at each step, for every sum stands halfway between
    its two operands. A drawing much wider than its widest layer is placed again: boxes that nothing feeds pull nothing.
    """
    steps = [
        [(breadth[i] + breadth[j]) / 2 + (gap if i < boxes and j < boxes else gap / 2) for i, j in pairwise(row)]
        for row in layers
    ]
    side = balanced(layers, before, after, steps, [1.0] * len(before))
    widest = max((sum(row) for row in steps), default=0.0) + max(breadth, default=0.0)
    if max(side, default=0.0) - min(side, default=0.0) > LEANING * widest:
        weights = [1.0 if ties else 0.01 for ties in before]
        straight = balanced(layers, before, after, steps, weights)
        side = min(side, straight, key=lambda found: max(found) - min(found))
    return side


def balanced(
    layers: Layers, before: Ties, after: Ties, steps: Sequence[Sequence[float]], weights: Sequence[float]
) -> list[float]:
    """Return where each box and lane stands: near the weighted mean of its neighbors, at least a step from the last."""
    side = [0.0] * len(before)
    for sweep in range(SWEEPS):
        ties = after if sweep % 2 == 0 else before
        for k in reversed(range(len(layers))) if sweep % 2 == 0 else range(len(layers)):
            row = layers[k]
            wanted = [
                sum(weights[j] * side[j] for j in ties[i]) / sum(weights[j] for j in ties[i]) if ties[i] else side[i]
                for i in row
            ]
            for i, where in zip(row, spread(wanted, steps[k], [weights[i] for i in row]), strict=True):
                side[i] = where
    return side


def spread(wanted: Sequence[float], steps: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the places nearest to those ``wanted`` (least squares) such that each is at least a step beyond the last.

    Neighbors that would come too near are moved together, as one block, to the mean of the places they want.

    >>> spread([0.0, 0.0, 50.0], [10.0, 10.0], [1.0, 1.0, 1.0])
    [-5.0, 5.0, 50.0]
    >>> spread([0.0, 0.0, 50.0], [10.0, 10.0], [1.0, 0.0, 1.0])
    [0.0, 10.0, 50.0]
    """
    offsets = [0.0]
    for step in steps:
        offsets.append(offsets[-1] + step)
    blocks: list[tuple[float, float, int]] = []  # the mean of the places that a block wants, its weight, its length
    for want, offset, weight in zip(wanted, offsets, weights, strict=False):
        mean, count = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, heavy, others = blocks.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + others
        blocks.append((mean, weight, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]
