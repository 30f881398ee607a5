"""The forward pass on arrays: a model recorded once as programs, and run on many examples together."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.base.caller import OURS
from autograd.engine import peeks
from nn.networks.activations import ACTIVATIONS, Activation
from nn.networks.layers import MLP, Layer, Neuron
from nn.networks.module import Array

if TYPE_CHECKING:
    from autograd import Program

__all__ = ["Forward", "NotOnArrays", "full_array", "is_plain", "traced"]


class NotOnArrays(ValueError):
    """A model or loss cannot be trained on arrays. The message is the reason."""


class Forward:
    """The outputs of a model, computed for many examples together.

    A network of `nn` is computed layer by layer, with a program for each activation. Of any other model, each output is
    a program.

    Args:
        model: called with one example.
        example: one of them.

    Raises:
        NotOnArrays: when the model cannot work on arrays.
    """

    def __init__(self, model: Callable[[Any], Any], example: Any) -> None:
        output = model(example)
        self.row = isinstance(output, list | tuple)
        self.layers = layers_of(model) if is_plain(model) else []
        if self.layers:
            used = dict.fromkeys(unit.activation for units in self.layers for unit in units)
            self.activations = {f: program_of(f) for f in used if f is not ACTIVATIONS["linear"]}
            return
        n = len(output) if self.row else 1
        self.programs = [traced(lambda x, k=k: model(x)[k] if self.row else model(x), example) for k in range(n)]

    def __call__(self, x: Array) -> list[Any]:
        """Return the outputs for some examples, with the weights of the Values: a number each, or a row."""
        if self.layers:
            outputs = x.reshape(len(x), -1)
            for units in self.layers:
                outputs = self.through(units, outputs)
        else:
            outputs = np.stack([program(x) for program in self.programs], axis=1)
        found: list[Any] = (outputs if self.row else outputs[:, 0]).tolist()
        return found

    def through(self, units: Sequence[Neuron], x: Array) -> Array:
        """Return the outputs of the units of a layer for its inputs, shape (examples, inputs)."""
        weights = np.array([[float(w) for w in unit.w] for unit in units])
        sums: Array = x @ weights.T + np.array([float(unit.b) for unit in units])
        for activation, program in self.activations.items():
            mine = [k for k, unit in enumerate(units) if unit.activation is activation]
            sums[:, mine] = program(sums[:, mine].ravel()).reshape(len(x), len(mine)) if mine else sums[:, mine]
        return sums


def is_plain(model: Any) -> bool:
    """Return whether a model is a network of `nn`, which computes the same whenever it is called."""
    if type(model) is MLP:
        return all(is_plain(layer) for layer in model.layers)
    if type(model) is Layer:
        return all(is_plain(unit) for unit in model.neurons)
    return type(model) is Neuron and model.activation in ACTIVATIONS.values()


def layers_of(model: Any) -> list[list[Neuron]]:
    """Return the units of a network of `nn`, layer by layer."""
    if isinstance(model, MLP):
        return [layer.neurons for layer in model.layers]
    return [model.neurons if isinstance(model, Layer) else [model]]


def program_of(activation: Activation) -> Program:
    """Return the program of an activation, a function of one number."""
    return traced(lambda s: activation(s), 0.5)


def traced(f: Callable[..., Any], *example: Any) -> Program:
    """Return the program of a function of one example.

    Raises:
        NotOnArrays: with the reason, when it has none.
    """
    from autograd import Program  # here: most of what this package does needs none

    try:
        with warnings.catch_warnings(), peeks() as escapes:
            warnings.simplefilter("ignore")  # a loss gives its warnings when it is called on Values
            program = Program.trace(f, *example)
    except Exception as error:  # anything that a user's model raises when it is given Values in place of numbers
        raise NotOnArrays(str(error).replace("f must", "the model and the loss must", 1)) from error
    for taken in escapes:
        if not taken.file.startswith(OURS):  # [1.0, 3.0][int(t)], max((0, 1), key=lambda k: scores[k].data)
            raise NotOnArrays(
                f"the model or the loss takes a number out of a Value, so it may compute something else for another "
                f"example: {taken.place}"
            )
    return program


def full_array(rows: Sequence[Any], name: str) -> Array:
    """Return examples as an array.

    Raises:
        NotOnArrays: when they differ in length, or are not numbers.
    """
    try:
        array = np.array(rows)
    except ValueError:
        raise NotOnArrays(f"the examples in {name} differ in length") from None
    if array.dtype.kind not in "iuf":
        raise NotOnArrays(f"{name} does not hold numbers alone")
    return array.astype(np.float64)
