"""Networks whose units stand in columns, each layer feeding the next: a film shows their units and weights."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import Value
from nn.film.plane import Plane
from nn.networks.layers import MLP, Layer, Neuron
from nn.networks.module import Array, Module

__all__ = ["in_columns", "on_plane", "sizes_of", "with_weights"]


def in_columns(model: Any) -> bool:
    """Return whether ``model`` computes as an MLP does, with parameters of its units alone, each used once.

    A subclass with its own ``__call__`` does not; nor does a network with shared weights, with different activations in
    one layer, or with an activation that learns.
    """
    if not isinstance(model, MLP) or type(model).__call__ is not MLP.__call__:
        return False
    units = [unit for layer in model.layers for unit in layer.neurons]
    plain = all(type(layer).__call__ is Layer.__call__ for layer in model.layers)
    plain = plain and all(type(unit).__call__ is Neuron.__call__ for unit in units)
    alike = all(len({unit.activation for unit in layer.neurons}) == 1 for layer in model.layers)
    own = [v for unit in units for v in (*unit.w, unit.b)]
    held = model.parameters()
    return plain and alike and len(own) == len(held) and all(a is b for a, b in zip(own, held, strict=True))


def sizes_of(model: MLP) -> list[int]:
    """Return the number of inputs, then that of the units of each layer."""
    return [len(model.layers[0].neurons[0].w), *(len(layer.neurons) for layer in model.layers)]


def with_weights(model: Module, weights: npt.NDArray[np.float32]) -> Module:
    """Return a copy of a model with other weights, given in the order of its parameters."""
    twin = copy.deepcopy(model)
    for parameter, weight in zip(twin.parameters(), weights.tolist(), strict=True):
        parameter.data, parameter._grad = weight, None  # no gradient of the training is that of this moment
    return twin


def on_plane(model: Any, plane: Plane) -> Callable[[Any], Any]:
    """Return the model as a function of places in a plane. An MLP stays one: its first layer takes the plane in."""
    if not plane.note:
        return model  # type: ignore[no-any-return]
    if not in_columns(model):
        return lambda place: model(plane.inputs_at(np.atleast_1d(np.asarray(place, dtype=np.float64))).tolist())
    twin: MLP = copy.deepcopy(model)
    for unit in twin.layers[0].neurons:
        w: Array = np.array([v.data for v in unit.w])
        unit.w = [Value(v) for v in (plane.axes @ w).tolist()]
        unit.b = Value(unit.b.data + float(plane.origin @ w))
    return twin
