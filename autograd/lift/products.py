"""Which sums of products together make a matrix product: all of them one, several groups of them one each, or none.

A cell a1 b1 + a2 b2 + … has a row of left factors (a1, a2, …) and a row of right factors (b1, b2, …). Cells are the
entries of a matrix product if there is one for each pair of a left row and a right row. Parameters are left factors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.lift.contract import Cells
from autograd.lift.layout import Layout
from autograd.lift.steps import Ints

__all__ = ["Products", "of_one_shape", "products"]

LEAST_USED = 1 / 3  # of the pairs in a block; with fewer, most entries of the product would be read by nobody
MOST_SHAPES = 16  # of blocks in a group; of more, each would be small
FAR = 3  # uses that are followed, one after the other, to tell what rows of weights are for


class Products(NamedTuple):
    """A group of sums of products as blocks[g][p][q] = left[g, p] · right[g, q]; one block is a plain product."""

    left: Ints  # (blocks, rows, terms) items
    right: Ints  # (blocks, columns, terms)
    cell: Ints  # (blocks, rows, columns): the cell at each place, as a place in the group; -1 for none


def products(layout: Layout, cells: Ints, left: Ints, right: Ints) -> Products | None:
    """Return how cells with these factors, (cells, terms) each, make matrix products; None if they do not."""
    p, left_rows = rows(left)
    q, right_rows = rows(right)
    n_left, n_right = len(left_rows), len(right_rows)
    pairs = p * n_right + q
    if len(np.unique(pairs)) < len(pairs):
        return None
    if n_left * n_right == len(p):
        blocks = [([*range(n_left)], [*range(n_right)])]
    else:
        blocks = components(p, q, n_left, n_right)
        shapes = {(len(a), len(b)) for a, b in blocks}
        if len(shapes) > 1 or not is_worth_it(len(p), len(blocks), *shapes.pop()):
            return None
    cell_of = cells[np.unique(p, return_index=True)[1]]
    a = [sorted_rows(layout, left_rows, block, cell_of) for block, _ in blocks]
    b = [sorted_rows(layout, right_rows, block) for _, block in blocks]
    order = np.argsort([first_place(layout, left_rows[each[0]]) for each in a], kind="stable")
    a, b = [a[i] for i in order], [b[i] for i in order]
    cell = np.full((len(blocks), len(a[0]), len(b[0])), -1)
    block_of, row_of = np.zeros(n_left, np.int64), np.zeros(n_left, np.int64)
    column_of = np.zeros(n_right, np.int64)
    for g, (rows_here, columns_here) in enumerate(zip(a, b, strict=True)):
        block_of[rows_here], row_of[rows_here] = g, np.arange(len(rows_here))
        column_of[columns_here] = np.arange(len(columns_here))
    cell[block_of[p], row_of[p], column_of[q]] = np.arange(len(p))
    return Products(left_rows[np.array(a)], right_rows[np.array(b)], cell)


def is_worth_it(cells: int, blocks: int, n_left: int, n_right: int) -> bool:
    """Return whether so many blocks of one shape are a batched product: two columns or more, and not too many holes."""
    return min(n_left, n_right) > 1 and cells >= LEAST_USED * blocks * n_left * n_right


def of_one_shape(left: Ints, right: Ints) -> list[Ints]:
    """Return the cells with these factors in parts whose blocks are of one shape, if all parts are batched products.

    A loss over sequences of different length has blocks of different shape. One part alone says that this is not so.
    """
    p, left_rows = rows(left)
    q, right_rows = rows(right)
    blocks = components(p, q, len(left_rows), len(right_rows))
    shape_of = np.zeros(len(left_rows), np.int64)
    found: dict[tuple[int, int], int] = {}
    for a, b in blocks:
        shape_of[a] = found.setdefault((len(a), len(b)), len(found))
    parts = [np.flatnonzero(shape_of[p] == k) for k in range(len(found))]
    counts = [sum((len(a), len(b)) == shape for a, b in blocks) for shape in found]
    worth = [is_worth_it(len(each), n, *shape) for each, n, shape in zip(parts, counts, found, strict=True)]
    return parts if len(parts) <= MOST_SHAPES and all(worth) else [np.arange(len(p))]


def rows(items: Ints) -> tuple[Ints, Ints]:
    """Return for each row which of the distinct rows it is, and these, in the order in which they come first."""
    seen: dict[bytes, int] = {}
    which = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in np.ascontiguousarray(items)], np.int64)
    first = np.unique(which, return_index=True)[1]
    return which, items[first]


def first_place(layout: Layout, row: Ints) -> int:
    """Return where the first item of a row that lives somewhere lives; -1 if none does."""
    for item in row.tolist():
        if layout.array[item] >= 0:
            return int(layout.array[item]) * 2**40 + int(layout.place[item])
    return -1


def sorted_rows(layout: Layout, items: Ints, which: Sequence[int], cells: Ints | None = None) -> list[int]:
    """Return ``which`` rows in the order in which they are stored. Rows not stored yet come in the order of their
    labels, if they have any, else of the uses of ``cells``, one for each row: all of the queries' weights, then all of
    the keys'."""
    stems: dict[str, int] = {}

    def key(row: int) -> tuple[int, int, Any]:
        place, first = first_place(layout, items[row]), int(items[row][0])
        if place >= 0 or first >= layout.n_leaves:
            return place, 0, ()
        label = layout.cells.leaves[first].label
        if not label:
            return place, 0, () if cells is None else uses(layout, int(cells[row]))
        stem, *numbers = re.split(r"(\d+)", label)
        return place, 1 + stems.setdefault(stem, len(stems)), [int(number) for number in numbers[::2]]

    return sorted(which, key=key)


def uses(layout: Layout, item: int) -> tuple[tuple[int, int, str], ...]:
    """Return where an item is used first, and what is made of it there, and so on: a key that tells gates apart."""
    if not layout.first_uses:
        layout.first_uses.update(first_uses(layout.cells))
    found: list[tuple[int, int, str]] = []
    while item in layout.first_uses and len(found) < FAR:
        level, side, item = layout.first_uses[item]
        found.append((level, side, layout.cells.kinds[item - layout.cells.first][0]))
    return tuple(found)


def first_uses(cells: Cells) -> dict[int, tuple[int, int, int]]:
    """Return for each item its first use: the level of the user, the place among its operands, and the user.

    Of a long sum of products only the side counts as the place.
    """
    found: dict[int, tuple[int, int, int]] = {}
    for i, (kind, operands) in enumerate(zip(cells.kinds, cells.operands, strict=True)):
        user = cells.first + i
        sides = 2 if len(operands) > 2 * FAR and kind[0] == "sum" and kind[1] else len(operands)
        for k, operand in enumerate(operands):
            use = cells.levels[user], k % sides, user
            found[operand] = min(found.get(operand, use), use)
    return found


def components(p: Ints, q: Ints, n_left: int, n_right: int) -> list[tuple[list[int], list[int]]]:
    """Return the connected parts of the graph whose edges are the pairs: (left rows, right rows) of each."""
    parent = list(range(n_left + n_right))

    def top(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for a, b in zip(p.tolist(), q.tolist(), strict=True):
        parent[top(a)] = top(n_left + b)
    found: dict[int, tuple[list[int], list[int]]] = {}
    for i in range(n_left + n_right):
        part = found.setdefault(top(i), ([], []))
        part[0 if i < n_left else 1].append(i if i < n_left else i - n_left)
    return list(found.values())
