"""Model files: a model loads bit for bit, or a ModelFileError says why not and nothing has changed."""

import builtins
import errno
import json
import math
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors
from hypothesis import given, settings, strategies as st
from safetensors.numpy import save

from autograd import Value
from nn import (
    MLP,
    Layer,
    ModelFileError,
    Module,
    Neuron,
    load_model,
    load_weights,
    save_model,
    save_weights,
)
from nn.files import tensorfile
from nn.networks.activations import ACTIVATIONS

ROOT = Path(__file__).parent.parent
ODD = [-0.0, 0.0, 5e-324, -2.2250738585072009e-308, math.nextafter(1.0, 2.0), 1.7976931348623157e308, 0.1]


def bits(model):
    return {name: (array.shape, array.tobytes()) for name, array in model.state_dict().items()}


def odd(model):
    """The model, with numbers in it that a careless file would change."""
    for i, p in enumerate(model.parameters()):
        p.data = ODD[i % len(ODD)]
    return model


def small():
    return odd(MLP(1, [2, 1], "tanh", rng=0))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


@pytest.fixture
def content(path):
    save_model(small(), path)
    return path.read_bytes()


def refused(path, model=None, says=""):
    """The message about a bad file, which both ways of loading refuse without changing anything."""
    model = model or MLP(1, [2, 1], "tanh", rng=1)
    before = bits(model)
    with pytest.raises(ModelFileError) as by_weights:
        load_weights(model, path)
    assert bits(model) == before
    with pytest.raises(ModelFileError) as by_model:
        load_model(path)
    assert repr(str(path)) in str(by_model.value)
    assert repr(str(path)) in str(by_weights.value)
    assert says in str(by_model.value)
    assert len(str(by_model.value)) < 1000 + len(str(path))
    return str(by_model.value)


def parts(content):
    """The header and the numbers of a file."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def joined(header, numbers):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def forged(path, arrays, about, **record):
    """Write a file whose checksum is right, whatever it says."""
    sha256 = tensorfile.checksum(about, arrays)
    record = {"format": 1, "sha256": sha256, "about": about} | record
    path.write_bytes(save(arrays, metadata={"chainrule": json.dumps(record)}))


# A round trip


@pytest.mark.parametrize(
    "model",
    [
        *[lambda name=name: MLP(3, [4, 2], name, output_activation=name) for name in ACTIVATIONS],
        lambda: MLP(2, [3, 4, 5, 1], ["relu", "sin", "tanh"], "sigmoid"),
        lambda: MLP(1, [1]),
        lambda: Layer(3, 2, "gelu"),
        lambda: Layer(1, 1),
        lambda: Neuron(3, "tanh"),
        lambda: Neuron(1, nonlin=False),
    ],
)
def test_a_network_comes_back_bit_for_bit(model, path):
    model = odd(model())
    save_model(model, path)
    loaded = load_model(str(path))
    assert type(loaded) is type(model)
    assert repr(loaded) == repr(model)
    assert bits(loaded) == bits(model)
    assert dict(loaded.named_parameters()).keys() == dict(model.named_parameters()).keys()
    assert [p.label for p in loaded.parameters()] == [p.label for p in model.parameters()]
    assert all(p.grad == 0.0 for p in loaded.parameters())


@settings(max_examples=50)
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=7, max_size=7))
def test_any_finite_number_comes_back(numbers, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    model = MLP(1, [2, 1], rng=0)
    for p, number in zip(model.parameters(), numbers, strict=True):
        p.data = number
    save_model(model, path)
    assert bits(load_model(path)) == bits(model)


def test_a_loaded_network_says_what_the_saved_one_said_and_learns_on(path):
    model = MLP(2, [3, 1], "tanh", rng=0)
    save_model(model, path)
    loaded = load_model(path)
    for m in (model, loaded):
        m([0.5, -1.0]).backward()
    assert loaded([0.5, -1.0]).data == model([0.5, -1.0]).data
    assert [p.grad for p in loaded.parameters()] == [p.grad for p in model.parameters()]
    assert any(p.grad for p in loaded.parameters())


def test_the_same_network_makes_the_same_bytes_in_every_run(path):
    save_model(small(), path)
    code = (
        "import sys; from nn import load_model, save_model; "
        "save_model(load_model(sys.argv[1]), sys.argv[2]); assert 'torch' not in sys.modules"
    )
    for seed in ("1", "2"):
        again = path.with_suffix(f".{seed}")
        env = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, path, again], check=True, cwd=ROOT, env=env)
        assert again.read_bytes() == path.read_bytes()


def test_loading_draws_no_random_number(path):
    save_model(small(), path)
    random.seed(5)
    before = random.getstate()
    load_model(path)
    assert random.getstate() == before


def test_the_library_is_not_loaded_before_it_is_used():
    code = "import sys, nn; assert 'safetensors' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


class Tied(Module):
    """A module of the user's own, with a weight in two places and names of all kinds."""

    def __init__(self, start=0.0):
        self.first, self.scale = Layer(2, 2, "tanh", rng=0), Value(start)
        self.again, self.by_name = self.first, {'"\n<b>🙂\0': Value(start), "x" * 10_000: [Value(start), Value(start)]}

    def __call__(self, x):
        return self.again(self.first(x))[0] * self.scale


