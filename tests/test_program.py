"""Programs against the eager engine: on every kind of graph the same numbers, and source that reads as written by hand."""

import base64
import random
import re

import numpy as np
import pytest
from against_eager import agrees, near, swept
from hypothesis import given, settings, strategies as st

import autograd
import nn
from autograd import Program, Value, gradients, softmax
from nn.networks.activations import ACTIVATIONS

RNG = random.Random(0)


def numbers(n):
    return [RNG.gauss(0.0, 1.0) for _ in range(n)]


def matrix(rows, columns):
    return [[Value(RNG.gauss(0.0, 0.5)) for _ in range(columns)] for _ in range(rows)]


def linear(weights, x):
    return [sum(w * xi for w, xi in zip(row, x, strict=True)) for row in weights]


# --- the source -------------------------------------------------------------------------------------------------------


def demo(model, examples=100):
    """micrograd's demo: max-margin loss and L2."""
    rng = random.Random(1)
    xs = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(examples)]
    ys = [rng.choice([-1, 1]) for _ in range(examples)]
    scores = [model([Value(u) for u in x]) for x in xs]
    losses = [(1 + -y * score).relu() for y, score in zip(ys, scores, strict=True)]
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())


def test_the_demo_is_the_textbook_program():
    program = agrees(demo(nn.MLP(2, [16, 16, 1], rng=0)))
    lines = [line.split("  #")[0].strip() for line in str(program).splitlines()]
    for line in [
        "z1 = W1 @ x1 + b1[:, None]",
        "h1 = np.maximum(z1, 0.0)",
        "z2 = W2 @ h1 + b2[:, None]",
        "d_z2 = d_h2 * (z2 > 0)",
        "d_h1 = W2.T @ d_z2",
        "d_W1 = 0.0002 * W1 + d_z1 @ x1.T",
        "d_b1 = 0.0002 * b1 + d_z1.sum(axis=1)",
    ]:
        assert line in lines, program


TWO_THREE_TWO = """\
def program(W1, b1, W2, b2, x, t):          # (3, 2) (3,) (2, 3) (2,) (2, n) (2, n)
    z1 = W1 @ x + b1[:, None]               # (3, n)
    h1 = sigmoid(z1)                        # (3, n)
    z2 = W2 @ h1 + b2[:, None]              # (2, n)
    h2 = sigmoid(z2)                        # (2, n)
    t1 = h2 - t                             # (2, n)
    t2 = t1 ** 2                            # (2, n)
    loss = t2.sum(axis=0)                   # (n,)
    d_t1 = 2.0 * t1                         # (2, n)
    d_z2 = d_t1 * (h2 * sigmoid(-z2))       # (2, n)
    d_h1 = W2.T @ d_z2                      # (3, n)
    d_z1 = d_h1 * (h1 * sigmoid(-z1))       # (3, n)
    d_W1 = d_z1 @ x.T                       # (3, 2)
    d_b1 = d_z1.sum(axis=1)                 # (3,)
    d_W2 = d_z2 @ h1.T                      # (2, 3)
    d_b2 = d_z2.sum(axis=1)                 # (2,)
    return loss, d_W1, d_b1, d_W2, d_b2
"""


def squared_error(model):
    return lambda x, t: sum((p - q) ** 2 for p, q in zip(model(x), t, strict=True))


def test_the_second_founding_question_is_answered_by_derivation():
    model = nn.MLP(2, [3, 2], "sigmoid", "sigmoid", rng=0)
    assert str(Program.trace(squared_error(model), [0.1, 0.2], [0.3, 0.4])) == TWO_THREE_TWO
    one = str(Program(squared_error(model)([0.1, 0.2], [0.3, 0.4])))
    assert "d_W2 = np.outer(d_z2, h1)" in one


def test_the_source_is_what_runs():
    model = nn.MLP(2, [3, 2], "tanh", rng=0)
    program = Program.trace(squared_error(model), [0.1, 0.2], [0.3, 0.4])
    space = {}
    exec(program.source, space)
    x, t = np.array([[0.5], [-1.0]]), np.array([[0.0], [1.0]])
    loss, d_W1, *_ = space["program"](*program.parameters.values(), x, t)
    found = program.gradients(x.T, t.T)
    assert loss[0] == found.value
    assert (d_W1 == found["W1"]).all()


