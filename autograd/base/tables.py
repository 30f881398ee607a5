"""A small table, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real

from autograd.base.escape import html
from autograd.base.ink import digits

__all__ = ["MOST_ROWS", "Cell", "Table", "cell_number"]

Cell = str | float | None

MOST_ROWS = 30  # of a long table the first and the last rows are shown, so that no cell of a notebook is flooded
GAP = "  "
CELL = "padding:2px 14px 2px 0;vertical-align:top;white-space:pre-wrap"


@dataclass(frozen=True, repr=False)
class Table:
    """Rows under a heading. A number is set to the right in four digits, a text to the left.

    Attributes:
        head: the name of each column.
        rows: a sequence of cells for each row, texts and numbers.
        title: a line above; "" for none.
        note: a line below; "" for none.
        most: how many rows are shown; of a longer table the first and the last ones are.

    >>> print(Table(("layer", "units", "mean"), [("hidden", 16, 0.031251), ("output", 1, -2.0)]))
    layer   units     mean
    hidden     16  0.03125
    output      1       -2
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    note: str = ""
    most: int = MOST_ROWS

    def __str__(self) -> str:
        rows = [[cell_text(cell) for cell in row] for row in shortened(self.rows, self.most)]
        widths = [max(map(len, column)) for column in zip(self.head, *rows, strict=True)]
        to_right = numeric(self.rows, len(self.head))
        lines = [self.title] if self.title else []
        for row in [list(self.head), *rows]:
            cells = [
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(row, widths, to_right, strict=True)
            ]
            lines.append(GAP.join(cells).rstrip())
        return "\n".join([*lines, self.note] if self.note else lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        to_right = numeric(self.rows, len(self.head))
        styles = [f'style="{CELL};text-align:{"right" if right else "left"}"' for right in to_right]
        parts = [f'<caption style="text-align:left"><b>{html(self.title)}</b></caption>'] if self.title else []
        parts.append(in_row("th", self.head, styles))
        parts += [in_row("td", [cell_text(cell) for cell in row], styles) for row in shortened(self.rows, self.most)]
        note = f"<p>{html(self.note)}</p>" if self.note else ""
        return f'<table style="margin-left:0">{"".join(parts)}</table>{note}'


def cell_number(x: float | None) -> str:
    """Return a number in four digits, an int whole, and – for None.

    >>> cell_number(-0.70710678), cell_number(-0.0), cell_number(1797), cell_number(None)
    ('-0.7071', '0', '1,797', '–')
    """
    return f"{x:,}" if isinstance(x, Integral) else digits(x)


def cell_text(cell: Cell) -> str:
    """Return the text of a cell."""
    return cell if isinstance(cell, str) else cell_number(cell)


def numeric(rows: Sequence[Sequence[Cell]], n_columns: int) -> list[bool]:
    """Return for each column whether it holds numbers."""
    return [any(isinstance(row[k], Real) for row in rows) for k in range(n_columns)]


def shortened(rows: Sequence[Sequence[Cell]], most: int) -> list[Sequence[Cell]]:
    """Return all rows, or the first and the last of many, with a row between them that counts the others."""
    if len(rows) <= most + 1:  # a row that counts one other takes as much room as that one
        return list(rows)
    half = most // 2
    between = [f"… {len(rows) - 2 * half:,} more", *("…" for _ in rows[0][1:])]
    return [*rows[:half], between, *rows[-half:]]


def in_row(tag: str, cells: Sequence[str], styles: Sequence[str]) -> str:
    """Return one row of a table in HTML."""
    inside = "".join(f"<{tag} {style}>{html(cell)}</{tag}>" for cell, style in zip(cells, styles, strict=True))
    return f"<tr>{inside}</tr>"