def test_weights_of_any_module_and_a_shared_one(path):
    model, other = odd(Tied()), Tied(1.0)
    save_weights(model, path)
    load_weights(other, path)
    assert bits(other) == bits(model)
    assert other.first is other.again
    refused(path, model=Layer(2, 2))
    arrays = model.state_dict()
    arrays["again.bias"] = arrays["again.bias"] + 1.0
    forged(path, arrays, None)
    before = bits(other)
    with pytest.raises(
        ModelFileError, match=r"model.safetensors': does not fit the model: .* is shared, and state has"
    ):
        load_weights(other, path)
    assert bits(other) == before


def test_a_module_without_parameters(path):
    with pytest.raises(ModelFileError, match="the model has no parameters, so there is nothing to save"):
        save_weights(Module(), path)
    assert not path.exists()


def test_weights_come_out_of_a_network_s_file_but_no_network_out_of_weights(path):
    model, other = small(), MLP(1, [2, 1], "relu", rng=3)
    save_model(model, path)
    load_weights(other, path)
    assert bits(other) == bits(model)
    save_weights(model, path)
    with pytest.raises(ModelFileError, match="holds weights alone; make the model, then use load_weights"):
        load_model(path)


class Turned(Module):
    """A module whose arrays are not contiguous in memory."""

    def state_dict(self):
        return {"w": np.arange(6.0).reshape(2, 3).T, "small": np.float32(0.5)}


def test_arrays_are_written_in_order_whatever_their_strides(path):
    save_weights(Turned(), path)
    with safetensors.safe_open(path, framework="np") as file:
        assert file.get_tensor("w").tolist() == [[0, 3], [1, 4], [2, 5]]
        assert file.get_tensor("small").dtype == np.float64


# For others to read


