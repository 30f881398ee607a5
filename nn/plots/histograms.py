"""Histograms of a network, layer by layer: the outputs of its units, and the gradients that come back to them.

Every function draws in the axes it is given, or in a figure of its own, and returns the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autograd.base.checks import whole
from nn.inspect.layer_statistics import LayerStatistics, layer_statistics, percent
from nn.networks.layers import MLP
from nn.networks.module import Array
from nn.training.losses import Loss

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_activations", "plot_gradients"]

RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}  # shown whole, so that the ends are seen to be ends


def plot_activations(model: MLP, x: npt.ArrayLike, *, bins: int = 40, axes: Sequence[Axes] | None = None) -> Figure:
    """Return histograms of every layer's outputs over a batch, with the percentage that is saturated or dead.

    Args:
        model: an MLP.
        x: the examples, shape (examples, features).
        bins: the number of bars in each histogram.
        axes: one Axes for each layer.

    `LayerStatistics` defines saturated and dead, and holds the numbers. Saturated outputs, and the zeros of a relu,
    are hatched.
    """
    from autograd.plots.figure import axes_for_each

    layers = layer_statistics(model, x)
    bins, panels = whole("bins", bins), axes_for_each(axes, len(layers))
    for ax, layer in zip(panels, layers, strict=True):
        histogram(ax, layer.outputs, layer.flat, bounds(layer.outputs, *RANGES.get(layer.activation, ())), bins)
        ax.set_title(f"{title_of(layer)}: {words_on_outputs(layer)}", loc="left", fontsize="medium")
        ax.set_ylabel("count")
    panels[-1].set_xlabel("output of a unit, on one example")
    return panels[0].figure  # type: ignore[return-value]


def plot_gradients(
    model: MLP,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    loss: str | Loss,
    *,
    bins: int = 40,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Return histograms of the gradients that come back to every layer over a batch, all on the same scale.

    Args:
        model: an MLP.
        x: the examples, shape (examples, features).
        y: their targets, as ``loss`` wants them.
        loss: a name in ``LOSSES``, or a function of (predictions, targets).
        bins: the number of bars in each histogram, one more if that is even.
        axes: one Axes for each layer.

    They are the gradients of the loss in the units' weighted sums, the delta of the one rule; multiplied by what comes
    in, they are the gradients of the weights. Gradients of exactly 0 are hatched. A unit "gets none" when its gradient
    is 0 on every example. "rms" is the root of the mean square.
    """
    from matplotlib.ticker import NullFormatter

    from autograd.plots.figure import axes_for_each

    layers = layer_statistics(model, x, y, loss)
    bins, panels = whole("bins", bins), axes_for_each(axes, len(layers))
    found = [layer.gradients for layer in layers if layer.gradients is not None]
    reach = max(float(np.abs(gradients).max()) for gradients in found)
    for ax, layer, gradients in zip(panels, layers, found, strict=True):
        zero = gradients == 0
        # an odd number of bars, so that 0 lies inside one
        histogram(ax, gradients, zero, bounds(gradients, -reach, reach), bins | 1)
        ax.set_yscale("log")  # most gradients are small: the few large ones would not be seen
        ax.set_ylim(bottom=0.7)
        ax.yaxis.set_minor_formatter(NullFormatter())
        exactly_0 = hatched(float(zero.mean()), "exactly 0")
        shares = (
            f"rms {layer.gradient_rms:.1e}, {exactly_0}, {percent(float(zero.all(axis=0).mean()))} of units get none"
        )
        ax.set_title(f"{title_of(layer)}: {shares}", loc="left", fontsize="medium")
        ax.set_ylabel("count (log scale)")
    panels[-1].set_xlabel("gradient of the loss in a unit's weighted sum, on one example")
    return panels[0].figure  # type: ignore[return-value]


def histogram(ax: Axes, numbers: Array, marked: Any, bounds: tuple[float, float], bins: int) -> None:
    """Draw a histogram of ``numbers``; the marked ones are hatched, on top of the others."""
    from autograd.plots.figure import COLORS

    edges = np.linspace(*bounds, bins + 1)
    plain, _ = np.histogram(numbers[~marked], edges)
    special, _ = np.histogram(numbers[marked], edges)
    looks: dict[str, Any] = {"width": edges[1] - edges[0], "align": "edge"}
    ax.bar(edges[:-1], plain, color=COLORS[0], **looks)
    ax.bar(edges[:-1], special, bottom=plain, color=COLORS[1], hatch="///", edgecolor="white", **looks)
    ax.set(xlim=bounds, ylim=(0, 1.08 * (plain + special).max()))


def bounds(numbers: Array, *also: float) -> tuple[float, float]:
    """Return the ends of a histogram that holds the numbers, and those in ``also``."""
    shown = [float(numbers.min()), float(numbers.max()), *also]
    low, high = min(shown), max(shown)
    size = max(abs(low), abs(high), 1e-290)
    return (low, high) if high - low > 1e-9 * size else (low - 0.5 * size, high + 0.5 * size)


def title_of(layer: LayerStatistics) -> str:
    """Return the name of a layer in a title."""
    from autograd.plots.figure import literal

    return f"{layer.name}, {layer.outputs.shape[1]} × {literal(layer.activation, 12)}"


def words_on_outputs(layer: LayerStatistics) -> str:
    """Return the title's words about a layer's outputs."""
    said = []
    if layer.saturated is not None:
        said.append(hatched(layer.saturated, "saturated"))
    if (layer.dies & ~layer.saturates).any():
        said.append(hatched(layer.zero, "exactly 0"))
    if layer.dead is not None:
        said.append(f"{percent(layer.dead)} of units dead")
    mean, deviation = float(layer.outputs.mean()), float(layer.outputs.std())
    return ", ".join([*said, f"mean {mean:.2f}, std {deviation:.2f}"])


def hatched(share: float, what: str) -> str:
    """Return how much of a histogram is hatched, and what the hatching means."""
    return f"{percent(share)} {what}" + (" (hatched)" if share else "")
