"""The layers of a network over a batch, in numbers: outputs, gradients, saturated and dead units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import Value
from autograd.base.checks import shown
from autograd.base.tables import Table
from autograd.engine import OPS, as_number, pull
from nn.data.arrays import numbers
from nn.inspect.layer_gradients import forward_batch, layer_name, local_derivative
from nn.networks.activations import activation_name
from nn.networks.layers import MLP, Neuron
from nn.networks.module import Array
from nn.training.losses import Loss, as_loss, loss_function

__all__ = ["LayerStatistics", "NetworkStatistics", "layer_statistics", "percent"]

# An output beyond these bounds counts as saturated: it is within 1.5 % of the activation's range from one of its
# ends. The derivative there is less than 6 % of the largest.
SATURATED_BEYOND = {"tanh": (-0.97, 0.97), "sigmoid": (0.015, 0.985)}


@dataclass(frozen=True, repr=False)
class LayerStatistics:
    """The outputs of one layer over a batch, and the gradients that came back to it.

    An output is *saturated* when it is within 1.5 % of its activation's range from one of the ends. That is a tanh
    below -0.97 or above 0.97, or a sigmoid below 0.015 or above 0.985. No other activation counts as saturated.

    A unit is *dead* when next to no gradient passes through it on any example of the batch. That is a relu that is 0 on
    every example, or a tanh or a sigmoid that is saturated on every example. No other unit counts as dead.

    Attributes:
        name: "hidden", "hidden 1" or "output", say.
        activation: its name.
        outputs: (examples, units)
        gradients: (examples, units) the gradients of the loss in the weighted sums, delta; None without a loss.
        flat: (examples, units) where an output is saturated, or is the 0 of a relu.
        saturates: (units,) whether a unit is a tanh or a sigmoid.
        dies: (units,) whether it is one of these or a relu.
    """

    name: str
    activation: str
    outputs: Array
    gradients: Array | None
    flat: npt.NDArray[np.bool_]
    saturates: npt.NDArray[np.bool_]
    dies: npt.NDArray[np.bool_]

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

    @property
    def gradient_rms(self) -> float | None:
        """The root of the mean square of the gradients; None without a loss."""
        if self.gradients is None:
            return None
        return math.hypot(*self.gradients.ravel().tolist()) / math.sqrt(self.gradients.size)

    def __repr__(self) -> str:
        examples, units = self.outputs.shape
        return f"<LayerStatistics: {self.name}, {units} × {self.activation}, {examples} examples>"


class NetworkStatistics(tuple[LayerStatistics, ...]):
    """The statistics of every layer, the first layer first. It prints as a table."""

    def table(self) -> Table:
        """Return a row for every layer."""
        head = ("layer", "units", "activation", "mean", "std", "saturated", "dead units", "exactly 0", "gradient rms")
        rows = [
            (
                layer.name,
                layer.outputs.shape[1],
                layer.activation,
                float(layer.outputs.mean()),
                float(layer.outputs.std()),
                percent(layer.saturated),
                percent(layer.dead),
                percent(layer.zero),
                layer.gradient_rms,
            )
            for layer in self
        ]
        return Table(head, rows)

    def __repr__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def layer_statistics(
    model: MLP, x: npt.ArrayLike, y: npt.ArrayLike | None = None, loss: str | Loss | None = None
) -> NetworkStatistics:
    """Return statistics of every layer of ``model`` over a batch, from the first layer to the output layer.

    Args:
        model: an MLP.
        x: the examples, shape (examples, features).
        y: their targets, as ``loss`` wants them; None for no gradients.
        loss: a name in ``LOSSES``, or a function of (predictions, targets); given together with y.

    Raises:
        TypeError: when model is not an MLP, or x does not hold numbers.
        ValueError: when x is not a batch, when an output or a gradient is inf or nan, or when only one of y and loss
            is given.

    Everything is computed from the layers' numbers, as in `layer_gradients`. No gradient of the model is changed.

    >>> layer_statistics(MLP(1, [1], output_activation="relu", rng=0), [[0.0], [0.0]])[0].dead
    1.0
    """
    if not isinstance(model, MLP):
        raise TypeError(f"model must be an MLP, whose layers follow one another, got {shown(model)}")
    if (y is None) != (loss is None):
        raise ValueError("y and loss must be given together, since gradients need both")
    model.parameters()  # raises an error that names a weight which is not a Value any more
    batch = numbers("x", x)
    if batch.ndim != 2 or not len(batch) or not np.isfinite(batch).all():
        raise ValueError(f"x must be a batch of finite numbers, shape (examples, features), got {batch.shape}")
    depth = len(model.layers)
    with np.errstate(over="ignore", invalid="ignore"):
        _, sums, outputs = forward_batch(model, batch)
        gradients = [None] * depth if loss is None else deltas(model, sums, outputs[-1], y, loss)
    for k, arrays in enumerate(zip(outputs, gradients, strict=True)):
        for what, array in zip(("outputs", "gradients"), arrays, strict=True):
            if array is not None and not np.isfinite(array).all():
                raise ValueError(f"the {what} of layers[{k}] hold inf or nan")
    found = []
    for k, layer in enumerate(model.layers):
        kinds = [operation(unit, float(s)) for unit, s in zip(layer.neurons, sums[k][0], strict=True)]
        flat = [flat_outputs(kind, column) for kind, column in zip(kinds, outputs[k].T, strict=True)]
        found.append(
            LayerStatistics(
                name=layer_name(k, depth),
                activation=activation_name(layer.neurons[0].activation),
                outputs=outputs[k],
                gradients=gradients[k],
                flat=np.array(flat).T,
                saturates=np.array([kind in SATURATED_BEYOND for kind in kinds]),
                dies=np.array([kind == "relu" or kind in SATURATED_BEYOND for kind in kinds]),
            )
        )
    return NetworkStatistics(found)


def deltas(model: MLP, sums: list[Array], outputs: Array, y: Any, loss: str | Loss) -> list[Array]:
    """Return the gradient of the loss in every layer's weighted sums: lines 1 and 3 of the one rule, over a batch."""
    leaves = [[Value(number) for number in row] for row in outputs.tolist()]
    predictions = [row[0] if len(row) == 1 else row for row in leaves]
    targets = y.tolist() if hasattr(y, "tolist") else y
    by_leaf = pull(as_loss(loss_function(loss)(predictions, targets)), 1.0, OPS, as_number)
    upstream = np.array([[by_leaf.get(leaf, 0.0) for leaf in row] for row in leaves])
    found: list[Array] = []
    for layer, s in zip(reversed(model.layers), reversed(sums), strict=True):
        local = [[local_derivative(unit, t) for unit, t in zip(layer.neurons, row, strict=True)] for row in s.tolist()]
        found.append(upstream * np.array(local))
        upstream = found[-1] @ layer.state_dict()["weight"]
    return found[::-1]


def operation(neuron: Neuron, s: float) -> str:
    """Return the operation that makes a unit's output from its weighted sum: a tanh is known under any name."""
    made_by = neuron.activation(Value(s)).op
    return "" if made_by is None else made_by.name


def flat_outputs(kind: str, outputs: Array) -> npt.NDArray[np.bool_]:
    """Return where the outputs of a unit are saturated, or are the 0 of a relu."""
    if kind == "relu":
        return np.equal(outputs, 0.0)
    low, high = SATURATED_BEYOND.get(kind, (-math.inf, math.inf))
    return np.less(outputs, low) | np.greater(outputs, high)


def percent(share: float | None) -> str:
    """Return a share in percent, which is 0% or 100% only for none and all, and – for None.

    >>> percent(0.0), percent(0.001), percent(0.5), percent(0.999), percent(1.0), percent(None)
    ('0%', '<1%', '50%', '>99%', '100%', '–')
    """
    if share is None:
        return "–"
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"
