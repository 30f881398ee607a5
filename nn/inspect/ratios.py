"""Gradients and updates beside the data they belong to: numbers, a record of a training, and their plots."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autograd import Value
from autograd.base.checks import shown
from nn.networks.module import Module

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["UpdateRatios", "gradient_ratios", "plot_gradient_ratios", "plot_update_ratios"]

GUIDE = -3.0  # log10 of the update-to-data ratio that CS231n's notes call about right


def gradient_ratios(model: Module) -> dict[str, float]:
    """Return for every group of parameters how large its gradient is beside its data, as a quotient of norms.

    Args:
        model: a `Module` whose gradients have been swept.

    The result is inf where the data are all 0 (biases at the start), and 0 where the gradient is.

    >>> from nn import MLP
    >>> line = MLP(1, [1], rng=0)
    >>> line([2.0]).backward()
    >>> list(gradient_ratios(line))
    ['layers.0.weight', 'layers.0.bias']
    """
    return {
        name: _ratio(math.hypot(*(p.grad for p in held)), math.hypot(*(p.data for p in held)))
        for name, held in _groups(model).items()
    }


class UpdateRatios:
    """A record of how far each step moves each group of parameters, beside how large they are.

    Args:
        model: the `Module` that is trained; its groups are those of `Module.state_dict`.

    ``ratios.ratios`` maps each group to a list with one entry for every step: the norm of the update over the norm
    of the data before it. About 1/1000 is usual; far more and training is rough, far less and it is slow. (Norms and
    not standard deviations: a group of one bias has a norm.) An entry is inf where the data were all 0, and 0 where
    nothing moved.

    Source of the guide: Stanford's CS231n notes, "Ratio of weights:updates".

    >>> from nn import MLP
    >>> model = MLP(1, [1], init=lambda rng, fan_in, fan_out: 2.0)
    >>> ratios = UpdateRatios(model)
    >>> model.layers[0].neurons[0].w[0].data = 2.5  # a step; fit(…, after_step=ratios.record) does both lines
    >>> ratios.record()
    >>> ratios.ratios
    {'layers.0.weight': [0.25], 'layers.0.bias': [0.0]}
    """

    def __init__(self, model: Module) -> None:
        self._groups = _groups(model)
        self._last = self._data()
        self.ratios: dict[str, list[float]] = {name: [] for name in self._groups}

    def record(self) -> None:
        """Take what has changed since the last record, or since this was made, as one step."""
        now = self._data()
        for name, numbers in now.items():
            before = self._last[name]
            update = math.hypot(*(b - a for a, b in zip(before, numbers, strict=True)))
            self.ratios[name].append(_ratio(update, math.hypot(*before)))
        self._last = now

    def __len__(self) -> int:
        """Return how many steps are recorded."""
        return len(next(iter(self.ratios.values())))

    def _data(self) -> dict[str, list[float]]:
        return {name: [p.data for p in held] for name, held in self._groups.items()}


def plot_gradient_ratios(model: Module, *, ax: Axes | None = None) -> Axes:
    """Return a plot of how large the gradient of each group of parameters is beside its data.

    Args:
        model: a `Module` whose gradients have been swept; see `gradient_ratios`.
        ax: the Axes to draw in.

    Raises:
        ValueError: when every gradient is 0, as before a backward sweep.

    A group whose data or gradients are all 0 has no point, and is said to be so.
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
            said = "data are all 0" if ratio else "gradient is 0"
            ax.text(0.02, row, said, transform=ax.get_yaxis_transform(), va="center", style="italic")
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
        TypeError: when ratios is no `UpdateRatios`.
        ValueError: when nothing is recorded.

    The guide at -3 is an update of a thousandth of the data: far above, training is rough; far below, slow. A step
    that moved nothing, or that began at 0, has no logarithm and is left out; the legend counts them.
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
        lost = sum(map(math.isnan, logs))
        ax.plot(
            steps,
            logs,
            color=COLORS[i % len(COLORS)],
            linestyle=STYLES[i % len(STYLES)],
            linewidth=1.2,
            marker=MARKERS[i % len(MARKERS)],
            markersize=4,
            markevery=max(1, len(logs) // 10),
            label=literal(name) + (f" ({lost} not shown)" if lost else ""),
        )
    ax.axhline(GUIDE, color="0.3", linewidth=2, linestyle=(0, (8, 3)), label="guide: −3", zorder=1)
    count_along_x(ax, len(ratios))
    ax.set(title="Update-to-data ratios", xlabel="step", ylabel="log10 (norm of update / norm of data)")
    ax.grid(alpha=0.3)
    legend_off(ax, "beside")
    return ax


def _ratio(size: float, of: float) -> float:
    """Return size / of, inf for something beside nothing, and 0 for nothing."""
    return size / of if of else math.inf if size else 0.0


def _groups(model: Module) -> dict[str, list[Value]]:
    """Return the parameters of each group, laid end to end."""
    if not isinstance(model, Module):
        raise TypeError(f"model must be a Module, got {shown(model)}")
    found = {name: _laid_out(held) for name, held in model.groups().items()}
    if not found:
        raise ValueError(f"model has no parameters: {shown(model)}")
    return found


def _laid_out(held: Any) -> list[Value]:
    """Return the Values of a (nested) list."""
    return [held] if isinstance(held, Value) else [value for inner in held for value in _laid_out(inner)]
