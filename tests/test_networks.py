"""Modules, layers and initializers: results, parameters, and the arguments they refuse."""

import copy
import math
import pickle
import random
import statistics
from collections import UserList, deque
from types import MappingProxyType

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from nn import ACTIVATIONS, INITIALIZERS, MLP, Layer, Module, Neuron


def test_a_network_computes_what_matrices_do():
    model = MLP(3, [4, 5, 2], activation=["tanh", "sigmoid"], rng=0)
    state = model.state_dict()
    x = np.array([0.3, -1.2, 0.7])
    for i, f in enumerate((np.tanh, lambda z: 1 / (1 + np.exp(-z)), lambda z: z)):
        x = f(state[f"layers.{i}.weight"] @ x + state[f"layers.{i}.bias"])
    assert [v.data for v in model([0.3, -1.2, 0.7])] == pytest.approx(x.tolist(), rel=1e-14)


@pytest.mark.parametrize(
    "x",
    [
        [0.5, 2],
        (0.5, 2),
        np.array([0.5, 2]),
        [Value(0.5), Value(2)],
        np.array([Value(0.5), Value(2)]),
        [np.float32(0.5), 2],
    ],
)
def test_inputs_of_every_kind(x):
    assert MLP(2, [3, 1], rng=0)(x).data == MLP(2, [3, 1], rng=0)([0.5, 2.0]).data


def test_a_single_input_needs_no_list():
    unit = Neuron(1, "linear", rng=0)
    assert unit(2.0).data == unit([2.0]).data == unit(Value(2.0)).data == unit(np.float32(2.0)).data
    assert MLP(2, [np.int64(3), 1], rng=0)(range(2)).data == MLP(2, [3, 1], rng=np.int64(0))([0, 1]).data


@pytest.mark.parametrize("network", [lambda: Neuron(2), lambda: Layer(2, 3), lambda: MLP(2, [3, 1])])
@pytest.mark.parametrize(
    ("x", "error", "says"),
    [
        ([1.0], ValueError, r"x must have 2 inputs, got 1: a list: \[1\.0\]"),
        ([1.0, 2.0, 3.0], ValueError, "x must have 2 inputs, got 3"),
        ([], ValueError, "x must have 2 inputs, got 0"),
        (
            [[1.0, 2.0]],
            ValueError,
            r"got 1: a list: \[\[1\.0, 2\.0\]\]; a network takes one example at a time, predict",
        ),
        ([[1.0], [2.0]], TypeError, r"x\[0\] must be a Value or a number, got a list: \[1\.0\]; a network takes one"),
        ([1.0, "2"], TypeError, r"x\[1\] must be a Value or a number, got a str: '2'"),
        ([1.0, None], TypeError, r"x\[1\] must be a Value or a number, got a NoneType"),
        ([1.0, np.array([1.0, 2.0])], TypeError, r"x\[1\] must be a Value or a number, got an ndarray"),
        ((u for u in (1.0, 2.0)), TypeError, "x must be a sequence of 2 Values or numbers, got a generator"),
        (
            np.ones((1, 2)),
            TypeError,
            "x must be a sequence of 2 Values or numbers, got an ndarray.*one example at a time",
        ),
        ("ab", TypeError, "x must be a sequence of 2 Values or numbers, got a str"),
        (3.0, TypeError, "x must be a sequence of 2 Values or numbers, got a float"),
        ({1: 2.0, 2: 3.0}, TypeError, "x must be a sequence of 2 Values or numbers, got a dict"),
    ],
)
def test_inputs_that_do_not_fit(network, x, error, says):
    with pytest.raises(error, match=says):
        network()(x)


