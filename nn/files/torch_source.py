"""A network as PyTorch source, with the keys of our files."""

from __future__ import annotations

from itertools import pairwise

from autograd.base.checks import shown
from nn.networks.activations import ACTIVATIONS, activation_name
from nn.networks.layers import MLP, Layer, Neuron
from nn.networks.module import Module

__all__ = ["torch_source"]

IN_TORCH = {
    "linear": "{}",
    "relu": "torch.relu({})",
    "leaky_relu": "functional.leaky_relu({})",
    "elu": "functional.elu({})",
    "gelu": "functional.gelu({})",
    "silu": "functional.silu({})",
    "softplus": "functional.softplus({}, threshold=1000.0)",
    "sigmoid": "torch.sigmoid({})",
    "tanh": "torch.tanh({})",
    "sin": "torch.sin({})",
}  # PyTorch's softplus is x above its threshold; so far up that makes no difference

INSTEAD = "write the module yourself, with the keys of model.state_dict()"

TEXT = '''\
import torch
from torch.nn import functional


class Network(torch.nn.Module):
    """A {sizes} network, whose keys are those of a file by save_model."""

    def __init__(self):
        super().__init__()
        sizes = {pairs}
        self.layers = torch.nn.ModuleList([torch.nn.Linear(n, m, dtype=torch.float64) for n, m in sizes])

    def forward(self, x):
        """Return the outputs for a batch, shape (examples, {n}) -> (examples, {m})."""
{lines}
        return x


# After save_model(model, "model.safetensors"):
#     from safetensors.torch import load_file
#     network = Network()
#     network.load_state_dict(load_file("model.safetensors"))
'''


def torch_source(model: MLP) -> str:
    """Return the source of a PyTorch module that computes what ``model`` computes, from the same file of weights.

    Args:
        model: an MLP, whose activations are named in ``ACTIVATIONS``.

    Raises:
        TypeError: when model is not an MLP, or a class of your own in it computes something else.
        ValueError: when an activation is a function of your own; when the network was changed, so that a new MLP of
            its sizes would have other parameters.

    Nothing of PyTorch is needed here. The module works in double precision, as this package does.

    >>> from nn import MLP
    >>> print("\\n".join(torch_source(MLP(2, [3, 1], activation="tanh")).splitlines()[12:18]))
        def forward(self, x):
            \"\"\"Return the outputs for a batch, shape (examples, 2) -> (examples, 1).\"\"\"
            x = torch.tanh(self.layers[0](x))
            x = self.layers[1](x)
            return x
    <BLANKLINE>
    """
    check_plain(model)
    sizes = [len(model.layers[0].neurons[0].w), *(len(layer.neurons) for layer in model.layers)]
    check_parameters(model, sizes)
    lines = []
    for k, layer in enumerate(model.layers):
        functions = {unit.activation for unit in layer.neurons}
        names = sorted(activation_name(f) for f in functions)
        if len(functions) > 1 or not functions <= set(ACTIVATIONS.values()):
            raise ValueError(
                f"layers[{k}] must have one activation among {', '.join(ACTIVATIONS)}, got {', '.join(names)}; "
                f"{INSTEAD}"
            )
        lines.append(f"        x = {IN_TORCH[names[0]].format(f'self.layers[{k}](x)')}")
    return TEXT.format(
        sizes="-".join(map(str, sizes)),
        pairs=list(pairwise(sizes)),
        n=sizes[0],
        m=sizes[-1],
        lines="\n".join(lines),
    )


def check_plain(model: MLP) -> None:
    """Raise an error unless ``model`` is an MLP whose layers and units compute what those of an MLP do."""
    if not isinstance(model, MLP) or not model.layers:
        raise TypeError(f"model must be an MLP, whose layers follow one another, got {shown(model)}; {INSTEAD}")
    parts: list[tuple[str, Module, type[Module]]] = [("model", model, MLP)]
    for k, layer in enumerate(model.layers):
        parts.append((f"layers[{k}]", layer, Layer))
        parts += [(f"layers[{k}].neurons[{i}]", unit, Neuron) for i, unit in enumerate(getattr(layer, "neurons", ()))]
    for path, part, kind in parts:
        if not isinstance(part, kind) or type(part).__call__ is not kind.__call__:
            raise TypeError(
                f"{path} must have the __call__ of {kind.__name__}, got that of {type(part).__name__}; {INSTEAD}"
            )


def check_parameters(model: MLP, sizes: list[int]) -> None:
    """Raise an error unless ``model`` has the parameters of a new MLP of these sizes, each in one place."""
    for k, (n, layer) in enumerate(zip(sizes, model.layers, strict=False)):
        for i, unit in enumerate(layer.neurons):
            if len(unit.w) != n:
                raise ValueError(f"layers[{k}].neurons[{i}].w must have {n} weights, got {len(unit.w)}; {INSTEAD}")
    state = model.state_dict()
    own = {f"layers.{k}.{kind}" for k in range(len(model.layers)) for kind in ("weight", "bias")}
    if others := sorted(state.keys() - own):
        raise ValueError(f"model must have the parameters of an MLP and no others, got {', '.join(others)}; {INSTEAD}")
    if len(model.parameters()) != sum(array.size for array in state.values()):
        raise ValueError(f"model must use every parameter in one place, got one that is shared; {INSTEAD}")
