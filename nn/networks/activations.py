"""Activations, also called transfer functions: the function that a unit applies to its weighted sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import autograd
from autograd import Value
from nn.networks.habits import by_name

__all__ = ["ACTIVATIONS", "Activation", "activation_name", "hidden_activations", "kind_of_neuron", "suited_to"]

Activation: TypeAlias = Callable[[Value], Value]


def linear(x: Value) -> Value:
    """Return x as it is."""
    return x


ACTIVATIONS: dict[str, Activation] = {
    "linear": linear,
    "relu": Value.relu,
    "leaky_relu": autograd.leaky_relu,
    "elu": autograd.elu,
    "gelu": autograd.gelu,
    "silu": autograd.silu,
    "softplus": Value.softplus,
    "sigmoid": Value.sigmoid,
    "tanh": Value.tanh,
    "sin": Value.sin,
}


def hidden_activations(given: str | Activation | Sequence[str | Activation], n_hidden: int) -> list[str | Activation]:
    """Return one activation for each hidden layer.

    Raises:
        ValueError: for an unknown name, or a list of another length.
    """
    if isinstance(given, str) or not isinstance(given, Sequence):
        return [by_name(given, ACTIVATIONS, "activation")] * n_hidden
    if len(given) != n_hidden:
        raise ValueError(
            f"activation must have one entry for each of {n_hidden} hidden layers, got {len(given)}; that of the "
            f"output layer is output_activation"
        )
    return [by_name(f, ACTIVATIONS, f"activation[{i}]") for i, f in enumerate(given)]


def suited_to(activation: Activation) -> str:
    """Return the initializer that keeps signals at about the same size from layer to layer with this activation."""
    kin = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus")
    return "he_uniform" if any(activation is ACTIVATIONS[name] for name in kin) else "glorot_uniform"


def activation_name(activation: Activation) -> str:
    """Return the name of an activation, as in ``ACTIVATIONS``; of another function, its own name."""
    known = (name for name, f in ACTIVATIONS.items() if f is activation)
    return next(known, None) or str(getattr(activation, "__name__", type(activation).__name__))


def kind_of_neuron(activation: Activation) -> str:
    """Return the word before "Neuron" in text: ReLU and Linear as in micrograd, Tanh, LeakyRelu, …"""
    name = activation_name(activation)
    return {"relu": "ReLU"}.get(name) or "".join(part[:1].upper() + part[1:] for part in name.split("_"))
