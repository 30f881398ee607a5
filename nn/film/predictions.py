"""What a model predicts, as a plot of one moment: a boundary, curves over one input, or numbers over two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.base.ink import COLORS as LINES
from nn.film.plane import Plane
from nn.film.record import Record
from nn.plots.fits import plot_fit
from nn.plots.regions import plot_decision_boundary
from nn.training.predict import predict, threshold_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_predictions"]

RESOLUTION = 30  # points along each side at which the network is computed


def draw_predictions(ax: Axes, record: Record, plane: Plane, model: Any) -> None:
    """Draw the boundary between classes, the curve over one input, or numbers over two."""
    from autograd.plots.figure import literal

    task = record.task
    if len(plane.axes) == 1 and task.classes is None and record.frames[0].outputs.shape[1] == 1:
        plot_fit(model, plane.places, task.y, ax=ax)
    elif len(plane.axes) == 1:
        draw_curves(ax, record, plane, model)
    elif task.classes is not None and task.classes.max() < len(LINES):
        names: dict[str, Any] = {"class_names": record.class_names} if record.class_names else {}
        limit = threshold_of(record.model, record.model(task.rows[0]))
        y = task.y.astype(np.int64)
        plot_decision_boundary(model, plane.places, y, resolution=RESOLUTION, threshold=limit, ax=ax, **names)
    else:
        draw_numbers(ax, record, plane, model)
    names_of_axes = [literal(name) for name in plane.names]
    ax.set(xlabel=names_of_axes[0], **({"ylabel": names_of_axes[1]} if len(plane.axes) == 2 else {}))


def draw_curves(ax: Axes, record: Record, plane: Plane, model: Any) -> None:
    """Draw every output over one input: the score of each class, with marks below or above where its examples lie; or
    several numbers, with their targets."""
    (low,), (high,) = plane.frame
    across, targets = np.linspace(low, high, 200), record.task.y.reshape(len(record.task.y), -1)
    found = np.array(predict(model, across.reshape(-1, 1)), dtype=np.float64).reshape(len(across), -1)
    for j, output in enumerate(found.T):
        ax.plot(across, output, color=LINES[j % len(LINES)], linewidth=2.2, label=f"output {j}")
    at = plane.places[:, 0]
    if record.task.classes is None:
        for j, target in enumerate(targets.T):
            ax.scatter(at, target, s=30, color=LINES[j % len(LINES)], edgecolors="white")
    else:
        bottom, top = ax.get_ylim()
        classes = np.maximum(targets[:, 0], 0).astype(int)  # -1 stands for 0
        for c in np.unique(classes).tolist():
            here = at[classes == c]
            height = top if c and found.shape[1] == 1 else bottom
            color = (LINES[1], LINES[0])[c] if found.shape[1] == 1 else LINES[c % len(LINES)]
            ax.scatter(here, np.full(len(here), height), s=30, color=color, edgecolors="white", label=f"class {c}")
    ax.legend(framealpha=0.9)


def draw_numbers(ax: Axes, record: Record, plane: Plane, model: Any) -> None:
    """Draw the first output over the plane, with the targets in the same colors; of many classes, the one predicted."""
    low, high = plane.frame
    across, up = (np.linspace(a, b, RESOLUTION) for a, b in zip(low, high, strict=True))
    points = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    found = np.array(predict(model, points), dtype=np.float64).reshape(len(points), -1)
    y = record.task.y.reshape(len(record.task.y), -1)[:, 0]
    if record.task.classes is None:
        numbers, kind = found[:, 0], "prediction"
        limits: dict[str, Any] = {"vmin": min(numbers.min(), y.min()), "vmax": max(numbers.max(), y.max())}
        limits["cmap"] = "cividis"
    else:
        numbers, kind = found.argmax(axis=1).astype(np.float64), "class"
        limits = {"vmin": -0.5, "vmax": 9.5 if found.shape[1] <= 10 else 19.5}
        limits["cmap"] = "tab10" if found.shape[1] <= 10 else "tab20"
    map_of_numbers = numbers.reshape(RESOLUTION, RESOLUTION)
    alpha = 1.0 if kind == "prediction" else 0.4
    ax.pcolormesh(across, up, map_of_numbers, shading="nearest", alpha=alpha, **limits)
    marks = ax.scatter(plane.places[:, 0], plane.places[:, 1], c=y, s=36, edgecolors="white", linewidths=0.8, **limits)
    ax.figure.colorbar(marks, ax=ax, label=kind)
