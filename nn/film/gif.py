"""A film as a GIF, for slides and for places that run no script."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from nn.advice.task import Task
from nn.film.frame import Frame
from nn.networks.layers import MLP
from nn.plots.fits import plot_fit
from nn.plots.regions import plot_decision_boundary

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MOMENTS", "as_gif"]

MOMENTS = 25
RESOLUTION = 30  # points along each side at which the network is computed
DPI = 80
COLORS = 32
PACE, LAST = 160, 2500  # milliseconds that a picture, and the last one, stand


def as_gif(moments: Sequence[tuple[Frame, MLP]], task: Task, class_names: Sequence[str] | None, title: str) -> bytes:
    """Return a GIF that shows boundary (or curve) and loss at each moment.

    Args:
        moments: what was recorded, with the network of each.
        task: the examples.
        class_names: what to call the classes.
        title: stands above.
    """
    pictures = [picture(moments, k, task, class_names, title) for k in range(len(moments))]
    # One palette for all, from the last picture: then a picture differs from the one before it only where something
    # moved, and only that is written.
    palette = np.array(pictures[-1].quantize(COLORS).getpalette(), dtype=np.int64).reshape(-1, 3)[:COLORS]
    palette[palette.sum(axis=1).argmax()] = 255  # a mean of white and what is nearly white
    first, *others = [in_colors(image, palette) for image in pictures]
    content = BytesIO()
    pace = [PACE] * len(others) + [LAST]
    first.save(content, "GIF", save_all=True, append_images=others, duration=pace, loop=0, optimize=True)
    return content.getvalue()


def in_colors(picture: Image, palette: npt.NDArray[np.int64]) -> Image:
    """Return a picture in the nearest colors of a palette."""
    from PIL import Image as images

    pixels = np.asarray(picture).astype(np.int64).reshape(-1, 3)
    colors, places = np.unique((pixels[:, 0] << 16) | (pixels[:, 1] << 8) | pixels[:, 2], return_inverse=True)
    parts = np.stack([colors >> 16, colors >> 8 & 255, colors & 255], axis=1)
    nearest = ((parts[:, None, :] - palette) ** 2).sum(axis=2).argmin(axis=1)
    found = images.frombytes("P", picture.size, nearest[places].astype(np.uint8).tobytes())
    found.putpalette(palette.ravel().tolist())
    return found


def picture(
    moments: Sequence[tuple[Frame, MLP]], k: int, task: Task, class_names: Sequence[str] | None, title: str
) -> Image:
    """Return one picture: the network's predictions on the left, the loss so far on the right."""
    from PIL import Image

    from autograd.plots.figure import COLORS as LINES, Sheet, literal

    assert task.x is not None
    frame, model = moments[k]
    sheet = Sheet(figsize=(8.4, 4.0), dpi=DPI, layout="constrained")
    left, right = sheet.subplots(1, 2, width_ratios=[1.2, 1.0])
    if task.x.shape[1] == 1:
        plot_fit(model, task.x, task.y, ax=left)
    else:
        names: dict[str, Any] = {"class_names": class_names} if class_names else {}
        plot_decision_boundary(model, task.x, task.y.astype(np.int64), resolution=RESOLUTION, ax=left, **names)
    left.set_title(f"Epoch {frame.epoch}")
    epochs, losses = zip(*((held.epoch, held.loss) for held, _ in moments), strict=True)
    right.plot(epochs, losses, color="0.8", linewidth=1.5)
    right.plot(epochs[: k + 1], losses[: k + 1], color=LINES[0], linewidth=2.2, marker="o", markevery=[k])
    right.set(title=f"Loss {frame.loss:.4g}", xlabel="epoch")
    right.grid(alpha=0.3)
    sheet.suptitle(literal(title, 60))
    content = BytesIO()
    sheet.savefig(content, format="png")
    return Image.open(content).convert("RGB")
