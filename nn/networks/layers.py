"""Neuron, Layer, MLP: the networks, built from Values and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from numbers import Real
from typing import Any, TypeAlias

import autograd
from autograd import Value
from autograd.base.checks import chosen, shown, whole
from nn.networks.init import Init, generator, initializer
from nn.networks.module import Module

__all__ = ["ACTIVATIONS", "MLP", "Activation", "Layer", "Neuron", "inputs"]

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


class Neuron(Module):
    """One unit: activation(b + w1 x1 + w2 x2 + …).

    Args:
        n_inputs: how many inputs, at least 1.
        activation: a name in ``ACTIVATIONS``, or any function from a Value to a Value.
        init: how each weight is drawn, by name or by function (see `nn.init`); the bias begins at 0.
        rng: a `random.Random`, a seed, or None for the `random` module.
        fan_out: how many units its layer has, for initializers that ask.
        nonlin: micrograd's spelling of the activation, True for relu and False for linear.

    >>> unit = Neuron(2, "tanh", rng=0)
    >>> unit
    TanhNeuron(2)
    >>> f"{unit([1.0, -1.0]):.4f}"
    '0.1712'
    """

    _path = ""  # where it stands in a network, which is what its outputs are labelled

    def __init__(
        self,
        n_inputs: int,
        activation: str | Activation | bool = "relu",
        init: str | Init = "uniform",
        rng: random.Random | int | None = None,
        *,
        fan_out: int = 1,
        nonlin: bool | None = None,
    ) -> None:
        n_inputs = whole("n_inputs", n_inputs)
        if isinstance(activation, bool):  # micrograd's Neuron(2, False)
            nonlin = activation
        if nonlin is not None:
            activation = "relu" if nonlin else "linear"
        draw, source = initializer(init), generator(rng)
        self.activation = chosen(activation, ACTIVATIONS, "activation")
        self.w = [Value(draw(source, n_inputs, fan_out)) for _ in range(n_inputs)]
        self.b = Value(0.0)
        self.label_parameters()

    def label_parameters(self, path: str = "") -> None:
        """Label the parameters, and from now on every output, as those of the unit at ``path``."""
        super().label_parameters(path)
        self._path = path

    def __call__(self, x: Sequence[Any]) -> Value:
        """Return the unit's output for ``x``, a sequence of as many Values or numbers as it has weights."""
        total = self.b
        given = inputs(x, len(self.w))
        try:
            for w, xi in zip(self.w, given, strict=True):
                total = total + w * xi
        except TypeError:
            raise _no_numbers(given) from None
        if not isinstance(total, Value):  # w * array is an array of Values
            raise _no_numbers(given)
        out = self.activation(total)
        if not isinstance(out, Value):
            raise TypeError(
                f"activation {_name(self.activation)} turned a Value into a {type(out).__name__}, which has no "
                f"gradient; use autograd's functions in it, autograd.tanh for math.tanh"
            )
        if out.op is not None and not out.label:
            out.label = self._path
        return out

    def groups(self) -> dict[str, Any]:
        """Return what a layer of this unit alone returns: ``weight`` has one row, ``bias`` one number."""
        return _groups(self, [self])

    def __repr__(self) -> str:
        return f"{_name(self.activation)}Neuron({len(self.w)})"