@pytest.mark.parametrize(
    ("size", "error"),
    [(0, ValueError), (-1, ValueError), (2.0, TypeError), (True, TypeError), ("2", TypeError), (None, TypeError)],
)
def test_sizes_that_are_none(size, error):
    with pytest.raises(error, match=r"n_inputs must be"):
        Neuron(size)
    with pytest.raises(error, match=r"n_outputs must be"):
        Layer(2, size)
    with pytest.raises(error, match=r"layer_sizes\[1\] must be"):
        MLP(2, [3, size])
    with pytest.raises(error, match=r"n_inputs must be"):
        MLP(size, [3])


def test_layers_that_are_none():
    with pytest.raises(ValueError, match="layer_sizes must list at least one layer"):
        MLP(2, [])
    for bad in (3, "31", b"31", None):
        with pytest.raises(TypeError, match="layer_sizes must be a list of ints"):
            MLP(2, bad)
    with pytest.raises(ValueError, match="activation must have one entry for each of 2 hidden layers, got 1"):
        MLP(2, [3, 3, 1], activation=["relu"])


def test_unknown_names_list_the_known_ones():
    with pytest.raises(
        ValueError, match=r"activation must be one of linear, relu, .*, got 'rellu'; did you mean 'relu'\?"
    ):
        MLP(2, [3, 1], activation="rellu")
    with pytest.raises(ValueError, match=r"output_activation must be one of linear, relu, .*, got 'nope'"):
        MLP(2, [1], output_activation="nope")
    with pytest.raises(ValueError, match=r"activation must be one of linear, relu, .*, got 'nope'"):
        MLP(2, [1], activation="nope")
    with pytest.raises(ValueError, match=r"init must be one of uniform, glorot_uniform, .*, got 'he'"):
        Neuron(2, init="he")
    with pytest.raises(TypeError, match="a function, got an int: 3"):
        Neuron(2, 3)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_by_name(name):
    unit = Neuron(2, name, rng=0)
    z = unit.w[0].data * 0.5 + unit.w[1].data * -1.0
    assert unit([0.5, -1.0]).data == pytest.approx(ACTIVATIONS[name](Value(0.0 + z)).data, rel=1e-14)
    assert repr(unit).endswith("Neuron(2)")


def test_a_function_of_your_own_is_an_activation():
    def bump(v):
        return autograd.exp(-v * v)

    model = MLP(2, [3, 1], activation=bump, rng=0)
    assert repr(model.layers[0].neurons[0]) == "BumpNeuron(2)"
    model([1.0, 2.0]).backward()
    assert all(p.grad != 0 for p in model.layers[0].neurons[0].parameters())
    with pytest.raises(
        TypeError, match=r"activation must return a Value, got a float: .* from tanh; .* autograd\.tanh"
    ):
        MLP(2, [3, 1], activation=math.tanh, rng=0)([1.0, 2.0])


class Residual(Module):
    """A skip connection, a shared weight, and a parameter in a dict."""

    def __init__(self):
        self.first = Layer(2, 2, "tanh", rng=0)
        self.second = Layer(2, 2, "tanh", rng=1)
        self.second.neurons[0].w[0] = self.first.neurons[0].w[0]
        self.scale = {"out": Value(2.0)}
        self._hidden = Value(9.0)
        self.last = None

    def __call__(self, x):
        h = self.first(x)
        self.last = h[0]
        return [self.scale["out"] * (a + b) for a, b in zip(h, self.second(h), strict=True)]


def test_any_wiring_is_trained_by_the_same_rule():
    model = Residual()
    names = dict(model.named_parameters())
    assert len(names) == len(model.parameters()) == 12  # 6 + 6 - 1 shared + 1
    assert "first.neurons[1].b" in names
    assert "scale['out']" in names
    shared = model.first.neurons[0].w[0]
    out = model([0.4, -0.3])[0]
    out.backward()
    step = 1e-6
    for p in model.parameters():
        kept = p.data
        p.data = kept + step
        above = model([0.4, -0.3])[0].data
        p.data = kept - step
        slope = (above - model([0.4, -0.3])[0].data) / (2 * step)
        p.data = kept
        assert p.grad == pytest.approx(slope, abs=1e-8)
    assert shared.grad != 0
    model.zero_grad()
    assert {p.grad for p in model.parameters()} == {0.0}


