"""Sums of products as steps: matrix products where possible, else place by place, or as one long sum."""

from __future__ import annotations

import numpy as np

from autograd.lift.groups import PART, Group, differ, main_operand, ordered, parts
from autograd.lift.layout import Layout
from autograd.lift.products import Products, products
from autograd.lift.steps import Array, Ints, Sum, View, natural
from autograd.lift.terms import FEW, reduced, terms_of

__all__ = ["lay_out", "sums"]


def lay_out(layout: Layout, group: Group) -> None:
    """Settle the weights and biases of a group that is one matrix product, before anybody else reads them."""
    name, n_products, _ = group.kind
    if name != "sum" or n_products < 2 or len(group.cells) == 1:
        return
    left, right, plain = factors(layout, group)
    made = products(layout, left, right)
    if made is None or len(made.left) > 1:
        return
    weights = made.left[0].squeeze()
    loose = (layout.array[weights] < 0) & (weights < layout.n_leaves)
    if loose.all() and len(np.unique(weights)) == weights.size:
        layout.settle(weights, False, "parameter")
    for column in plain.T:
        biases = column[made.cell[0]]
        once = biases[:, 0]
        distinct = (biases == once[:, None]).all() and len(np.unique(once)) == len(once) > 1
        if distinct and ((layout.array[once] < 0) & (once < layout.n_leaves)).all():
            layout.settle(once, False, "parameter")


def factors(layout: Layout, group: Group) -> tuple[Ints, Ints, Ints]:
    """Return the left factors, the right factors and the plain terms of sums, (cells, terms) each.

    The factor that depends on less stands left: a parameter before a constant or an input, these before a cell.
    """
    n_products = int(group.kind[1])
    pairs = group.operands[:, : 2 * n_products].reshape(len(group.cells), n_products, 2)
    batched = np.array(layout.cells.batched)
    weight = 2 * layout.levels[pairs] + layout.is_constant(pairs) + (1 << 40) * batched[pairs]
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
        made = products(layout, left, right)
        if made is not None:
            blocks, p, q = made.cell.shape
            if blocks > 1 or (n_products > 1 or min(p, q) > 1):
                multiplied(layout, group, made, plain)
                return
    columns = np.concatenate([right, left, plain], axis=1)
    main = main_operand(layout, columns)
    for part in parts(layout, main, columns):  # place by place
        rows, grid = ordered(layout, main, part)
        grids = [each[rows].reshape(*grid, each.shape[1]) for each in (left, right, plain)]
        write(layout, group, group.cells[rows].reshape(grid), *grids)


def multiplied(layout: Layout, group: Group, made: Products, plain: Ints) -> None:
    """Put a group that is one or several matrix products on ``layout``, with its plain terms on the same grid."""
    blocks, p, q = made.cell.shape
    terms = made.left.shape[2]
    shape = (blocks, p, q)
    left = np.broadcast_to(made.left[:, :, None, :], (*shape, terms))
    right = np.broadcast_to(made.right[:, None, :, :], (*shape, terms))
    holes = made.cell < 0
    cell = np.where(holes, 0, made.cell)
    add = plain[cell]  # (blocks, p, q, plain terms)
    layout.settle_right(np.moveaxis(made.right, 2, 1).squeeze())
    grid = tuple(m for m in shape if m > 1)
    write(
        layout,
        group,
        np.where(holes, -1, group.cells[cell]).reshape(grid),
        left.reshape(*grid, terms),
        right.reshape(*grid, terms),
        add.reshape(*grid, plain.shape[1]),
    )


def write(layout: Layout, group: Group, cells: Ints, left: Ints, right: Ints, plain: Ints) -> None:
    """Put one step for sums of products on ``layout``: ``cells`` on a grid (-1 for none), factors and terms on it."""
    terms = [
        *terms_of(layout, [left, right]),
        *terms_of(layout, [plain]),
    ]
    number = layout.new(Array(cells.shape, group.batched, "cell"))
    layout.array[cells[cells >= 0]] = number
    layout.place[cells[cells >= 0]] = np.flatnonzero(cells.ravel() >= 0)
    layout.steps.append(Sum(View(number, 0, natural(cells.shape)), False, cells.shape, tuple(terms)))


def reduction(layout: Layout, group: Group) -> None:
    """Put one cell of many terms on ``layout``: a sum for each array, or pair of arrays, that it reads."""
    left, right, plain = (each[0] for each in factors(layout, group))
    terms = [*reduced(layout, [left, right]), *reduced(layout, [plain])]
    out = layout.settle(group.cells.reshape(()), group.batched, "cell")
    layout.steps.append(Sum(View(out, 0, ()), False, (), tuple(terms)))
