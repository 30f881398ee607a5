"""Neuron, Layer, MLP: the networks, built from Values and nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from numbers import Real
from typing import Any, ClassVar

from autograd import Value
from autograd.base.checks import shown, whole
from autograd.base.real import real
from autograd.base.tables import Table
from nn.networks.activations import (
    ACTIVATIONS,
    Activation,
    activation_name,
    hidden_activations,
    kind_of_neuron,
    suited_to,
)
from nn.networks.habits import by_name, our_words
from nn.networks.init import Init, generator, initializer
from nn.networks.module import Module

__all__ = ["MLP", "Layer", "Neuron", "inputs"]

MOST_SHOWN = 32  # units of a layer, or layers, that repr lists, as micrograd does
ARRANGEMENT = 'weights: units x inputs, as in state_dict; one_rule writes inputs x units unless rows="units"'


class Neuron(Module):
    """One unit: activation(b + w1 x1 + w2 x2 + …). The activation is also called the transfer function.

    Args:
        n_inputs: how many inputs, at least 1.
        activation: a name in ``ACTIVATIONS``, or any function from a Value to a Value; relu if None.
        init: the initializer of the weights, a name or a function (see `nn.networks.init`); the bias starts at 0. None
            means the one that suits the activation: "he_uniform" for relu and its kin, "glorot_uniform" for the
            others; but "uniform", as in micrograd, if no activation is named.
        rng: a `random.Random`, a seed, or None for the `random` module.
        fan_out: how many units its layer has, which some initializers use.
        nonlin: micrograd's spelling of the activation, True for relu and False for linear.

    >>> unit = Neuron(2, "tanh", rng=0)
    >>> unit
    TanhNeuron(2)
    >>> f"{unit([1.0, -1.0]):.4f}"
    '0.2398'
    """

    weight_names: ClassVar[tuple[str, ...]] = ("w", "b")

    activation: Activation
    w: list[Value]
    b: Value
    _path: str = ""  # where it stands in a network: the label of its outputs

    @our_words
    def __init__(
        self,
        n_inputs: int,
        activation: str | Activation | bool | None = None,
        init: str | Init | None = None,
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
        self.activation = by_name("relu" if activation is None else activation, ACTIVATIONS, "activation")
        as_micrograd = activation is None or nonlin is not None
        draw = initializer(init or ("uniform" if as_micrograd else suited_to(self.activation)))
        source = generator(rng)
        self.w = [Value(real(draw(source, n_inputs, fan_out), "what init returns")) for _ in range(n_inputs)]
        self.b = Value(0.0)
        self.label_parameters()

    def label_parameters(self, path: str = "") -> None:
        """Label the parameters, and from now on every output, as those of the unit at ``path``."""
        super().label_parameters(path)
        self._path = path

    def __call__(self, x: Sequence[Value | float]) -> Value:
        """Return the unit's output for ``x``, a sequence of as many Values or numbers as it has weights."""
        total = self.b
        given = inputs(x, len(self.w))
        try:
            for w, xi in zip(self.w, given, strict=True):
                total = total + w * xi
        except TypeError:
            raise self.misfit(given) from None
        if not isinstance(total, Value):  # w * array is an array of Values
            raise self.misfit(given)
        out = self.activation(total)
        if not isinstance(out, Value):
            raise TypeError(
                f"activation must return a Value, got {shown(out)} from {activation_name(self.activation)}; write it "
                f"with autograd's functions, autograd.tanh in place of math.tanh"
            )
        if out.op is not None and not out.label:
            out.label = self._path
        return out

    def misfit(self, given: Sequence[Any]) -> TypeError:
        """Return the error that says which weight is not a Value, or which input is not a number."""
        self.parameters()  # raises the error that names a weight
        bad = next((i for i, x in enumerate(given) if not isinstance(x, Value | Real)), 0)
        return TypeError(f"x[{bad}] must be a Value or a number, got {shown(given[bad])}{of_several(given)}")

    def groups(self) -> dict[str, Any]:
        """Return the groups of a layer with this unit alone: ``weight`` has one row, ``bias`` one number."""
        return groups_of(self, [self])

    def __repr__(self) -> str:
        return f"{kind_of_neuron(self.activation)}Neuron({len(self.w)})"


def first_of(parts: Sequence[Module]) -> str:
    """Return the parts of a network with commas between them; of many, the first two."""
    few = parts if len(parts) <= MOST_SHOWN else parts[:2]
    more = f", … and {len(parts) - 2:,} more" if len(parts) > MOST_SHOWN else ""
    return ", ".join(map(repr, few)) + more


