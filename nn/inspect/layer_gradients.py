"""The one rule, layer by layer: three lines that are the same for output and hidden weights, in matrices.

Two questions that everyone asks who has just met backpropagation are answered here on the asker's own network:
whether hidden and output layers are updated alike, and why a gradient of weights has the shape it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Value, as_number, ieee, pull, rules
from autograd.base.checks import shown
from nn.networks.layers import MLP, Neuron, inputs as inputs_of
from nn.networks.module import Array
from nn.training.losses import checked

__all__ = ["SLOPES", "LayerGradient", "forward", "layer_gradients", "layer_name", "slope_at"]

SLOPES = rules(ieee)


@dataclass(frozen=True)
class LayerGradient:
    """What the three lines give at one layer of n inputs and m outputs, and what the scalar graph gave."""

    name: str
    inputs: Array  # (n,) what came into the layer
    weights: Array  # (n, m) a row for each input, a column for each unit
    upstream: Array  # (m,) the gradient that arrives at the layer's outputs
    slope: Array  # (m,) the transfer function's slope in each unit
    delta: Array  # (m,) line 1
    gradient: Array  # (n, m) line 2
    handed_down: Array  # (n,) line 3: the upstream of the layer below
    from_graph: Array  # (n, m) the gradient of each weight by the scalar graph

    @property
    def difference(self) -> float:
        """The largest absolute difference between line 2 and the scalar graph."""
        return float(np.abs(self.gradient - self.from_graph).max())


def layer_gradients(model: MLP, x: Any, loss: Callable[[Any], Value]) -> list[LayerGradient]:
    """Return the three lines for every layer of ``model``, from the output layer down.

    Args:
        model: an MLP.
        x: one example.
        loss: a function from what ``model(x)`` returns to a Value.

    The matrices are computed from the layers' numbers alone; the scalar graph is swept beside them for
    comparison. No gradient of the model is touched.
    """
    if not isinstance(model, MLP):
        raise TypeError(f"model must be an MLP, whose layers follow one another, got {shown(model)}")
    weights = [layer.state_dict()["weight"].T for layer in model.layers]
    root = checked(loss(model(x)))
    by_graph = pull(root, 1.0, SLOPES, as_number)
    inputs, sums, outputs = forward(model, x)
    top = [Value(number) for number in outputs]
    by_output = pull(checked(loss(top[0] if len(top) == 1 else top)), 1.0, SLOPES, as_number)
    upstream = np.array([by_output.get(v, 0.0) for v in top])
    found = []
    for k in reversed(range(len(model.layers))):
        neurons = model.layers[k].neurons
        slope = np.array([slope_at(neuron, s) for neuron, s in zip(neurons, sums[k], strict=True)])
        delta = upstream * slope
        handed_down = weights[k] @ delta
        found.append(
            LayerGradient(
                name=layer_name(k, len(model.layers)),
                inputs=inputs[k],
                weights=weights[k],
                upstream=upstream,
                slope=slope,
                delta=delta,
                gradient=np.outer(inputs[k], delta),
                handed_down=handed_down,
                from_graph=np.array([[by_graph.get(w, 0.0) for w in neuron.w] for neuron in neurons]).T,
            )
        )
        upstream = handed_down
    return found


def forward(model: MLP, x: Any) -> tuple[list[Array], list[Array], list[float]]:
    """Return the inputs and the weighted sums of every layer, and the last layer's outputs."""
    inputs, sums = [], []
    now = np.array([float(v) for v in inputs_of(x, len(model.layers[0].neurons[0].w))])
    for layer in model.layers:
        state = layer.state_dict()
        inputs.append(now)
        sums.append(state["weight"] @ now + state["bias"])
        pairs = zip(layer.neurons, sums[-1].tolist(), strict=True)
        now = np.array([neuron.activation(Value(s)).data for neuron, s in pairs])
    return inputs, sums, now.tolist()


def layer_name(k: int, n_layers: int) -> str:
    """Return what layer k of n is called."""
    if k == n_layers - 1:
        return "output"
    return "hidden" if n_layers == 2 else f"hidden {k + 1}"


def slope_at(neuron: Neuron, s: float) -> float:
    """Return the slope of a unit's transfer function at its weighted sum."""
    at = Value(s)
    return float(pull(neuron.activation(at), 1.0, SLOPES, as_number).get(at, 0.0))
