"""Cells that do the same side by side become one step on arrays."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np

from autograd.lift.contract import Cells, Kind
from autograd.lift.layout import Layout
from autograd.lift.products import Products, products
from autograd.lift.steps import Array, Ints, Map, Peak, Sum, Term, View, natural, size

__all__ = ["Group", "groups", "lift"]

FEW = 3  # products or plain terms that are written one by one; more are an axis that is summed over
PART = 4  # cells of a group that come from another array than the rest have a step of their own from so many on


class Group(NamedTuple):
    """Cells of one kind that can be computed at once."""

    kind: Kind
    batched: bool
    cells: Ints  # items
    operands: Ints  # (cells, operands): items


def groups(cells: Cells) -> list[Group]:
    """Return the cells in groups that can be computed one after the other; in a level the largest sums come first."""
    found: dict[tuple[int, bool, Kind], list[int]] = {}
    first = cells.first
    for i, kind in enumerate(cells.kinds):
        found.setdefault((cells.levels[first + i], cells.batched[first + i], kind), []).append(i)

    def turn(key: tuple[int, bool, Kind]) -> tuple[int, bool, float]:
        level, _, (name, n_products, _) = key
        members = len(found[key])
        return level, name != "sum" or members == 1, -n_products * members if name == "sum" else 0.0

    return [
        Group(key[2], key[1], np.array(found[key]) + first, np.array([cells.operands[i] for i in found[key]]))
        for key in sorted(found, key=turn)
    ]


def lift(cells: Cells, layout: Layout, found: list[Group]) -> View:
    """Put the steps that compute all cells on ``layout``, and return the view of the root."""
    for group in found:
        lay_out(layout, group)
    for group in found:
        if group.kind[0] == "sum":
            sums(layout, group)
        else:
            elementwise(layout, group)
    return layout.read(np.array(cells.root))


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
    elementwise(layout, group)


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


def elementwise(layout: Layout, group: Group) -> None:
    """Put a group that is computed place by place on ``layout``: in the order of its main operand, array by array."""
    name = group.kind[0]
    if name == "sum":
        left, right, plain = factors(layout, group)
        columns = np.concatenate([right, left, plain], axis=1)
    else:
        columns = group.operands
    main = columns[:, 0] if name == "peak" else main_operand(layout, columns)
    for rows in parts(layout, main, columns):
        rows, grid = ordered(layout, main, rows)
        cells = group.cells[rows].reshape(grid)
        if name == "peak":
            read = layout.read(columns[rows].reshape(*grid, columns.shape[1]))
            out = layout.settle(cells, group.batched, "cell")
            layout.steps.append(Peak(View(out, 0, natural(grid)), grid, columns.shape[1], read))
        elif name == "sum":
            write(
                layout,
                group,
                cells,
                *(each[rows].reshape(*grid, each.shape[1]) for each in (left, right, plain)),
            )
        else:
            reads = tuple(layout.read(column[rows].reshape(grid)) for column in columns.T)
            out = layout.settle(cells, group.batched, "cell")
            layout.steps.append(Map(View(out, 0, natural(grid)), False, grid, name, None, reads))


def main_operand(layout: Layout, columns: Ints) -> Ints:
    """Return the operand, one item for each cell, whose array gives a group its form: the one of most items."""

    def form(column: Ints) -> tuple[int, int]:
        return len(np.unique(column)), int(layout.levels[column].max())

    return max(columns.T, key=form)


def parts(layout: Layout, main: Ints, columns: Ints) -> list[Ints]:
    """Return the cells that are computed together, as places in the group: their main operands live in one array.

    The odd ones come together, unless they are so few that to gather their operands is more work than they are.
    """
    where = layout.array[main]
    numbers, counts = np.unique(where, return_counts=True)
    large = numbers[counts >= PART]
    odd = np.flatnonzero(~np.isin(where, large))
    found = [np.flatnonzero(where == number) for number in large]
    if 1 < len(odd) < PART and differ(layout, columns[odd]):
        return [*found, *(odd[i : i + 1] for i in range(len(odd)))]
    return [*found, odd] if len(odd) else found


def differ(layout: Layout, columns: Ints) -> bool:
    """Return whether a few cells read from different arrays, so that they have nothing in common but what they do."""
    sources = layout.array[columns]
    return bool((sources != sources[0]).any())


def ordered(layout: Layout, main: Ints, rows: Ints) -> tuple[Ints, tuple[int, ...]]:
    """Return ``rows`` in the order in which their main operands live, and the grid that they fill there."""
    where = layout.array[main[rows]]
    if where[0] < 0 or (where != where[0]).any():
        return rows, (len(rows),) if len(rows) > 1 else ()
    places = layout.place[main[rows]]
    order = np.argsort(places, kind="stable")
    rows, places = rows[order], places[order]
    axes = np.unravel_index(places, layout.arrays[where[0]].shape) if layout.arrays[where[0]].shape else ()
    sides = [np.unique(axis) for axis in axes]
    grid = tuple(len(side) for side in sides)
    if int(np.prod(grid)) == len(rows) and (np.diff(places) > 0).all():
        return rows, tuple(m for m in grid if m > 1)
    return rows, (len(rows),) if len(rows) > 1 else ()


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


def terms_of(layout: Layout, factors: list[Ints]) -> list[Term]:
    """Return terms that are products of ``factors``: grids of items whose last axis counts the terms of each sum."""
    count = factors[0].shape[-1]
    if count == 0:
        return []
    if count <= FEW and not is_product(factors) and not is_whole(layout, factors):
        return [Term((), tuple(layout.read(each[..., k]) for each in factors)) for k in range(count)]
    found = []
    for run in runs(layout, factors):
        if len(run) == 1:
            found.append(Term((), tuple(layout.read(each[..., run[0]]) for each in factors)))
        else:
            for part in even_parts(layout, factors, run):
                found.append(Term((len(part),), tuple(layout.read(each[..., part], True) for each in factors)))
    return found


def even_parts(layout: Layout, factors: list[Ints], run: list[int]) -> list[list[int]]:
    """Return the plain terms ``run`` in two or three parts that lie evenly, if they do not as a whole: all but one."""
    items = factors[0][..., run]
    if (
        len(factors) > 1
        or layout.array[items.flat[0]] < 0
        or (layout.array[items] != layout.array[items.flat[0]]).any()
    ):
        return [run]
    places = layout.place[items].reshape(-1, len(run))[0]
    cuts = [k + 1 for k in range(1, len(run) - 1) if places[k + 1] - places[k] != places[1] - places[0]]
    if not 1 <= len(cuts) <= FEW - 1:
        return [run]
    return [run[a:b] for a, b in zip([0, *cuts], [*cuts, len(run)], strict=True)]


def is_product(factors: list[Ints]) -> bool:
    """Return whether two factors of two or more terms move along different axes: then they are a matrix product."""
    if len(factors) < 2 or factors[0].shape[-1] < 2:
        return False
    left, right = ([a for a in range(each.ndim - 1) if (each != each.take([0], axis=a)).any()] for each in factors)
    return set(left) != set(right)


def is_whole(layout: Layout, factors: list[Ints]) -> bool:
    """Return whether plain terms are all that one computed array holds: then they are its sum along an axis."""
    items = factors[0]
    if len(factors) > 1 or items.shape[-1] < 2:
        return False
    where = layout.array[items]
    number = int(where.flat[0])
    return number >= 0 and bool((where == number).all()) and len(np.unique(items)) == size(layout.arrays[number].shape)


def runs(layout: Layout, factors: list[Ints]) -> list[list[int]]:
    """Return the terms that are read from the same arrays, together: W[:, :6] @ h + W[:, 6:] @ x."""
    found: dict[tuple[int, ...], list[int]] = {}
    for k in range(factors[0].shape[-1]):
        source = []
        for each in factors:
            numbers = np.unique(layout.array[each[..., k]])
            constant = layout.is_constant(each[..., k]).all()
            source.append(-2 if constant else int(numbers[0]) if len(numbers) == 1 else -3)
        found.setdefault(tuple(source), []).append(k)
    return list(found.values())


def reduction(layout: Layout, group: Group) -> None:
    """Put one cell of many terms on ``layout``: a sum for each array, or pair of arrays, that it reads."""
    left, right, plain = (each[0] for each in factors(layout, group))
    terms = [*reduced(layout, [left, right]), *reduced(layout, [plain])]
    out = layout.settle(group.cells.reshape(()), group.batched, "cell")
    layout.steps.append(Sum(View(out, 0, ()), False, (), tuple(terms)))


def reduced(layout: Layout, factors: list[Ints]) -> list[Term]:
    """Return the terms of one cell; a product that occurs several times is counted."""
    if not len(factors[0]):
        return []
    for each in factors:
        layout.settle_leaves(each)
    counted = Counter(zip(*(each.tolist() for each in factors), strict=True))
    found: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for items, count in counted.items():
        found.setdefault((count, *(int(layout.array[i]) for i in items)), []).append(items)
    terms = []
    for (count, *_), members in found.items():
        grid_of = np.array(members)
        rows, grid = ordered(layout, grid_of[:, -1], np.arange(len(members)))
        columns = [column[rows] for column in grid_of.T]
        if len(grid) == 1:
            for part in even_parts(layout, columns, [*range(len(rows))]):
                reads = tuple(layout.read(column[part].squeeze()) for column in columns)
                terms.append(Term((len(part),) if len(part) > 1 else (), reads, float(count)))
        else:
            reads = tuple(layout.read(column.reshape(grid)) for column in columns)
            terms.append(Term(grid, reads, float(count)))
    return terms
