"""The one rule, layer by layer: three lines that are the same for output and hidden weights.

Two questions that everyone asks who has just met backpropagation are answered here on the asker's own network:
whether hidden and output layers are updated alike, and why a gradient of weights has the shape it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Value, as_number, ieee, pull, rules
from nn.layers import MLP, Neuron
from nn.module import Array

__all__ = ["LayerGradient", "layer_gradients", "show_one_rule"]


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
    weights = [layer.state()["weight"].T for layer in model.layers]
    root = loss(model(x))
    by_graph = pull(root, 1.0, rules(ieee), as_number)
    inputs, sums, outputs = _forward(model, x)
    top = [Value(number) for number in outputs]
    by_output = pull(loss(top[0] if len(top) == 1 else top), 1.0, rules(ieee), as_number)
    upstream = np.array([by_output.get(v, 0.0) for v in top])
    found = []
    for k in reversed(range(len(model.layers))):
        neurons = model.layers[k].neurons
        slope = np.array([_slope(neuron, s) for neuron, s in zip(neurons, sums[k], strict=True)])
        delta = upstream * slope
        handed_down = weights[k] @ delta
        found.append(
            LayerGradient(
                name=_layer_name(k, len(model.layers)),
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


def show_one_rule(model: MLP, x: Any, loss: Callable[[Any], Value], rows: str = "inputs") -> str:
    """Return the three lines of every layer as text, with shapes, numbers and the comparison.

    Args:
        model: an MLP.
        x: one example.
        loss: a function from what ``model(x)`` returns to a Value.
        rows: what a row of a weight matrix belongs to, "inputs" (2x3 for 2 inputs and 3 units) or "units"
            (3x2); the lines are the same with rows and columns swapped.
    """
    if rows not in ("inputs", "units"):
        raise ValueError(f"rows must be 'inputs' or 'units', got {rows!r}")
    by_input = rows == "inputs"
    text = []
    for at in layer_gradients(model, x, loss):
        n, m = at.weights.shape
        size, turned = (f"{n}x{m}", at.gradient) if by_input else (f"{m}x{n}", at.gradient.T)
        outer = f"outer(inputs {n}, delta {m})" if by_input else f"outer(delta {m}, inputs {n})"
        product = f"W {size} · delta {m}" if by_input else f"delta {m} · W {size}"
        lines = [
            ("delta", f"upstream {m} × slope {m}", f"{m}", _numbers(at.delta)),
            ("dL/dW", outer, size, _numbers(turned)),
            ("down", product, f"{n}", _numbers(at.handed_down)),
        ]
        text.append(f"{at.name} weights, W is {size}: {n} inputs, {m} units")
        text += [f"  {name:<5} = {what:<28} -> {shape:<4} {numbers}" for name, what, shape, numbers in lines]
        text.append(f"  dL/dW and the scalar graph's gradients differ by at most {at.difference:.1e}")
    return "\n".join(text)


def _forward(model: MLP, x: Any) -> tuple[list[Array], list[Array], list[float]]:
    """Return the inputs and the weighted sums of every layer, and the last layer's outputs."""
    inputs, sums = [], []
    now = np.array([float(v) for v in x])
    for layer in model.layers:
        state = layer.state()
        inputs.append(now)
        sums.append(state["weight"] @ now + state["bias"])
        pairs = zip(layer.neurons, sums[-1].tolist(), strict=True)
        now = np.array([neuron.activation(Value(s)).data for neuron, s in pairs])
    return inputs, sums, now.tolist()


def _layer_name(k: int, n_layers: int) -> str:
    """Return what layer k of n is called."""
    if k == n_layers - 1:
        return "output"
    return "hidden" if n_layers == 2 else f"hidden {k + 1}"


def _slope(neuron: Neuron, s: float) -> float:
    """Return the slope of a unit's transfer function at its weighted sum."""
    at = Value(s)
    return float(pull(neuron.activation(at), 1.0, rules(ieee), as_number).get(at, 0.0))


def _numbers(array: Array) -> str:
    """Return an array on one line, [a b; c d] for a matrix."""
    rows = [" ".join(f"{x:.4g}" for x in row) for row in np.atleast_2d(array)]
    return f"[{'; '.join(rows)}]"
