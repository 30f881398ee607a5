"""Rows of scores of any lengths, put through random operations: programs agree with eager code, and are in no doubt."""

import random

import pytest
from against_eager import held, ways

import autograd
from autograd import Program, Value, softmax
from autograd.calculus.functions import gate

UNARY = [
    Value.tanh, Value.sigmoid, Value.relu, Value.softplus, abs, autograd.leaky_relu, lambda v: v * v, lambda v: -v,
    lambda v: (0.3 * v).exp(), lambda v: v + 0.0, lambda v: 1.0 * v, lambda v: v**3, lambda v: v / 2.0,
    lambda v: autograd.max(v, 0.1 * v), lambda v: autograd.clamp(v, -1.0, 1.0), lambda v: (v + 30.0).log(),
]  # fmt: skip


def by_hand(row):
    powers = [v.exp() for v in row]
    total = sum(powers)
    return [power / total for power in powers]


def scaled(row):
    size = sum(v * v for v in row) + 1.0
    return [v * size**-0.5 for v in row]


def below(row):
    largest = row[0]
    for v in row[1:]:
        largest = autograd.max(largest, v)
    return [v - autograd.still(largest) for v in row]


def product(row):
    found = row[0]
    for v in row[1:]:
        found = found * v
    return found


ROWS = [softmax, by_hand, scaled, below]
ENDS = [
    lambda row: sum(row).tanh(), lambda row: sum(v * v for v in row).tanh(), lambda row: sum(v.tanh() for v in row),
    autograd.logsumexp, lambda row: sum(below(row)).tanh(), lambda row: product(row).tanh(),
]  # fmt: skip
SEEN = [
    lambda i, length, rng: range(i + 1),
    lambda i, length, rng: range(max(0, i - 1), i + 1),
    lambda i, length, rng: range(i, length),
    lambda i, length, rng: range(length),
    lambda i, length, rng: sorted({i, *(j for j in range(length) if rng.random() < 0.6)}),
]


def dot(xs, ys):
    return sum(x * y for x, y in zip(xs, ys, strict=True))


def scores(seed):
    """Sequences of one or several lengths; of each place the products with the places it sees, and what is made of them."""
    rng = random.Random(seed)
    length, width = rng.randint(1, 5), rng.randint(1, 4)

    def vector(n):
        return [Value(rng.gauss(0.0, 0.5)) for _ in range(n)]

    heads = [
        ([vector(width) for _ in range(width)], [vector(width) for _ in range(width)]) for _ in range(rng.randint(1, 3))
    ]
    by_row, by_column, see = vector(length), vector(length), rng.choice(SEEN)
    seen = [list(see(i, length, rng)) for i in range(length)]
    steps = [rng.choice([*UNARY, *ROWS, *ROWS, "row", "column", "number"]) for _ in range(rng.randint(1, 4))]
    end, residual = rng.choice([*ENDS, None, None]), rng.random() < 0.4
    loss = 0.0
    for _ in range(rng.randint(1, 3)):
        here = length if rng.random() < 0.6 else rng.randint(1, length)
        xs = [[rng.choice([0.0, 1.0, rng.gauss(0.0, 1.0)]) for _ in range(width)] for _ in range(here)]
        for query, key in heads:
            keys = [[dot(w, x) for w in key] for x in xs]
            for i, x in enumerate(xs):
                places = [j for j in seen[i] if j < here]
                row = [dot([dot(w, x) for w in query], keys[j]) for j in places]
                for step in steps if row else ():
                    if step == "row":
                        row = [by_row[i] * v for v in row]
                    elif step == "column":
                        row = [v + by_column[j] for j, v in zip(places, row, strict=True)]
                    elif step == "number":
                        row = [v * (0.5 + j) for j, v in zip(places, row, strict=True)]
                    else:
                        row = step(row) if step in ROWS else [step(v) for v in row]
                if row and end is not None:
                    loss = loss + end(row)
                for c in range(width) if row and end is None else ():
                    mixed = sum(v * keys[j][c] for j, v in zip(places, row, strict=True))
                    loss = loss + (x[c] * by_row[i] + mixed if residual else mixed).tanh()
    return loss


@pytest.mark.parametrize("seed", range(60))
def test_rows_of_any_lengths(seed):
    loss = scores(seed)
    programs = ways(lambda: Program(loss))
    for program in programs:
        held(program, loss)
    listing = programs[0]._plan.listing
    if listing is not None:
        assert not listing.run.gradient(programs[0].weights, []).doubtful, programs[0]


def test_a_condition_may_be_the_root():
    w = Value(0.5, label="w")
    for number in (0.5, -0.5):
        w.data = number
        for program in ways(lambda: Program(gate(w * 2.0, 1.0))):
            assert program() == (number > 0)


def test_the_largest_of_several_that_are_one():
    w = Value(0.5, label="w")
    rows = [[w * x] * 3 for x in (1.0, 2.0, 3.0)]
    root = sum(sum(v.exp() for v in below(row)) * row[0] for row in rows)
    for program in ways(lambda: Program(root)):
        held(program, root)
