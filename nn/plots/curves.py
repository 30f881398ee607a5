"""Plots of training, and of what a network says over the plane.

Every function takes ``ax=``, the matplotlib Axes to draw in, and returns the Axes it drew in. Without it the plot
is made in a figure of its own: a notebook shows it when it is the last line of a cell, and
``ax.figure.savefig("loss.png")`` keeps it. pyplot is not used, so nothing is left open; for a window, pass axes
that pyplot made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autograd.base.checks import shown, whole
from nn.inspect.boundary import plane
from nn.networks.layers import MLP
from nn.networks.module import Array
from nn.training.fit import History, predict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_decision_boundary", "plot_loss"]


def plot_loss(history: History, *, log: bool = False, ax: Axes | None = None) -> Axes:
    """Return a plot of the loss in each epoch, in training and on what was held out.

    Args:
        history: what `fit` returned.
        log: whether the loss is on a logarithmic scale; losses of 0 have no place on it and are left out.
        ax: the Axes to draw in.

    Raises:
        TypeError: when history is no `History`.
        ValueError: when it is empty, its lists differ in length, or log is asked for and no loss is above 0.
    """
    from autograd.plots.figure import COLORS, MARKERS, STYLES, axes_for, count_along_x

    if not isinstance(history, History):
        raise TypeError(f"history must be a History, which fit returns, got {shown(history)}")
    curves = {"training": history.loss, "validation": history.val_loss}
    if not history.loss:
        raise ValueError("history is empty: train with fit before plotting its loss")
    if history.val_loss and len(history.val_loss) != len(history.loss):
        raise ValueError(
            f"history must have one loss for each epoch, got {len(history.loss)} in training and "
            f"{len(history.val_loss)} in validation"
        )
    if log and not max(history.loss + history.val_loss) > 0:
        raise ValueError("no loss is above 0, so there is nothing to show on a logarithmic scale: use log=False")
    ax = axes_for(ax)
    for i, (name, losses) in enumerate((name, losses) for name, losses in curves.items() if losses):
        shown_losses = [loss if loss > 0 or not log else math.nan for loss in losses]
        hidden = sum(loss <= 0 for loss in losses) if log else 0
        ax.plot(
            range(1, len(losses) + 1),
            shown_losses,
            color=COLORS[i],
            linestyle=STYLES[i],
            marker=MARKERS[i],
            markersize=4,
            markevery=1 if hidden else max(1, len(losses) // 10),  # a point between two gaps has no line
            label=f"{name} (last {losses[-1]:.4g}{f'; {hidden} not above 0 left out' if hidden else ''})",
        )
    if log:
        ax.set_yscale("log")
    count_along_x(ax, len(history.loss))
    ax.set(title="Loss in each epoch", xlabel="epoch", ylabel="loss (log scale)" if log else "loss")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def plot_decision_boundary(
    model: Callable[..., Any],
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    threshold: float = 0.0,
    class_names: Sequence[str] | None = None,
    resolution: int = 60,
    ax: Axes | None = None,
) -> Axes:
    """Return a plot of what ``model`` says over the plane of ``x``, where it changes its mind, and the examples.

    Args:
        model: called with a point (x1, x2); gives one score, or a row of them, one for each class.
        x: the examples, shape (examples, 2).
        y: their classes: from 0 for a row of scores; 1 against 0 or -1 for one score.
        threshold: where one score parts the classes: 0 for a score or a logit, 0.5 for a probability.
        class_names: what to call the classes.
        resolution: how many points the model is asked about along each side.
        ax: the Axes to draw in.

    Raises:
        ValueError: when the model does not take 2 inputs, x is not of points in the plane, y holds no classes, or
            there are more classes than signs to show them.

    One score is shown by colour, blue below the threshold and red above it, and the boundary is the line where it is
    reached. For a row of scores each class has its region, where its score is the largest.
    """
    from autograd.plots.figure import COLORS, MARKERS, axes_for, legend_off, literal

    if isinstance(model, MLP) and (n := len(model.layers[0].neurons[0].w)) != 2:
        raise ValueError(f"model must have 2 inputs, to be asked about points in the plane, got one with {n}")
    points, classes, low, high = plane(x, y)
    n = whole("resolution", resolution, least=2)
    across, up = np.linspace(low[0], high[0], n), np.linspace(low[1], high[1], n)
    said = np.array(predict(model, [[a, b] for b in up for a in across]), dtype=np.float64)
    if not np.isfinite(said).all():
        raise ValueError("model gives inf or nan somewhere in the plane of x")
    scores = said.reshape(n, n, -1)
    n_classes = max(2, scores.shape[2])
    if classes.max() >= n_classes or n_classes > len(COLORS):
        raise ValueError(
            f"y must hold classes from 0 to {n_classes - 1}, as the model has them, and at most {len(COLORS)} can be "
            f"shown; got class {classes.max()} and a model of {n_classes} classes"
        )
    if scores.shape[2] > 1 and np.min(y) < 0:
        raise ValueError("y must hold classes from 0, as the model gives a row of scores; -1 goes with one score")
    names = [f"class {c}" for c in range(n_classes)] if class_names is None else [literal(name) for name in class_names]
    if len(names) != n_classes:
        raise ValueError(f"class_names must be {n_classes}, one for each class, got {len(names)}")
    ax = axes_for(ax)
    if scores.shape[2] == 1:
        title = _one_score(ax, across, up, scores[:, :, 0], threshold)
    else:
        title = _regions(ax, across, up, scores, names)
    for c in range(n_classes):
        here = points[classes == c]
        style: dict[str, Any] = {"color": COLORS[c], "marker": MARKERS[c], "edgecolors": "white", "linewidths": 0.8}
        ax.scatter(here[:, 0], here[:, 1], s=42, label=names[c], zorder=3, **style)
    ax.set(title=title, xlabel="x1", ylabel="x2", xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    legend_off(ax, "below")
    return ax


def _one_score(ax: Axes, across: Array, up: Array, score: Array, threshold: float) -> str:
    """Draw one score by colour, centred at the threshold, and the line where it is reached; return the title."""
    from matplotlib.colors import CenteredNorm
    from matplotlib.ticker import MaxNLocator

    reach = float(np.abs(score - threshold).max()) or 1.0
    steps = np.linspace(threshold - reach, threshold + reach, 25)
    paler = CenteredNorm(vcenter=threshold, halfrange=1.25 * reach)  # the darkest colours would hide the examples
    shading = ax.contourf(across, up, score, levels=steps, cmap="RdBu_r", norm=paler)
    bar = ax.figure.colorbar(shading, ax=ax, label="score", ticks=MaxNLocator(7))
    bar.ax.axhline(threshold, color="black", linewidth=2)
    if score.min() < threshold < score.max():
        ax.contour(across, up, score, levels=[threshold], colors="black", linewidths=2)
        ax.plot([], [], color="black", linewidth=2, label=f"boundary: score {threshold:g}")
        return "Decision boundary"
    hint = (
        "\nfor a model of probabilities: threshold=0.5"
        if threshold == 0 and 0 <= score.min() <= score.max() <= 1
        else ""
    )
    return f"No boundary: no score is {'above' if score.max() <= threshold else 'below'} {threshold:g}{hint}"


def _regions(ax: Axes, across: Array, up: Array, scores: Array, names: list[str]) -> str:
    """Draw the region of each class, and the lines between them; return the title."""
    from autograd.plots.figure import COLORS

    for c in range(scores.shape[2]):
        lead = scores[:, :, c] - np.delete(scores, c, axis=2).max(axis=2)  # above 0 where c has the largest score
        if lead.max() <= 0:
            continue
        ax.contourf(across, up, lead, levels=[0.0, np.inf], colors=[COLORS[c]], alpha=0.25)
        if lead.min() < 0:
            ax.contour(across, up, lead, levels=[0.0], colors="black", linewidths=1.5)
    winners = np.unique(scores.argmax(axis=2))
    return "Decision boundary" if len(winners) > 1 else f"No boundary: {names[winners[0]]} everywhere"