def test_an_arrow_of_a_program_goes_around_the_boxes_between_its_ends():
    w = Value(0.5, label="w")
    program = Program.trace(lambda xs: sum((x * w).tanh().exp() * x for x in xs), [0.1, 0.2, 0.3])
    picture = base64.b64decode(re.search('base64,([^"]*)', program._repr_html_())[1]).decode()
    rects = re.findall(r'<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"', picture)
    boxes = [tuple(map(float, rect)) for rect in rects]
    for path in re.findall('<path d="([^"]*)"', picture):
        corners = np.array(re.findall(r"([\d.-]+) ([\d.-]+)", path), dtype=float)
        for i in range(0, len(corners) - 1, 3):
            for t in np.linspace(0.01, 0.99, 50):
                x, y = np.array([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3]) @ corners[i : i + 4]
                assert not any(left < x < left + wide and top < y < top + high for left, top, wide, high in boxes)


def test_a_notebook_shows_the_source_beside_the_graph_of_arrays():
    program = Program.trace(squared_error(nn.MLP(2, [3, 2], "tanh", rng=0)), [0.1, 0.2], [0.3, 0.4])
    shown = program._repr_html_()
    picture = base64.b64decode(re.search('base64,([^"]*)', shown)[1]).decode()
    assert repr(program) in shown
    assert "h1 = np.tanh(z1)" in shown
    assert "white-space: pre; font-family: monospace" in shown  # a notebook's own style breaks lines and columns
    texts = re.findall(">([^<>]+)</text>", picture)
    assert {"x", "W1", "z1", "h1", "loss", "(3, n)"} <= set(texts)
    assert picture.count("<path") == 11  # an arrow for each array that a step reads
    w = Value(1.0, label="<b>")
    assert "<b>" not in Program(sum((w * x).tanh() for x in range(20)))._repr_html_()


# --- graphs of every kind -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_networks_of_every_activation(activation):
    model = nn.MLP(3, [5, 4, 2], activation, rng=0)
    outputs = [model(numbers(3)) for _ in range(7)]
    loss = sum((y - 0.3) ** 2 for row in outputs for y in row) + 0.01 * sum(p * p for p in model.parameters())
    agrees(loss)


def test_skip_connections_and_shared_weights():
    layer = nn.Layer(4, 4, "tanh", rng=1)

    def network(x):
        a = layer(x)
        b = [u + v for u, v in zip(layer(a), a, strict=True)]
        return sum(layer([u + v for u, v in zip(b, x, strict=True)]))

    agrees(sum(network(numbers(4)) ** 2 for _ in range(9)))


def recurrent(steps=5, examples=8):
    weights, bias, last = matrix(6, 10), [Value(0.1) for _ in range(6)], matrix(1, 6)

    def network(xs):
        h = [0.0] * 6
        for x in xs:
            h = [(b + z).tanh() for b, z in zip(bias, linear(weights, [*h, *x]), strict=True)]
        return linear(last, h)[0]

    return sum((network([numbers(4) for _ in range(steps)]) - 1.0) ** 2 for _ in range(examples))


def test_recurrence_cuts_the_product_where_its_columns_come_from():
    assert "W1[:, :6] @ h1 + W1[:, 6:] @ x2" in str(agrees(recurrent()))


def attention(examples=2, length=4, width=8, heads=2):
    query, key, value, out = (matrix(width, width) for _ in range(4))
    each = width // heads

    def network(xs):
        keys, values, ys = [], [], []
        for x in xs:
            q = linear(query, x)
            keys.append(linear(key, x))
            values.append(linear(value, x))
            mixed = []
            for h in range(heads):
                part = slice(h * each, (h + 1) * each)
                scores = [sum(a * b for a, b in zip(q[part], k[part], strict=True)) * each**-0.5 for k in keys]
                weights = softmax(scores)
                mixed += [sum(w * v[part][j] for w, v in zip(weights, values, strict=True)) for j in range(each)]
            ys.append([a + b for a, b in zip(linear(out, mixed), x, strict=True)])
        return ys

    table = matrix(6, width)
    return sum(
        y * y for _ in range(examples) for row in network([table[RNG.randrange(6)] for _ in range(length)]) for y in row
    )


def test_attention_with_causal_holes():
    agrees(attention())


def convolution():
    image, kernels, second = matrix(7, 7), [matrix(3, 3) for _ in range(4)], [matrix(3, 3) for _ in range(4)]

    def window(im, kernel, i, j):
        return sum(kernel[a][b] * im[i + a][j + b] for a in range(3) for b in range(3))

    maps = [[[window(image, k, i, j).relu() for j in range(5)] for i in range(5)] for k in kernels]
    return sum(
        sum(window(m, k, i, j) for m, k in zip(maps, second, strict=True)).tanh() ** 2
        for i in range(3)
        for j in range(3)
    )


