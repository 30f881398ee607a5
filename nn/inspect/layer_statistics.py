"""What flows through a network's layers over a batch, in numbers: outputs, gradients, what is saturated and dead."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import Value, as_number, pull
from autograd.base.checks import shown
from nn.inspect.layer_gradients import SLOPES, forward, layer_name, slope_at
from nn.networks.layers import ACTIVATIONS, MLP, Neuron
from nn.networks.module import Array
from nn.training.losses import Loss, checked, loss_function

__all__ = ["LayerStatistics", "layer_statistics"]

# From here on to its bounds a transfer function counts as saturated: within 1.5 % of its whole range. The slope
# there is under 6 % of the steepest.
SATURATED_BEYOND = {"tanh": (-0.97, 0.97), "sigmoid": (0.015, 0.985)}


@dataclass(frozen=True)
class LayerStatistics:
    """What one layer put out over a batch, and the gradients that came down to it.

    An output is *saturated* when its transfer function is within 1.5 % of its range from one of its bounds: a tanh
    below -0.97 or above 0.97, a sigmoid below 0.015 or above 0.985. No other transfer function saturates here.

    A unit is *dead* when it passes next to nothing down on any example of the batch: a relu that puts out 0 on
    every example, a tanh or a sigmoid that is saturated on every example. No other unit dies.
    """

    name: str  # "hidden", "hidden 1", "output"
    activation: str  # "tanh"
    outputs: Array  # (examples, units)
    gradients: Array | None  # (examples, units) of the loss in the weighted sums: the delta; None without a loss
    flat: npt.NDArray[np.bool_]  # (examples, units) where an output is saturated, or is the 0 of a relu
    saturates: npt.NDArray[np.bool_]  # (units,) which units are a tanh or a sigmoid
    dies: npt.NDArray[np.bool_]  # (units,) which units are one of these or a relu

    @property
    def saturated(self) -> float | None:
        """The fraction of the outputs of tanh and sigmoid units that are saturated; None without such units."""
        return float(self.flat[:, self.saturates].mean()) if self.saturates.any() else None

    @property
    def dead(self) -> float | None:
        """The fraction of the tanh, sigmoid and relu units that are dead; None without such units."""
        return float(self.flat[:, self.dies].all(axis=0).mean()) if self.dies.any() else None

    @property
    def zero(self) -> float:
        """The fraction of the outputs that are exactly 0."""
        return float((self.outputs == 0).mean())


def layer_statistics(
    model: MLP, x: npt.ArrayLike, y: npt.ArrayLike | None = None, loss: str | Loss | None = None
) -> list[LayerStatistics]:
    """Return what every layer of ``model`` does over a batch, from the first layer to the output layer.

    Args:
        model: an MLP.
        x: the examples, shape (examples, features).
        y: their targets, as ``loss`` wants them; None for no gradients.
        loss: a name in ``LOSSES``, or a function of (predictions, targets); given with y.

    Raises:
        TypeError: when model is no MLP.
        ValueError: when x is no batch, or something on the way is inf or nan, or only one of y and loss is given.

    All is computed from the layers' numbers, as in `layer_gradients`; no gradient of the model is touched.

    >>> layer_statistics(MLP(1, [1], output_activation="relu", rng=0), [[0.0], [0.0]])[0].dead
    1.0
    """
    if not isinstance(model, MLP):
        raise TypeError(f"model must be an MLP, whose layers follow one another, got {shown(model)}")
    if (y is None) != (loss is None):
        raise ValueError("y and loss go together: gradients need both")
    batch = np.asarray(x, dtype=np.float64)
    if batch.ndim != 2 or not len(batch) or not np.isfinite(batch).all():
        raise ValueError(f"x must be a batch of finite numbers, shape (examples, features), got {batch.shape}")
    depth = len(model.layers)
    with np.errstate(over="ignore", invalid="ignore"):
        passes = [forward(model, row) for row in batch]
        sums = [np.array([one[1][k] for one in passes]) for k in range(depth)]
        outputs = [np.array([one[0][k + 1] for one in passes]) for k in range(depth - 1)]
        outputs.append(np.array([one[2] for one in passes]))
        gradients = [None] * depth if loss is None else _deltas(model, sums, outputs[-1], y, loss)
    for k, numbers in enumerate(zip(outputs, gradients, strict=True)):
        for what, array in zip(("outputs", "gradients"), numbers, strict=True):
            if array is not None and not np.isfinite(array).all():
                raise ValueError(f"the {what} of layers[{k}] hold inf or nan")
    found = []
    for k, layer in enumerate(model.layers):
        kinds = [_kind(neuron, float(s)) for neuron, s in zip(layer.neurons, sums[k][0], strict=True)]
        flat = [_flat(kind, column) for kind, column in zip(kinds, outputs[k].T, strict=True)]
        found.append(
            LayerStatistics(
                name=layer_name(k, depth),
                activation=_called(layer.neurons[0]),
                outputs=outputs[k],
                gradients=gradients[k],
                flat=np.array(flat).T,
                saturates=np.array([kind in SATURATED_BEYOND for kind in kinds]),
                dies=np.array([kind == "relu" or kind in SATURATED_BEYOND for kind in kinds]),
            )
        )
    return found


def _deltas(model: MLP, sums: list[Array], top: Array, y: Any, loss: str | Loss) -> list[Array]:
    """Return the gradient of the loss in every layer's weighted sums: lines 1 and 3 of the one rule, over a batch."""
    leaves = [[Value(number) for number in row] for row in top.tolist()]
    predictions = [row[0] if len(row) == 1 else row for row in leaves]
    targets = y.tolist() if hasattr(y, "tolist") else y
    how_wrong: Callable[..., Value] = loss_function(loss)
    by_output = pull(checked(how_wrong(predictions, targets)), 1.0, SLOPES, as_number)
    upstream = np.array([[by_output.get(v, 0.0) for v in row] for row in leaves])
    found: list[Array] = []
    for layer, s in zip(reversed(model.layers), reversed(sums), strict=True):
        slope = [[slope_at(neuron, t) for neuron, t in zip(layer.neurons, row, strict=True)] for row in s.tolist()]
        found.append(upstream * np.array(slope))
        upstream = found[-1] @ layer.state_dict()["weight"]
    return found[::-1]


def _kind(neuron: Neuron, s: float) -> str:
    """Return the operation that makes a unit's output from its weighted sum, which tells a tanh under any name."""
    made_by = neuron.activation(Value(s)).op
    return "" if made_by is None else made_by.name


def _flat(kind: str, outputs: Array) -> npt.NDArray[np.bool_]:
    """Return where the outputs of a unit are saturated, or are the 0 of a relu."""
    if kind == "relu":
        return np.equal(outputs, 0.0)
    low, high = SATURATED_BEYOND.get(kind, (-math.inf, math.inf))
    return np.less(outputs, low) | np.greater(outputs, high)


def _called(neuron: Neuron) -> str:
    """Return the name of a unit's transfer function."""
    known = (name for name, f in ACTIVATIONS.items() if f is neuron.activation)
    return next(known, None) or str(getattr(neuron.activation, "__name__", type(neuron.activation).__name__))
