"""Programs of networks wired at random, recorded whole and traced, in every way that they may run."""

import random

import numpy as np
import pytest
from against_eager import held, near, sizes, swept, ways

import autograd
from autograd import Program, Value, gradients
from autograd.engine import order

ACTIVATIONS = [
    Value.tanh, Value.sigmoid, Value.relu, Value.softplus, autograd.silu, autograd.elu, autograd.leaky_relu, abs,
    lambda v: v * v, lambda v: (0.3 * v).exp(), lambda v: autograd.clamp(v, -1.0, 1.0), lambda v: autograd.max(v, 0.1 * v),
]  # fmt: skip
KINDS = ["dense", "dense", "unit", "scaled", "shares", "skip", "windows", "pairs", "gate", "turned", "part", "gain",
         "products", "mixed", "below", "centered"]  # fmt: skip


class Network:
    """Layers of random kinds; weights are made when a layer first asks for them."""

    def __init__(self, rng):
        self.rng, self.weights, self.leaves = rng, {}, []
        self.layers = [("dense", *self.choice())]  # the others are given Values
        self.layers += [(rng.choice(KINDS), *self.choice()) for _ in range(rng.randint(1, 5))]

    def choice(self):
        return self.rng.choice(ACTIVATIONS), self.rng.randint(1, 6), self.rng.randint(0, 99)

    def weight(self, *name):
        if name not in self.weights:
            self.weights[name] = Value(self.rng.gauss(0.0, 0.5))
            self.leaves.append(self.weights[name])
        return self.weights[name]

    def __call__(self, x):
        h, before = list(x), []
        for i, (kind, act, width, number) in enumerate(self.layers):
            h = getattr(self, kind)(h, i, act, width, before[number % len(before)] if before else h)
            before.append(h)
        return h

    def dense(self, h, i, act, width, old):
        return [act(sum(self.weight(i, k, j) * v for j, v in enumerate(h)) + self.weight(i, k)) for k in range(width)]

    def unit(self, h, i, act, width, old):
        return [act(v) for v in h]

    def scaled(self, h, i, act, width, old):
        scale = (sum(v * v for v in h) * (1.0 / len(h)) + 0.1) ** -0.5
        return [v * scale for v in h]

    def shares(self, h, i, act, width, old):
        return autograd.softmax(h) if len(h) > 1 else h

    def skip(self, h, i, act, width, old):
        return [a + b for a, b in zip(h, old, strict=True)] if len(h) == len(old) else [*h, *old]

    def windows(self, h, i, act, width, old):
        size = min(len(h), 1 + width % 3)
        return [act(sum(self.weight(i, j) * h[p + j] for j in range(size))) for p in range(len(h) - size + 1)]

    def pairs(self, h, i, act, width, old):
        return [sum(h[p : p + 2]) * 0.5 for p in range(0, len(h), 2)]

    def gate(self, h, i, act, width, old):
        return [autograd.where(v - 0.1, v, 0.2 * v) for v in h]

    def turned(self, h, i, act, width, old):
        return h[::-1]

    def part(self, h, i, act, width, old):
        return h[width % len(h) :]

    def gain(self, h, i, act, width, old):
        return [self.weight(i) * v for v in h]

    def products(self, h, i, act, width, old):
        return [a * b for a in h[:3] for b in h[:3]]

    def mixed(self, h, i, act, width, old):
        asked = [self.weight(i, j) * v for j, v in enumerate(h)]
        return [sum(a * b for a, b in zip(self.shares(asked, i, act, width, old), h, strict=True)), *h[1:]]

    def below(self, h, i, act, width, old):
        largest = h[0]
        for v in h[1:]:
            largest = autograd.max(largest, v)
        return [largest - 0.5 * v for v in h]

    def centered(self, h, i, act, width, old):
        middle = sum(h) * (1.0 / len(h))
        return [v - middle for v in h]


def wired(seed):
    rng = random.Random(seed)
    network, width = Network(rng), rng.randint(1, 5)
    xs = [[rng.choice([0.0, rng.gauss(0.0, 1.0)]) for _ in range(width)] for _ in range(rng.randint(1, 7))]
    return network, [*xs, xs[0]], lambda x: sum((v - 0.3) ** 2 for v in network(x))


@pytest.mark.parametrize("seed", range(30))
def test_networks_recorded_whole(seed):
    network, xs, loss = wired(seed)
    given = [[Value(v) for v in x] for x in xs] if seed % 3 == 0 else xs
    whole = sum(loss(x) for x in given) * (1.0 / len(xs)) + 0.01 * sum(w * w for w in network.leaves)
    for program in ways(lambda: Program(whole)):
        held(program, whole)


@pytest.mark.parametrize("seed", range(30, 60))
def test_networks_traced(seed):
    network, xs, loss = wired(seed)
    whole = sum(loss(x) for x in xs)
    wanted, size = swept(whole, network.leaves), sizes(whole)
    for program in ways(lambda: Program.trace(loss, xs[0])):
        for leaf in network.leaves:
            leaf.grad = 0.0
        program.backward(np.array(xs), reduction="sum")
        for leaf, slope in zip(network.leaves, wanted, strict=True):
            assert near(slope, leaf.grad, size.get(leaf, 0.0) + 1e-3), program
        each = program.gradients(np.array(xs), reduction=None)
        together = program.gradients(np.array(xs), reduction="sum")
        assert np.allclose(each.flat.sum(axis=0), together.flat, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", [108, *range(60, 80)])
def test_gradients_of_networks_are_graphs(seed):
    network, xs, loss = wired(seed)
    slopes = gradients(sum(loss(x) for x in xs[:2]), network.leaves[:8])
    steepness = sum(slope * slope for slope in slopes)
    if isinstance(steepness, Value) and len(order(steepness)) < 5000:
        for program in ways(lambda: Program(steepness)):
            held(program, steepness)