def test_state_is_named_arrays_and_comes_back_bit_for_bit():
    model = MLP(2, [3, 1], rng=0)
    model.layers[0].neurons[0].b.data = -0.0
    model.layers[0].neurons[1].b.data = 5e-324
    state = model.state_dict()
    assert {name: array.shape for name, array in state.items()} == {
        "layers.0.weight": (3, 2), "layers.0.bias": (3,), "layers.1.weight": (1, 3), "layers.1.bias": (1,),
    }  # fmt: skip
    other = MLP(2, [3, 1], rng=1)
    other.load_state_dict(state)
    assert {n: a.tobytes() for n, a in other.state_dict().items()} == {n: a.tobytes() for n, a in state.items()}
    other.layers[0].neurons[0].w[0].data = 99.0
    assert state["layers.0.weight"][0, 0] != 99.0
    assert set(Residual().state_dict()) == {"first.weight", "first.bias", "second.weight", "second.bias", "scale.out"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s.pop("layers.0.bias"), r"it lacks \['layers.0.bias'\]"),
        (lambda s: s.update(extra=[1.0]), r"arrays; it has unknown \['extra'\]"),
        (
            lambda s: s.update({"layers.0.bias": [1.0, 2.0]}),
            r"state\['layers.0.bias'\] must have shape \(3,\), got \(2,\)",
        ),
        (lambda s: s.update({"layers.1.bias": [math.nan]}), r"state\['layers.1.bias'\] must be finite, got inf or nan"),
        (
            lambda s: s.update({"layers.1.bias": ["1"]}),
            r"state\['layers.1.bias'\] must be an array of real numbers, got a list: \['1'\]",
        ),
        (lambda s: s.update({"layers.1.bias": [1j]}), r"state\['layers.1.bias'\] must be an array of real numbers"),
        (
            lambda s: s.update({"layers.1.bias": [10**400]}),
            r"state\['layers.1.bias'\] must be an array of real numbers",
        ),
        (
            lambda s: s.update({"layers.0.weight": [[1.0], [1.0, 2.0]]}),
            r"state\['layers.0.weight'\] must be an array of numbers",
        ),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, says):
    model = MLP(2, [3, 1], rng=0)
    before = [p.data for p in model.parameters()]
    state = MLP(2, [3, 1], rng=1).state_dict()
    change(state)
    with pytest.raises(ValueError, match=says):
        model.load_state_dict(state)
    assert [p.data for p in model.parameters()] == before


class Slope(Module):
    """A learnable activation."""

    def __init__(self):
        self.slope = Value(0.25)

    def __call__(self, v):
        return v.relu() - self.slope * (-v).relu()


def test_a_learnable_activation_is_a_parameter_and_part_of_the_state():
    model, other = MLP(2, [3, 1], activation=Slope(), rng=0), MLP(2, [3, 1], activation=Slope(), rng=1)
    model.layers[0].neurons[0].activation.slope.data = 0.5
    assert len(model.parameters()) == 14
    other.load_state_dict(model.state_dict())
    assert other([1.0, -2.0]).data == model([1.0, -2.0]).data
    assert other.layers[0].neurons[2].activation.slope.data == 0.5


class Held(Module):
    def __init__(self, **held):
        vars(self).update(held)


