"""Random networks of vectors, as lifting finds them: every way to run is held to the eager engine, recorded and traced."""

import random

import numpy as np
import pytest
from against_eager import agrees, near, swept, ways

import autograd
from autograd import Program, Value, where

SIZES = (1, 2, 3, 4, 4, 5, 8)
sin = autograd.sin  # keeps numbers small
OF_ONE = (
    Value.tanh, Value.sigmoid, Value.relu, Value.softplus, Value.sin, abs, autograd.silu,
    lambda v: -v, lambda v: v**0, lambda v: v**1, lambda v: sin(v) ** 2, lambda v: (v * v + 1.0) ** -1,
    lambda v: sin(v).exp(), lambda v: autograd.still(v) + 0.1 * v,
)  # fmt: skip
OF_TWO = (
    lambda a, b: a + b, lambda a, b: b - a, lambda a, b: a * sin(b), lambda a, b: sin(a) / (abs(b) + 0.5),
    lambda a, b: b / (a * a + 1.0), autograd.max, autograd.min, autograd.hypot, autograd.atan2,
    lambda a, b: where(a, 0.5 * a, b), lambda a, b: (abs(a) + 0.3) ** sin(b),
)  # fmt: skip


class Weights:
    """Matrices of leaves, the same ones each time that the network is computed."""

    def __init__(self, rng):
        self.rng, self.made, self.at = rng, [], 0

    def again(self):
        self.at = 0
        return self

    def matrix(self, rows, columns):
        if self.at == len(self.made):
            self.made.append([[Value(self.rng.gauss(0.0, 0.6)) for _ in range(columns)] for _ in range(rows)])
        self.at += 1
        return self.made[self.at - 1]


def layer(rng, weights, xs):
    """W @ x, as often as not with a bias."""
    rows = rng.choice(SIZES)
    xs = [sin(x) for x in xs]
    zs = [sum(w * x for w, x in zip(row, xs, strict=True)) for row in weights.matrix(rows, len(xs))]
    return [z + b for z, b in zip(zs, weights.matrix(1, rows)[0], strict=True)] if rng.random() < 0.5 else zs


def by_place(rng, xs, pool):
    """A function of two, place by place: of two vectors, of one and a node, of one and a number."""
    function, alike = rng.choice(OF_TWO), [ys for ys in pool if len(ys) == len(xs)]
    others = rng.choice(
        (rng.choice(alike), [rng.choice(rng.choice(pool))] * len(xs), [rng.choice((0.5, -1.0, 0.0, 2.0))] * len(xs))
    )
    return [function(x, y) for x, y in zip(xs, others, strict=True)]


def network(rng, weights, vectors, depth):
    """A sum of some of the vectors that random steps make."""
    pool = [list(vector) for vector in vectors]
    for _ in range(depth):
        xs, of_one = rng.choice(pool), rng.choice(OF_ONE)
        steps = (
            lambda xs=xs: layer(rng, weights, xs),
            lambda xs=xs: by_place(rng, xs, pool),
            lambda xs=xs: by_place(rng, xs, pool),
            lambda xs=xs, of_one=of_one: [of_one(x) for x in xs],
            lambda xs=xs: xs[rng.randrange(len(xs)) :],
            lambda xs=xs: (xs + rng.choice(pool))[:10],
            lambda xs=xs: rng.sample(xs, len(xs)),
            lambda xs=xs: [sum(xs)],
            lambda xs=xs: autograd.softmax(xs),
            lambda xs=xs: [autograd.logsumexp(xs), autograd.max(xs)],
            lambda xs=xs: [x * sin(y) for x in xs[:4] for y in rng.choice(pool)[:4]],
            lambda xs=xs: [x + y for x, y in zip(xs, xs[1:] + xs[:1], strict=True)],
        )
        pool.append(rng.choice(steps)())
    picked = rng.sample(pool, min(len(pool), 3))
    return sum(rng.choice((1.0, 0.5, -1.0)) * v for vector in picked for v in vector)


@pytest.mark.parametrize("seed", range(60))
def test_recorded(seed):
    rng = random.Random(seed)
    depth = rng.randint(1, 25)
    vectors = [[Value(rng.gauss(0.0, 1.0)) for _ in range(rng.choice(SIZES))] for _ in range(2)]
    agrees(network(rng, Weights(rng), vectors, depth))


@pytest.mark.parametrize("seed", range(40))
def test_traced(seed):
    rng = random.Random(seed)
    depth, examples = rng.randint(1, 20), rng.choice((1, 3))
    weights, size = Weights(rng), rng.choice(SIZES)
    vector = [Value(rng.gauss(0.0, 1.0)) for _ in range(rng.choice(SIZES))]

    def loss(xs):
        return network(random.Random(seed), weights.again(), [vector, xs], depth)

    xs = np.array([[rng.gauss(0.0, 1.0) for _ in range(size)] for _ in range(examples)])
    programs = ways(lambda: Program.trace(loss, xs[0].tolist()))
    leaves = programs[0].leaves
    roots = [loss([Value(x) for x in row]) for row in xs.tolist()]
    wanted = [swept(root, leaves) for root in roots]
    size_of_terms = 1.0 + max((abs(slope) for row in wanted for slope in row), default=0.0)
    for program in programs:
        each, mean = program.gradients(xs, reduction=None), program.gradients(xs)
        assert all(near(root.data, value, 1.0) for root, value in zip(roots, program(xs), strict=True)), program
        for row, found in zip(wanted, each.flat, strict=True):
            assert all(near(a, b, 10.0 * size_of_terms) for a, b in zip(row, found, strict=True)), program
        for a, b in zip(np.mean(wanted, axis=0), mean.flat, strict=True):
            assert near(a, b, 10.0 * size_of_terms), program