@pytest.mark.parametrize(
    ("model", "shapes"),
    [
        (Neuron(3), {"weight": (1, 3), "bias": (1,)}),
        (Layer(3, 2), {"weight": (2, 3), "bias": (2,)}),
        (
            MLP(2, [3, 1]),
            {"layers.0.weight": (3, 2), "layers.0.bias": (3,), "layers.1.weight": (1, 3), "layers.1.bias": (1,)},
        ),
    ],
)
def test_names_shapes_and_type_are_pytorch_s(model, shapes, path):
    save_model(model, path)
    with safetensors.safe_open(path, framework="np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    assert {name: a.shape for name, a in arrays.items()} == shapes
    assert {a.dtype for a in arrays.values()} == {np.dtype(np.float64)}
    state = model.state_dict()
    assert all(np.array_equal(arrays[name], state[name]) for name in shapes)


def test_pytorch_loads_it(path):
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file

    model = MLP(2, [3, 1], "tanh", rng=0)
    save_model(model, path)
    sizes = [(2, 3), (3, 1)]
    net = torch.nn.Module()
    net.layers = torch.nn.ModuleList([torch.nn.Linear(n, m, dtype=torch.float64) for n, m in sizes])
    net.load_state_dict(load_file(path), strict=True)
    x = torch.tensor([0.5, -1.0], dtype=torch.float64)
    said = net.layers[1](torch.tanh(net.layers[0](x)))
    assert said.item() == pytest.approx(model([0.5, -1.0]).data, rel=1e-14)


# What cannot be saved


def changed(change):
    model = MLP(2, [2, 1], "tanh", rng=0)
    change(model)
    return model


class Wider(MLP):
    pass


class Own(Neuron):
    pass


def bump(v):
    return v * v


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (MLP(2, [3, 1], activation=bump), "activation bump is a function of your own"),
        (MLP(2, [3, 1], output_activation=lambda v: v), "activation <lambda> is a function of your own"),
        (Neuron(2, bump), "Known by name are: linear, relu"),
        (Tied(), "model must be a plain Neuron, Layer, MLP, which a file can describe, got Tied"),
        (Wider(2, [1]), "describe, got Wider"),
        (changed(lambda m: setattr(m.layers[0].neurons[0], "activation", Value.relu)), "than relu, that of its first"),
        (changed(lambda m: setattr(m, "scale", Value(2.0))), "model was changed: its state is"),
        (changed(lambda m: m.layers.pop(0)), None),  # what is left is a network of its own
        (changed(lambda m: m.layers[0].neurons.pop()), "model was changed"),
        (changed(lambda m: m.layers[0].neurons.clear()), "describe, got MLP"),
        (changed(lambda m: m.layers.insert(0, lambda x: x)), "describe, got MLP"),
        (changed(lambda m: m.layers.clear()), "describe, got MLP"),
        (changed(lambda m: m.layers[1].neurons.__setitem__(0, Own(2))), "describe, got MLP"),
        (changed(lambda m: setattr(m.layers[0].neurons[1], "w", m.layers[0].neurons[0].w)), "in two places"),
    ],
)
def test_a_network_that_could_not_be_made_anew_is_not_saved(model, says, path):
    path.write_text("old")
    if says is None:
        save_model(model, path)
        assert bits(load_model(path)) == bits(model)
        return
    with pytest.raises(ModelFileError, match=says) as error:
        save_model(model, path)
    assert "save_weights(model, path) saves its weights alone" in str(error.value)
    assert path.read_text() == "old"
    if says != "describe, got MLP":
        save_weights(model, path)
        load_weights(model, path)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("keep", [save_model, save_weights])
def test_inf_and_nan_do_not_take_the_place_of_a_good_file(keep, number, path, content):
    model = small()
    model.layers[1].neurons[0].w[1].data = number
    with pytest.raises(
        ModelFileError, match=r"model.safetensors': 'layers.1.weight' must hold finite numbers, got inf or nan"
    ):
        keep(model, path)
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == [path.name]


class Named(Module):
    def __init__(self, name):
        self.name = name

    def state_dict(self):
        return {self.name: np.zeros(1)}


@pytest.mark.parametrize(
    ("name", "says"), [("__metadata__", "cannot name an array in this format"), ("\ud800", "that is not text")]
)
def test_a_name_that_the_format_cannot_hold(name, says, path):
    with pytest.raises(ModelFileError, match=says):
        save_weights(Named(name), path)
    assert os.listdir(path.parent) == []


