"""A plot of a network's predictions over the plane, with the examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autograd.base.checks import whole
from nn.inspect.decision_boundary import Plane, as_threshold, plane, scores_at, without_boundary
from nn.networks.layers import MLP
from nn.networks.module import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_decision_boundary"]


def plot_decision_boundary(
    model: Callable[..., Any],
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    threshold: float | None = None,
    class_names: Sequence[str] | None = None,
    resolution: int = 60,
    ax: Axes | None = None,
) -> Axes:
    """Return a plot of the class that ``model`` predicts over the plane of ``x``, with the examples.

    Args:
        model: called with a point (x1, x2); returns one score, or a row of them with one for each class.
        x: the examples, shape (examples, 2).
        y: their classes: from 0 for a row of scores; 1 against 0 or -1 for one score.
        threshold: a single score above it means class 1. None means 0.5 for a score that comes out of a sigmoid, which
            is a probability, and 0 for any other score.
        class_names: the names of the classes.
        resolution: the number of points along each side at which the model is computed.
        ax: the Axes to draw in.

    Raises:
        ValueError: when the model does not take 2 inputs, x does not hold points in the plane, y does not hold
            classes, or there are more classes than signs to show them.

    One score is shown by color, orange below the threshold and blue above it, and the boundary is the line where the
    score equals the threshold. For a row of scores, the region of a class is where its score is the largest.
    """
    from autograd.plots.figure import COLORS, MARKERS, axes_for, legend_off

    if isinstance(model, MLP) and (n := len(model.layers[0].neurons[0].w)) != 2:
        raise ValueError(f"model must have 2 inputs, the coordinates of a point in the plane, got one with {n}")
    examples = plane(x, y)
    n = whole("resolution", resolution, least=2)
    threshold = as_threshold(threshold, model, examples.points[0])
    across, up = (np.linspace(low, high, n) for low, high in zip(examples.low, examples.high, strict=True))
    scores = scores_at(model, across, up)
    names = names_of_classes(class_names, examples, scores, negative=bool(np.min(y) < 0))
    ax = axes_for(ax)
    colors: tuple[str, ...] = COLORS
    if scores.shape[2] == 1:
        colors = (COLORS[1], COLORS[0])  # orange below and blue above, as signs are in every picture
        title = draw_score(ax, across, up, scores, threshold, colors)
    else:
        title = draw_regions(ax, across, up, scores, names)
    for c, name in enumerate(names):
        here = examples.points[examples.classes == c]
        style: dict[str, Any] = {"color": colors[c], "marker": MARKERS[c], "edgecolors": "white", "linewidths": 0.8}
        ax.scatter(here[:, 0], here[:, 1], s=42, label=name, zorder=3, **style)
    (left, bottom), (right, top) = examples.low, examples.high
    ax.set(title=title, xlabel="x1", ylabel="x2", xlim=(left, right), ylim=(bottom, top))
    legend_off(ax, "below")
    return ax


def names_of_classes(given: Sequence[str] | None, examples: Plane, scores: Array, negative: bool) -> list[str]:
    """Return the name of every class, as many as the model has.

    Raises:
        ValueError: when the examples have other classes, there are too many, or the names are not as many.
    """
    from autograd.plots.figure import COLORS, literal

    count = max(2, scores.shape[2])
    if examples.classes.max() >= count or count > len(COLORS):
        raise ValueError(
            f"y must hold classes from 0 to {count - 1}, as the model has them, and at most {len(COLORS)} can be "
            f"shown; got class {examples.classes.max()} and a model of {count} classes"
        )
    if scores.shape[2] > 1 and negative:
        raise ValueError("y must hold classes from 0, as the model gives a row of scores; -1 goes with one score")
    names = [f"class {c}" for c in range(count)] if given is None else [literal(name) for name in given]
    if len(names) != count:
        raise ValueError(f"class_names must be {count}, one for each class, got {len(names)}")
    return names


def draw_score(ax: Axes, across: Array, up: Array, scores: Array, threshold: float, colors: tuple[str, ...]) -> str:
    """Draw one score by color, white at the threshold, and the line where it is reached; return the title."""
    from matplotlib.colors import CenteredNorm, LinearSegmentedColormap
    from matplotlib.ticker import MaxNLocator

    score = scores[:, :, 0]
    reach = float(np.abs(score - threshold).max()) or 1.0
    steps = np.linspace(threshold - reach, threshold + reach, 25)
    paler = CenteredNorm(vcenter=threshold, halfrange=1.25 * reach)  # the darkest colors would hide the examples
    shades = LinearSegmentedColormap.from_list("below to above", (colors[0], "white", colors[1]))
    shading = ax.contourf(across, up, score, levels=steps, cmap=shades, norm=paler)
    bar = ax.figure.colorbar(shading, ax=ax, label="score", ticks=MaxNLocator(7))
    bar.ax.axhline(threshold, color="black", linewidth=2)
    if score.min() < threshold < score.max():
        ax.contour(across, up, score, levels=[threshold], colors="black", linewidths=2)
        ax.plot([], [], color="black", linewidth=2, label=f"boundary: score {threshold:g}")
    return without_boundary(scores, threshold).replace("; ", "\n") or "Decision boundary"


def draw_regions(ax: Axes, across: Array, up: Array, scores: Array, names: list[str]) -> str:
    """Draw the region of each class, and the lines between them; return the title."""
    from autograd.plots.figure import COLORS

    for c in range(scores.shape[2]):
        lead = scores[:, :, c] - np.delete(scores, c, axis=2).max(axis=2)  # above 0 where class c has the largest score
        if lead.max() <= 0:
            continue
        ax.contourf(across, up, lead, levels=[0.0, np.inf], colors=[COLORS[c]], alpha=0.25)
        if lead.min() < 0:
            ax.contour(across, up, lead, levels=[0.0], colors="black", linewidths=1.5)
    winners = np.unique(scores.argmax(axis=2))
    return "Decision boundary" if len(winners) > 1 else f"No boundary: {names[winners[0]]} everywhere"
