"""A film as a GIF, for slides and for places that run no script."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

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
    first, *others = [image.quantize(64) for image in pictures]
    content = BytesIO()
    pace = [PACE] * len(others) + [LAST]
    first.save(content, "GIF", save_all=True, append_images=others, duration=pace, loop=0, optimize=True)
    return content.getvalue()


def picture(
    moments: Sequence[tuple[Frame, MLP]], k: int, task: Task, class_names: Sequence[str] | None, title: str
) -> Image:
    """Return one picture: the network's predictions on the left, the loss so far on the right."""
    from PIL import Image

    from autograd.plots.figure import COLORS, Sheet, literal

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
    right.plot(epochs[: k + 1], losses[: k + 1], color=COLORS[0], linewidth=2.2, marker="o", markevery=[k])
    right.set(title=f"Loss {frame.loss:.4g}", xlabel="epoch")
    right.grid(alpha=0.3)
    sheet.suptitle(literal(title, 60))
    content = BytesIO()
    sheet.savefig(content, format="png")
    return Image.open(content).convert("RGB")
