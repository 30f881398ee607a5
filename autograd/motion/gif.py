"""An animation as a GIF: its frames, in few colors."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageColor

from autograd.base.ink import BAD, FAINT, GRAY, NEGATIVE, POSITIVE, TEXT
from autograd.motion.course import GLOW, Course
from autograd.pictures.lettering import Text
from autograd.pictures.plan import PlacedArrow
from autograd.pictures.raster import Pen, image
from autograd.pictures.style import BROKEN, DEAD, FILLS, fill

__all__ = ["frame", "gif"]


def gif(frames: Sequence[Image.Image], seconds: float, hold: int) -> bytes:
    """Return a GIF that plays the frames again and again, the last ``hold`` times as long as the others."""
    first, *rest = [in_colors(each) for each in frames]
    times = [round(1000 * seconds)] * (len(frames) - 1) + [round(1000 * seconds * hold)]
    file = BytesIO()
    first.save(file, "GIF", save_all=True, append_images=rest, duration=times, loop=0, optimize=True)
    return file.getvalue()


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


def in_colors(picture: Image.Image) -> Image.Image:
    """Return an image in the nearest colors of our palette: few, so that the file is small."""
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for color in PALETTE for part in color])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def frame(shown: Course, size: tuple[float, float], step: int) -> Image.Image:
    """Return the image of one step of an animation of a given size."""

    def seen(pen: Pen) -> None:
        for part in shown.parts:
            if part.since > step or (part.until is not None and step >= part.until):
                continue
            if isinstance(part.item, Text):
                pen.text(part.item)
            elif isinstance(part.item, PlacedArrow):
                pen.arrow(part.item)
            elif part.glows:
                pen.mark(part.item, GLOW)
            else:
                pen.frame(part.item, fill(part.item.box, swept=True))

    return image(size, seen)
