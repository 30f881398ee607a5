"""In which order the kernel loops over the axes of a term: the innermost along numbers that lie side by side.

The last axis is the *line*. The one before it is, of a matrix product, what is summed over (by rows) or the places of
the result that share a factor (by dot products).
"""

from __future__ import annotations

from typing import NamedTuple

from autograd.lift.steps import size

__all__ = ["Loop", "loop_over"]

LONG = 8  # a line of so many numbers is worth a loop of its own
PLAIN, BY_ROWS, BY_DOTS = 0, 1, 2  # forms of a loop; `autograd.kernel.terms` says what they do


class Loop(NamedTuple):
    """The loops over a term, outermost first."""

    starts: list[int]  # in memory: of the result and of the two factors
    sizes: list[int]  # of the axes
    strides: list[list[int]]  # of the result and of the two factors, along each axis
    form: int
    factor: float
    reached: int  # how many places of the result are reached, each once; 0: some are reached more often


def loop_over(starts: list[int], sizes: list[int], strides: list[list[int]], factor: float) -> Loop:
    """Return the loop over the places of a result and of two factors, with the second factor at rest if one is."""
    sizes, (out, left, right) = nested(sizes, strides)
    turned = [starts[0], starts[2], starts[1]]
    form = PLAIN
    if len(sizes) > 1:
        if (out[-1], left[-1], right[-1]) == (1, 1, 0):
            left, right, starts, turned = right, left, turned, starts
        if (out[-2], out[-1], left[-1], right[-1]) == (0, 1, 0, 1):
            form = BY_ROWS
        elif (out[-1], left[-1], right[-1], left[-2]) == (0, 1, 1, 0):
            form = BY_DOTS
        elif (out[-1], left[-1], right[-1], right[-2]) == (0, 1, 1, 0):
            left, right, starts, form = right, left, turned, BY_DOTS
        elif (out[-1], left[-1], right[-1]) == (1, 0, 1):
            left, right, starts = right, left, turned
    inside = len(sizes) - (2 if form == BY_ROWS else 1)  # the axis that is summed over before anything is written
    once = all(out[axis] for axis in range(len(sizes)) if axis != inside)
    reached = size(tuple(m for m, stride in zip(sizes, out, strict=True) if stride)) if once else 0
    return Loop(starts, sizes, [out, left, right], form, factor, reached)


def nested(sizes: list[int], strides: list[list[int]]) -> tuple[list[int], list[list[int]]]:
    """Return the axes of a term in an order that loops well, neighbors that are one line joined.

    The last axis is the line, along which numbers lie side by side. The axis before it is the one over which a matrix
    product is summed, or that of the rows which share a factor.
    """
    axes = [axis for axis, m in enumerate(sizes) if m > 1]

    def steps(axis: int) -> tuple[int, ...]:
        return tuple(each[axis] for each in strides)

    def line(axis: int) -> tuple[bool, bool, int, int]:
        moves, m = steps(axis), sizes[axis]
        even = sum(move in (0, 1) for move in moves)  # in how many of the views it runs side by side, or stays
        return even == len(moves) and m >= LONG, m >= LONG and moves[0] == 1, even, m

    order = []
    if axes:
        last = max(axes, key=line)
        out, left, right = steps(last)
        rest = [axis for axis in axes if axis != last]

        def rows(axis: int) -> tuple[bool, int]:
            o, p, q = steps(axis)
            by_rows = out == 1 and o == 0 and ((left == 0 and right == 1) or (left == 1 and right == 0))
            by_dots = out == 0 and left == right == 1 and 0 in (p, q)
            return by_rows or by_dots, sizes[axis]

        if rest:
            second = max(rest, key=rows)
            order = [*(axis for axis in rest if axis != second), second]
        order.append(last)
    joined: list[tuple[int, tuple[int, ...]]] = []
    for axis in order:
        m, moves = sizes[axis], steps(axis)
        if joined and joined[-1][1] == tuple(m * move for move in moves):
            joined[-1] = (joined[-1][0] * m, moves)
        else:
            joined.append((m, moves))
    return [m for m, _ in joined], [[moves[v] for _, moves in joined] for v in range(len(strides))]
