"""Plots of training.

Every function takes ``ax=``, the matplotlib Axes to draw in, and returns the Axes it drew in. Without it the plot
is made in a figure of its own: a notebook shows it when it is the last line of a cell, and
``ax.figure.savefig("loss.png")`` keeps it. pyplot is not used, so nothing is left open. For a window, pass axes
that pyplot made.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd.base.checks import shown
from nn.fitting.history import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["history_in_cell", "plot_loss"]


def plot_loss(history: History, *, log: bool = False, ax: Axes | None = None) -> Axes:
    """Return a plot of the loss in each epoch, in training and on the validation data.

    Args:
        history: what `fit` returned.
        log: whether the loss has a logarithmic scale; a loss of 0 has no place on it and is left out.
        ax: the Axes to draw in.

    Raises:
        TypeError: when history is not a `History`.
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


def history_in_cell(history: History) -> str:
    """Return what a notebook shows for a History: its plot, and the losses of the first and the last epochs below."""
    from autograd.plots.figure import image

    if not history.loss:
        return history.table()._repr_html_()
    figure = plot_loss(history).get_figure(root=True)
    assert figure is not None
    return f"{image(figure)}{history.table()._repr_html_()}"
