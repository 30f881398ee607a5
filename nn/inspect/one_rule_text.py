"""The one rule as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from autograd.base.ink import digits
from nn.inspect.layer_rule import LayerRule
from nn.networks.module import Array

__all__ = ["MOST", "as_text", "entries"]

MOST = 6  # rows and columns of a matrix that are shown
INDENT = " " * 7


def as_text(rule: LayerRule) -> str:
    """Return the lines of one layer."""
    q, side, top = rule.quantities(), rule.side, rule.top
    delta, weights, goes_back = q["delta"], q["dL/dW"], q["goes back"]
    table = multiplication_table(weights.numbers, f"{side} × {top}", q[side].numbers, q[top].numbers)
    update = beside(
        [f"  The update: new W = {q['new W'].how}: {q['new W'].size}", *indented(matrix(q["new W"].numbers))],
        [f"new b = {q['new b'].how}: {q['new b'].size}", *matrix(q["new b"].numbers)],
    )
    lines = [
        rule.title(),
        f"  1. delta = {delta.how}: {delta.size}, one for each unit",
        *indented(products(q["upstream"].numbers, q["local derivative"].numbers, delta.numbers)),
        f"  2. dL/dW = {weights.how}: {weights.size}, the shape of W",
        *indented(table),
        f"     dL/db = {q['dL/db'].how}: {q['dL/db'].size}",
        f"  3. {goes_back.how}: {rule.remark()}",
        *indented(matrix(goes_back.numbers)),
        *update,
        f"  {rule.verdict()}",
    ]
    return "\n".join(lines)


def entries(numbers: Array) -> list[list[str]]:
    """Return a matrix as text, cut after six rows and six columns."""
    rows = [[digits(float(x)) for x in row[:MOST]] + ["…"] * (len(row) > MOST) for row in numbers[:MOST]]
    return [*rows, ["…"] * len(rows[0])] if len(numbers) > MOST else rows


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of text with their columns set to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def matrix(numbers: Array) -> list[str]:
    """Return the lines of a matrix."""
    return aligned(entries(numbers))


def products(upstream: Array, local: Array, delta: Array) -> list[str]:
    """Return a product in each line: upstream × local derivative = delta."""
    columns = (entries(upstream), entries(local), entries(delta))
    return aligned([[up[0], "×", own[0], "=", d[0]] for up, own, d in zip(*columns, strict=True)])


def multiplication_table(numbers: Array, corner: str, left: Array, above: Array) -> list[str]:
    """Return the table of an outer product: each entry is the number to its left times the number above it."""
    heads = [row[0] for row in entries(above)]
    rows = [[left_entry[0], *row] for left_entry, row in zip(entries(left), entries(numbers), strict=True)]
    lines = aligned([[corner, *heads], *rows])
    width = max(len(corner), *(len(row[0]) for row in rows))
    split = [f"{line[:width]} |{line[width:]}" for line in lines]
    return [split[0], f"{'-' * (width + 1)}+{'-' * (len(split[0]) - width - 2)}", *split[1:]]


def beside(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Return two blocks of lines next to each other."""
    width = max(map(len, left))
    return [f"{a:<{width}}      {b}".rstrip() for a, b in zip_longest(left, right, fillvalue="")]


def indented(lines: Sequence[str]) -> list[str]:
    """Return lines moved to the right."""
    return [INDENT + line for line in lines]
