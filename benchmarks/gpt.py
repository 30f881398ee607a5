"""A small GPT, written with single numbers, trained as a Program, and what a step costs; prints the result as JSON.

    python benchmarks/gpt.py numpy|jit|eager [--steps N]

One layer, 4 heads, width 16, a context of 16 letters. The whole context is recorded once, with one-hot letters as
inputs; what lies behind the end of a name has the weight 0, and what lies ahead of a letter is masked.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time

import numpy as np

import autograd
from autograd import Program, Value, gc_paused

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # the point begins and ends a name
WIDTH, HEADS, CONTEXT = 16, 4, 16
HEAD = WIDTH // HEADS
AHEAD = -1e9  # is added to the score of a letter that lies ahead


class GPT:
    """The weights, and the loss of one name."""

    def __init__(self, seed=42):
        rng = random.Random(seed)

        def matrix(rows, columns, name, scale=0.2):
            return [
                [Value(rng.gauss(0.0, scale), label=f"{name}[{i}][{j}]") for j in range(columns)] for i in range(rows)
            ]

        self.letters = matrix(WIDTH, len(LETTERS), "letters")
        self.places = matrix(CONTEXT, WIDTH, "places")
        self.query, self.key, self.value = (matrix(WIDTH, WIDTH, name) for name in ("query", "key", "value"))
        self.mix = matrix(WIDTH, WIDTH, "mix")
        self.up, self.down = matrix(4 * WIDTH, WIDTH, "up"), matrix(WIDTH, 4 * WIDTH, "down")
        self.out = matrix(len(LETTERS), WIDTH, "out")

    def loss(self, given, wanted, weights):
        """Minus the log-likelihood of the wanted letters, one-hot like the given ones, weighted place by place."""
        xs = [add(linear(self.letters, letter), place) for letter, place in zip(given, self.places, strict=True)]
        xs = [normal(x) for x in xs]
        xs = [add(x, linear(self.mix, a)) for x, a in zip(xs, self.attention([normal(x) for x in xs]), strict=True)]
        xs = [add(x, linear(self.down, [h.relu() for h in linear(self.up, normal(x))])) for x in xs]
        losses = [cross_entropy(linear(self.out, x), letter) for x, letter in zip(xs, wanted, strict=True)]
        return sum(w * loss for w, loss in zip(weights, losses, strict=True))

    def attention(self, xs):
        """Of each place, the values of the places up to it, weighted by how well its query goes with their keys."""
        queries, keys, values = ([linear(m, x) for x in xs] for m in (self.query, self.key, self.value))
        mixed = [[] for _ in xs]
        for h in range(0, WIDTH, HEAD):
            part = slice(h, h + HEAD)
            for i, q in enumerate(queries):
                scores = [dot(q[part], k[part]) * HEAD**-0.5 + (0.0 if j <= i else AHEAD) for j, k in enumerate(keys)]
                shares = softmax(scores)
                mixed[i] += [dot(shares, [v[c] for v in values]) for c in range(h, h + HEAD)]
        return mixed


def dot(xs, ys):
    return sum(x * y for x, y in zip(xs, ys, strict=True))


def linear(weights, x):
    return [dot(row, x) for row in weights]


def add(xs, ys):
    return [x + y for x, y in zip(xs, ys, strict=True)]


def normal(xs):
    """xs over the root of the mean of their squares."""
    scale = (dot(xs, xs) * (1.0 / len(xs)) + 1e-5) ** -0.5
    return [x * scale for x in xs]


def shifted(xs):
    """xs less the largest of them, held still: exp cannot overflow."""
    largest = xs[0]
    for x in xs[1:]:
        largest = autograd.max(largest, x)
    still = autograd.still(largest)
    return [x - still for x in xs]


def softmax(xs):
    powers = [x.exp() for x in shifted(xs)]
    total = sum(powers)
    return [p / total for p in powers]


def cross_entropy(logits, wanted):
    """log of the sum of exp(logit), less the wanted logit."""
    gaps = shifted(logits)
    return sum(g.exp() for g in gaps).log() - dot(gaps, wanted)


def names(count, seed=1):
    """Names of two to four syllables."""
    rng = random.Random(seed)
    heads, tails = ["", *"bdfgjklmnprstvz"], ["a", "e", "i", "o", "u", "ia", "an", "el", "en", "is", "on"]
    return ["".join(rng.choice(heads) + rng.choice(tails) for _ in range(rng.randint(2, 4))) for _ in range(count)]


def example(name):
    """A name as one-hot letters given and wanted, and the weight of each place."""
    codes = [LETTERS.index(c) for c in f".{name}."][: CONTEXT + 1]
    one_hot, n = np.eye(len(LETTERS)), len(codes) - 1
    given, wanted = (one_hot[part + [0] * (CONTEXT - n)] for part in (codes[:-1], codes[1:]))
    return given, wanted, np.where(np.arange(CONTEXT) < n, 1.0 / n, 0.0)


def train(steps, jit, learning_rate=0.01, beta1=0.9, beta2=0.99):
    """Train by Adam, one name a step; return the losses, and the seconds that recording and that a step took."""
    begin = time.perf_counter()
    with gc_paused():
        model = GPT()
        program = Program.trace(model.loss, *(part.tolist() for part in example("anna")))
    if jit:
        program.jit()
    recorded = time.perf_counter() - begin
    data = [[part[None] for part in example(name)] for name in names(steps)]
    losses, seconds = [], []
    m, v = np.zeros_like(program.weights), np.zeros_like(program.weights)
    for step, parts in enumerate(data):
        start = time.perf_counter()
        found = program.gradients(*parts)
        m += (1.0 - beta1) * (found.flat - m)
        v += (1.0 - beta2) * (found.flat**2 - v)
        rate = learning_rate * (1.0 - step / steps) / (1.0 - beta1 ** (step + 1))
        program.weights -= rate * m / (np.sqrt(v / (1.0 - beta2 ** (step + 1))) + 1e-8)
        losses.append(found.value)
        seconds.append(time.perf_counter() - start)
    return losses, recorded, seconds, repr(program)


def eager(steps):
    """Seconds of a step of the scalar engine."""
    model, seconds = GPT(), []
    for name in names(steps):
        start = time.perf_counter()
        with gc_paused():
            loss = model.loss(*(part.tolist() for part in example(name)))
            loss.backward()
        seconds.append(time.perf_counter() - start)
    return seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=["numpy", "jit", "eager"])
    parser.add_argument("--steps", type=int, default=1000)
    given = parser.parse_args()
    if given.way == "eager":
        print(json.dumps({"seconds": statistics.median(eager(min(given.steps, 5)))}))
        return
    losses, recorded, seconds, way = train(given.steps, given.way == "jit")
    first, last = statistics.mean(losses[:20]), statistics.mean(losses[-20:])
    found = {"recorded": recorded, "seconds": statistics.median(seconds), "all": recorded + sum(seconds)}
    print(json.dumps(found | {"first": first, "last": last, "way": way}))


if __name__ == "__main__":
    main()
