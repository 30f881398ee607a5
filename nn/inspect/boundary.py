"""A decision boundary as text, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd.base.checks import shown, whole
from nn.networks.module import Array
from nn.training.fit import predict
from nn.training.metrics import class_of

__all__ = ["decision_boundary", "plane"]

REGION = " ·:+"  # one for each class
POINT = "ox#*"


def decision_boundary(
    model: Callable[..., Any], x: npt.ArrayLike, y: npt.ArrayLike, width: int = 64, height: int = 22
) -> str:
    """Return what ``model`` says over the plane of ``x`` as lines of text, with the examples drawn in.

    Args:
        model: called with a point (x1, x2); gives one score, above 0 for class 1, or a row of them.
        x: examples, shape (examples, 2).
        y: their classes: 0 to 3 for a row of scores; 1 against 0 or -1 for one score.
        width, height: the size of the picture in characters.

    Raises:
        ValueError: when x is not of points in the plane, or there are more classes than signs to show them.

    A region is drawn with one of `` ·:+`` and an example with one of ``ox#*``; an example among the signs of
    another class is one the model gets wrong.
    """
    points, classes, low, high = plane(x, y)
    width, height = whole("width", width, least=2), whole("height", height, least=2)
    across, down = np.linspace(low[0], high[0], width), np.linspace(high[1], low[1], height)
    said = [class_of(scores, "a score") for scores in predict(model, [[a, b] for b in down for a in across])]
    if (largest := max(*said, *classes.tolist())) >= len(REGION):
        raise ValueError(f"at most {len(REGION)} classes can be drawn, got class {largest}")
    picture = [[REGION[c] for c in said[row * width : (row + 1) * width]] for row in range(height)]
    for (a, b), c in zip(points, classes, strict=True):
        column = round((a - low[0]) / (high[0] - low[0]) * (width - 1))
        row = round((high[1] - b) / (high[1] - low[1]) * (height - 1))
        picture[row][column] = POINT[c]
    return "\n".join("".join(line).rstrip() for line in picture)


def plane(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, npt.NDArray[np.int64], Array, Array]:
    """Return points of the plane, their classes counted from 0, and the lower left and upper right corner of a
    picture that has room for them.

    Raises:
        ValueError: when x is not of points in the plane, or y not of one class each.
    """
    points, given = np.asarray(x, dtype=np.float64), np.asarray(y)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points) or given.shape != (len(points),):
        raise ValueError(f"x must have shape (examples, 2) and y one class each, got {points.shape}, {given.shape}")
    if not np.isfinite(points).all():
        raise ValueError("x holds inf or nan")
    numbers = given.astype(np.float64) if given.dtype.kind in "biuf" else np.array([np.nan])
    if not ((numbers >= -1) & (numbers < 2**53) & (numbers == np.floor(numbers))).all():
        raise ValueError(f"y must hold classes, whole numbers from 0 (or -1 and 1), got {shown(given.tolist())}")
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum((high - low) * 0.08, 1e-9)
    return points, np.maximum(numbers, 0).astype(np.int64), low - room, high + room
