"""Terms of sums: the items that are read together, and how."""

from __future__ import annotations

from collections import Counter

import numpy as np

from autograd.lift.groups import ordered
from autograd.lift.layout import Layout
from autograd.lift.steps import Ints, Term, size

__all__ = ["FEW", "reduced", "terms_of"]

FEW = 3  # products or plain terms that are written one by one; more are an axis that is summed over


def terms_of(layout: Layout, factors: list[Ints]) -> list[Term]:
    """Return terms that are products of ``factors``: grids of items whose last axis counts the terms of each sum."""
    count = factors[0].shape[-1]
    if count == 0:
        return []
    if count <= FEW and not (is_product(factors) or is_whole(layout, factors) or are_vectors(layout, factors)):
        return [Term((), tuple(layout.read(each[..., k]) for each in factors)) for k in range(count)]
    found = []
    for run in runs(layout, factors):
        if len(run) == 1:
            found.append(Term((), tuple(layout.read(each[..., run[0]]) for each in factors)))
        else:
            for part in even_parts(layout, factors, run):
                found.append(Term((len(part),), tuple(layout.read(each[..., part], True) for each in factors)))
    return found


def is_product(factors: list[Ints]) -> bool:
    """Return whether two factors of two or more terms move along different axes: then they are a matrix product."""
    if len(factors) < 2 or factors[0].shape[-1] < 2:
        return False
    left, right = ([a for a in range(each.ndim - 1) if (each != each.take([0], axis=a)).any()] for each in factors)
    return set(left) != set(right)


def are_vectors(layout: Layout, factors: list[Ints]) -> bool:
    """Return whether the terms of two factors lie side by side, in one array each: then they are w @ h."""
    if len(factors) < 2 or factors[0].shape[-1] < 2:
        return False
    for items in factors:
        where = layout.array[items]
        if layout.is_constant(items).any() or (where != where.flat[0]).any():
            return False
        if where.flat[0] < 0:  # weights that live nowhere yet
            if items.size != items.shape[-1] or len(np.unique(items)) < items.size:
                return False
        elif (np.diff(layout.place[items], n=2) != 0).any() or (np.diff(layout.place[items]) <= 0).any():
            return False
    return True


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
