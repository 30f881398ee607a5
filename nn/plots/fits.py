"""A plot of a regression in one dimension: the examples, and the curve that a network has learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autograd.base.checks import shown, whole
from nn.data.arrays import numbers
from nn.networks.layers import MLP
from nn.networks.module import Array
from nn.training.predict import predict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_fit"]

MOST_PARTS = 12  # units whose parts are drawn: more lines could not be told apart


def plot_fit(
    model: Callable[..., Any],
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    parts: bool = False,
    samples: int = 200,
    ax: Axes | None = None,
) -> Axes:
    """Return a plot of examples with one input and one target, and of what ``model`` predicts between them.

    Args:
        model: called with [x]; returns one number.
        x: the inputs, shape (examples,) or (examples, 1).
        y: the targets, shape (examples,) or (examples, 1).
        parts: whether to draw what each unit of the last hidden layer adds to the curve, its weight × its output, for
            an MLP of one linear output. With the bias of the output, they add up to the curve.
        samples: the number of points of the curve.
        ax: the Axes to draw in.

    Raises:
        TypeError: when parts are asked of a model that is not an MLP.
        ValueError: when x does not hold one number for each example, the model does not take or return one number,
            or there are no parts to draw.
    """
    from autograd.plots.figure import COLORS, axes_for

    inputs, targets = one_column("x", x), one_column("y", y)
    if len(inputs) != len(targets):
        raise ValueError(f"x and y must have the same length, got {len(inputs)} and {len(targets)}")
    if isinstance(model, MLP) and (n := len(model.layers[0].neurons[0].w)) != 1:
        raise ValueError(f"model must have 1 input, the place on the x axis, got one with {n}")
    low, high = float(inputs.min()), float(inputs.max())
    room = 0.05 * (high - low) or 1.0
    grid = np.linspace(low - room, high + room, whole("samples", samples, least=2))
    curve, at_examples = predicted(model, grid), predicted(model, inputs)
    lines = parts_of(model, grid) if parts else []
    ax = axes_for(ax)
    for line in lines:
        label = "parts of the hidden units" if line is lines[0] else None
        ax.plot(grid, line, color="0.55", linestyle="--", linewidth=1.0, label=label)
    ax.scatter(inputs, targets, s=30, color=COLORS[1], marker="s", label="examples", zorder=3)
    ax.plot(grid, curve, color=COLORS[0], linewidth=2.2, label="prediction", zorder=2)
    error = float(((at_examples - targets) ** 2).mean())
    ax.set(title=f"Fit: mean squared error {error:.4g}", xlabel="x", ylabel="y", xlim=(grid[0], grid[-1]))
    ax.grid(alpha=0.3)
    ax.legend(framealpha=0.9)
    return ax


def one_column(name: str, given: npt.ArrayLike) -> Array:
    """Return numbers of shape (examples,) from an array of that shape or of one column.

    Raises:
        TypeError: when they are not numbers.
        ValueError: for any other shape, and for inf or nan.
    """
    array = numbers(name, given)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or not len(array):
        raise ValueError(f"{name} must hold one number for each example, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers, got inf or nan")
    return array


def predicted(model: Callable[..., Any], inputs: Array) -> Array:
    """Return what the model predicts for each input."""
    found = np.asarray(predict(model, inputs[:, None]), dtype=np.float64)
    if found.shape not in ((len(inputs),), (len(inputs), 1)):
        raise ValueError(f"model must return one number, got {shown(found[0].tolist())}")
    return found.reshape(len(inputs))


def parts_of(model: Any, grid: Array) -> list[Array]:
    """Return what each unit of the last hidden layer adds to the output, at every point of the grid."""
    if not isinstance(model, MLP):
        raise TypeError(f"parts are those of an MLP, got {shown(model)}")
    if len(model.layers) < 2:
        raise ValueError("parts are those of hidden units, and model has no hidden layer")
    (output,), units = model.layers[-1].neurons, len(model.layers[-2].neurons)
    if output.activation(output.b) is not output.b:
        raise ValueError("parts add up to the curve of a linear output only, and that of model is not linear")
    if units > MOST_PARTS:
        raise ValueError(f"parts of at most {MOST_PARTS} units can be drawn, got {units}")

    def hidden(row: Any) -> Any:
        for layer in model.layers[:-1]:
            row = layer(row)
        return row

    outputs = np.asarray(predict(hidden, grid[:, None])).reshape(len(grid), units)
    return [w.data * outputs[:, j] for j, w in enumerate(output.w)]
