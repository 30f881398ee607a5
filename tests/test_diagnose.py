"""diagnose: each verdict with a graph that deserves it and one that does not."""

import random
import warnings

import numpy as np
import pytest

from autograd import Value, diagnose, source_lines, tree, where
from nn import MLP, Module, hinge, mse

XOR = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]


def loss_of(model, rows=XOR, targets=(0.0, 1.0, 1.0, 0.0)):
    return mse([model(row) for row in rows], list(targets))


def network(*widths, activation="relu", seed=1):
    return MLP(2, [*widths, 1], activation=activation, rng=seed)


def set_biases(layer, bias):
    for unit in layer.neurons:
        unit.b.data = bias


# --- nothing is wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "gelu", "linear"])
@pytest.mark.parametrize("seed", range(4))
def test_a_healthy_network_is_left_alone(activation, seed):
    rng = random.Random(seed)
    for depth in (1, 2, 3):
        model = network(*[6] * depth, activation=activation, seed=seed)
        rows = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(5)]
        assert diagnose(loss_of(model, rows, [rng.choice([0.0, 1.0]) for _ in rows])) is None
        assert diagnose(loss_of(model)) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda w, x: (w * x).relu() + (w * -x).relu() + x,  # one relu is off, its neighbor is not
        lambda w, x: (x * 0.0).relu() + (w * x).relu(),  # a relu at 0, its neighbor above
        lambda w, x: where(w * x, w * x, 0.0) + where(x - w, x - w, 0.0),  # relus written by hand, one off
        lambda w, x: where(w - 5.0, w, 2.0 * w) * x,  # a condition has no derivative
        lambda w, x: (w * 0.0 + x * 1.0) * 2.0,  # an input that is 0
        lambda w, x: (w * x).tanh() * Value(0.0, label="gain"),  # a gain that starts at 0 gets a gradient itself
        lambda w, x: (w - 2.0) ** 2 + (x - 3.0) ** 2,  # a loss at its minimum
        lambda w, x: (w - 2.0) * (w - 2.0) + abs(x - 3.0),  # likewise
        lambda w, x: (1.0 - w * x).relu() * 0.5,  # a margin that is kept
        lambda w, x: w - w + x * w - 3.0 * w,  # a gradient that cancels
    ],
)
def test_what_is_normal_is_left_alone(make):
    assert diagnose(make(Value(2.0, label="w"), Value(3.0, label="x"))) is None


# --- dead -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("widths", [(3,), (3, 4)])
def test_dead_units_are_the_cause_and_not_the_weights_behind_them(widths):
    model = network(*widths)
    set_biases(model.layers[0], -100.0)
    for loss in (model([0.3, 0.4]), loss_of(model)):
        found = diagnose(loss)
        assert (found.kind, found.node.label, found.node.op.name) == ("dead", "layers[0].neurons[0]", "relu")
        assert "is multiplied by 0, as layers[0].neurons[0] = relu in (-" in str(found)
        assert str(found).endswith("is 0; layers[0].neurons[1], layers[0].neurons[2] likewise")


def test_a_unit_far_below_0_is_dead_even_beside_living_ones():
    model = network(8, seed=3)
    assert diagnose(loss_of(model)) is None
    model.layers[0].neurons[5].b.data = -100.0
    found = diagnose(loss_of(model))
    assert (found.kind, found.node.label) == ("dead", "layers[0].neurons[5]")
    assert "likewise" not in str(found)
    model.layers[0].neurons[5].b.data = -0.9 * sum(abs(w.data) for w in model.layers[0].neurons[5].w)
    assert diagnose(loss_of(model, [[-1.0, -1.0], [1.0, 0.5], [-1.0, 0.5]], [0.0, 1.0, 0.0])) is None  # it may wake up


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda w, x: (w - 2.0) * x, "no gradient reaches x = 3.0: it is multiplied by 0, as - in w = 2.0, 2.0 is 0"),
        (
            lambda w, x: (w * x).tanh() * 0.0,
            "since × in (0.9999877116507956) passes back nothing: the other factor is 0.0",
        ),
        (lambda w, x: (w * x).floor() * 2.0, "floor in (6.0) passes back nothing of the 2.0 from upstream"),
        (lambda w, x: (((w * -x).relu() + 0.0) * 1.0).relu(), "its input is 0, as relu in (-6.0) is 0"),
    ],
)
def test_why_a_gradient_does_not_arrive(make, says):
    found = diagnose(make(Value(2.0, label="w"), Value(3.0, label="x")))
    assert found.kind == "dead"
    assert says in str(found)


def test_margins_that_are_kept_are_not_dead_units():
    w = Value(3.0, label="w")
    assert diagnose(hinge([w * 1.0, w * -2.0], [1.0, -1.0])) is None


