"""Programs with labels and arguments of any name, without parameters, and with arrays or maps that hide something."""

import numpy as np
import pytest
from against_eager import agrees, near

from autograd import Program, Value, sigmoid

HOSTILE = [
    ["x; import os", "class", "Ж"],
    ["np", "program", "sum"],
    ["forward", "sigmoid", "d_W1"],
    ["a b", "1a", "a\nb"],
    ["\\", "'''", "#"],
    ["\ufb01", "fi", "d_fi"],  # a ligature, which Python reads as the two letters
    ["w", "w", "w"],
]


@pytest.mark.parametrize("labels", HOSTILE)
def test_labels_of_any_kind_make_source_that_runs(labels):
    a, b, c = (Value(1.0 + i, label=label) for i, label in enumerate(labels))
    program = agrees((a * b + c).sigmoid() * a)
    exec(program.source, {})


@pytest.mark.parametrize(
    "f",
    [
        lambda np, n: np * n + sigmoid(n),
        lambda program, forward: program + forward * forward,
        lambda sigmoid, added: sigmoid.sigmoid() * added,
        lambda loss, d_w: loss * d_w,
    ],
)
@pytest.mark.parametrize("w", [None, Value(1.5, label="w")])
def test_arguments_may_have_the_names_that_the_source_uses_itself(f, w):
    import inspect

    def g(*given):
        return f(*given) if w is None else w * f(*given)

    g.__signature__ = inspect.signature(f)
    program = Program.trace(g, 1.0, 1.0)
    first, second = np.array([0.5, 2.0]), np.array([-1.0, 3.0])
    wanted = [g(Value(x), Value(y)).data for x, y in zip(first, second, strict=True)]
    assert all(near(a, b, 1.0) for a, b in zip(program(first, second), wanted, strict=True))


@pytest.mark.parametrize("f", [lambda x: x, lambda x: x * x])
def test_a_program_without_parameters_has_an_empty_gradient(f):
    program = Program.trace(f, 1.0)
    assert program.backward([1.0, 3.0]) == np.mean(program([1.0, 3.0]))
    assert program.gradients([1.0, 3.0], reduction=None).flat.shape == (2, 0)


def test_masked_entries_are_refused():
    program = Program.trace(lambda x: x * x, 1.0)
    with pytest.raises(ValueError, match="masked entries"):
        program(np.ma.array([1.0, 2.0], mask=[False, True]))
    assert program(np.ma.array([1.0, 2.0])).tolist() == [1.0, 4.0]


@pytest.mark.parametrize(
    "lossy", [lambda f, blocks: [f(one) for one in blocks][1:], lambda f, blocks: [1.0] * len(blocks)]
)
def test_a_map_that_loses_a_block_is_reported(lossy):
    w = Value(2.0)
    program = Program.trace(lambda x: w * x, 1.0, map=lossy)
    with pytest.raises(ValueError, match="map must return the result of each block"):
        program.backward(np.ones(1000))
    assert w.grad == 0.0


@pytest.mark.parametrize("f", [lambda w, x: w * w.data * x, lambda w, x: x * float(w * w)])
def test_a_parameter_whose_number_is_read_is_reported_though_it_is_an_integer(f):
    w = Value(2.0)
    with pytest.raises(ValueError, match="the same way for every example"):
        Program.trace(lambda x: f(w, x), 1.0)
    assert w.data == 2.0


def matrix(name, rows, columns):
    return [[Value(0.1 * (i + j), label=f"{name}[{i}][{j}]") for j in range(columns)] for i in range(rows)]


def linear(weights, x):
    return [sum(w * v for w, v in zip(row, x, strict=True)) for row in weights]


def test_weights_of_two_names_are_two_arrays_where_they_meet_different_inputs():
    """A step of a recurrent network."""
    wx, wh, b = matrix("Wx", 4, 3), matrix("Wh", 4, 4), [Value(0.0, label=f"b[{i}]") for i in range(4)]

    def step(x, h):
        return sum((u + v + c).tanh() for u, v, c in zip(linear(wx, x), linear(wh, h), b, strict=True))

    program = Program.trace(step, [0.1, 0.2, 0.3], [0.1, 0.2, 0.3, 0.4])
    assert "z1 = Wh @ h + Wx @ x + b[:, None]" in str(program), program


def test_weights_of_several_names_in_one_array_give_it_their_names():
    rows = [matrix(name, 2, 3) for name in ("Wq", "Wk", "Wv")]
    program = Program.trace(lambda x: sum(z.tanh() for row in rows for z in linear(row, x)), [1.0, 2.0, 3.0])
    assert list(program.parameters) == ["Wqkv"]


@pytest.mark.parametrize(
    ("f", "first"),
    [
        (lambda w, b, x: (w[0] * x[0] + w[1] * x[1] + b[0]) ** 2, "s1 = w1 @ x + b1"),
        (
            lambda w, b, x: sum((u * v + c).tanh() for u, v, c in zip(w, x, b, strict=True)),
            "w1[:, None] * x + b1[:, None]",
        ),
        (lambda w, b, x: (w[0] * x[0] + b[0]).tanh() + b[0] * b[0], "s1 = w1 * x[0] + b1"),  # a penalty beside
    ],
)
def test_a_bias_is_what_is_added(f, first):
    w, b = ([Value(0.5), Value(0.25)] for _ in range(2))
    program = Program.trace(lambda x: f(w, b, x), [1.0, 2.0])
    assert first in str(program), program
