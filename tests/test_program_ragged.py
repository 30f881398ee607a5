"""Rows that are not of one length: causal attention is a product with a mask, and exact; so are its relatives."""

import math
import random

import numpy as np
import pytest
from against_eager import agrees, held, ways

import autograd
from autograd import Program, Value, softmax

RNG = random.Random(0)


def numbers(n):
    return [RNG.gauss(0.0, 1.0) for _ in range(n)]


def matrix(rows, columns, name=""):
    return [
        [Value(RNG.gauss(0.0, 0.5), label=f"{name}[{i}][{j}]" if name else "") for j in range(columns)]
        for i in range(rows)
    ]


def dot(xs, ys):
    return sum(x * y for x, y in zip(xs, ys, strict=True))


def linear(weights, x):
    return [dot(row, x) for row in weights]


def by_hand(scores):
    powers = [autograd.exp(score) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def shifted(scores):
    largest = scores[0]
    for score in scores[1:]:
        largest = autograd.max(largest, score)
    return by_hand([score - autograd.still(largest) for score in scores])


def causal(i, length):
    return range(i + 1)


def window(i, length):
    return range(max(0, i - 2), i + 1)


class Attention:
    """Heads whose place i looks at the places ``seen`` from it."""

    def __init__(self, width=8, heads=2, seen=causal, shares=softmax, scale=True):
        self.query, self.key, self.value, self.out = (matrix(width, width, name) for name in ("q", "k", "v", "o"))
        self.heads, self.each, self.seen, self.shares, self.scale = heads, width // heads, seen, shares, scale

    def __call__(self, xs):
        queries, keys, values = ([linear(m, x) for x in xs] for m in (self.query, self.key, self.value))
        found = []
        for i in range(len(xs)):
            mixed = []
            for h in range(self.heads):
                part = slice(h * self.each, (h + 1) * self.each)
                seen = self.seen(i, len(xs))
                scores = [dot(queries[i][part], keys[j][part]) for j in seen]
                shares = self.shares([score * self.each**-0.5 for score in scores] if self.scale else scores)
                mixed += [
                    sum(p * values[j][c] for p, j in zip(shares, seen, strict=True))
                    for c in range(part.start, part.stop)
                ]
            found.append(linear(self.out, mixed))
        return found


def squares(rows):
    return sum((y - 0.1) ** 2 for row in rows for y in row)


def body(program):
    return [line.split("  #")[0].strip() for line in str(program).splitlines()[1:]]


@pytest.mark.parametrize("shares", [softmax, by_hand, shifted])
@pytest.mark.parametrize("heads", [1, 2])
def test_causal_attention_is_a_product_with_a_mask(shares, heads):
    model = Attention(heads=heads, shares=shares)
    program = Program.trace(lambda xs: squares(model(xs)), [numbers(8) for _ in range(5)])
    assert len(program._plan.lifted.forward) <= 14
    text = str(program)
    assert "mask" in text
    assert "1.79769" not in text
    assert not any("[i" in line or "added(" in line for line in body(program)), text


@pytest.mark.parametrize("seen", [causal, window], ids=["causal", "window"])
@pytest.mark.parametrize("shares", [softmax, by_hand, shifted])
def test_attention_to_some_of_the_places_agrees(seen, shares):
    model = Attention(seen=seen, shares=shares)
    agrees(squares(model([numbers(8) for _ in range(6)])))


@pytest.mark.parametrize("lengths", [(4, 4, 4), (6, 4, 3), (1, 2, 5), (2, 2)])
@pytest.mark.parametrize("seen", [causal, lambda i, length: range(length)], ids=["causal", "full"])
def test_sequences_of_several_lengths_agree(seen, lengths):
    model = Attention(seen=seen, heads=4)
    agrees(sum(squares(model([numbers(8) for _ in range(length)])) for length in lengths))


@pytest.mark.parametrize(
    "weigh",
    [
        lambda scores: [score.tanh() for score in scores],
        lambda scores: [(2.0 * score + 1.0).relu() for score in scores],
        lambda scores: [score * score for score in scores],
        lambda scores: [score / (1.0 + sum(abs(other) for other in scores)) for score in scores],
        lambda scores: [(score + 3.0).abs().log() for score in scores],
        lambda scores: [-2.0 * share for share in softmax([-score for score in scores])],
        lambda scores: [(-score).exp() for score in scores],
        lambda scores: [score.sigmoid() * 0.5 + 0.25 for score in scores],
        lambda scores: [autograd.max(score, 0.1 * score) for score in scores],
        lambda scores: [share**2 for share in softmax(scores)],
        lambda scores: [1.0 / (2.0 + share) for share in softmax(scores)],
    ],
)
def test_other_weights_than_softmax_agree(weigh):
    model = Attention(heads=2, shares=weigh, scale=False)
    agrees(squares(model([numbers(8) for _ in range(4)])))


def test_scores_with_a_bias_for_the_distance_agree():
    bias = [Value(0.1 * k, label=f"b[{k}]") for k in range(5)]
    model = Attention(
        shares=lambda scores: softmax([s + b for s, b in zip(scores, reversed(bias[: len(scores)]), strict=True)])
    )
    agrees(squares(model([numbers(8) for _ in range(5)])))


def test_padding_that_is_infinite_is_decided_node_by_node():
    """0 × inf is nan where a share that nobody asked for meets an infinite value."""
    model = Attention(heads=1)
    whole = squares(model([numbers(8) for _ in range(4)]))
    for program in ways(lambda: Program(whole)):
        held(program, whole)
    xs = [numbers(8) for _ in range(3)]
    program = Program.trace(lambda xs: model(xs)[0][0], xs)
    given = np.array([xs])
    given[0, 2] = 1e308
    with np.errstate(all="ignore"):
        assert math.isfinite(program(given)[0])


def test_what_is_computed_of_padding_raises_no_doubt():
    model = Attention(heads=2)
    program = Program.trace(lambda xs: squares(model(xs)), [numbers(8) for _ in range(5)])
    xs = np.random.default_rng(0).normal(size=(8, 5, 3)).transpose(1, 0, 2)
    assert not program._plan.run.gradient(program.weights, [np.ascontiguousarray(xs * 30.0)]).doubtful


def test_a_residual_connection_in_the_same_sum_agrees():
    """x + Σ p v is one sum of products and of one plain term."""
    layers = [[matrix(4, 4) for _ in range(3)] for _ in range(2)]

    def model(xs):
        for query, key, value in layers:
            queries, keys, values = ([linear(m, x) for x in xs] for m in (query, key, value))
            new = []
            for i, x in enumerate(xs):
                shares = softmax([dot(queries[i], k) for k in keys[: i + 1]])
                new.append([a + sum(p * v[c] for p, v in zip(shares, values, strict=False)) for c, a in enumerate(x)])
            xs = new
        return xs

    program = Program.trace(lambda xs: squares(model(xs)), [numbers(4) for _ in range(4)])
    assert not any("[i" in line for line in body(program)), program
    assert "z1[:4]" in str(program)  # without labels: the queries' weights come first, and then the keys'
    agrees(squares(model([numbers(4) for _ in range(4)])))


def triangle(n=5):
    left, right = matrix(n, 3), matrix(n, 3)
    return [[dot(left[i], right[j]) for j in range(i + 1)] for i in range(n)]


TRIANGLES = [
    lambda rows: sum(p * s * s for row in rows for p, s in zip(softmax(row), row, strict=True)),  # 0 times -inf
    lambda rows: sum(sum(row) * sum(s * s for s in row) for row in rows) + sum(s.tanh() for row in rows for s in row),
    lambda rows: sum(s - autograd.logsumexp(row) for row in rows for s in row),
    lambda rows: sum(p * p for j in range(5) for p in softmax([rows[i][j] for i in range(j, 5)])),  # by columns
    lambda rows: sum(sum(s.tanh() - s.sigmoid() for s in row) ** 2 for row in rows),  # two unknown numbers differ
    lambda rows: sum(s.exp() for row in rows for s in row),
    lambda rows: sum((s + 20.0).log() for row in rows for s in row),
    lambda rows: sum(1.0 / (s + 20.0) for row in rows for s in row),
]


@pytest.mark.parametrize("f", TRIANGLES)
def test_what_is_made_of_a_triangle_agrees_and_is_in_no_doubt(f):
    program = agrees(f(triangle()))
    if program._plan.listing is not None:
        assert not program._plan.listing.run.gradient(program.weights, []).doubtful
