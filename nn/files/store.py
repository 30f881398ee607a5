"""Save and load: networks, or the weights of any module, in files that PyTorch reads too."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from autograd.base.checks import shown
from nn.files.tensorfile import ModelFileError, Shapes, brief, read, write
from nn.networks.activations import ACTIVATIONS
from nn.networks.layers import MLP, Layer, Neuron
from nn.networks.module import Module

__all__ = ["ModelFileError", "load_model", "load_notes", "load_weights", "save_model", "save_weights"]

# How a file describes a network: its kind, its sizes from the inputs to the outputs, and its activations by name.
KINDS: dict[str, Callable[[list[int], list[str], str], Module]] = {
    "Neuron": lambda sizes, hidden, output: Neuron(sizes[0], output, rng=0),
    "Layer": lambda sizes, hidden, output: Layer(sizes[0], sizes[1], output, rng=0),
    "MLP": lambda sizes, hidden, output: MLP(sizes[0], sizes[1:], hidden, output, rng=0),
}
OPTIONAL = {"notes", "trained_with"}  # and what it may say beside that
INSTEAD = "save_weights(model, path) saves its weights alone"


def save_model(model: Module, path: str | os.PathLike[str], notes: Mapping[str, Any] | None = None) -> None:
    """Save a Neuron, Layer or MLP, so that ``load_model`` can make it again.

    Args:
        model: the network; its activations are named in ``ACTIVATIONS``.
        path: the file, such as ``model.safetensors``. An existing file is replaced in one step, or kept if that fails.
        notes: anything to keep with it that JSON can represent, such as the names of classes. See ``load_notes``.

    Raises:
        TypeError: when model is not a Module, or notes hold something that JSON cannot represent.
        ModelFileError: when the network is of another kind, was changed since it was made, or has an activation that is
            not in ``ACTIVATIONS`` (``save_weights`` saves the weights of any); when a weight is inf or nan; when the
            file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(MLP(2, [3, 1], "tanh"), f"{folder}/model.safetensors")
    ...     load_model(f"{folder}/model.safetensors")
    MLP of [Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)], Layer of [LinearNeuron(3)]]
    """
    about = description(as_module(model))
    state = model.state_dict()
    wanted = shapes_of(about)
    if {name: array.shape for name, array in state.items()} != wanted:
        was = {name: array.shape for name, array in state.items()}
        raise ModelFileError(
            f"model was changed: its state is {brief(was)}, that of a new one {brief(wanted)}; {INSTEAD}"
        )
    if len(model.parameters()) != sum(array.size for array in state.values()):
        raise ModelFileError(f"model uses a parameter in two places, and a new one would not; {INSTEAD}")
    if model.trained_with:
        about["trained_with"] = model.trained_with
    if notes is not None:
        try:
            json.dumps(dict(notes), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise TypeError(f"notes must hold what JSON can represent, got {shown(notes)}: {error}") from None
        about["notes"] = dict(notes)
    write(path, state, about)


def load_model(path: str | os.PathLike[str]) -> Module:
    """Return the Neuron, Layer or MLP in a file that ``save_model`` wrote, with the same weights bit for bit.

    The model remembers the loss that it was trained with, from which ``predict`` knows how to find probabilities.

    Raises:
        ModelFileError: when the file cannot be read, is damaged or cut off, was written in another format, holds
            weights alone, or is of an unknown kind of network or activation.
    """
    about, arrays = read(path, lambda about: shapes_of(network_in(about)))
    model = KINDS[about["kind"]](about["sizes"], about["activation"], about["output_activation"])
    model.load_state_dict(arrays)
    if "trained_with" in about:
        model.trained_with = about["trained_with"]
    return model


def load_notes(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the notes in a file that ``save_model`` wrote; {} if there are none.

    Raises:
        ModelFileError: as for ``load_model``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(MLP(2, [1]), f"{folder}/model.safetensors", notes={"classes": ["no", "yes"]})
    ...     load_notes(f"{folder}/model.safetensors")
    {'classes': ['no', 'yes']}
    """
    about, _ = read(path, lambda about: shapes_of(network_in(about)))
    notes: dict[str, Any] = about.get("notes", {})
    return notes


def save_weights(model: Module, path: str | os.PathLike[str]) -> None:
    """Save the parameters of any module, its ``state_dict()``; ``load_weights`` loads them into one of the same shape.

    Args:
        model: any `Module`.
        path: the file, replaced as by ``save_model``.

    Raises:
        TypeError: when model is not a Module.
        ModelFileError: when there are no parameters, a weight is inf or nan, or the file cannot be written.
    """
    write(path, as_module(model).state_dict(), None)


