"""Published numbers: micrograd's README, Karpathy's lecture, CS231n, Mazur, and textbook cases."""

import math

import numpy as np
import pytest

from autograd import Value, prod, softmax
from autograd.calculus import GRAPHS
from autograd.engine import as_node, pull
from nn import MLP, SGD, cross_entropy, layer_gradients


def gradient(root, leaf):
    return pull(root, Value(1.0), GRAPHS, as_node).get(leaf, Value(0.0))


def test_micrograd_readme():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert (f"{g.data:.4f}", f"{a.grad:.4f}", f"{b.grad:.4f}") == ("24.7041", "138.8338", "645.5773")


def test_lecture_expression():
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    e = a * b
    d = e + c
    loss = d * f
    loss.backward()
    assert loss.data == -8
    assert [v.grad for v in (f, d, c, e, a, b)] == [4, -2, -2, -2, 6, -4]


def test_lecture_neuron():
    x1, x2, w1, w2, b = Value(2.0), Value(0.0), Value(-3.0), Value(1.0), Value(6.8813735870195432)
    o = (x1 * w1 + x2 * w2 + b).tanh()
    o.backward()
    assert o.data == pytest.approx(0.7071067811865476, rel=1e-15)
    assert [v.grad for v in (x1, w1, x2, w2)] == pytest.approx([-1.5, 1.0, 0.5, 0.0], rel=1e-14)


def test_lecture_bug():
    a = Value(3.0)
    (a + a).backward()
    assert a.grad == 2.0


def test_cs231n_product():
    x, y, z = Value(-2.0), Value(5.0), Value(-4.0)
    ((x + y) * z).backward()
    assert (x.grad, y.grad, z.grad) == (-4.0, -4.0, 3.0)


def test_cs231n_sigmoid_neuron():
    w, x = [Value(2.0), Value(-3.0), Value(-3.0)], [Value(-1.0), Value(-2.0)]
    o = (w[0] * x[0] + w[1] * x[1] + w[2]).sigmoid()
    o.backward()
    assert o.data == pytest.approx(0.7310585786300049, rel=1e-15)
    assert [v.grad for v in w] == pytest.approx([-0.19661193, -0.39322387, 0.19661193], abs=5e-9)
    # the notes print -0.58983570; three times 0.19661193 is 0.58983580
    assert [v.grad for v in x] == pytest.approx([0.39322387, -0.58983580], abs=5e-9)


def mazur():
    network = MLP(2, [2, 2], activation="sigmoid", output_activation="sigmoid")
    network.load_state_dict(
        {
            "layers.0.weight": [[0.15, 0.20], [0.25, 0.30]],
            "layers.0.bias": [0.35, 0.35],
            "layers.1.weight": [[0.40, 0.45], [0.50, 0.55]],
            "layers.1.bias": [0.60, 0.60],
        }
    )
    return network


def half_squares_of(outputs):
    return sum(0.5 * (target - out) ** 2 for out, target in zip(outputs, [0.01, 0.99], strict=True))


def half_squares(network):
    return half_squares_of(network([0.05, 0.10]))


def test_mazur():
    network = mazur()
    hidden, output = network.layers
    error = half_squares(network)
    assert hidden([0.05, 0.10])[0].data == pytest.approx(0.593269992, abs=5e-10)
    assert [v.data for v in network([0.05, 0.10])] == pytest.approx([0.75136507, 0.772928465], abs=5e-9)
    assert error.data == pytest.approx(0.298371109, abs=5e-10)
    error.backward()
    weights = [w for layer in (hidden, output) for neuron in layer.neurons for w in neuron.w]
    assert weights[4].grad == pytest.approx(0.082167041, abs=5e-10)
    assert weights[0].grad == pytest.approx(0.000438568, abs=5e-10)
    SGD(weights, learning_rate=0.5).step()
    assert [w.data for w in weights] == pytest.approx(
        [0.149780716, 0.19956143, 0.24975114, 0.29950229, 0.35891648, 0.408666186, 0.511301270, 0.561370121], abs=5e-9
    )
    # the article prints 0.291027924, which comes of updating the hidden weights with updated output weights
    assert half_squares(network).data == pytest.approx(0.291027774, abs=5e-10)


def test_mazur_s_printed_error_comes_from_a_classic_mistake():
    network = mazur()
    output, hidden = layer_gradients(network, [0.05, 0.10], half_squares_of)
    moved = output.weights - 0.5 * output.gradient
    too_late = np.outer(
        hidden.inputs, (moved @ output.delta) * hidden.local_derivative
    )  # through weights that have moved
    network.load_state_dict(
        network.state_dict() | {"layers.0.weight": (hidden.weights - 0.5 * too_late).T, "layers.1.weight": moved.T}
    )
    assert half_squares(network).data == pytest.approx(0.291027924, abs=5e-10)


def test_rosenbrock():
    x, y = Value(-1.2), Value(1.0)
    f = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    assert f.data == pytest.approx(24.2, rel=1e-14)
    hessian = [[gradient(gradient(f, u), v).data for v in (x, y)] for u in (x, y)]
    assert hessian == [pytest.approx([1330, 480], rel=1e-13), pytest.approx([480, 200], rel=1e-13)]


def test_speelpenning():
    xs = [Value(0.5 + i / 4) for i in range(6)]
    f = prod(xs)
    f.backward()
    for x in xs:
        assert x.grad == pytest.approx(f.data / x.data, rel=1e-14)
    second = gradient(gradient(f, xs[1]), xs[4]).data
    assert second == pytest.approx(f.data / (xs[1].data * xs[4].data), rel=1e-14)


def test_perturbation_confusion():
    x, y = Value(1.0), Value(1.0)
    inner = gradient(x + y, y)
    (x * inner).backward()
    assert x.grad == 1.0  # 2 is the classic wrong answer


def test_softmax_and_cross_entropy():
    logits = [Value(z) for z in (2.0, -1.0, 0.3)]
    cross_entropy([logits], [2]).backward()
    p = [v.data for v in softmax(logits)]
    assert sum(p) == pytest.approx(1.0, rel=1e-15)
    assert [z.grad for z in logits] == pytest.approx([p[0], p[1], p[2] - 1.0], rel=1e-14)
    assert p[0] == pytest.approx(math.exp(2.0) / (math.exp(2.0) + math.exp(-1.0) + math.exp(0.3)), rel=1e-15)
