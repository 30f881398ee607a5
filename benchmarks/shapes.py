"""Measure programs of other graphs than the demo's, each beside the eager engine, and print the result as JSON.

python benchmarks/shapes.py digits|dag|recurrent|chain|lift
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time

import numpy as np
from step import forward, points

from autograd import Program, Value, gc_paused
from autograd.engine import order
from nn import MLP, cross_entropy


def median(f, seconds=1.0, least=3):
    """The median time of f in seconds."""
    f()
    found, begin = [], time.perf_counter()
    while len(found) < least or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        f()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def beside(record):
    """Seconds of a step of the eager engine, of the program as it chooses to run, and compiled: Values, then arrays."""

    def eager():
        record().backward()

    with gc_paused():
        found = {"eager": median(eager)}
        loss = record()
        found["nodes"] = len(order(loss))
        program = Program(loss)
    found["way"] = repr(program)
    found["program"] = median(program.backward)
    program.jit()
    found["compiled"] = median(program.backward)
    found["arrays"] = median(program.gradients)
    return found | {"compiled way": repr(program)}


def digits(examples=64):
    """A batch of 64 images of 8 x 8 points, MLP 64-32-10, cross-entropy; and the same by hand."""
    rng = np.random.default_rng(0)
    model = MLP(64, [32, 10], rng=0)
    x, y = rng.random((examples, 64)), rng.integers(0, 10, examples)
    with gc_paused():
        program = Program(cross_entropy([model(row) for row in x.tolist()], y.tolist()))
    w1, b1, w2, b2 = (array.copy() for array in program.parameters.values())
    columns = np.arange(examples)

    def by_hand():
        z1 = w1 @ x.T + b1[:, None]
        h1 = np.maximum(z1, 0.0)
        z2 = w2 @ h1 + b2[:, None]
        z2 -= z2.max(axis=0)
        powers = np.exp(z2)
        total = powers.sum(axis=0)
        loss = (np.log(total) - z2[y, columns]).mean()
        d2 = powers / total
        d2[y, columns] -= 1.0
        d2 /= examples
        d1 = (w2.T @ d2) * (z1 > 0.0)
        return loss, d1 @ x, d1.sum(axis=1), d2 @ h1.T, d2.sum(axis=1)

    assert abs(by_hand()[0] - program.gradients().value) < 1e-12
    found = {"by hand": median(by_hand), "program": median(program.gradients)}
    program.jit()
    return found | {"compiled": median(program.gradients)}


def dag(nodes=300, seed=3):
    """A graph without any order in it."""

    def record():
        rng = random.Random(seed)
        pool = [Value(rng.uniform(-1.0, 1.0)) for _ in range(8)]
        while len(pool) < nodes:
            a, b = rng.choice(pool[-20:]), rng.choice(pool[-30:])
            pool.append(rng.choice([a + b, a * b, a - b, a.tanh(), a.sigmoid()]) if len(pool) % 7 else (a * 0.5).sin())
        return sum(pool[-30:])

    return beside(record)


def recurrent(steps=20, width=8):
    """A recurrent network, unrolled over one sequence."""
    rng = random.Random(0)
    weights = [[Value(rng.gauss(0.0, 0.4)) for _ in range(width + 3)] for _ in range(width)]
    inputs = [[rng.gauss(0.0, 1.0) for _ in range(3)] for _ in range(steps)]

    def record():
        h = [0.0] * width
        for x in inputs:
            h = [sum(w * v for w, v in zip(row, [*h, *x], strict=True)).tanh() for row in weights]
        return sum(v * v for v in h)

    return beside(record)


def chain(nodes=1_000_000):
    """A chain: each node uses the one before it."""
    w, b = Value(0.999), Value(0.1)

    def record():
        v = w
        for _ in range(nodes // 2):
            v = v * w + b
        return v

    with gc_paused():
        eager = median(lambda: record().backward(), least=1)
        program = Program(record()).jit()
    found = {"eager": eager, "compiled": median(program.backward), "arrays": median(program.gradients)}
    return found | {"nodes": nodes, "compiled way": repr(program)}


def lift(examples=1550):
    """What it costs to lift the demo's loss of so many points: a million nodes."""
    import resource

    model = MLP(2, [16, 16, 1])
    with gc_paused():
        loss = forward(float, model, *points(examples))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.perf_counter()
        program = Program(loss)
        seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    nodes = len(order(loss))
    return {"seconds": seconds, "nodes": nodes, "megabytes": (after - before) / 1024, "way": repr(program)}


SHAPES = {"digits": digits, "dag": dag, "recurrent": recurrent, "chain": chain, "lift": lift}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=SHAPES)
    print(json.dumps(SHAPES[parser.parse_args().shape]()))


if __name__ == "__main__":
    main()
