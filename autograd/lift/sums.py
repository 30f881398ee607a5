"""Sums of products as steps: matrix products where possible, else place by place, or as one long sum."""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise

import numpy as np

from autograd.lift.groups import PART, Group, differ, main_operand, ordered, parts
from autograd.lift.layout import Layout
from autograd.lift.padding import completed, number_at, numbers_of, pad
from autograd.lift.products import Products, of_one_shape, products
from autograd.lift.steps import Array, Ints, Sum, View, natural
from autograd.lift.terms import FEW, reduced, terms_of

__all__ = ["factors", "lay_out", "multiplied", "sums"]


def lay_out(layout: Layout, group: Group) -> None:
    """Settle the weights and biases of a group that is one matrix product, before anybody else reads them."""
    name, n_products, _ = group.kind
    if name != "sum" or n_products < 2 or len(group.cells) == 1:
        return
    left, right, plain = factors(layout, group)
    made = products(layout, group.cells, left, right)
    if made is None or len(made.left) > 1:
        return
    weights = made.left[0].squeeze()
    loose = (layout.array[weights] < 0) & (weights < layout.n_leaves)
    if loose.all() and len(np.unique(weights)) == weights.size:
        for part in by_label(layout, weights):
            layout.settle(part, False, "parameter")
    for column in plain.T:
        biases = column[made.cell[0]]
        once = biases[:, 0]
        distinct = (biases == once[:, None]).all() and len(np.unique(once)) == len(once) > 1
        if distinct and ((layout.array[once] < 0) & (once < layout.n_leaves)).all():
            layout.settle(once, False, "parameter")


def by_label(layout: Layout, weights: Ints) -> list[Ints]:
    """Return a matrix of weights cut where the first word of the labels changes from column to column: Wh | Wx."""
    if weights.ndim < 2:
        return [weights]
    words = [re.split(r"[\d\[.]", layout.cells.leaves[item].label)[0] for item in weights[0].tolist()]
    cuts = [k for k in range(1, len(words)) if words[k] != words[k - 1]]
    ends = [0, *cuts, len(words)]
    return [weights[:, a:b].squeeze() for a, b in pairwise(ends)] if len(cuts) == len({*words}) - 1 else [weights]


def factors(layout: Layout, group: Group) -> tuple[Ints, Ints, Ints]:
    """Return the left factors, the right factors and the plain terms of sums, (cells, terms) each.

    The factor that depends on less stands left: a parameter before a constant or an input, these before a cell.
    """
    n_products = int(group.kind[1])
    pairs = group.operands[:, : 2 * n_products].reshape(len(group.cells), n_products, 2)
    weight = 2 * layout.levels[pairs] + layout.is_constant(pairs) + (1 << 40) * layout.batched[pairs]
    turned = weight[:, :, 0] > weight[:, :, 1]
    left = np.where(turned, pairs[:, :, 1], pairs[:, :, 0])
    right = np.where(turned, pairs[:, :, 0], pairs[:, :, 1])
    return left, right, group.operands[:, 2 * n_products :]


def sums(layout: Layout, group: Group) -> None:
    """Put the steps for sums of products on ``layout``."""
    n_products, n_plain = int(group.kind[1]), int(group.kind[2])
    if len(group.cells) == 1 and max(n_products, n_plain) > FEW:
        reduction(layout, group)
        return
    left, right, plain = factors(layout, group)
    if 1 < len(group.cells) < PART and differ(layout, np.concatenate([left, right, plain], axis=1)):
        for i in range(len(group.cells)):
            sums(layout, group._replace(cells=group.cells[i : i + 1], operands=group.operands[i : i + 1]))
        return
    if n_products and len(group.cells) > 1:
        made = products(layout, group.cells, left, right)
        pieces = of_one_shape(left, right) if made is None and n_products > 1 else []
        if len(pieces) > 1:
            for piece in pieces:
                sums(layout, group._replace(cells=group.cells[piece], operands=group.operands[piece]))
            return
        if made is not None:
            blocks, p, q = made.cell.shape
            if blocks > 1 or (n_products > 1 or min(p, q) > 1):
                multiplied(layout, group, made, plain)
                return
    columns = np.concatenate([right, left, plain], axis=1)
    main = main_operand(layout, columns)
    for part in parts(layout, main, columns):  # place by place
        whole = completed(layout, "product" if n_products else "sum", main[part], columns[part])
        if whole is not None:
            at, items = whole
            cells = np.where(at < 0, -1, group.cells[part][at])
            a, b = right.shape[1], right.shape[1] + left.shape[1]
            given = [stacked(each, at.shape) for each in (items[a:b], items[:a], items[b:])]
            padding = number_at(partial(sum_of_products, a), numbers_of(layout, items))
            write(layout, group, cells, (given[0], given[1], given[2]), padding)
            continue
        rows, grid = ordered(layout, main, part)
        a, b, c = (each[rows].reshape(*grid, each.shape[1]) for each in (left, right, plain))
        write(layout, group, group.cells[rows].reshape(grid), (a, b, c))


