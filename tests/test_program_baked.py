"""What Python would bake into a program: decisions, numbers taken out of Values, random draws. Each is an error that names
the line; what is harmless stays silent."""

import math
import random

import numpy as np
import pytest
from against_eager import near, swept, ways

import autograd
import nn
from autograd import Program, Value

W = Value(0.5, label="w")


def branch(x):
    if x > 0:
        return W * x
    return W * 2.0


def truth(x):
    return W * x if x else W * 1.0


def floated(x):
    return W * math.exp(x)


def parameter(x):
    return x * (float(W + 0.25))


def drawn(x):
    return W * x * random.random()


def drawn_by_numpy(x):
    return W * x * np.random.rand()


RNG = np.random.default_rng(0)


def drawn_by_a_generator(x):
    return W * x * RNG.normal()


def loop(x):
    total = W * 1.0
    for _ in range(int(x)):
        total = total + x
    return total


def equal(x):
    return W * x if x == 3.7 else W * 2.0


def by_sign_of_data(x):
    return W * x if x.data > 0 else W * 2.0


def by_grad(x):
    return W * x * (1.0 + W.grad)


def far_away(x):
    return W * x if float(x) < 50.0 else W * 2.0


def largest(xs):
    return W * xs[max(range(2), key=lambda i: xs[i].data)]


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (branch, ["> in line", "if x > 0:", "autograd.where"]),
        (truth, ["bool in line", "if x else", "autograd.where"]),
        (floated, ["float() in line", "math.exp(x)"]),
        (parameter, ["float() in line", "float(W + 0.25)"]),
        (drawn, ["random numbers", "pass them as an argument"]),
        (drawn_by_numpy, ["random numbers", "pass them as an argument"]),
        (drawn_by_a_generator, ["the same way for every example"]),
        (loop, ["int() in line", "range(int(x))"]),
        (equal, ["== in line", "if x == 3.7"]),
        (by_sign_of_data, ["v.data in line", "x.data > 0"]),
        (by_grad, ["v.grad in line", "W.grad"]),
        (far_away, ["float() in line", "float(x) < 50.0"]),
    ],
)
def test_what_would_be_baked_in_is_said(f, words):
    with pytest.raises(ValueError, match="f must") as caught:
        Program.trace(f, 3.7)
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize("example", [[1.0, 2.0], np.array([1.0, 2.0])])
def test_a_choice_among_numbers_is_said(example):
    with pytest.raises(ValueError, match=r"v\.data in line"):
        Program.trace(largest, example)


def test_a_number_that_is_only_printed_does_no_harm(capsys):
    program = Program.trace(lambda x: print(x.data, float(x)) or W * x, 3.7)
    assert program([2.0]).tolist() == [1.0]
    assert "3.7 3.7" in capsys.readouterr().out


