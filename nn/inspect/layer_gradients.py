"""The one rule, layer by layer: three lines in matrices, the same for output and hidden weights.

Everyone who has just met backpropagation asks two questions: are hidden and output layers updated alike, and why does
the gradient of a weight matrix have the shape it has? These lines answer both, on the reader's own network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd import Value
from autograd.base.checks import shown
from autograd.engine import OPS, as_number, pull
from nn.networks.layers import MLP, Neuron, inputs as inputs_of
from nn.networks.module import Array
from nn.training.losses import as_loss

__all__ = ["LayerGradient", "Pass", "forward", "forward_batch", "layer_gradients", "layer_name", "local_derivative"]


@dataclass(frozen=True)
class LayerGradient:
    """The results of the three lines at one layer of n inputs and m units, and those of the scalar graph.

    Attributes:
        name: "hidden", "hidden 1" or "output", say.
        inputs: (n,) the outputs of the layer before, or the example.
        weights: (n, m) a row for each input, a column for each unit.
        biases: (m,)
        outputs: (m,) the activations of the weighted sums.
        upstream: (m,) the gradient of the loss in each output.
        local_derivative: (m,) of each unit's activation, at its weighted sum.
        delta: (m,) line 1: upstream × local derivative, the gradient in each weighted sum, and so in each bias.
        gradient: (n, m) line 2: the outer product of inputs and delta, the gradient in each weight.
        goes_back: (n,) line 3: W · delta, the gradient in each input, which is upstream for the layer before.
        from_graph: (n, m) the gradient in each weight by the scalar graph.
        biases_from_graph: (m,) the gradient in each bias by the scalar graph.
    """

    name: str
    inputs: Array
    weights: Array
    biases: Array
    outputs: Array
    upstream: Array
    local_derivative: Array
    delta: Array
    gradient: Array
    goes_back: Array
    from_graph: Array
    biases_from_graph: Array

    def __repr__(self) -> str:
        n, m = self.weights.shape
        return f"<LayerGradient: {self.name}, W {n}x{m}>"

    @property
    def difference(self) -> float:
        """The largest absolute difference between the three lines and the scalar graph, in any weight or bias."""
        weights, biases = self.gradient - self.from_graph, self.delta - self.biases_from_graph
        return float(max(np.abs(weights).max(), np.abs(biases).max()))


class Pass(NamedTuple):
    """The numbers of a forward pass, for each layer from the first to the last; for a batch, with a row for each
    example."""

    inputs: list[Array]  # (n,) the inputs of the layer
    sums: list[Array]  # (m,) each unit's b + w1 x1 + w2 x2 + …
    outputs: list[Array]  # (m,) the activation of these


def layer_gradients(model: MLP, x: Any, loss: Callable[[Any], Value]) -> list[LayerGradient]:
    """Return the three lines for every layer of ``model``, from the output layer back to the first.

    Args:
        model: an MLP.
        x: one example.
        loss: a function from what ``model(x)`` returns to a Value.

    Raises:
        TypeError: when model is not an MLP, or loss does not return a Value.
        ValueError: when model computes in another way than its layers, as one with a connection that skips a layer.

    The matrices are computed from the layers' numbers alone. The scalar graph is computed beside them, for comparison.
    No gradient of the model is changed.

    >>> output, hidden = layer_gradients(MLP(2, [3, 1], rng=0), [0.5, -1.0], lambda out: out * out)
    >>> hidden.weights.shape, hidden.gradient.shape, hidden.goes_back.shape
    ((2, 3), (2, 3), (2,))
    """
    if not isinstance(model, MLP):
        raise TypeError(f"model must be an MLP, whose layers follow one another, got {shown(model)}")
    if not callable(loss):
        raise TypeError(f"loss must be a function, as lambda outputs: mse(outputs, targets), got {shown(loss)}")
    model.parameters()  # raises an error that names a weight which is not a Value
    given = model(x)
    by_graph = pull(as_loss(loss(given)), 1.0, OPS, as_number)
    passed = forward(model, x)
    check_same(model, given, passed.outputs[-1])
    upstream = gradient_in_outputs(passed.outputs[-1], loss)
    found = []
    for k in reversed(range(len(model.layers))):
        neurons, state = model.layers[k].neurons, model.layers[k].state_dict()
        weights, inputs = state["weight"].T, passed.inputs[k]
        local = np.array([local_derivative(unit, s) for unit, s in zip(neurons, passed.sums[k], strict=True)])
        delta = upstream * local  # line 1
        goes_back = weights @ delta  # line 3
        found.append(
            LayerGradient(
                name=layer_name(k, len(model.layers)),
                inputs=inputs,
                weights=weights,
                biases=state["bias"],
                outputs=passed.outputs[k],
                upstream=upstream,
                local_derivative=local,
                delta=delta,
                gradient=np.outer(inputs, delta),  # line 2
                goes_back=goes_back,
                from_graph=np.array([[by_graph.get(w, 0.0) for w in unit.w] for unit in neurons]).T,
                biases_from_graph=np.array([by_graph.get(unit.b, 0.0) for unit in neurons]),
            )
        )
        upstream = goes_back
    return found


def check_same(model: MLP, given: Any, last: Array) -> None:
    """Raise an error if a model gives something else than its layers do, one after the other."""
    found = np.array([float(v) for v in (given if isinstance(given, list | tuple) else [given])])
    if found.shape != last.shape or not np.allclose(found, last, rtol=1e-9, atol=1e-12, equal_nan=True):
        raise ValueError(
            f"model must compute as an MLP does, each layer from the outputs of the one before: {type(model).__name__} "
            f"gives {shown(found.tolist())} where its layers give {shown(last.tolist())}"
        )


def forward(model: MLP, x: Any) -> Pass:
    """Return the forward pass of one example, computed with matrices."""
    inputs, sums, outputs = [], [], []
    comes_in = np.array([float(v) for v in inputs_of(x, len(model.layers[0].neurons[0].w))])
    for layer in model.layers:
        state = layer.state_dict()
        inputs.append(comes_in)
        sums.append(state["weight"] @ comes_in + state["bias"])
        pairs = zip(layer.neurons, sums[-1].tolist(), strict=True)
        comes_in = np.array([unit.activation(Value(s)).data for unit, s in pairs])
        outputs.append(comes_in)
    return Pass(inputs, sums, outputs)


def forward_batch(model: MLP, x: Array) -> Pass:
    """Return the forward pass of a batch of examples, shape (examples, features).

    Raises:
        ValueError: when the examples have another number of features than the network has inputs.
    """
    if x.shape[1] != (n := len(model.layers[0].neurons[0].w)):
        raise ValueError(f"x must have {n} input{'s' * (n != 1)}, got {x.shape[1]}")
    inputs, sums, outputs = [], [], []
    for layer in model.layers:
        state = layer.state_dict()
        inputs.append(x)
        sums.append(x @ state["weight"].T + state["bias"])
        columns = zip(layer.neurons, sums[-1].T.tolist(), strict=True)
        x = np.array([[unit.activation(Value(s)).data for s in column] for unit, column in columns]).T
        outputs.append(x)
    return Pass(inputs, sums, outputs)


def gradient_in_outputs(outputs: Array, loss: Callable[[Any], Value]) -> Array:
    """Return the gradient of the loss in each of the network's outputs."""
    leaves = [Value(number) for number in outputs.tolist()]
    by_leaf = pull(as_loss(loss(leaves[0] if len(leaves) == 1 else leaves)), 1.0, OPS, as_number)
    return np.array([by_leaf.get(leaf, 0.0) for leaf in leaves])


def local_derivative(neuron: Neuron, s: float) -> float:
    """Return the derivative of a unit's activation at the weighted sum ``s``."""
    at = Value(float(s))
    return float(pull(neuron.activation(at), 1.0, OPS, as_number).get(at, 0.0))


def layer_name(k: int, n_layers: int) -> str:
    """Return the name of layer k of n."""
    if k == n_layers - 1:
        return "output"
    return "hidden" if n_layers == 2 else f"hidden {k + 1}"