def stacked(grids: list[Ints], shape: tuple[int, ...]) -> Ints:
    """Return grids of items as one with a last axis that counts them."""
    return np.stack(grids, axis=-1) if grids else np.zeros((*shape, 0), np.int64)


def sum_of_products(n_products: int, *numbers: float) -> float:
    """Return the sum of products of numbers, right factors first, then left ones, then plain terms."""
    right, left, plain = numbers[:n_products], numbers[n_products : 2 * n_products], numbers[2 * n_products :]
    return sum((a * b for a, b in zip(left, right, strict=True)), sum(plain))


def multiplied(layout: Layout, group: Group, made: Products, plain: Ints) -> None:
    """Put a group that is one or several matrix products on ``layout``, with its plain terms on the same grid."""
    _, p, q = made.cell.shape
    terms = made.left.shape[2]
    shape = (*block_axes(layout, made), p, q)
    left = np.broadcast_to(made.left[:, :, None, :], (*made.cell.shape, terms))
    right = np.broadcast_to(made.right[:, None, :, :], (*made.cell.shape, terms))
    holes = made.cell < 0
    cell = np.where(holes, 0, made.cell)
    add = plain[cell]  # (blocks, p, q, plain terms)
    layout.settle_right(np.moveaxis(made.right, 2, 1).squeeze())
    grid = tuple(m for m in shape if m > 1)
    write(
        layout,
        group,
        np.where(holes, -1, group.cells[cell]).reshape(grid),
        (left.reshape(*grid, terms), right.reshape(*grid, terms), add.reshape(*grid, plain.shape[1])),
    )


def block_axes(layout: Layout, made: Products) -> tuple[int, ...]:
    """Return the axes of the blocks: one along which they lie evenly, or two, as the heads of several examples do."""
    blocks = len(made.left)
    starts = [layout.place[each[:, 0, 0]] for each in (made.left, made.right) if (layout.array[each] >= 0).all()]
    for inner in (m for m in range(blocks, 1, -1) if blocks % m == 0):
        grids = [start.reshape(blocks // inner, inner) for start in starts]
        if all(len(np.unique(np.diff(grid, axis=axis))) <= 1 for grid in grids for axis in (0, 1)):
            return (blocks // inner, inner)
    return (blocks,)


def write(
    layout: Layout, group: Group, cells: Ints, items: tuple[Ints, Ints, Ints], padding: float | None = None
) -> None:
    """Put one step for sums of products on ``layout``.

    Args:
        layout: what the step is put on.
        group: the group of the cells.
        cells: the cells on a grid, -1 where there is none.
        items: left factors, right factors and plain terms on the same grid, with a last axis that counts them.
        padding: what the step computes where there is no cell, if that is known.
    """
    left, right, plain = items
    terms = [
        *terms_of(layout, [left, right]),
        *terms_of(layout, [plain]),
    ]
    number = layout.new(Array(cells.shape, group.batched, "cell"))
    pad(layout, number, cells, padding)
    layout.steps.append(Sum(View(number, 0, natural(cells.shape)), False, cells.shape, tuple(terms)))


def reduction(layout: Layout, group: Group) -> None:
    """Put one cell of many terms on ``layout``: a sum for each array, or pair of arrays, that it reads."""
    left, right, plain = (each[0] for each in factors(layout, group))
    terms = [*reduced(layout, [left, right]), *reduced(layout, [plain])]
    out = layout.settle(group.cells.reshape(()), group.batched, "cell")
    layout.steps.append(Sum(View(out, 0, ()), False, (), tuple(terms)))