LOSSES = {
    "mse": (nn.mse, "linear", 0.3),
    "mae": (nn.mae, "linear", 0.3),
    "huber": (nn.huber, "linear", 0.3),
    "hinge": (nn.hinge, "linear", -1.0),
    "binary_cross_entropy": (nn.binary_cross_entropy, "sigmoid", 1.0),
    "binary_cross_entropy_with_logits": (nn.binary_cross_entropy_with_logits, "linear", 0.0),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_record_their_decisions(name):
    loss, output_activation, target = LOSSES[name]
    model = nn.MLP(2, [4, 1], "tanh", output_activation=output_activation, rng=0)
    x = np.random.default_rng(0).normal(size=(9, 2)) * 3.0
    t = np.where(np.arange(9) % 2, target, -target if loss is nn.hinge else 1.0 - target)
    for program in ways(lambda: Program.trace(lambda x, t: loss([model(x)], [t]), [0.1, 0.2], target)):
        leaves = model.parameters()
        wanted = swept(loss([model(a) for a in x.tolist()], t.tolist()), leaves)
        for leaf in leaves:
            leaf.grad = 0.0
        program.backward(x, t)
        assert all(near(a, leaf.grad, 1.0) for a, leaf in zip(wanted, leaves, strict=True))


def test_cross_entropy_finds_the_class_in_the_record():
    model = nn.MLP(2, [4, 3], "tanh", rng=0)
    x = np.random.default_rng(0).normal(size=(9, 2)) * 30.0
    t = np.arange(9) % 3
    leaves = model.parameters()
    wanted = swept(nn.cross_entropy([model(a) for a in x.tolist()], t.tolist()), leaves)
    for program in ways(lambda: Program.trace(lambda x, t: nn.cross_entropy([model(x)], [t]), [0.1, 0.2], 2)):
        for leaf in leaves:
            leaf.grad = 0.0
        program.backward(x, t)
        assert all(near(a, leaf.grad, 1.0) for a, leaf in zip(wanted, leaves, strict=True))
        with pytest.raises(ValueError, match=r"log\(0\.0\).*\(example 1\)"):
            program(x[:2], [0, 3])
    row = [Value(40.0), Value(0.0)]  # the tail, as exact as with a class that is an int
    by_int, by_value = swept(nn.cross_entropy([row], [0]), row), swept(nn.cross_entropy([row], [Value(0.0)]), row)
    assert by_int == by_value
    assert near(by_value[0], -4.248354255291589e-18)


def test_what_is_harmless_stays_silent(capsys):
    def printing(x):
        y = W * x
        print(f"{y:.3f}", float(y), y, str(y), hash(y), y in {y}, y.grad, W.grad)
        return y

    def guarded(x):
        return autograd.where(x, autograd.sqrt(autograd.where(x, x, 1.0)), 0.0) * W

    def refuses(x, t):
        if not isinstance(t, Value):
            raise TypeError
        return (W * x - t) ** 2

    Program.trace(printing, 3.7)
    Program.trace(guarded, 3.7)
    Program.trace(refuses, 3.7, 1.0)
    for first in (3.7, -3.7, 0.1):  # the largest of the three is another for other examples
        Program.trace(lambda x: autograd.softmax([W * x, x, W])[0], first)
        Program.trace(lambda x: autograd.logsumexp([W * x, x, W, 0.3]), first)
    Program.trace(lambda x: autograd.logsumexp([W * x, x, W]), 3.7)
    Program.trace(lambda x: autograd.clamp(W * x, -1.0, 1.0), 3.7)
    Program.trace(lambda x: autograd.norm([W * x, x]), 3.7)
    capsys.readouterr()


def accumulated(x):
    total = Value(0.0)
    for w in WEIGHTS:
        total = total * x + w
    return total.tanh()


WEIGHTS = [Value(0.3), Value(-0.2), Value(0.7)]


def test_a_leaf_made_in_each_call_is_a_constant_and_not_a_weight():
    x = np.array([0.5, -2.0, 1.5])
    for program in ways(lambda: Program.trace(accumulated, 0.5)):
        assert set(program.leaves) == set(WEIGHTS)
        assert np.allclose(program(x), [accumulated(Value(v)).data for v in x], rtol=1e-12)


ZERO = Value(0.0)
ROWS = [Value(0.0), Value(0.0)]
CALLS = []


def detached(x):
    return ZERO.detach() * x + ZERO * x


def from_a_table(x):
    return ROWS[int(x)] * x


def counting(x):
    CALLS.append(x)
    return Value(float(len(CALLS))) * W * x


def of_a_parameter(x):
    return W * x * Value(W.data)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (detached, r"detach\(\) in line"),
        (from_a_table, r"int\(\) in line"),
        (counting, "f makes a Value in every call, which was 1.0 for one example and 2.0 for another"),
        (of_a_parameter, r"f makes a Value .* the first number: v\.data in line .*Value\(W\.data\)"),
        (lambda x: W * x * Value(RNG.normal()), "f makes a Value in every call"),
        (lambda x: Value(2.0) * 3.0, "made of new Values"),
    ],
)
def test_a_leaf_that_may_change_is_not_taken_for_a_constant(f, words):
    with pytest.raises(ValueError, match=words):
        Program.trace(f, 0.5)


def test_a_weight_made_in_the_first_call_stays_a_weight():
    kept = []

    def lazily(x):
        if not kept:
            kept.append(Value(0.5))
        return kept[0] * x

    assert Program.trace(lazily, 0.5).leaves == kept


def recurrence(xs, t):
    h, loss = [Value(0.0), Value(0.25)], Value(0.0)
    for x in xs:
        h = [(W * x + W * h[1]).tanh(), (x - h[0] * W).tanh()]
    loss += (h[0] + h[1] - t) ** 2
    return loss


def test_the_first_state_of_a_recurrence_is_a_constant():
    xs, t = np.random.default_rng(0).normal(size=(9, 4)), np.arange(9.0)
    for program in ways(lambda: Program.trace(recurrence, [1.0] * 4, 1.0)):
        assert program.leaves == [W]
        wanted = [swept(recurrence(a, b), [W])[0] for a, b in zip(xs.tolist(), t.tolist(), strict=True)]
        assert all(map(near, wanted, program.gradients(xs, t, reduction=None).flat[:, 0], wanted))
    assert (
        Program.trace(lambda: (Value(2.0) * W - Value(3.0)) ** 2)() == 4.0
    )  # the data wrapped, as micrograd's demo does


def test_a_weight_made_for_one_example_alone_is_not_a_constant():
    table: dict[float, Value] = {}  # an embedding
    with pytest.raises(ValueError, match="the same way for every example"):
        Program.trace(lambda x: table.setdefault(x.data, Value(0.0)) * x, 2.0)
