"""Plots of the sizes of gradients and updates, relative to those of the weights they belong to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd.base.checks import shown
from nn.inspect.ratios import UpdateRatios, gradient_ratios
from nn.networks.module import Module

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_gradient_ratios", "plot_update_ratios"]

GUIDE = -3.0  # log10 of the update-to-data ratio that CS231n's notes call about right


def plot_gradient_ratios(model: Module, *, ax: Axes | None = None) -> Axes:
    """Return a plot of the norm of each group's gradient divided by the norm of its data.

    Args:
        model: a `Module`, after backward(); see `gradient_ratios`.
        ax: the Axes to draw in.

    Raises:
        ValueError: when every gradient is 0, as before backward().

    A group whose data or gradients are all 0 has no point; words in its row say which.
    """
    from matplotlib.ticker import NullFormatter

    from autograd.plots.figure import COLORS, axes_for, literal

    ratios = gradient_ratios(model)
    if not any(ratios.values()):
        raise ValueError("every gradient of model is 0: call backward() on a loss first")
    ax = axes_for(ax, height=1.6 + 0.35 * len(ratios))
    rows = range(len(ratios))
    finite = [(row, ratio) for row, ratio in zip(rows, ratios.values(), strict=True) if 0 < ratio < math.inf]
    ax.set_xscale("log")
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.plot([r for _, r in finite], [row for row, _ in finite], linestyle="none", marker="o", color=COLORS[0])
    if finite:  # whole decades, with room for the last number
        logs = [math.log10(ratio) for _, ratio in finite]
        ax.set_xlim(10.0 ** (math.floor(min(logs) - 0.1)), 10.0 ** (math.ceil(max(logs) + 0.5)))
    for row, ratio in finite:
        ax.annotate(f"{ratio:.1e}", (ratio, row), xytext=(8, 0), textcoords="offset points", va="center")
    for row, ratio in zip(rows, ratios.values(), strict=True):
        if not 0 < ratio < math.inf:
            words = "data are all 0" if ratio else "gradient is 0"
            ax.text(0.02, row, words, transform=ax.get_yaxis_transform(), va="center", style="italic")
    ax.set_yticks(list(rows), [literal(name) for name in ratios])
    ax.set_ylim(len(ratios) - 0.4, -0.6)  # the first layer on top
    ax.set(title="Gradient-to-data ratios", xlabel="norm of the gradient / norm of the data (log scale)")
    ax.grid(alpha=0.3)
    return ax


def plot_update_ratios(ratios: UpdateRatios, *, ax: Axes | None = None) -> Axes:
    """Return a plot of log10 of the update-to-data ratio of each group of parameters at every step.

    Args:
        ratios: the record of a training, by ``fit(…, after_step=ratios.record)`` or step by step.
        ax: the Axes to draw in.

    Raises:
        TypeError: when ratios is not an `UpdateRatios`.
        ValueError: when nothing is recorded.

    The guide at -3 marks an update of a thousandth of the data. Far above it training is rough, far below it slow. A
    step that moved nothing, or that began at 0, has no logarithm and is left out; the legend counts such steps.
    """
    from autograd.plots.figure import COLORS, MARKERS, STYLES, axes_for, count_along_x, legend_off, literal

    if not isinstance(ratios, UpdateRatios):
        raise TypeError(f"ratios must be an UpdateRatios, got {shown(ratios)}")
    if not len(ratios):
        raise ValueError("nothing is recorded: train with fit(…, after_step=ratios.record) first")
    ax = axes_for(ax, width=7.2)
    steps = range(1, len(ratios) + 1)
    for i, (name, numbers) in enumerate(ratios.ratios.items()):
        logs = [math.log10(r) if 0 < r < math.inf else math.nan for r in numbers]
        hidden = sum(map(math.isnan, logs))
        ax.plot(
            steps,
            logs,
            color=COLORS[i % len(COLORS)],
            linestyle=STYLES[i % len(STYLES)],
            linewidth=1.2,
            marker=MARKERS[i % len(MARKERS)],
            markersize=4,
            markevery=max(1, len(logs) // 10),
            label=literal(name) + (f" ({hidden} not shown)" if hidden else ""),
        )
    ax.axhline(GUIDE, color="0.3", linewidth=2, linestyle=(0, (8, 3)), label="guide: -3", zorder=1)
    count_along_x(ax, len(ratios))
    ax.set(title="Update-to-data ratios", xlabel="step", ylabel="log10 (norm of update / norm of data)")
    ax.grid(alpha=0.3)
    legend_off(ax, "beside")
    return ax
