"""The source of programs reads as a person would write it."""

import random

import pytest
from against_eager import agrees

import nn
from autograd import Program, Value

RNG = random.Random(0)


def lines(program):
    return [line.split("  #")[0].strip() for line in str(program).splitlines()[1:]]


@pytest.mark.parametrize("activation", ["leaky_relu", "elu"])
def test_a_condition_is_written_where_it_is_used(activation):
    model = nn.MLP(2, [4, 3, 2], activation, rng=0)
    program = agrees(sum(y * y for x in [(0.5, -1.0), (0.0, 0.0), (-2.0, 0.25)] for y in model(x)))
    text = lines(program)
    assert any(line.endswith("= np.where(z1 > 0, 0.0, z1)") for line in text), program
    assert not any("1.0 * (" in line or line.endswith("t1") for line in text), program


def test_a_condition_of_single_numbers():
    """~True is -2, and ~np.True_ is False."""
    w = Value(0.5, label="w")
    for number in (0.5, 0.0, -0.5):
        w.data = number
        agrees(sum((w * x).relu() for x in range(3)) + nn.Neuron(1, "leaky_relu", rng=0)([w]))


def test_gates_are_written_side_by_side():
    """The gates of an LSTM lie in one array, of whose gradient each part is set once."""
    weights = [[[Value(RNG.gauss(0.0, 0.5)) for _ in range(5)] for _ in range(2)] for _ in range(4)]

    def step(x, h, c):
        z = [[sum(w * v for w, v in zip(row, [*h, *x], strict=True)) for row in gate] for gate in weights]
        f, i, o = ([v.sigmoid() for v in gate] for gate in z[:3])
        c = [a * b + d * e.tanh() for a, b, d, e in zip(f, c, i, z[3], strict=True)]
        return sum(a * b.tanh() for a, b in zip(o, c, strict=True))

    program = Program.trace(step, [0.1, 0.2, 0.3], [0.1, 0.2], [0.5, -0.5])
    text = lines(program)
    assert any("= np.empty((6, n))" in line for line in text), program
    assert not any("np.zeros" in line or "+=" in line for line in text), program


def test_a_sum_of_two_or_three_products_is_a_product_of_vectors():
    model = nn.MLP(2, [3, 1], "tanh", rng=0)
    program = Program.trace(lambda x, t: (model(x) - t) ** 2, [0.1, 0.2], 0.5)
    assert "s1 = w2 @ h1 + b2" in lines(program), program
    assert "d_h1 = d_t1 * w2[:, None]" in lines(program), program


def test_quotients_are_written_as_quotients():
    w, v = ([Value(0.5 + k, label=f"{name}[{k}]") for k in range(4)] for name in "wv")
    program = Program(sum((a / b).tanh() for a, b in zip(w, v, strict=True)))
    assert "d_w = d_t1 / v" in lines(program), program


def test_what_is_multiplied_by_one_or_added_to_zero_has_no_step():
    model = nn.MLP(2, [4, 3], "tanh", rng=0)
    xs = [(0.5, -1.0), (1.0, 0.0)]
    roundabout = sum((1.0 * (y + 0.0) / 1.0).sin() for x in xs for y in model(x))
    assert str(agrees(roundabout)) == str(agrees(sum(y.sin() for x in xs for y in model(x))))


def test_data_that_are_one_or_zero_stay_in_their_row():
    model = nn.MLP(3, [4, 2], "tanh", rng=0)
    rows = [[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.5, 2.0, -0.0]]
    program = agrees(sum((y - 1.0) ** 2 for row in rows for y in model(row)))
    assert lines(program)[0] == "z1 = W1 @ x1 + b1[:, None]"


def test_a_gradient_that_another_array_holds_is_not_written_again():
    """Of d²/2 it is d itself: there is no line d_t1 = t1."""
    model = nn.MLP(2, [3, 2], "sigmoid", "sigmoid", rng=0)
    error = Program.trace(lambda x, t: nn.mse(model(x), t), [0.1, 0.2], [0.3, 0.4])
    assert "d_z2 = t1 * (h2 * sigmoid(-z2))" in lines(error), error
    assert "d_t1 = t1" not in lines(error)
    x = [Value(0.5 * k) for k in range(-3, 5)]
    agrees(sum(0.5 * v**2 for v in x) + sum(v.tanh() for v in x))  # where more is added, it is a copy