def test_what_a_module_may_hold_and_how():
    a, b = Value(1.0), Value(2.0)
    assert Held(array=np.array([a, b])).state_dict()["array"].tolist() == [1.0, 2.0]
    assert dict(Held(array=np.array([[a], [b]])).named_parameters()) == {"array[0][0]": a, "array[1][0]": b}
    child = Held(w=a)
    parent = Held(child=child, w=b)
    child.parent = parent  # what holds itself is not entered again
    assert dict(parent.named_parameters()) == {"child.w": a, "w": b}
    assert list(parent.state_dict()) == ["child.w", "w"]
    with pytest.raises(TypeError, match="parameters must be held in a list, for a set has no order"):
        Held(weights={a, b}).parameters()
    with pytest.raises(ValueError, match=r"two parameters would have one name in the state: \['1'\]"):
        Held(d={1: a, "1": b}).state_dict()
    with pytest.raises(TypeError, match="state must map names to arrays, got a NoneType"):
        parent.load_state_dict(None)
    with pytest.raises(ValueError, match=r"second is shared, and state has 1.0 and 2.0 for it"):
        Held(first=a, second=a).load_state_dict({"first": 1.0, "second": 2.0})


def test_a_network_can_be_copied_and_pickled():
    model = MLP(2, [3, 1], rng=0)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin([1.0, 2.0]).data == model([1.0, 2.0]).data
        twin.layers[0].neurons[0].w[0].data = 7.0
        assert model.layers[0].neurons[0].w[0].data != 7.0


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers_have_the_spread_of_their_source(name):
    rng = random.Random(0)
    drawn = [INITIALIZERS[name](rng, 50, 30) for _ in range(20_000)]
    variance = {
        "uniform": 1 / 3,
        "glorot_uniform": 2 / 80,
        "glorot_normal": 2 / 80,
        "he_uniform": 2 / 50,
        "he_normal": 2 / 50,
    }
    assert statistics.pvariance(drawn) == pytest.approx(variance[name], rel=0.05)
    assert statistics.fmean(drawn) == pytest.approx(0.0, abs=0.02)


def test_fan_out_is_the_layer_s():
    seen = []
    Layer(3, 5, init=lambda rng, fan_in, fan_out: seen.append((fan_in, fan_out)) or 0.5)
    assert set(seen) == {(3, 5)}


def test_a_seed_repeats_and_a_generator_goes_on():
    assert (
        MLP(2, [3, 1], rng=5).state_dict()["layers.0.weight"].tolist()
        == MLP(2, [3, 1], rng=5).state_dict()["layers.0.weight"].tolist()
    )
    rng = random.Random(5)
    first, second = MLP(2, [3, 1], rng=rng), MLP(2, [3, 1], rng=rng)
    assert first.parameters()[0].data == MLP(2, [3, 1], rng=5).parameters()[0].data != second.parameters()[0].data
    for bad in ("5", 5.0, True, np.random.default_rng(5)):
        with pytest.raises(TypeError, match=r"rng must be a random\.Random, an int seed or None"):
            MLP(2, [3, 1], rng=bad)


def test_a_module_without_a_call_says_so():
    with pytest.raises(NotImplementedError, match=r"Module defines no __call__"):
        Module()(1.0)


# --- a weight that is not a weight ----------------------------------------------------------------------------------


def unit_with(change):
    model = MLP(2, [2, 1], rng=0)
    change(model.layers[0].neurons[1])
    return model


PLACE = r"layers\[0\]\.neurons\[1\]\."


