"""A decision boundary as text, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from nn.fit import predict

__all__ = ["boundary"]

REGION = " ·:+"  # one for each class
POINT = "ox#*"


def boundary(model: Callable[..., Any], x: npt.ArrayLike, y: npt.ArrayLike, width: int = 64, height: int = 22) -> str:
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
    points, classes = np.asarray(x, dtype=np.float64), np.asarray(y)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) != len(classes):
        raise ValueError(f"x must have shape (examples, 2) and y one class each, got {points.shape}, {classes.shape}")
    if len(np.unique(classes)) > len(REGION):
        raise ValueError(f"at most {len(REGION)} classes can be drawn, got {len(np.unique(classes))}")
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum((high - low) * 0.08, 1e-9)
    low, high = low - room, high + room
    across, down = np.linspace(low[0], high[0], width), np.linspace(high[1], low[1], height)
    said = predict(model, [[a, b] for b in down for a in across])
    picture = [[REGION[_class(said[row * width + column])] for column in range(width)] for row in range(height)]
    for (a, b), c in zip(points, classes, strict=True):
        column = round((a - low[0]) / (high[0] - low[0]) * (width - 1))
        row = round((high[1] - b) / (high[1] - low[1]) * (height - 1))
        picture[row][column] = POINT[max(int(c), 0)]
    return "\n".join("".join(line).rstrip() for line in picture)


def _class(scores: Any) -> int:
    """Return the class that a score or a row of scores stands for."""
    return int(scores > 0) if isinstance(scores, float) else scores.index(max(scores))