def load_weights(model: Module, path: str | os.PathLike[str]) -> None:
    """Set the parameters of ``model`` to those in a file that ``save_weights`` or ``save_model`` wrote.

    Args:
        model: a `Module` with parameters of the same names and shapes.
        path: the file.

    Raises:
        TypeError: when model is not a Module.
        ModelFileError: when the file cannot be read, is damaged or cut off, was written in another format, or its
            arrays are not those of ``model.state_dict()``; then the model is left as it was.

    >>> import tempfile
    >>> old, new = MLP(2, [1], rng=0), MLP(2, [1], rng=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(old, f"{folder}/weights.safetensors")
    ...     load_weights(new, f"{folder}/weights.safetensors")
    >>> new([1.0, 2.0]).data == old([1.0, 2.0]).data
    True
    """
    wanted = {name: array.shape for name, array in as_module(model).state_dict().items()}
    _, arrays = read(path, lambda _: wanted)
    try:
        model.load_state_dict(arrays)
    except ValueError as error:  # two arrays that disagree about a parameter they share
        raise ModelFileError(f"model file {os.fspath(path)!r}: does not fit the model: {error}") from error


def as_module(model: Any) -> Module:
    """Return ``model``, which must be a Module."""
    if not isinstance(model, Module):
        raise TypeError(f"model must be an nn.Module, got {shown(model)}")
    return model


def description(model: Module) -> dict[str, Any]:
    """Return the description of a network, for its file."""
    # Exact types: a file of ours would lose whatever a user's subclass adds.
    if type(model) is Neuron:
        units = [[model]]
    else:
        layers = [model] if type(model) is Layer else model.layers if type(model) is MLP else []
        units = [layer.neurons if type(layer) is Layer else [] for layer in layers]
    if not units or not all(row and all(type(unit) is Neuron for unit in row) for row in units):
        raise ModelFileError(
            f"model must be a plain {', '.join(KINDS)}, which a file can describe, got {type(model).__name__}, or one "
            f"that was changed; {INSTEAD}"
        )
    *hidden, output = [activation_in(row) for row in units]
    sizes = [len(units[0][0].w), *map(len, units)]
    return {"kind": type(model).__name__, "sizes": sizes, "activation": hidden, "output_activation": output}


def activation_in(row: list[Neuron]) -> str:
    """Return the name of the activation that all units of a layer have."""
    first = row[0].activation
    name = next((name for name, known in ACTIVATIONS.items() if known is first), None)
    if name is None:
        called = getattr(first, "__name__", type(first).__name__)
        raise ModelFileError(
            f"activation {called} is a function of your own, which a file cannot hold; {INSTEAD}. "
            f"Known by name are: {', '.join(ACTIVATIONS)}"
        )
    if not all(unit.activation is first for unit in row):
        raise ModelFileError(f"a layer has units with another activation than {name}, that of its first; {INSTEAD}")
    return name


def network_in(about: Any) -> dict[str, Any]:
    """Return the description of a network in a file, if such a network can be made."""
    if about is None:
        raise ModelFileError("holds weights alone; make the model, then use load_weights(model, path)")
    if not isinstance(about, dict) or about.keys() - OPTIONAL != {"kind", "sizes", "activation", "output_activation"}:
        raise ModelFileError(f"must describe a network, got {brief(about)}")
    kind, sizes, hidden = about["kind"], about["sizes"], about["activation"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise ModelFileError(f"must be of a kind among {', '.join(KINDS)}, got {brief(kind)}")
    if not isinstance(sizes, list) or len(sizes) < 2 or not all(type(n) is int and n > 0 for n in sizes):
        raise ModelFileError(f"must have sizes from 1 up, of the inputs and each layer, got {brief(sizes)}")
    if (kind != "MLP" and len(sizes) != 2) or (kind == "Neuron" and sizes[1] != 1):
        raise ModelFileError(f"must have the sizes of a {kind}, got {brief(sizes)}")
    if not isinstance(hidden, list) or len(hidden) != len(sizes) - 2:
        raise ModelFileError(
            f"must have one activation for each of {len(sizes) - 2} hidden layers, got {brief(hidden)}"
        )
    for name in (*hidden, about["output_activation"]):
        if not isinstance(name, str) or name not in ACTIVATIONS:
            raise ModelFileError(f"must have activations among {', '.join(ACTIVATIONS)}, got {brief(name)}")
    if not isinstance(about.get("notes", {}), dict):
        raise ModelFileError(f"must have notes by name, got {brief(about['notes'])}")
    if not isinstance(about.get("trained_with", ""), str):
        raise ModelFileError(f"must have the name of a loss, got {brief(about['trained_with'])}")
    return about


def shapes_of(about: dict[str, Any]) -> Shapes:
    """Return the shapes of a network's state from its description, without making the network."""
    found: Shapes = {}
    for i, (n, m) in enumerate(pairwise(about["sizes"])):
        path = f"layers.{i}." if about["kind"] == "MLP" else ""
        found |= {f"{path}weight": (m, n), f"{path}bias": (m,)}
    return found