class Layer(Module):
    """Units side by side on the same inputs.

    Args:
        n_inputs: how many inputs each unit has.
        n_outputs: how many units there are.
        activation, init, rng, nonlin: as for `Neuron`.

    Its state is two arrays, ``weight`` of shape (n_outputs, n_inputs) and ``bias`` of shape (n_outputs,), and
    whatever other parameters it holds, those of a learnable activation, say.
    """

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        activation: str | Activation | bool = "relu",
        init: str | Init = "uniform",
        rng: random.Random | int | None = None,
        *,
        nonlin: bool | None = None,
    ) -> None:
        n_outputs = whole("n_outputs", n_outputs)
        source = generator(rng)
        self.neurons = [
            Neuron(n_inputs, activation, init, source, fan_out=n_outputs, nonlin=nonlin) for _ in range(n_outputs)
        ]
        self.label_parameters()

    def __call__(self, x: Sequence[Any]) -> Value | list[Value]:
        """Return the list of outputs, or the output itself if there is one unit (as micrograd does)."""
        given = inputs(x, len(self.neurons[0].w))
        outputs = [neuron(given) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def groups(self) -> dict[str, Any]:
        """Return the weights and biases of all units, each as one group, and other parameters one by one."""
        return _groups(self, self.neurons)

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """A multilayer perceptron: each layer's outputs are the next one's inputs.

    Args:
        n_inputs: how many inputs.
        layer_sizes: how many units each layer has; the last is the output layer.
        activation: that of the hidden layers: a name, a function, or a list with one for each hidden layer.
        output_activation: that of the output layer.
        init, rng: as for `Neuron`.

    Raises:
        ValueError: for a size below 1, no layers, a name that is unknown, or a list of another length.
        TypeError: for a size that is no int.

    >>> MLP(2, [3, 1], activation="tanh", rng=0)
    MLP of [Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)], Layer of [LinearNeuron(3)]]
    """

    def __init__(
        self,
        n_inputs: int,
        layer_sizes: Sequence[int],
        activation: str | Activation | Sequence[str | Activation] = "relu",
        output_activation: str | Activation = "linear",
        init: str | Init = "uniform",
        rng: random.Random | int | None = None,
    ) -> None:
        if isinstance(layer_sizes, str | bytes) or not isinstance(layer_sizes, Sequence):
            raise TypeError(f"layer_sizes must be a list of ints, got {shown(layer_sizes)}")
        if not layer_sizes:
            raise ValueError("layer_sizes is empty: a network has at least one layer, as in MLP(2, [16, 1])")
        sizes = [whole("n_inputs", n_inputs), *(whole(f"layer_sizes[{i}]", m) for i, m in enumerate(layer_sizes))]
        n_hidden = len(layer_sizes) - 1
        if isinstance(activation, str) or not isinstance(activation, Sequence):
            hidden = [chosen(activation, ACTIVATIONS, "activation")] * n_hidden
        else:
            hidden = [chosen(f, ACTIVATIONS, f"activation[{i}]") for i, f in enumerate(activation)]
        if len(hidden) != n_hidden:
            raise ValueError(
                f"activation must have one entry for each of {n_hidden} hidden layers, got {len(hidden)}; "
                f"that of the output layer is output_activation"
            )
        last = chosen(output_activation, ACTIVATIONS, "output_activation")
        source = generator(rng)
        self.layers = [Layer(n, m, f, init, source) for (n, m), f in zip(pairwise(sizes), [*hidden, last], strict=True)]
        self.label_parameters()

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the list of outputs for ``x``, or the output itself if the last layer has one unit."""
        out: Any = x
        for layer in self.layers:
            out = layer(out)
        return out

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


def _groups(module: Module, units: Sequence[Neuron]) -> dict[str, Any]:
    """Return the weights of units as one group, their biases as another, and other parameters one by one."""
    found: dict[str, Any] = {"weight": [unit.w for unit in units], "bias": [unit.b for unit in units]}
    grouped = {v for unit in units for v in (*unit.w, unit.b)}
    return found | {path: v for path, v in module.named_parameters() if v not in grouped}


def _name(activation: Activation) -> str:
    """Return an activation's name as it stands before "Neuron": micrograd's ReLU and Linear, Tanh, LeakyRelu, …"""
    name = next((name for name, known in ACTIVATIONS.items() if known is activation), None)
    if name is None:
        name = str(getattr(activation, "__name__", type(activation).__name__))
    return {"relu": "ReLU"}.get(name) or "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def inputs(x: Any, n: int) -> Sequence[Any]:
    """Return ``x`` as a sequence of ``n`` inputs; a single Value or number stands for a sequence of one.

    Raises:
        TypeError: when x is no sequence, as a generator, which the first unit would use up.
        ValueError: when it has another length.
    """
    if not isinstance(x, list | tuple):
        if n == 1 and isinstance(x, Value | Real):
            return [x]
        if getattr(x, "ndim", 0) == 1 and hasattr(x, "tolist"):  # an array: plain numbers make lighter graphs
            x = x.tolist()
        elif isinstance(x, str | bytes) or not isinstance(x, Sequence):
            raise TypeError(f"x must be a sequence of {n} Values or numbers, got {shown(x)}")
    if len(x) != n:
        raise ValueError(f"x must have {n} inputs, got {len(x)}: {shown(x)}")
    return x  # type: ignore[no-any-return]


def _no_numbers(inputs: Sequence[Any]) -> TypeError:
    """Return the error that says which input is neither a Value nor a number."""
    bad = next((i for i, x in enumerate(inputs) if not isinstance(x, Value | Real)), 0)
    return TypeError(f"x[{bad}] must be a Value or a number, got {shown(inputs[bad])}")