# --- copies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("same", [0.0, 0.5])
def test_units_that_are_copies_of_each_other(same):
    model = network(3, activation="tanh")
    for p in model.parameters():
        p.data = same
    found = diagnose(loss_of(model))
    assert found.kind == "copies"
    assert "layers[0].neurons[0] and 2 more units of its layer have the same weights" in str(found)
    model.layers[0].neurons[0].w[0].data += 0.1
    assert "layers[0].neurons[1] and layers[0].neurons[2] have" in str(diagnose(loss_of(model)))
    model.layers[0].neurons[1].w[0].data += 0.2
    assert diagnose(loss_of(model)) is None


def test_copies_are_found_where_outputs_have_no_labels():
    class Unit(Module):
        def __init__(self):
            self.w, self.b = Value(0.5), Value(0.0)

        def __call__(self, x):
            return (self.w * x + self.b).tanh()

    class Model(Module):
        def __init__(self):
            self.units, self.v = [Unit(), Unit()], [Value(0.3), Value(0.3)]

        def __call__(self, x):
            return sum(v * unit(x) for v, unit in zip(self.v, self.units, strict=True))

    model = Model()
    model.label_parameters()
    assert "units[0] and units[1] have the same weights" in str(diagnose(model(1.5)))
    model.v[1].data = 0.4
    assert diagnose(model(1.5)) is None


def test_equal_units_of_the_last_layer_are_told_apart_by_their_targets():
    model = MLP(2, [3], activation="tanh", output_activation="linear", rng=0)
    for p in model.parameters():
        p.data = 0.0
    one_example = mse([model([1.0, 2.0])], [[1.0, 0.0, 0.0]])  # the second and third are alike, for this example
    assert diagnose(one_example) is None


# --- a record that is old ---------------------------------------------------------------------------------------


def test_a_leaf_that_has_changed_is_said():
    w = Value(1.0, label="w")
    loss = (w * 2.0 - 3.0) ** 2  # made once, outside the loop
    assert diagnose(loss) is None
    for _ in range(3):
        w.grad = 0.0
        with warnings.catch_warnings(action="ignore"):  # backward says so too
            loss.backward()
        w.data -= 0.1 * w.grad
    found = diagnose(loss)
    assert (found.kind, found.node) == ("changed", w)
    assert str(found) == "changed: w was 1.0 when this was recorded and is 2.2 now: compute it again"
    assert tree(loss).endswith("\nw was 1.0 when this was recorded and is 2.2 now: compute it again")
    fresh = (w * 2.0 - 3.0) ** 2
    assert diagnose(fresh) is None
    assert "compute it again" not in tree(fresh)


def test_other_verdicts_on_an_old_record_say_so_too():
    w, v = Value(-1.0, label="w"), Value(2.0)
    loss = w.relu() * v
    w.data, v.data = 3.0, 4.0
    assert str(diagnose(loss)).endswith(
        "; w was -1.0 when this was recorded and is 3.0 now (1 more have changed): compute it again"
    )


# --- gradients that vanish --------------------------------------------------------------------------------------


def test_gradients_that_vanish_are_reported_with_the_layer_and_the_ratio():
    found = diagnose(loss_of(network(*[4] * 8, activation="sigmoid")))
    assert found.kind == "vanishing"
    assert found.node.label.startswith("layers[0].")
    assert "the gradients of layers[0] are" in str(found)
    assert "times those of layers[8]" in str(found)


def test_a_ratio_is_between_layers_not_between_units_or_examples():
    model = network(4, 4, activation="sigmoid")
    model.layers[0].neurons[0].w[0].data = 30.0  # one unit is saturated
    assert diagnose(loss_of(model)) is None
    a, b = Value(1.0, label="small.w"), Value(1.0, label="large.w")
    assert diagnose(a * 1e-6 + b * 1e6) is None  # neither feeds the other


# --- the caller's line ------------------------------------------------------------------------------------------


def test_the_line_is_the_callers_and_not_one_of_a_library():
    model = network(2, activation="tanh")
    with source_lines() as lines:
        out = model([0.3, 0.4])
        loss = mse([out], [1.0])
        mean = np.mean(np.array([out, loss], dtype=object))
    assert {line.split(":")[0] for line in lines.values()} == {"test_diagnose.py"}
    assert lines[out].endswith("out = model([0.3, 0.4])")
    assert lines[mean].endswith("mean = np.mean(np.array([out, loss], dtype=object))")
    with source_lines() as lines:
        dead = Value(-1.0, label="x").relu()
    assert str(diagnose(dead, lines=lines)).endswith('dead = Value(-1.0, label="x").relu()')
    assert "made at" not in str(diagnose(dead))
