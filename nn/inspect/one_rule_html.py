"""The one rule as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.base.escape import html
from nn.inspect.layer_rule import LayerRule
from nn.inspect.one_rule_text import entries
from nn.networks.module import Array

__all__ = ["as_html"]

# The colors are those of the notebook, light or dark: borders take the color of the text.
TABLE = 'style="border-collapse:collapse;margin:0"'
ROW = 'style="background:none"'
PLAIN = "text-align:right;padding:2px 8px;white-space:nowrap;border:none"
ENTRY = "text-align:right;padding:2px 8px;white-space:nowrap;border:1px solid"
HEAD = "text-align:right;padding:2px 8px;white-space:nowrap;border:none;font-weight:bold"
PART = 'style="width:20em;min-width:min-content"'
PARTS = 'style="display:flex;flex-wrap:wrap;gap:8px 32px;align-items:flex-start"'


def as_html(rule: LayerRule) -> str:
    """Return the tables of one layer, side by side where there is room."""
    q, side, top = rule.quantities(), rule.side, rule.top
    delta, weights, goes_back, new_w, new_b = (q[name] for name in ("delta", "dL/dW", "goes back", "new W", "new b"))
    parts = [
        part(
            "1. delta",
            f"{delta.how}: {delta.size}, one for each unit",
            products(q["upstream"].numbers, q["local derivative"].numbers, delta.numbers),
        ),
        part(
            "2. dL/dW",
            f"{weights.how}: {weights.size}, the shape of W",
            multiplication_table(weights.numbers, f"{side} × {top}", q[side].numbers, q[top].numbers),
            f"dL/db = {q['dL/db'].how}: {q['dL/db'].size}",
        ),
        part(f"3. {goes_back.how}", rule.remark(), matrix(goes_back.numbers), equals=": "),
        part("new W", f"{new_w.how}: {new_w.size}", matrix(new_w.numbers)),
        part("new b", f"{new_b.how}: {new_b.size}", matrix(new_b.numbers)),
    ]
    return f"<p><b>{html(rule.title())}</b></p><div {PARTS}>{''.join(parts)}</div><p>{html(rule.verdict())}</p><hr/>"


def part(name: str, how: str, table: str, below: str = "", equals: str = " = ") -> str:
    """Return one quantity: its name, its definition and its numbers."""
    under = f"<p>{html(below)}</p>" if below else ""
    return f"<div {PART}><p><b>{html(name)}</b>{equals}{html(how)}</p>{table}{under}</div>"


def table_of(rows: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Return a table whose cells are (style, text)."""
    lines = ["".join(f'<td style="{style}">{html(text)}</td>' for style, text in row) for row in rows]
    return f"<table {TABLE}>{''.join(f'<tr {ROW}>{line}</tr>' for line in lines)}</table>"


def matrix(numbers: Array) -> str:
    """Return a matrix as a table of as many rows and columns."""
    return table_of([[(ENTRY, entry) for entry in row] for row in entries(numbers)])


def products(upstream: Array, local: Array, delta: Array) -> str:
    """Return a product in each row: upstream × local derivative = delta."""
    heads = [(HEAD, "upstream"), (HEAD, ""), (HEAD, "local"), (HEAD, ""), (HEAD, "delta")]
    columns = (entries(upstream), entries(local), entries(delta))
    rows = [
        [(PLAIN, up[0]), (PLAIN, "×"), (PLAIN, own[0]), (PLAIN, "="), (ENTRY, d[0])]
        for up, own, d in zip(*columns, strict=True)
    ]
    return table_of([heads, *rows])


def multiplication_table(numbers: Array, corner: str, left: Array, above: Array) -> str:
    """Return the table of an outer product: each entry is the number to its left times the number above it."""
    heads = [(HEAD, corner), *((HEAD, row[0]) for row in entries(above))]
    rows = [
        [(HEAD, head[0]), *((ENTRY, entry) for entry in row)]
        for head, row in zip(entries(left), entries(numbers), strict=True)
    ]
    return table_of([heads, *rows])