def test_convolution_whose_windows_overlap():
    agrees(convolution())


def test_embedding_by_one_hot():
    table, model = matrix(4, 5), nn.MLP(5, [3, 1], "tanh", rng=2)

    def loss(token, t):
        return (
            model([sum(w * x for w, x in zip(row, token, strict=True)) for row in zip(*table, strict=True)]) - t
        ) ** 2

    tokens, targets = np.eye(4)[[0, 3, 3, 1, 2]], np.array(numbers(5))
    program = Program.trace(loss, [1.0, 0.0, 0.0, 0.0], 0.0)
    leaves = [*(w for row in table for w in row), *model.parameters()]
    wanted = swept(sum(loss(x, t) for x, t in zip(tokens.tolist(), targets.tolist(), strict=True)) / 5, leaves)
    for leaf in leaves:
        leaf.grad = 0.0
    program.backward(tokens, targets)
    assert all(near(a, leaf.grad, 1.0) for a, leaf in zip(wanted, leaves, strict=True))


def test_derivatives_are_graphs_and_compile_too():
    model = nn.MLP(2, [4, 1], "tanh", rng=3)
    x = [Value(0.3), Value(-0.4)]
    first = gradients(model(x), x)
    agrees(first[0] ** 2 + first[1] ** 2)
    second = gradients(first[0], x)
    agrees(second[0] * second[1])


def test_the_second_derivative_of_a_network_has_its_units_in_rows():
    def bend(units):
        model = nn.MLP(1, [units, 1], "tanh", rng=3)

        def second(x):
            return gradients(gradients(x * model([x]), [x])[0], [x])[0]

        return Program.trace(second, 0.5)

    assert len(str(bend(8)).splitlines()) == len(str(bend(5)).splitlines())  # not a line more for each unit


FUNCTIONS = [Value.tanh, Value.sin, Value.cos, Value.sigmoid, Value.relu, Value.softplus, abs, autograd.silu]


@settings(max_examples=150)
@given(st.randoms(use_true_random=False), st.integers(1, 8), st.integers(0, 100))
def test_random_graphs(rng, leaves, nodes):
    pool = [Value(rng.uniform(-2.0, 2.0)) for _ in range(leaves)]
    for _ in range(nodes):
        a, b, c = rng.choice(pool[-20:]), rng.choice(pool[-30:]), rng.choice([0.0, -0.0, 1.0, -2.5])
        made = [
            lambda a=a, b=b: a + b,
            lambda a=a, b=b: a * b,
            lambda a=a, b=b: a - b,
            lambda a=a, b=b: autograd.max(a, b),
            lambda a=a, b=b: a / (b * b + 1.0),
            lambda a=a, c=c: a + c,
            lambda a=a, c=c: a * c,
            lambda a=a: a**2,
            lambda a=a: -a,
            lambda a=a: rng.choice(FUNCTIONS)(a),
        ]
        new = rng.choice(made)()
        pool.append(new.tanh() if abs(new.data) > 50 else new)
    agrees(sum(pool[-rng.randint(1, 5) :]))


def test_any_root_at_all():
    a = Value(3.0)
    for root in (a, a * 1.0, a + a, Value(2.0) * 0.0, a - a, (a * a) * (a * a)):
        agrees(root)


def test_parameters_that_are_set_are_copied_into_the_weights():
    model = nn.MLP(2, [3, 1], rng=0)
    program = Program.trace(lambda x, t: nn.mse([model(x)], [t]), [0.5, -0.5], 1.0)
    held, weights = program.parameters, program.weights.copy()
    gradients = program.gradients([[0.5, -0.5]], [1.0])
    program.parameters = {name: held[name] - 0.1 * gradients[name] for name in held}  # as one writes it in JAX
    assert program.parameters is held
    assert np.array_equal(program.weights, weights - 0.1 * gradients.flat)
    before = program.weights.copy()
    for wrong, error, words in (
        ({"W1": held["W1"]}, ValueError, "must have the names W1, b1, w2, b2, got W1"),
        ({**held, "b1": [1.0]}, ValueError, "must have the shape"),
        ([1.0], TypeError, "must be a dict of arrays by name, got a list"),
    ):
        with pytest.raises(error, match=words):
            program.parameters = wrong
        assert np.array_equal(program.weights, before)
