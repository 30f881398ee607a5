"""A film as a GIF, for slides and for places that run no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from autograd.base.ink import COLORS as LINES
from nn.film.columns import on_plane
from nn.film.predictions import draw_predictions
from nn.film.record import Moment, Record

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["as_gif", "as_still"]

MOMENTS = 25
DPI = 80
COLORS = 32
PACE, LAST = 160, 2500  # milliseconds that a picture, and the last one, stand


def as_gif(record: Record, title: str) -> bytes:
    """Return a GIF that shows the boundary (or what is predicted) and the loss at each moment.

    Args:
        record: the film.
        title: stands above.
    """
    from PIL.Image import Dither

    moments = record.moments(MOMENTS)
    pictures = [picture(record, moments, k, title) for k in range(len(moments))]
    # One palette for all, from the last picture: then a picture differs from the one before it only where something
    # moved, and only that is written.
    palette = pictures[-1].quantize(COLORS)
    colors = np.array(palette.getpalette(), dtype=np.int64).reshape(-1, 3)[:COLORS]
    colors[colors.min(axis=1) >= 245] = 255  # means of white and what is nearly white
    palette.putpalette(colors.ravel().tolist())
    first, *others = [image.quantize(palette=palette, dither=Dither.NONE) for image in pictures]
    content = BytesIO()
    pace = [PACE] * len(others) + [LAST]
    first.save(content, "GIF", save_all=True, append_images=others, duration=pace, loop=0, optimize=True)
    return content.getvalue()


def as_still(record: Record, title: str) -> str:
    """Return the last moment as SVG, for places that show pictures and no pages."""
    content = BytesIO()
    moments = record.moments(MOMENTS)
    image = picture(record, moments, len(moments) - 1, title)
    image.quantize(4 * COLORS).save(content, "PNG", optimize=True)
    width, height = image.size
    data = b64encode(content.getvalue()).decode("ascii")
    size = f'width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image href="data:image/png;base64,{data}" {size}/></svg>'


def picture(record: Record, moments: Sequence[Moment], k: int, title: str) -> Image:
    """Return one picture: the network's predictions on the left, the loss so far on the right."""
    from PIL import Image

    from autograd.plots.figure import Sheet, literal

    frame = moments[k].frame
    sheet = Sheet(figsize=(8.4, 4.0), dpi=DPI, layout="constrained")
    if record.plane is None:
        right = sheet.subplots()
    else:
        left, right = sheet.subplots(1, 2, width_ratios=[1.2, 1.0])
        draw_predictions(left, record, record.plane, on_plane(moments[k].model, record.plane))
        left.set_title(f"Epoch {frame.epoch}")
    epochs, losses = zip(*((moment.frame.epoch, moment.frame.loss) for moment in moments), strict=True)
    right.plot(epochs, losses, color="0.8", linewidth=1.5)
    right.plot(epochs[: k + 1], losses[: k + 1], color=LINES[0], linewidth=2.2, marker="o", markevery=[k])
    right.set(title=f"Loss {frame.loss:.4g}", xlabel="epoch")
    right.grid(alpha=0.3)
    sheet.suptitle(literal(title, 60))
    content = BytesIO()
    sheet.savefig(content, format="png")
    return Image.open(content).convert("RGB")
