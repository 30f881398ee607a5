"""The one rule at one layer: its quantities, their shapes, and remarks on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nn.inspect.layer_gradients import LayerGradient
from nn.networks.module import Array

__all__ = ["LayerRule", "Quantity"]


class Quantity(NamedTuple):
    """A vector or a matrix of the rule, with its name and its definition. A vector is a column."""

    name: str
    how: str
    numbers: Array  # 2-dimensional: a 2x3 quantity has 2 rows and 3 columns

    @property
    def size(self) -> str:
        """The shape in words, "2x3"."""
        return "x".join(map(str, self.numbers.shape))


@dataclass(frozen=True)
class LayerRule:
    """The rule at one layer, with weights arranged as the reader stores them."""

    at: LayerGradient
    rows: str  # whether a row of a weight matrix belongs to one of the "inputs" or of the "units"
    learning_rate: float
    first: bool  # whether no layer is before this one

    @property
    def side(self) -> str:
        """The vector down the side of the multiplication table that is dL/dW."""
        return "inputs" if self.rows == "inputs" else "delta"

    @property
    def top(self) -> str:
        """The vector across the top of that table."""
        return "delta" if self.rows == "inputs" else "inputs"

    def quantities(self) -> dict[str, Quantity]:
        """Return the quantities by their names. Names and definitions are the same for every layer."""
        at, step = self.at, self.learning_rate
        weights, gradient = (at.weights, at.gradient) if self.rows == "inputs" else (at.weights.T, at.gradient.T)
        outer = f"outer({self.side}, {self.top}), each weight's input × its unit's delta"
        found = [
            Quantity("inputs", "what comes in", column(at.inputs)),
            Quantity("upstream", "the gradient that comes back to the outputs", column(at.upstream)),
            Quantity("local derivative", "of the activation, at each weighted sum", column(at.local_derivative)),
            Quantity("delta", "upstream × local derivative", column(at.delta)),
            Quantity("dL/dW", outer, gradient),
            Quantity("dL/db", "delta, since the input of a bias is 1", column(at.delta)),
            Quantity("goes back", "W · delta" if self.rows == "inputs" else "Wᵀ · delta", column(at.goes_back)),
            Quantity("new W", f"W - {step:g} × dL/dW", weights - step * gradient),
            Quantity("new b", f"b - {step:g} × dL/db", column(at.biases - step * at.delta)),
        ]
        return {quantity.name: quantity for quantity in found}

    def title(self) -> str:
        """Return the headline of the layer."""
        n, m = self.at.weights.shape
        size = f"{n}x{m}" if self.rows == "inputs" else f"{m}x{n}"
        kind, _, place = self.at.name.partition(" ")
        name = f"{kind} layer {place}".rstrip()
        return f"{name}: {many(n, 'input')}, {many(m, 'unit')}, W is {size}"

    def remark(self) -> str:
        """Return a remark on the shape of W · delta, which is not the gradient of the weights."""
        n, m = self.at.weights.shape
        unlike = "not one for each weight" if m > 1 else "which here is also one for each weight"
        where = "it would go back to a layer before" if self.first else "it goes back to the layer before"
        return f"{n}x1, one number for each input, {unlike}; {where}"

    def verdict(self) -> str:
        """Return how the matrices compare with the scalar graph."""
        at = self.at
        if not np.isfinite(at.difference):
            return "There is an inf or a nan on the way, so that dL/dW cannot be compared with the scalar graph."
        largest = max(float(np.abs(at.from_graph).max()), float(np.abs(at.biases_from_graph).max()))
        if at.difference <= 1e-9 * max(1.0, largest):
            return f"The scalar graph gives the same dL/dW and dL/db: they differ by at most {at.difference:.1e}."
        return (
            f"The scalar graph gives other gradients, by up to {at.difference:.1e}: weights are used more than once, "
            f"or the loss depends on them in another way too."
        )


def column(vector: Array) -> Array:
    """Return a vector as a matrix of one column."""
    return vector.reshape(-1, 1)


def many(n: int, noun: str) -> str:
    """Return ``1 input`` or ``3 inputs``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