@pytest.mark.parametrize("bad", [None, 3, "model", Value(1.0), MLP])
def test_an_object_that_is_not_a_module(bad, path, content):
    for use in (save_model, save_weights, load_weights):
        with pytest.raises(TypeError, match=r"model must be an nn\.Module, got "):
            use(bad, path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("bad", [None, 0, b"model", ["model"]])
def test_an_object_that_is_not_a_path(bad):
    for use in (lambda: save_model(small(), bad), lambda: load_weights(small(), bad), lambda: load_model(bad)):
        with pytest.raises(TypeError, match="path must be a str or a Path, got "):
            use()


# What cannot be loaded


def test_no_file_a_folder_an_empty_one_and_what_is_none(tmp_path):
    for model in (None, Tied()):
        assert "No such file" in refused(tmp_path / "none", model)
        assert "No such file" in refused(tmp_path / "no" / "folder", model)
        assert "must be a file, got a folder" in refused(tmp_path, model)
        (tmp_path / "empty").touch()
        assert "is empty" in refused(tmp_path / "empty", model)
        (tmp_path / "text").write_text("weights = [1, 2, 3]")
        assert "cut off, damaged or not a model file" in refused(tmp_path / "text", model)
    refused("nul\0")
    refused("half a pair \ud800")
    refused(tmp_path / ("long" * 1000))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_is_not_waited_for_and_a_device_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", says="must be a file, got a device or a pipe")
    with pytest.raises(ModelFileError, match="must be a file, got a device or a pipe"):
        save_model(small(), tmp_path / "pipe")
    with pytest.raises(ModelFileError, match="must be a file, got a device or a pipe"):
        save_model(small(), os.devnull)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("cut", [0, 1])  # from the end, from the start
def test_cut_at_every_byte(cut, path, content):
    for i in range(1, len(content)):
        path.write_bytes(content[i:] if cut else content[:i])
        refused(path, says="" if cut else "cut off")
    path.write_bytes(content + b"\0")
    refused(path, says="cut off, damaged or not a model file")


@pytest.mark.slow
def test_a_flip_of_every_byte_is_found_or_changes_nothing(path, content):
    numbers_start = 8 + int.from_bytes(content[:8], "little")
    for i in range(len(content)):
        for flip in (0x01, 0x20, 0x80, 0xFF):  # the lowest bit, the case of a letter, the sign of a number, all
            path.write_bytes(content[:i] + bytes([content[i] ^ flip]) + content[i + 1 :])
            try:
                loaded = load_model(path)
            except ModelFileError:
                if flip == 0xFF:
                    refused(path)
            else:
                assert i < numbers_start, "a flip in the numbers was not found"
                assert bits(loaded) == bits(small())
                assert repr(loaded) == repr(small())


@settings(max_examples=150)
@given(data=st.data())
def test_any_damage_is_found_or_changes_nothing(data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    save_model(small(), path)
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged)))
        end = at + data.draw(st.integers(0, 12))
        damaged[at:end] = data.draw(st.binary(max_size=12) | st.sampled_from([bytes(damaged[at:end]) * 2, b"0", b"}"]))
    path.write_bytes(damaged)
    try:
        loaded = load_model(path)
    except ModelFileError:
        return
    assert bits(loaded) == bits(small())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
ARRAY = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F64", "F32", "BOOL", "F65"]) | JSON,
        "shape": st.lists(st.sampled_from([0, 1, 2, -1, 2**63, 2**64, True, 1.0])) | JSON,
        "data_offsets": st.lists(st.sampled_from([0, 8, 16, 24, -8, 2**64 - 8])) | JSON,
    }
)


