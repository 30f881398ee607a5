"""Programs for micrograd, or for a script's own scalar Value, run here with only the import changed."""

import math
import random
from itertools import pairwise

import pytest

import nn
from autograd import Value
from nn import MLP, Layer, Neuron


def test_reprs():
    random.seed(0)
    assert repr(Value(2.0)) == "Value(data=2.0, grad=0.0)"
    assert repr(Neuron(3)) == "ReLUNeuron(3)"
    assert repr(Neuron(3, nonlin=False)) == repr(Neuron(3, False)) == "LinearNeuron(3)"
    assert repr(Layer(2, 2, nonlin=False)) == "Layer of [LinearNeuron(2), LinearNeuron(2)]"
    assert repr(MLP(2, [2, 1])) == "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"


def test_the_same_draws_in_the_same_order_and_biases_at_0():
    random.seed(1337)
    model = MLP(3, [4, 4, 1])
    random.seed(1337)
    for layer, size in zip(model.layers, (3, 4, 4), strict=True):
        for neuron in layer.neurons:
            assert [w.data for w in neuron.w] == [random.uniform(-1, 1) for _ in range(size)]
            assert neuron.b.data == 0
    in_order = [p for layer in model.layers for neuron in layer.neurons for p in [*neuron.w, neuron.b]]
    assert model.parameters() == in_order
    assert len(in_order) == 41


def test_the_last_layer_s_one_unit_gives_a_bare_value():
    random.seed(0)
    assert isinstance(MLP(2, [3, 1])([1.0, 2.0]), Value)
    assert isinstance(MLP(2, [1, 1])([1.0, 2.0]), Value)
    assert isinstance(MLP(2, [3, 2])([Value(1.0), 2]), list)
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)


def test_links_for_drawing():
    a, b = Value(2.0), Value(-3.0)
    assert (a._prev, a._op) == (set(), "")
    ops = {"+": a + b, "*": a * b, "-": a - b, "/": a / b, "**2": a**2, "**-1": a**-1, "**0.5": a**0.5, "ReLU": a.relu(),
           "tanh": a.tanh(), "exp": a.exp()}  # fmt: skip
    for op, v in ops.items():
        assert v._op == op
        assert a in v._prev
    assert (a * b)._prev == {a, b}
    assert list((a * b)._prev) == [a, b]
    assert list((a * a)._prev) == [a]
    assert (a * a).operands == (a, a)


def test_backward_by_hand_node_after_node():
    x1, x2, w1, w2, b = Value(2.0), Value(0.0), Value(-3.0), Value(1.0), Value(6.8813735870195432)
    first, second = x1 * w1, x2 * w2
    both = first + second
    n = both + b
    o = n.tanh()
    o.grad = 1.0
    for node in (o, n, b, both, first, second):
        node._backward()
    by_hand = [v.grad for v in (n, both, first, second, x1, w1, x2, w2, b)]
    for leaf in (x1, w1, x2, w2, b):
        leaf.grad = 0.0
    o.backward()
    assert by_hand == [v.grad for v in (n, both, first, second, x1, w1, x2, w2, b)]
    assert by_hand[4:8] == pytest.approx([-1.5, 1.0, 0.5, 0.0], rel=1e-14)
    at_zero = Value(0.0)
    steep = at_zero.sqrt()
    flat = steep.relu()
    flat.grad = 1.0
    for node in (flat, steep):
        node._backward()
    assert at_zero.grad == 0.0  # as in backward(): relu passes nothing back to the infinite derivative
    a = Value(3.0)
    c = a * a
    c.grad = 1.0
    c._backward()
    assert a.grad == 6.0


