"""A decision boundary as text, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograd.base.checks import shown, whole
from nn.data.arrays import numbers
from nn.networks.module import Array
from nn.training.predict import predict, threshold_of

__all__ = ["NO_BOUNDARY", "Plane", "as_threshold", "decision_boundary", "plane"]

REGION = " ·:+"  # one for each class
POINT = "ox#*"
NO_BOUNDARY = "No boundary: no score is {side} {threshold:g}"
ASK = "; for a model of probabilities: threshold=0.5"


class Plane(NamedTuple):
    """Points of the plane with their classes, and a frame around them."""

    points: Array  # (examples, 2)
    classes: npt.NDArray[np.int64]  # (examples,) counted from 0
    low: Array  # (2,) the lower left corner of the frame
    high: Array  # (2,) the upper right corner


def decision_boundary(
    model: Callable[..., Any],
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    width: int = 64,
    height: int = 22,
    *,
    threshold: float | None = None,
) -> str:
    """Return the class that ``model`` predicts all over the plane of ``x``, as lines of text, with the examples.

    Args:
        model: called with a point (x1, x2); returns one score, or a row of them with one for each class.
        x: examples, shape (examples, 2).
        y: their classes: 0 to 3 for a row of scores; 1 against 0 or -1 for one score.
        width, height: the size of the picture in characters.
        threshold: a single score above it means class 1. None means 0.5 for a score that comes out of a sigmoid, which
            is a probability, and 0 for any other score.

    Raises:
        ValueError: when x does not hold points in the plane, or there are more classes than signs for them.

    A region is drawn with one of `` ·:+``, an example with one of ``ox#*``. The model gets an example wrong if it lies
    among the signs of another class.

    >>> print(decision_boundary(lambda point: point[0] - point[1], [[0.0, 1.0], [1.0, 0.0]], [0, 1], 9, 5))
     o
          ···
        ·····
      ·······
     ······x·
    """
    if not callable(model):
        raise TypeError(f"model must be a network, or a function of a point, got {shown(model)}")
    points, classes, low, high = plane(x, y)
    width, height = whole("width", width, least=2), whole("height", height, least=2)
    threshold = as_threshold(threshold, model, points[0])
    across, down = np.linspace(low[0], high[0], width), np.linspace(high[1], low[1], height)
    scores = scores_at(model, across, down)
    predicted = (scores[:, :, 0] > threshold).astype(int) if scores.shape[2] == 1 else scores.argmax(axis=2)
    if (largest := max(int(predicted.max()), int(classes.max()))) >= len(REGION):
        raise ValueError(f"at most {len(REGION)} classes can be drawn, got class {largest}")
    picture = [[REGION[c] for c in row] for row in predicted.tolist()]
    for (a, b), c in zip(points, classes, strict=True):
        column = round((a - low[0]) / (high[0] - low[0]) * (width - 1))
        row = round((high[1] - b) / (high[1] - low[1]) * (height - 1))
        picture[row][column] = POINT[c]
    lines = ["".join(line).rstrip() for line in picture]
    return "\n".join([*lines, remark] if (remark := without_boundary(scores, threshold)) else lines)


def plane(x: npt.ArrayLike, y: npt.ArrayLike) -> Plane:
    """Return points of the plane, their classes, and a frame with some room around them.

    Raises:
        TypeError: when x does not hold numbers.
        ValueError: when x does not hold points in the plane, or y does not hold one class for each.
    """
    points, given = numbers("x", x), np.asarray(y)
    if given.ndim == 2 and given.shape[1] == 1:  # a column of classes
        given = given[:, 0]
    if points.ndim != 2 or points.shape[1] != 2 or not len(points) or given.shape != (len(points),):
        raise ValueError(f"x must have shape (examples, 2) and y one class each, got {points.shape}, {given.shape}")
    if not np.isfinite(points).all():
        raise ValueError("x must hold finite numbers, got inf or nan")
    classes = given.astype(np.float64) if given.dtype.kind in "biuf" else np.array([np.nan])
    if not ((classes >= -1) & (classes < 2**53) & (classes == np.floor(classes))).all():
        raise ValueError(f"y must hold classes, whole numbers from 0 (or -1 and 1), got {shown(given.tolist())}")
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum((high - low) * 0.08, 1e-9)
    return Plane(points, np.maximum(classes, 0).astype(np.int64), low - room, high + room)


def scores_at(model: Callable[..., Any], across: Array, down: Array) -> Array:
    """Return the scores of ``model`` at the points of a grid, shape (rows, columns, scores).

    Raises:
        ValueError: when a score is inf or nan.
    """
    points = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)  # an array is read at once, a list row by row
    predictions = np.array(predict(model, points), dtype=np.float64)
    if not np.isfinite(predictions).all():
        raise ValueError("model gives inf or nan somewhere in the plane of x")
    return predictions.reshape(len(down), len(across), -1)


def as_threshold(threshold: Any, model: Callable[..., Any], point: Array) -> float:
    """Return ``threshold``, or the one that suits the model: 0.5 for a score that a sigmoid made, 0 for any other.

    Raises:
        TypeError: when threshold is not a number.
        ValueError: when it is not finite.
    """
    if threshold is None:
        return threshold_of(model, model(point.tolist())) or 0.0
    if isinstance(threshold, bool) or not isinstance(threshold, Real):
        raise TypeError(f"threshold must be a number, got {shown(threshold)}")
    if not np.isfinite(float(threshold)):
        raise ValueError(f"threshold must be a finite number, got {threshold}")
    return float(threshold)


def without_boundary(scores: Array, threshold: float) -> str:
    """Return a line of text if a single score stays on one side of the threshold everywhere, else "".

    Scores from 0 to 1 may be probabilities that no sigmoid made: then the line says what to do.
    """
    low, high = float(scores.min()), float(scores.max())
    if scores.shape[2] > 1 or low <= threshold < high:
        return ""
    side = "above" if high <= threshold else "below"
    ask = ASK if threshold == 0 and 0 <= low < 0.5 < high <= 1 else ""
    return NO_BOUNDARY.format(side=side, threshold=threshold) + ask
