"""The PyTorch module that torch_source writes: run against PyTorch where it is, and against a stand-in everywhere."""

import sys
from types import ModuleType

import numpy as np
import pytest

from autograd import Value
from nn import ACTIVATIONS, MLP, Layer, Module, Neuron, predict, save_model, torch_source


class Linear:
    def __init__(self, n, m, dtype):
        self.weight, self.bias = np.zeros((m, n)), np.zeros(m)

    def __call__(self, x):
        return x @ self.weight.T + self.bias


def stand_in():
    """As much of PyTorch as the module uses, in NumPy."""
    from math import erf

    torch, nn, functional = ModuleType("torch"), ModuleType("torch.nn"), ModuleType("torch.nn.functional")
    torch.nn, nn.functional, torch.float64 = nn, functional, "float64"
    nn.Module, nn.ModuleList, nn.Linear = type("Module", (), {}), list, Linear
    torch.relu, torch.tanh, torch.sin = (lambda x: np.maximum(x, 0)), np.tanh, np.sin
    torch.sigmoid = lambda x: 1 / (1 + np.exp(-x))
    functional.leaky_relu = lambda x: np.where(x > 0, x, 0.01 * x)
    functional.elu = lambda x: np.where(x > 0, x, np.expm1(x))
    functional.gelu = lambda x: 0.5 * x * (1 + np.vectorize(erf)(x / np.sqrt(2)))
    functional.silu = lambda x: x / (1 + np.exp(-x))
    functional.softplus = lambda x, threshold: np.where(x > threshold, x, np.log1p(np.exp(x)))
    return {"torch": torch, "torch.nn": nn, "torch.nn.functional": functional}


def run(source):
    space = {}
    exec(compile(source, "network.py", "exec"), space)
    return space["Network"]()


MODELS = [MLP(3, [4, 2], activation=name, output_activation="tanh", rng=0) for name in ACTIVATIONS]
MODELS += [MLP(1, [1], rng=0), MLP(2, [3, 4, 1], activation=["relu", "sin"], output_activation="sigmoid", rng=1)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: "-".join(str(len(x.neurons)) for x in model.layers))
def test_it_computes_what_the_network_computes(model, monkeypatch):
    for name, module in stand_in().items():
        monkeypatch.setitem(sys.modules, name, module)
    network = run(torch_source(model))
    for name, array in model.state_dict().items():  # layers.0.weight
        _, k, part = name.split(".")
        assert getattr(network.layers[int(k)], part).shape == array.shape
        setattr(network.layers[int(k)], part, array)
    x = np.random.default_rng(0).normal(size=(5, len(model.layers[0].neurons[0].w)))
    assert network.forward(x).reshape(5, -1) == pytest.approx(np.asarray(predict(model, x)).reshape(5, -1), rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_pytorch_loads_every_key_of_the_file(model, tmp_path):
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file

    save_model(model, tmp_path / "model.safetensors")
    network = run(torch_source(model))
    assert not any(network.load_state_dict(load_file(tmp_path / "model.safetensors")))
    x = np.random.default_rng(0).normal(size=(5, len(model.layers[0].neurons[0].w)))
    said = network.forward(torch.tensor(x)).detach().numpy()
    assert said.reshape(5, -1) == pytest.approx(np.asarray(predict(model, x)).reshape(5, -1), rel=1e-9)


def test_every_activation_has_its_like():
    from nn.files.torch_source import IN_TORCH

    assert IN_TORCH.keys() == ACTIVATIONS.keys()


class Doubled(MLP):
    def __call__(self, x):
        return 2 * super().__call__(x)


class Skipping(Module):
    def __init__(self):
        self.inside, self.shortcut = MLP(2, [1], rng=0), Value(1.0)


def changed(change):
    model = MLP(2, [3, 2], rng=0)
    change(model)
    return model


def with_a_layer_of(unit):
    layer = Layer(3, 1, rng=0)
    layer.neurons[0] = unit
    return changed(lambda model: model.layers.append(layer))


class Own(Neuron):
    def __call__(self, x):
        return 3 * super().__call__(x)


def share(model):
    model.layers[0].neurons[0].b = model.layers[1].neurons[0].b


@pytest.mark.parametrize(
    ("model", "error", "says"),
    [
        (MODELS[0].layers[0], TypeError, "model must be an MLP, whose layers follow one another, got a Layer"),
        (Skipping(), TypeError, r"whose layers follow one another, got a Skipping.*with the keys of model.state_dict\(\)"),
        (changed(lambda model: model.layers.clear()), TypeError, "model must be an MLP, .* got an MLP"),
        (Doubled(2, [1], rng=0), TypeError, r"model must have the __call__ of MLP, got that of Doubled; write the module"),
        (with_a_layer_of(Own(2, rng=0)), TypeError, r"layers\[2\].neurons\[0\] must have the __call__ of Neuron, got that of Own"),
        (with_a_layer_of(Neuron(3, rng=0)), ValueError, r"layers\[2\].neurons\[0\].w must have 2 weights, got 3"),
        (changed(lambda model: setattr(model, "gain", Value(2.0))), ValueError, "and no others, got gain; write"),
        (changed(share), ValueError, "model must use every parameter in one place, got one that is shared"),
        (changed(lambda model: setattr(model.layers[0].neurons[0], "b", 0.0)), TypeError, "b must be a Value, got a float"),
        (MLP(1, [1, 1], lambda v: v * v), ValueError, r"layers\[0\] must have one activation among linear, .*, got <lambda>"),
        (changed(lambda model: setattr(model.layers[1].neurons[0], "activation", Value.tanh)), ValueError, "got linear, tanh"),
    ],
)  # fmt: skip
def test_what_it_refuses(model, error, says):
    with pytest.raises(error, match=says):
        torch_source(model)


def test_weights_that_pytorch_trained_come_back(tmp_path):
    torch = pytest.importorskip("torch")
    from safetensors.numpy import load_file
    from safetensors.torch import save_file

    model = MLP(2, [3, 1], "tanh", rng=0)
    network = run(torch_source(model))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter)
    for precision, tolerance in ((torch.float64, 1e-12), (torch.float32, 1e-5)):
        network = network.to(precision)
        save_file(network.state_dict(), tmp_path / "trained.safetensors")
        model.load_state_dict(load_file(tmp_path / "trained.safetensors"))
        there = network(torch.tensor([[0.5, -1.0]], dtype=precision)).item()
        assert model([0.5, -1.0]).data == pytest.approx(there, rel=tolerance)