@pytest.mark.parametrize(
    ("model", "error", "says"),
    [
        (unit_with(lambda u: setattr(u, "w", [0.15, 0.2])), TypeError, PLACE + r"w\[0\] must be a Value, got a float"),
        (unit_with(lambda u: setattr(u, "b", 1)), TypeError, PLACE + r"b must be a Value, got an int: 1; write Value\(1\)"),
        (unit_with(lambda u: setattr(u, "w", np.array([1.0, 2.0]))), TypeError, PLACE + r"w\[0\] must be a Value"),
        (unit_with(lambda u: u.w.__setitem__(1, u.w[1] - 0.1)), ValueError, PLACE + r"w\[1\] .* computed by sub"),
        (unit_with(lambda u: setattr(u, "b", u.b * 2.0)), ValueError, PLACE + r"b must be a leaf, .* computed by mul"),
        (Held(e=[Value(2.0) * 0.01], w=Value(1.0)), ValueError, r"e\[0\] must be a leaf .* with e\[0\] = Value\(0\.02\)"),
        (Held(e=(Value(x) for x in (1.0, 2.0))), TypeError, "held in a list, for a generator: .* make e a list"),
        (Held(e=[map(Value, [1.0])]), TypeError, r"make e\[0\] a list"),
    ],
)  # fmt: skip
def test_a_weight_that_would_be_neither_trained_nor_saved_is_named(model, error, says, tmp_path):
    for use in (
        Module.parameters,
        Module.zero_grad,
        Module.state_dict,
        lambda m: m.load_state_dict({}),
        lambda m: nn.save_weights(m, tmp_path / "m.safetensors"),
    ):
        with pytest.raises(error, match=says):
            use(model)
    if isinstance(model, MLP):
        for use in (lambda m: nn.save_model(m, tmp_path / "m"), lambda m: nn.one_rule(m, [1.0, 2.0], lambda out: out)):
            with pytest.raises(error, match=says):
                use(model)


def test_weights_that_an_update_replaced_are_named():
    model = MLP(2, [2, 1], rng=0)
    model([1.0, 2.0]).backward()
    for layer in model.layers:
        for unit in layer.neurons:
            unit.w = [w - 0.1 * w.grad for w in unit.w]
            unit.b = unit.b - 0.1 * unit.b.grad
    with pytest.raises(ValueError, match=r"change a weight in place, as in w\.data -= 0\.1 \* w\.grad"):
        model.zero_grad()
    one = Held(w=Value(3.0))
    one.w = one.w - 0.1 * one.w.grad
    with pytest.raises(ValueError, match=r"w must be a leaf to be a parameter"):
        one.parameters()


def test_what_a_module_keeps_of_its_own_work_is_left_alone():
    model = Residual()
    for _ in range(2):
        model([1.0, 2.0])  # keeps an activation in a public attribute
        assert len(model.parameters()) == 12
    frozen = Held(_frozen=Layer(2, 2, rng=0), w=Value(1.0))
    frozen.seen = [h * 2.0 for h in frozen._frozen([1.0, 2.0])]
    assert frozen.parameters() == [frozen.w]
    frozen.long = sum(Value(float(i)) for i in range(200))  # longer than any weight's record
    assert frozen.parameters() == [frozen.w]


def test_a_deque_and_any_mapping_hold_parameters():
    a, b = Value(1.0), Value(2.0)
    held = Held(e=deque([a]), d=MappingProxyType({"k": b}))
    assert dict(held.named_parameters()) == {"e[0]": a, "d['k']": b}
    listed = Held(u=UserList([a]), v={"k": b}.values())
    assert listed.parameters() == [a, b]
    held.load_state_dict({name: 3.0 * array for name, array in held.state_dict().items()})
    assert (a.data, b.data) == (3.0, 6.0)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: MLP(2, [1], output="tanh"), r"MLP\(\) has no argument 'output'; it is called output_activation here"),
        (lambda: MLP(2, layers=[1]), "it is called layer_sizes here"),
        (lambda: MLP(2, [1], seed=0), "it is called rng here"),
        (lambda: Layer(2, 1, activatoin="tanh"), r"Layer\(\) has no argument 'activatoin'; it is called activation"),
        (
            lambda: Neuron(2, bias=False),
            r"Neuron\(\) has no argument 'bias'; it takes n_inputs, activation, init, rng, fan_out, nonlin",
        ),
    ],
)
def test_an_argument_named_by_habit_is_answered_with_ours(call, says):
    with pytest.raises(TypeError, match=says):
        call()


def test_an_initializer_that_gives_no_number_is_named():
    with pytest.raises(TypeError, match=r"what init returns must be one real number .*, got a str: 'x'"):
        Neuron(2, init=lambda rng, fan_in, fan_out: "x")


