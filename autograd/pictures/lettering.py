"""Text in our own drawing: its sizes, and how much room it takes.

Nothing here can measure a font, so the widest of the usual fonts is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

from autograd.base.ink import TEXT
from autograd.pictures.style import Line
from autograd.scenes.contents import Box

__all__ = ["LEADING", "SIZES", "SMALL", "Point", "Size", "Text", "box_size", "breadth", "stacked", "text_size"]

SIZES = {"symbol": 18, "name": 16, "row": 14, "note": 12}  # pixels
SMALL, PAD, LEADING = 11, 8, 1.25  # text at arrows and below; inside boxes; line height
BOLD = 1.1  # how much wider bold letters are
NARROW, WIDE = set("iIjlftr.,:;'|![]()/\\\"` "), set("mwMW@%—…")

Point = tuple[float, float]
Size = tuple[float, float]


class Text(NamedTuple):
    """One line of text."""

    text: str
    at: Point  # on the line that the letters stand on
    size: int
    anchor: str = "middle"  # what is at that point: "start", "middle" or "end"
    color: str = TEXT
    bold: bool = False


def text_size(lines: Sequence[tuple[str, int]]) -> Size:
    """Return the width and height of lines of text, each with its size."""
    widths = [size * sum(map(breadth, text)) * (BOLD if size >= SIZES["name"] else 1.0) for text, size in lines]
    width = max(widths, default=0.0)
    return width, sum(size * LEADING for _, size in lines)


def breadth(c: str) -> float:
    """Return how wide a character is, in units of the size of its font."""
    if c in NARROW:
        return 0.4
    if c in WIDE or east_asian_width(c) in "WF":
        return 1.05
    return 0.78 if c.isupper() else 0.62


def stacked(lines: Sequence[tuple[str, int]], at: Point, *, anchor: str = "middle", color: str = TEXT) -> list[Text]:
    """Return lines of text below one another, beginning at a height."""
    x, y = at
    found = []
    for text, size in lines:
        found.append(Text(text, (x, y + size * 0.95), size, anchor, color, bold=size >= SIZES["name"]))
        y += size * LEADING
    return found


def box_size(box: Box, lines: Sequence[Line]) -> Size:
    """Return the width and height of a box around its text."""
    width, height = text_size([(line.text, SIZES[line.kind]) for line in lines])
    if tag := lines[0].tag:  # in the corner, beside the first line in the middle
        width = max(width, text_size([(lines[0].text, SIZES[lines[0].kind])])[0] + 2 * text_size([(tag, SMALL)])[0])
    pad = 2 if box.kind == "constant" else PAD
    return width + 2 * pad, height + 2 * pad