@settings(max_examples=120)
@given(
    header=st.dictionaries(st.sampled_from(["weight", "bias", "layers.0.weight"]), ARRAY | JSON) | JSON,
    record=st.fixed_dictionaries({"format": st.just(1) | JSON, "sha256": JSON, "about": JSON}) | JSON,
    numbers=st.sampled_from([b"", bytes(8), bytes(16), bytes(40)]),
)
def test_any_header_is_refused(header, record, numbers, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "header.safetensors"
    if isinstance(header, dict):
        header = {"__metadata__": {"chainrule": json.dumps(record)}} | header
    path.write_bytes(joined(header, numbers))
    refused(path, model=Neuron(1))


@settings(max_examples=100)
@given(about=st.data())
def test_any_description_is_refused_or_that_of_the_arrays(about, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "about.safetensors"
    whole = {"kind": "MLP", "sizes": [1, 2, 1], "activation": ["tanh"], "output_activation": "linear"}
    key = about.draw(st.sampled_from(sorted(whole)))
    described = whole | {
        key: about.draw(JSON | st.lists(st.integers(-1, 3)) | st.sampled_from([*ACTIVATIONS, "Layer"]))
    }
    forged(path, small().state_dict(), described)
    try:
        loaded = load_model(path)
    except ModelFileError:
        return
    assert bits(loaded) == bits(small())


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"kind": "Transformer"}, "must be of a kind among Neuron, Layer, MLP, got 'Transformer'"),
        ({"kind": ["MLP"]}, r"Neuron, Layer, MLP, got ['MLP']"),
        (
            {"output_activation": "swish"},
            "must have activations among linear, relu, leaky_relu, elu, gelu, silu, softplus, sigmoid, tanh, sin, got 'swish'",
        ),
        ({"activation": ["tanhh"]}, "sin, got 'tanhh'"),
        ({"activation": [["tanh"]]}, "sin, got ['tanh']"),
        ({"activation": []}, "must have one activation for each of 1 hidden layers, got []"),
        ({"activation": "tanh"}, "hidden layers, got 'tanh'"),
        ({"sizes": [1, 0, 1]}, "must have sizes from 1 up, of the inputs and each layer, got [1, 0, 1]"),
        ({"sizes": [1, True, 1]}, "layer, got [1, True, 1]"),
        ({"sizes": [1, 2.0, 1]}, "layer, got [1, 2.0, 1]"),
        ({"sizes": []}, "layer, got []"),
        (
            {"sizes": [1, 10**9, 10**9], "activation": ["tanh"]},
            "'layers.0.weight' must have shape (1000000000, 1), got (2, 1)",
        ),
        ({"sizes": [1, 10**4000, 1]}, "'layers.0.weight' must have shape (1000"),
        ({"sizes": [-1] * 10_000}, "layer, got [-1, -1, -1, -1, -1, -1, ...]"),
        ({"sizes": [1, *[1] * 10_000], "activation": ["tanh"] * 9999}, "does not fit the model: it lacks"),
        ({"kind": "Layer"}, "must have the sizes of a Layer, got"),
        ({"kind": "Neuron", "sizes": [1, 2], "activation": []}, "must have the sizes of a Neuron, got"),
        ({"kind": "Layer", "sizes": [1, 2], "activation": []}, "has also ['layers.0.bias', "),
        ({"more": 1}, "must describe a network, got"),
    ],
)
def test_a_description_of_what_is_not_known_or_not_there(about, says, path):
    whole = {"kind": "MLP", "sizes": [1, 2, 1], "activation": ["tanh"], "output_activation": "linear"}
    forged(path, small().state_dict(), whole | about)
    with pytest.raises(ModelFileError) as error:
        load_model(path)
    assert says in str(error.value)
    assert repr(str(path)) in str(error.value)
    assert len(str(error.value)) < 1000


def test_another_format(path):
    forged(path, small().state_dict(), None, format=2)
    refused(path, says="is of format 2; this version of Chainrule reads format 1")
    forged(path, small().state_dict(), None, format="1" * 10_000)
    refused(path, says="this version of Chainrule reads format 1")


def test_a_file_of_another_program_and_the_way_to_load_it(path):
    path.write_bytes(save({name: array + 1.0 for name, array in MLP(1, [2, 1]).state_dict().items()}, {"format": "pt"}))
    said = refused(path, says="must have a record of Chainrule's, and has none")
    model = small()
    exec(said[said.index("model.load_state_dict") :], {"model": model, "safetensors": safetensors, "path": path})
    assert model.layers[0].neurons[0].b.data == 1.0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda a: a.pop("layers.0.bias"), "it lacks ['layers.0.bias']; wanted are ['layers.0.bias', "),
        (lambda a: a.update(more=np.zeros(2)), "it has also ['more']"),
        (lambda a: a.update({"layers.0.bias": np.zeros(3)}), "'layers.0.bias' must have shape (2,), got (3,)"),
        (lambda a: a.update({"layers.0.bias": np.zeros((2, 1))}), "'layers.0.bias' must have shape (2,), got (2, 1)"),
        (
            lambda a: a.update({"layers.0.weight": np.zeros((1, 2))}),
            "'layers.0.weight' must have shape (2, 1), got (1, 2)",
        ),
        (
            lambda a: a.update({"layers.0.bias": np.zeros(2, np.float32)}),
            "'layers.0.bias' must be of type 'F64', got 'F32'",
        ),
        (
            lambda a: a.update({"layers.0.bias": np.zeros(2, np.int64)}),
            "'layers.0.bias' must be of type 'F64', got 'I64'",
        ),
        (
            lambda a: a.update({"layers.0.bias": np.array([1.0, math.nan])}),
            "'layers.0.bias' must hold finite numbers, got inf or nan",
        ),
        (
            lambda a: a.update({"layers.0.bias": np.array([1.0, -math.inf])}),
            "'layers.0.bias' must hold finite numbers, got inf or nan",
        ),
    ],
)
def test_arrays_that_are_not_those_of_the_model(change, says, path):
    arrays = small().state_dict()
    change(arrays)
    forged(path, arrays, {"kind": "MLP", "sizes": [1, 2, 1], "activation": ["tanh"], "output_activation": "linear"})
    refused(path, says=says)