def test_what_is_given_by_place_where_a_name_is_wanted_is_answered_too():
    with pytest.raises(
        TypeError, match=r"^fit\(\) takes model, x, y by place and the others by name, as loss=…; got too"
    ):
        nn.fit(MLP(1, [1]), [[1.0]], [1.0], "mse")
    with pytest.raises(TypeError, match=r"^Neuron\(\) takes n_inputs, activation, init, rng by place and .* fan_out=…"):
        Neuron(1, "tanh", None, 0, 1)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("swish", "'silu' is the same function"),
        ("Swish", "'silu' is the same function"),
        ("ReLU", "write 'relu'"),
        ("softmax", ".*leave the output linear and train with loss='cross_entropy'"),
        ("leaky-relu", "write 'leaky_relu'"),
    ],
)
def test_an_activation_named_by_habit_is_answered_with_ours(name, advice):
    with pytest.raises(ValueError, match=rf"output_activation must be one of .*, got '{name}'; {advice}"):
        MLP(2, [1], output_activation=name)


@pytest.mark.parametrize(
    ("options", "drawn"),
    [
        ({}, ["uniform", "uniform", "uniform"]),  # as micrograd does
        ({"output_activation": "tanh"}, ["uniform", "uniform", "uniform"]),
        ({"activation": "relu"}, ["he_uniform", "he_uniform", "glorot_uniform"]),
        ({"activation": "tanh"}, ["glorot_uniform", "glorot_uniform", "glorot_uniform"]),
        ({"activation": ["silu", "sin"]}, ["he_uniform", "glorot_uniform", "glorot_uniform"]),
        ({"activation": "tanh", "output_activation": "relu"}, ["glorot_uniform", "glorot_uniform", "he_uniform"]),
        ({"activation": "tanh", "init": "he_normal"}, ["he_normal", "he_normal", "he_normal"]),
    ],
)
def test_weights_begin_as_suits_the_activation_that_is_named(options, drawn):
    rng = random.Random(3)
    sizes = [2, 4, 3, 1]
    wanted = [
        INITIALIZERS[name](rng, n, m) for name, n, m in zip(drawn, sizes, sizes[1:], strict=False) for _ in range(n * m)
    ]
    model = MLP(2, [4, 3, 1], rng=3, **options)
    assert [w.data for layer in model.layers for unit in layer.neurons for w in unit.w] == wanted


def test_single_units_begin_as_suits_their_activation():
    for make, name in (
        (lambda: Neuron(3, rng=1), "uniform"),
        (lambda: Neuron(3, False, rng=1), "uniform"),
        (lambda: Neuron(3, nonlin=True, rng=1), "uniform"),
        (lambda: Neuron(3, "relu", rng=1), "he_uniform"),
        (lambda: Neuron(3, "tanh", rng=1), "glorot_uniform"),
        (lambda: Layer(3, 1, "gelu", rng=1).neurons[0], "he_uniform"),
        (lambda: Layer(3, 1, rng=1).neurons[0], "uniform"),
    ):
        assert make().w[0].data == INITIALIZERS[name](random.Random(1), 3, 1)


def test_large_networks_do_not_flood():
    assert repr(Layer(2, 32, activation="relu", rng=0)).count("ReLUNeuron(2)") == 32
    assert repr(Layer(2, 200, activation="relu", rng=0)) == "Layer of [ReLUNeuron(2), ReLUNeuron(2), … and 198 more]"
    assert repr(MLP(2, [1] * 40, rng=0)).endswith(", … and 38 more]")


def test_reports_print_in_one_line():
    model = MLP(2, [3, 1], activation="tanh", rng=0)
    (output, hidden) = nn.layer_gradients(model, [1.0, 2.0], lambda out: out**2)
    assert repr(output) == "<LayerGradient: output, W 3x1>"
    assert "hidden" in repr(hidden)
    ratios = nn.UpdateRatios(model)
    ratios.record()
    assert repr(ratios).startswith("<UpdateRatios: steps 1; layers.0.weight, ")
