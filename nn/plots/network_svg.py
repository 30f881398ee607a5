"""The picture of a network as SVG: a card for every unit, a line for every weight.

A line ends at the row of its own weight in the card of the unit to which it leads. So no number is ever covered by
another or by a line, however many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.base.escape import html, label
from autograd.base.ink import FAINT, FONT, GRAY, TEXT, ink, stroke

__all__ = ["Card", "Row", "network_svg"]

SIZE, LINE, MARGIN = 13, 18, 9  # of letters, from one line to the next, and around what is in a card; in pixels
LETTER = 7.0  # the width of a letter or a digit, at most, on average
GAP_ACROSS, GAP_DOWN = 110, 16  # between columns of cards, and between the cards of a column


class Row(NamedTuple):
    """One line of a card: a name and the numbers beside it."""

    name: str
    numbers: tuple[str, ...] = ()
    gradient: float | None = None  # of the weight whose line ends here
    source: tuple[int, int] | None = None  # column and place of the card where that line begins
    faint: bool = False


class Card(NamedTuple):
    """The card of a unit, an input or the loss."""

    title: str
    remark: str  # beside the title: the activation
    rows: tuple[Row, ...]
    leaves: int = 0  # the row from which the lines to the next column start
    stop: int = 130  # where the last but one number of a row ends, from the left of the card
    fill: str = "#FFFFFF"

    @property
    def width(self) -> int:
        """The width of the card in pixels, with room for its longest row."""
        title = (1.1 * len(label(self.title)) + len(label(self.remark)) + 2) * LETTER
        rows = [(len(row.name) + len(row.numbers[-1]) + 2) * LETTER for row in self.rows if len(row.numbers) == 1]
        beside = [self.stop + (len(row.numbers[-1]) + 2) * LETTER for row in self.rows if len(row.numbers) == 2]
        return round(max(title, *rows, *beside, 90) + 2 * MARGIN)

    @property
    def height(self) -> int:
        """The height of the card in pixels."""
        return (1 + len(self.rows)) * LINE + 2 * MARGIN

    def middle(self, row: int) -> float:
        """The distance from the top of the card to the middle of a row."""
        return MARGIN + (1.5 + row) * LINE


class Corner(NamedTuple):
    """Where the upper left corner of a card is."""

    x: float
    y: float


def network_svg(columns: Sequence[Sequence[Card]], notes: Sequence[str], alt: str) -> str:
    """Return cards in columns, and the lines between them, as the text of an SVG file.

    Args:
        columns: from the inputs on the left to the loss on the right.
        notes: lines below the picture.
        alt: one line that says what it shows.

    In a browser, the picture shows how a gradient is made: pointing at a weight marks its input and its delta, whose
    product the gradient is. That takes no script.
    """
    tall = max(sum(card.height + GAP_DOWN for card in column) - GAP_DOWN for column in columns)
    widths = [max(card.width for card in column) for column in columns]
    corners, x = [], float(MARGIN)
    for column, width in zip(columns, widths, strict=True):
        y = MARGIN + (tall - sum(card.height + GAP_DOWN for card in column) + GAP_DOWN) / 2
        places = []
        for card in column:
            places.append(Corner(x, y))
            y += card.height + GAP_DOWN
        corners.append(places)
        x += width + GAP_ACROSS
    wide, high = x - GAP_ACROSS + MARGIN, tall + 2 * MARGIN + LINE * len(notes) + 6
    lines, cards, rules = [], [], []
    for k, column in enumerate(columns):
        for j, card in enumerate(column):
            cards += drawn_card(card, corners[k][j], widths[k], f"{k}-{j}")
            for i, row in enumerate(card.rows):
                if row.source is None:
                    continue
                lines.append(drawn_line(columns, corners, widths, row, (k, j), i))
                if row.numbers:
                    rules.append(lights(columns, row.source, (k, j), i))
    below = [
        f'<text x="{MARGIN}" y="{tall + 2 * MARGIN + LINE * (i + 0.7):.1f}" fill="{FAINT}">{html(note)}</text>'
        for i, note in enumerate(notes)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html(alt)}" width="{wide:.0f}"'
            f' height="{high:.0f}" viewBox="0 0 {wide:.0f} {high:.0f}" font-family="{FONT}" font-size="{SIZE}">',
            f"<title>{html(alt)}</title>",
            f"<style>{''.join(rules)}</style>",
            f'<rect width="{wide:.0f}" height="{high:.0f}" fill="#FFFFFF"/>',
            *lines,
            *cards,
            *below,
            "</svg>\n",
        ]
    )


def drawn_card(card: Card, at: Corner, wide: int, key: str) -> list[str]:
    """Return a card: its box, its title, and its rows."""
    edge = f'width="{wide}" height="{card.height}" rx="6" fill="{card.fill}" stroke="{GRAY}"'
    parts = [f'<rect x="{at.x:.1f}" y="{at.y:.1f}" {edge}/>']
    top = at.y + MARGIN + 0.75 * LINE
    parts.append(written(at.x + MARGIN, top, label(card.title), weight="bold"))
    if card.remark:
        parts.append(written(at.x + wide - MARGIN, top, label(card.remark), end=True, color=FAINT))
    for i, row in enumerate(card.rows):
        y, color = top + (1 + i) * LINE, FAINT if row.faint else TEXT
        words = [written(at.x + MARGIN, y, row.name, color=color)] if row.name else []
        if row.source is not None:  # the pointer is on a row between its words too
            around = f"M{at.x:.1f} {y + 0.25 * LINE:.1f}v-{LINE}h{wide}v{LINE}z"
            words.insert(0, f'<path d="{around}" fill="none" pointer-events="all"/>')
        for text, stop in zip(reversed(row.numbers), (wide - MARGIN, card.stop), strict=False):
            words.append(written(at.x + stop, y, text, end=True, color=color))
        parts.append(f'<g id="r{key}-{i}">{"".join(words)}</g>')
    return parts


def drawn_line(
    columns: Sequence[Sequence[Card]],
    corners: Sequence[Sequence[Corner]],
    widths: Sequence[int],
    row: Row,
    to: tuple[int, int],
    i: int,
) -> str:
    """Return the line of a weight, from the card whose number it multiplies to its own row: its color and its style
    say the sign of the weight's gradient, its width the size."""
    assert row.source is not None
    (a, b), (k, j) = row.source, to
    start, end = corners[a][b], corners[k][j]
    x0, y0 = start.x + widths[a], start.y + columns[a][b].middle(columns[a][b].leaves)
    x1, y1 = end.x, end.y + columns[k][j].middle(i)
    bend = 0.5 * (x1 - x0)
    path = f"M{x0:.1f} {y0:.1f}C{x0 + bend:.1f} {y0:.1f} {x1 - bend:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    return f'<path id="p{k}-{j}-{i}" d="{path}" fill="none" {stroke(ink(row.gradient))}/>'


def lights(columns: Sequence[Sequence[Card]], source: tuple[int, int], to: tuple[int, int], i: int) -> str:
    """Return the style that, while the pointer is on a weight, marks its line, what comes in through it, and the last
    row of its unit, the delta."""
    (a, b), (k, j) = source, to
    comes_in, delta = columns[a][b].leaves, len(columns[k][j].rows) - 1
    marked = f"#p{k}-{j}-{i},#r{k}-{j}-{i},#r{a}-{b}-{comes_in},#r{k}-{j}-{delta}"
    return f"svg:has(#p{k}-{j}-{i}:hover,#r{k}-{j}-{i}:hover) :is({marked}){{stroke-width:5;font-weight:bold}}"


def written(x: float, y: float, text: str, *, end: bool = False, color: str = TEXT, weight: str = "") -> str:
    """Return a line of text that begins, or ends, at x."""
    anchor = ' text-anchor="end"' if end else ""
    bold = f' font-weight="{weight}"' if weight else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}"{anchor}{bold}>{html(text)}</text>'