@pytest.mark.parametrize(
    "change",
    [
        lambda h: h["layers.0.weight"].update(shape=[10**12, 10**12]),
        lambda h: h["layers.0.weight"].update(shape=[2**63, 2]),
        lambda h: h["layers.0.weight"].update(shape=[1] * 10_000),
        lambda h: h["layers.0.weight"].update(shape=[1] * 100_000 + [10**4000] * 100),
        lambda h: h["layers.0.weight"].update(shape=[-2, -1]),
        lambda h: h["layers.0.weight"].update(shape=[2.0, 1]),
        lambda h: h["layers.0.weight"].update(shape=[2, True]),
        lambda h: h["layers.0.weight"].update(shape=["2", 1]),
        lambda h: h["layers.0.weight"].update(data_offsets=[0, 2**62]),
        lambda h: h["layers.0.weight"].update(data_offsets=[-8, 8]),
        lambda h: h["layers.0.bias"].update(data_offsets=h["layers.0.weight"]["data_offsets"]),
        lambda h: h.update({"layers.0.bias": []}),
        lambda h: h.update(__metadata__=[]),
        lambda h: h.update(__metadata__={"chainrule": 1}),
        lambda h: h.update(__metadata__={"chainrule": "[" * 100_000}),
        lambda h: h.update(__metadata__={"chainrule": "1" * 10_000}),
        lambda h: h.update(__metadata__={"chainrule": "\ud800"}),
    ],
)
def test_a_header_that_declares_what_is_not_there(change, path, content):
    header, numbers = parts(content)
    change(header)
    path.write_bytes(joined(header, numbers))
    refused(path)


@pytest.mark.parametrize("header", [b"", b"[]", b"1", b"{", b"[" * 200_000, b'{"a":' * 50_000, b"\xff\xfe{\0}\0"])
def test_headers_that_are_none(header, path):
    path.write_bytes(joined(header, bytes(16)))
    refused(path, says="damaged or not a model file")


def test_another_activation_of_as_many_letters_is_found(path, content):
    assert content.count(b"tanh") == 1
    path.write_bytes(content.replace(b"tanh", b"relu"))
    refused(path, says="the checksum of its content is not the one it was saved with")


@pytest.mark.parametrize("length", [2**64 - 1, 2**63, 2**40, 200_000_000])
def test_a_huge_length_is_not_believed_even_in_a_huge_file(length, path):
    with open(path, "wb") as file:
        file.write(length.to_bytes(8, "little") + b"{}")
        file.truncate(2**40)  # takes no room: nobody wrote what is in between
    refused(path, says="cut off, damaged or not a model file")


def test_arrays_of_a_huge_file_are_not_read_when_they_do_not_fit(path, content):
    header, numbers = parts(content)
    start = len(numbers)
    header["layers.9.weight"] = {"dtype": "F64", "shape": [2**36, 1], "data_offsets": [start, start + 2**39]}
    with open(path, "wb") as file:
        file.write(joined(header, numbers))
        file.truncate(file.tell() + 2**39)  # takes no room: nobody wrote what is in between
    refused(path, says="it has also ['layers.9.weight']")


# Whole or not at all


def half(monkeypatch, error):
    """Make every write to a file stop half-way."""
    honest = builtins.open

    def broken(file, mode="r", *args, **kwargs):
        stream = honest(file, mode, *args, **kwargs)
        if "x" in mode or "w" in mode:
            return Half(stream, error)
        return stream

    monkeypatch.setattr(builtins, "open", broken)