@pytest.mark.slow
def test_the_demo_s_training_loop():
    random.seed(1337)
    model = MLP(2, [8, 8, 1])
    x, y = nn.moons(60, noise=0.1, rng=1)
    first = None
    for k in range(60):
        inputs = [list(map(Value, row)) for row in x]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * score).relu() for yi, score in zip(2 * y - 1, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        right = [(yi > 0) == (score.data > 0) for yi, score in zip(2 * y - 1, scores, strict=True)]
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
        first = first or total.data
    assert total.data < first / 3
    assert sum(right) / len(right) > 0.9


class Plain:
    """A script's own scalar Value: each operation gives its value and local derivatives; the chain rule is written once."""

    def __init__(self, data, children=(), slopes=()):
        self.data, self.grad, self.children, self.slopes = data, 0, children, slopes

    def __add__(self, other):
        other = other if isinstance(other, Plain) else Plain(other)
        return Plain(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Plain) else Plain(other)
        return Plain(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, k):
        return Plain(self.data**k, (self,), (k * self.data ** (k - 1),))

    def log(self):
        return Plain(math.log(self.data), (self,), (1 / self.data,))

    def exp(self):
        return Plain(math.exp(self.data), (self,), (math.exp(self.data),))

    def relu(self):
        return Plain(max(0, self.data), (self,), (float(self.data > 0),))

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1

    def backward(self):
        topo, seen = [], set()

        def build(v):
            if v not in seen:
                seen.add(v)
                for child in v.children:
                    build(child)
                topo.append(v)

        build(self)
        self.grad = 1
        for v in reversed(topo):
            for child, slope in zip(v.children, v.slopes, strict=True):
                child.grad += slope * v.grad


def language_model(Value, steps=4):
    """A one-layer attention model of letters, on any Value class: embeddings, RMS norm, softmax, Adam."""
    rng = random.Random(42)
    letters, words = "abn.", [".banana.", ".nab.", ".anna."]
    size = 4

    def matrix(rows, columns):
        return [[Value(rng.gauss(0, 0.4)) for _ in range(columns)] for _ in range(rows)]

    w = {name: matrix(size, size) for name in ("q", "k", "v", "o", "up", "down")}
    w["token"], w["place"], w["head"] = matrix(len(letters), size), matrix(10, size), matrix(len(letters), size)
    parameters = [p for rows in w.values() for row in rows for p in row]
    mean, square = [0.0] * len(parameters), [0.0] * len(parameters)

    def linear(x, rows):
        return [sum(wi * xi for wi, xi in zip(row, x, strict=True)) for row in rows]

    def norm(x):
        scale = (sum(xi * xi for xi in x) / len(x) + 1e-5) ** -0.5
        return [xi * scale for xi in x]

    def softmax(logits):
        largest = max(v.data for v in logits)
        powers = [(v - largest).exp() for v in logits]
        whole = sum(powers)
        return [p / whole for p in powers]

    history = []
    for step in range(steps):
        word = words[step % len(words)]
        keys, values, losses = [], [], []
        for place, (now, after) in enumerate(pairwise(word)):
            x = [t + p for t, p in zip(w["token"][letters.index(now)], w["place"][place], strict=True)]
            h = norm(x)
            keys.append(linear(h, w["k"]))
            values.append(linear(h, w["v"]))
            q = linear(h, w["q"])
            attention = softmax([sum(qi * ki for qi, ki in zip(q, k, strict=True)) / size**0.5 for k in keys])
            mixed = [sum(a * v[j] for a, v in zip(attention, values, strict=True)) for j in range(size)]
            x = [xi + yi for xi, yi in zip(x, linear(mixed, w["o"]), strict=True)]
            h = linear([u.relu() for u in linear(norm(x), w["up"])], w["down"])
            x = [xi + yi for xi, yi in zip(x, h, strict=True)]
            losses.append(-softmax(linear(x, w["head"]))[letters.index(after)].log())
        loss = (1 / len(losses)) * sum(losses)
        loss.backward()
        for i, p in enumerate(parameters):
            mean[i] = 0.85 * mean[i] + 0.15 * p.grad
            square[i] = 0.99 * square[i] + 0.01 * p.grad**2
            corrected = mean[i] / (1 - 0.85 ** (step + 1)), square[i] / (1 - 0.99 ** (step + 1))
            p.data -= 0.01 * corrected[0] / (corrected[1] ** 0.5 + 1e-8)
            p.grad = 0
        history.append(loss.data)
    return history


def test_a_script_with_its_own_value_gives_the_same_numbers():
    assert language_model(Value) == pytest.approx(language_model(Plain), rel=1e-9)
