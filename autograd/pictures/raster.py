"""Our own drawing in pixels, by Pillow, which comes with matplotlib: PNG without Graphviz, and the frames of a GIF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import chain, pairwise
from math import hypot
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from autograd.base.ink import DASHES, Ink
from autograd.pictures.grid import HEAD
from autograd.pictures.lettering import Point, Text
from autograd.pictures.plan import MARGIN, PlacedArrow, PlacedBox, Plan
from autograd.pictures.style import fill

__all__ = ["Pen", "image", "png"]

FINE = 2  # it is drawn so many times as large, and scaled down, which smooths the edges


def png(drawing: Plan, swept: bool) -> bytes:
    """Return a drawing as a PNG of twice its size, for screens of high resolution.

    Args:
        drawing: where everything goes.
        swept: whether there has been a backward pass.
    """

    def everything(pen: Pen) -> None:
        for arrow in drawing.arrows:
            pen.arrow(arrow)
        for box in drawing.boxes:
            pen.frame(box, fill(box.box, swept))
        texts = [*(arrow.texts for arrow in drawing.arrows), *(box.texts for box in drawing.boxes), drawing.notes]
        for text in chain.from_iterable(texts):
            pen.text(text)

    file = BytesIO()
    image(drawing.size, everything, scale=2).save(file, "PNG")
    return file.getvalue()


def image(size: tuple[float, float], draws: Callable[[Pen], None], *, scale: int = 1) -> Image.Image:
    """Return the image that a function draws with a pen, with a margin around it.

    Args:
        size: its width and height, without the margin.
        draws: the function.
        scale: how many pixels a unit has.
    """
    width, height = ((round(side) + 2 * MARGIN) * scale * FINE for side in size)
    large = Image.new("RGB", (width, height), "white")
    draws(Pen(ImageDraw.Draw(large), scale * FINE))
    return large.reduce(FINE)


class Pen:
    """Draws the parts of a drawing on an image that is ``scale`` times as large."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: int) -> None:
        self.draw, self.scale = draw, scale

    def at(self, point: Point) -> Point:
        """Return a point of the drawing in pixels of the image."""
        return (point[0] + MARGIN) * self.scale, (point[1] + MARGIN) * self.scale

    def text(self, text: Text) -> None:
        """Draw a line of text."""
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[text.anchor]
        self.draw.text(self.at(text.at), text.text, text.color, font(text.size * self.scale, text.bold), anchor)

    def frame(self, placed: PlacedBox, inside: str) -> None:
        """Draw the frame of a box, filled with a color; a constant has none, a module two."""
        if placed.box.kind == "constant":
            return
        corners = rectangle(placed, 0.0)
        if placed.box.kind == "module":
            self.draw.rectangle([self.at(corners[0]), self.at(corners[2])], "white")
            self.line([*corners, corners[0]], placed.ink)
            corners = rectangle(placed, 4.0)
        self.draw.rectangle([self.at(corners[0]), self.at(corners[2])], inside)
        self.line([*corners, corners[0]], placed.ink)

    def mark(self, placed: PlacedBox, color: str) -> None:
        """Draw a border around a box."""
        corners = rectangle(placed, -8.0)
        self.draw.rounded_rectangle([self.at(corners[0]), self.at(corners[2])], 8 * self.scale, color)

    def arrow(self, placed: PlacedArrow) -> None:
        """Draw an arrow and its head."""
        (x, y), (dx, dy), half = placed.tip, placed.direction, HEAD / 2
        points = list(along(placed))
        self.line([*points[:-1], (x - dx * HEAD * 0.7, y - dy * HEAD * 0.7)], placed.ink)
        back = (x - HEAD * dx, y - HEAD * dy)
        wings = [(back[0] + half * dy, back[1] + half * dx), (back[0] - half * dy, back[1] - half * dx)]
        self.draw.polygon([self.at(corner) for corner in [(x, y), *wings]], placed.ink.color)

    def line(self, points: Sequence[Point], ink: Ink) -> None:
        """Draw a line through points, whole or in dashes."""
        for piece in dashes(points, DASHES.get(ink.style)):
            width = max(round(ink.width * self.scale), 1)
            self.draw.line([self.at(point) for point in piece], ink.color, width, joint="curve")


def rectangle(placed: PlacedBox, inset: float) -> list[Point]:
    """Return the corners of a box."""
    (x, y), (w, h) = placed.center, (placed.size[0] / 2 - inset, placed.size[1] / 2 - inset)
    return [(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)]


def along(placed: PlacedArrow) -> Iterator[Point]:
    """Yield points along the curves of an arrow."""
    at = placed.start
    yield at
    for (first, second), end in placed.bends:
        for k in range(1, 13):
            t = k / 12
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            yield (
                a * at[0] + b * first[0] + c * second[0] + d * end[0],
                a * at[1] + b * first[1] + c * second[1] + d * end[1],
            )
        at = end


def dashes(points: Sequence[Point], pattern: str | None) -> Iterator[list[Point]]:
    """Yield the pieces of a line: itself, or its dashes."""
    if pattern is None:
        yield list(points)
        return
    lengths = [float(part) for part in pattern.split()]
    left, inked, piece = lengths[0], True, [points[0]]
    for a, b in pairwise(points):
        done, whole = 0.0, hypot(b[0] - a[0], b[1] - a[1])
        while whole - done > left:
            done += left
            here = (a[0] + (b[0] - a[0]) * done / whole, a[1] + (b[1] - a[1]) * done / whole)
            if inked:
                yield [*piece, here]
            inked = not inked
            left, piece = lengths[0 if inked else 1], [here]
        left -= whole - done
        piece.append(b)
    if inked and len(piece) > 1:
        yield piece


@cache
def font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """Return the font that comes with matplotlib."""
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name), size)