class Half:
    def __init__(self, stream, error):
        self.stream, self.error = stream, error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def write(self, data):
        self.stream.write(data[: len(data) // 2])
        self.stream.flush()
        raise self.error


def broken(name):
    def install(monkeypatch, error):
        def fail(*_):
            raise error

        monkeypatch.setattr(os, name, fail)

    return install


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("breaks", [half, broken("fsync"), broken("replace")], ids=["write", "fsync", "replace"])
@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), PermissionError(13, "Permission denied"), KeyboardInterrupt()],
)
def test_a_failure_part_way_leaves_the_old_file_and_no_other(error, breaks, there, path):
    if there:
        save_model(small(), path)
    before = path.read_bytes() if there else None
    wanted = KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else ModelFileError
    with pytest.MonkeyPatch.context() as monkeypatch:
        breaks(monkeypatch, error)
        with pytest.raises(wanted) as raised:
            save_model(MLP(3, [4, 1], rng=0), path)
    if wanted is ModelFileError:
        assert (
            f"{str(path)!r}: cannot be written; the old file, if there was one, is unchanged ({error.strerror})"
            in str(raised.value)
        )
    assert os.listdir(path.parent) == ([path.name] if there else [])
    assert not there or path.read_bytes() == before


def test_a_disk_that_is_full_indeed(path):
    pytest.importorskip("resource")
    save_model(small(), path)
    code = """
import resource, signal, sys
from nn import MLP, ModelFileError, save_model
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    save_model(MLP(20, [20, 1]), sys.argv[1])
except ModelFileError as error:
    print(error)
"""
    before = path.read_bytes()
    run = subprocess.run([sys.executable, "-c", code, path], check=True, cwd=ROOT, capture_output=True, text=True)
    assert "cannot be written; the old file, if there was one, is unchanged" in run.stdout
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_at_every_moment_the_name_belongs_to_a_whole_file(path, monkeypatch):
    save_model(small(), path)
    seen, honest = [], os.replace

    def watched(old, new):
        seen.append((bits(load_model(new)), bits(load_model(old)), Path(old).parent == Path(new).parent))
        honest(old, new)

    synced, honest_sync = [], os.fsync

    def sync(descriptor):
        synced.append((stat.S_ISREG(os.fstat(descriptor).st_mode), len(seen)))
        honest_sync(descriptor)

    monkeypatch.setattr(os, "replace", watched)
    monkeypatch.setattr(os, "fsync", sync)
    new = MLP(1, [2, 1], "tanh", rng=4)
    save_model(new, path)
    assert seen == [(bits(small()), bits(new), True)]
    assert synced[0] == (True, 0), "the bytes are on the disk before the name is theirs"
    assert bits(load_model(path)) == bits(new)
    assert os.listdir(path.parent) == [path.name]


def test_where_a_file_cannot_be_written(tmp_path):
    with pytest.raises(ModelFileError, match="its folder does not exist; make it first"):
        save_model(small(), tmp_path / "no" / "model")
    with pytest.raises(ModelFileError, match="must be a file, got a folder"):
        save_model(small(), tmp_path)
    for bad in ("nul\0", "half a pair \ud800", tmp_path / ("long" * 1000)):
        with pytest.raises(ModelFileError):
            save_model(small(), bad)
    assert os.listdir(tmp_path) == []
    save_model(small(), tmp_path / ("n" * 250))  # as long as a name may be, nearly
    assert bits(load_model(tmp_path / ("n" * 250))) == bits(small())


@pytest.mark.skipif(os.name != "posix", reason="modes and links as POSIX has them")
def test_a_replaced_file_keeps_its_mode_and_a_link_its_end(path):
    save_model(small(), path)
    path.chmod(0o640)
    link = path.with_name("latest")
    link.symlink_to(path.name)
    save_model(MLP(1, [1], rng=0), link)
    assert link.is_symlink()
    assert repr(load_model(path)) == repr(MLP(1, [1]))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    new = path.with_name("new")
    save_model(small(), new)
    plain = path.with_name("plain")
    plain.touch()
    assert new.stat().st_mode == plain.stat().st_mode