class Layer(Module):
    """Units side by side on the same inputs.

    Args:
        n_inputs: how many inputs each unit has.
        n_outputs: how many units there are.
        activation, init, rng, nonlin: as for `Neuron`.

    Its state is two arrays, ``weight`` of shape (n_outputs, n_inputs) and ``bias`` of shape (n_outputs,), and any other
    parameters that it holds, such as those of a learnable activation.

    >>> layer = Layer(2, 3, "tanh", rng=0)
    >>> layer.state_dict()["weight"].shape, len(layer([0.5, -1.0]))
    ((3, 2), 3)
    """

    neurons: list[Neuron]

    @our_words
    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        activation: str | Activation | bool | None = None,
        init: str | Init | None = None,
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

    def __call__(self, x: Sequence[Value | float]) -> Value | list[Value]:
        """Return the list of outputs, or the output itself if there is one unit (as micrograd does)."""
        given = inputs(x, len(self.neurons[0].w))
        outputs = [neuron(given) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def groups(self) -> dict[str, Any]:
        """Return the weights and biases of all units, each as one group, and other parameters one by one."""
        return groups_of(self, self.neurons)

    def __repr__(self) -> str:
        return f"Layer of [{first_of(self.neurons)}]"


class MLP(Module):
    """A multilayer perceptron: the outputs of each layer are the inputs of the next.

    Args:
        n_inputs: how many inputs.
        layer_sizes: how many units each layer has; the last is the output layer.
        activation: the activation of the hidden layers: a name, a function, or a list with one for each hidden layer;
            relu if None.
        output_activation: the activation of the output layer.
        init: as for `Neuron`; if no activation is named, all layers draw their weights as micrograd does.
        rng: as for `Neuron`.

    Raises:
        TypeError: for a size that is not an int.
        ValueError: for a size below 1, no layers, a name that is unknown, or a list of another length.

    >>> MLP(2, [3, 1], activation="tanh", rng=0)
    MLP of [Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)], Layer of [LinearNeuron(3)]]
    """

    layers: list[Layer]

    @our_words
    def __init__(
        self,
        n_inputs: int,
        layer_sizes: Sequence[int],
        activation: str | Activation | Sequence[str | Activation] | None = None,
        output_activation: str | Activation = "linear",
        init: str | Init | None = None,
        rng: random.Random | int | None = None,
    ) -> None:
        if isinstance(layer_sizes, str | bytes) or not isinstance(layer_sizes, Sequence):
            raise TypeError(f"layer_sizes must be a list of ints, as in MLP(2, [16, 1]), got {shown(layer_sizes)}")
        if not layer_sizes:
            raise ValueError("layer_sizes must list at least one layer, as in MLP(2, [16, 1]), got an empty list")
        sizes = [whole("n_inputs", n_inputs), *(whole(f"layer_sizes[{i}]", m) for i, m in enumerate(layer_sizes))]
        if activation is None and init is None:
            init = "uniform"
        activations = [
            *hidden_activations("relu" if activation is None else activation, len(layer_sizes) - 1),
            by_name(output_activation, ACTIVATIONS, "output_activation"),
        ]
        source = generator(rng)
        self.layers = [Layer(n, m, f, init, source) for (n, m), f in zip(pairwise(sizes), activations, strict=True)]
        self.label_parameters()

    def __call__(self, x: Sequence[Value | float]) -> Any:
        """Return the list of outputs for ``x``, or the output itself if the last layer has one unit.

        The type depends on the size of the last layer, which no annotation can express. So it is Any, and both
        ``model(x).backward()`` and ``model(x)[0]`` pass a type checker.
        """
        out: Any = x
        for layer in self.layers:
            out = layer(out)
        return out

    def __repr__(self) -> str:
        return f"MLP of [{first_of(self.layers)}]"

    def summary(self) -> Table:
        """Return a table of the layers, which a notebook shows for the network itself.

        >>> MLP(2, [16, 1], activation="tanh", rng=0).summary()
        MLP of 65 parameters
        layer      inputs  units  activation  weights  parameters
        layers[0]       2     16  tanh        16x2             48
        layers[1]      16      1  linear      1x16             17
        weights: units x inputs, as in state_dict; one_rule writes inputs x units unless rows="units"
        """
        rows = []
        for k, layer in enumerate(self.layers):
            n, m = len(layer.neurons[0].w), len(layer.neurons)
            name = activation_name(layer.neurons[0].activation)
            rows.append((f"layers[{k}]", n, m, name, f"{m}x{n}", len(layer.parameters())))
        head = ("layer", "inputs", "units", "activation", "weights", "parameters")
        return Table(head, rows, f"MLP of {len(self.parameters()):,} parameters", note=ARRANGEMENT)

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()


def groups_of(module: Module, units: Sequence[Neuron]) -> dict[str, Any]:
    """Return the weights of units as one group, their biases as another, and other parameters one by one."""
    found: dict[str, Any] = {"weight": [unit.w for unit in units], "bias": [unit.b for unit in units]}
    grouped = {v for unit in units for v in (*unit.w, unit.b)}
    return found | {path: v for path, v in module.named_parameters() if v not in grouped}


def inputs(x: Any, n: int, name: str = "x") -> Sequence[Any]:
    """Return ``x`` as a sequence of ``n`` inputs; a single Value or number stands for a sequence of one.

    Raises:
        TypeError: when x is not a sequence; a generator is not, since the first unit would use it up.
        ValueError: when it has another length.
    """
    if not isinstance(x, list | tuple):
        if n == 1 and isinstance(x, Value | Real):
            return [x]
        if getattr(x, "ndim", 0) == 1 and hasattr(x, "tolist"):  # an array: plain numbers make lighter graphs
            x = x.tolist()
        elif isinstance(x, str | bytes) or not isinstance(x, Sequence):
            raise TypeError(f"{name} must be a sequence of {n} Values or numbers, got {shown(x)}{of_several(x)}")
    if len(x) != n:
        raise ValueError(f"{name} must have {n} input{'s' * (n != 1)}, got {len(x)}: {shown(x)}{of_several(x)}")
    return x  # type: ignore[no-any-return]


def of_several(x: Any) -> str:
    """Return what to do if ``x`` holds several examples, where one was wanted; "" if it does not."""
    first = x[0] if isinstance(x, list | tuple) and x else None
    if getattr(x, "ndim", 1) > 1 or isinstance(first, list | tuple) or getattr(first, "ndim", 0) > 0:
        return "; a network takes one example at a time, predict(model, x) takes many"
    return ""
