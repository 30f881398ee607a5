"""Our own drawing in pixels, by Pillow, which comes with matplotlib: the frames of a GIF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import pairwise
from math import hypot
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from autograd.base.ink import BAD, DASHES, FAINT, GRAY, NEGATIVE, POSITIVE, TEXT, Ink
from autograd.motion.film import GLOW, Film
from autograd.pictures.plan import HEAD, MARGIN, PlacedArrow, PlacedBox, Point, Text
from autograd.pictures.style import BROKEN, DEAD, FILLS, fill

__all__ = ["frame", "gif"]

FINE = 2  # it is drawn so many times as large, and scaled down, which smooths the edges


def gif(frames: Sequence[Image.Image], seconds: float, hold: int) -> bytes:
    """Return a GIF that plays the frames again and again, the last ``hold`` times as long as the others."""
    first, *rest = [in_colors(each) for each in frames]
    times = [round(1000 * seconds)] * (len(frames) - 1) + [round(1000 * seconds * hold)]
    file = BytesIO()
    first.save(file, "GIF", save_all=True, append_images=rest, duration=times, loop=0, optimize=True)
    return file.getvalue()


def in_colors(image: Image.Image) -> Image.Image:
    """Return an image in the nearest colors of our palette: few, so that the file is small."""
    parts = np.asarray(image).astype(np.int64).reshape(-1, 3)
    colors, places = np.unique((parts[:, 0] << 16) | (parts[:, 1] << 8) | parts[:, 2], return_inverse=True)
    unpacked = np.stack([colors >> 16, colors >> 8 & 255, colors & 255], axis=1)
    palette = np.array(PALETTE)
    nearest = ((unpacked[:, None, :] - palette) ** 2).sum(axis=2).argmin(axis=1)
    found = Image.frombytes("P", image.size, nearest[places].astype(np.uint8).tobytes())
    found.putpalette(palette.ravel().tolist())
    return found


def mixed(ink: str, ground: str, part: float) -> tuple[int, int, int]:
    """Return the color of a smooth edge, of which ``part`` is ink."""
    one, other = ImageColor.getrgb(ink), ImageColor.getrgb(ground)
    red, green, blue = (round(part * a + (1 - part) * b) for a, b in zip(one[:3], other[:3], strict=True))
    return red, green, blue


PALETTE = [mixed(ground, ground, 1.0) for ground in ("#FFFFFF", FILLS["leaf"], FILLS["module"], DEAD, BROKEN)]
PALETTE += [
    mixed(ink, ground, part)
    for ink, grounds in (
        *((line, ("#FFFFFF",)) for line in (POSITIVE, NEGATIVE, GRAY, BAD, GLOW)),
        *((letters, ("#FFFFFF", FILLS["leaf"], FILLS["module"])) for letters in (TEXT, FAINT)),
    )
    for ground in grounds
    for part in (1.0, 0.75, 0.5, 0.25)
]


def frame(shown: Film, size: tuple[float, float], step: int) -> Image.Image:
    """Return what is seen in one step of an animation of a given size."""
    width, height = (round(side) + 2 * MARGIN for side in size)
    image = Image.new("RGB", (width * FINE, height * FINE), "white")
    pen = Pen(ImageDraw.Draw(image))
    for part in shown.parts:
        if part.since <= step and (part.until is None or step < part.until):
            if isinstance(part.item, Text):
                pen.text(part.item)
            elif isinstance(part.item, PlacedArrow):
                pen.arrow(part.item)
            elif part.glows:
                pen.glow(part.item)
            else:
                pen.box(part.item)
    return image.resize((width, height), Image.Resampling.LANCZOS)


class Pen:
    """Draws the parts of a drawing on an image."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw

    def at(self, point: Point) -> Point:
        """Return a point of the drawing in pixels of the image."""
        return (point[0] + MARGIN) * FINE, (point[1] + MARGIN) * FINE

    def text(self, text: Text) -> None:
        """Draw a line of text."""
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[text.anchor]
        self.draw.text(self.at(text.at), text.text, text.color, font(text.size * FINE, text.bold), anchor)

    def box(self, placed: PlacedBox) -> None:
        """Draw the frame of a box; a constant has none."""
        if placed.box.kind == "constant":
            return
        corners = rectangle(placed, 0.0)
        inside = fill(placed.box, swept=True)
        if placed.box.kind == "module":
            self.draw.rectangle([self.at(corners[0]), self.at(corners[2])], "white")
            self.line([*corners, corners[0]], placed.ink)
            corners = rectangle(placed, 4.0)
        self.draw.rectangle([self.at(corners[0]), self.at(corners[2])], inside)
        self.line([*corners, corners[0]], placed.ink)

    def glow(self, placed: PlacedBox) -> None:
        """Mark a box as what happens now."""
        corners = rectangle(placed, -8.0)
        self.draw.rounded_rectangle([self.at(corners[0]), self.at(corners[2])], 8 * FINE, GLOW)

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
            width = max(round(ink.width * FINE), 1)
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
