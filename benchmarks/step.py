"""Measure one thing with one engine, and print the result as JSON.

    python benchmarks/step.py ENGINE step|memory|build|chain [--paused] [--nodes N]

ENGINE is micrograd or chainrule. A process imports only one engine, so that no engine is slowed by another's garbage.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import random
import statistics
import time
import tracemalloc

STEPS, LEARNING_RATE = 7, 0.05  # of a training run
ENGINES = {"micrograd": ("micrograd.engine", "micrograd.nn"), "chainrule": ("autograd", "nn")}


def points(n=100, seed=1337):
    """Two interleaving half circles with classes -1 and 1, generated without either engine."""
    import math

    rng = random.Random(seed)
    xs, ys = [], []
    for i in range(n):
        a = math.pi * (i % (n // 2)) / (n // 2 - 1)
        x, y = (math.cos(a), math.sin(a)) if i < n // 2 else (1 - math.cos(a), 0.5 - math.sin(a))
        xs.append([x + rng.gauss(0, 0.1), y + rng.gauss(0, 0.1)])
        ys.append(1 if i < n // 2 else -1)
    return xs, ys


def forward(Value, model, xs, ys):
    """The loss of micrograd's demo: max-margin loss of the scores, plus L2."""
    scores = [model([Value(u) for u in x]) for x in xs]
    losses = [(1 + -y * score).relu() for y, score in zip(ys, scores, strict=True)]
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())


def count(root):
    """The number of nodes in a graph of either engine."""
    seen, waiting = {root}, [root]
    while waiting:
        for v in waiting.pop()._prev:
            if v not in seen:
                seen.add(v)
                waiting.append(v)
    return len(seen)


def step(Value, model):
    """The median time of a training step, including the freeing of its graph, and the last loss."""
    xs, ys = points()
    seconds = []
    for _ in range(STEPS):
        begin = time.perf_counter()
        total = forward(Value, model, xs, ys)
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= LEARNING_RATE * p.grad
        loss = total.data
        del total
        seconds.append(time.perf_counter() - begin)
    return {"seconds": statistics.median(seconds), "loss": loss}


def memory(Value, model):
    """Bytes allocated per node of the graph, after forward and after backward."""
    xs, ys = points()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    total = forward(Value, model, xs, ys)
    after = tracemalloc.get_traced_memory()[0]
    total.backward()
    swept = tracemalloc.get_traced_memory()[0]
    nodes = count(total)
    return {"nodes": nodes, "forward": (after - before) / nodes, "swept": (swept - before) / nodes}


def build(Value, nodes):
    """Seconds per node to build a graph shaped like a network's, run backward and free it."""
    weights = [Value(random.uniform(-1, 1)) for _ in range(16)]
    x = [Value(0.1 * i) for i in range(16)]
    made = 0
    begin = time.perf_counter()
    total = Value(0.0)
    while made < nodes:
        unit = weights[0]
        for w, u in zip(weights, x, strict=True):
            unit = unit + w * u
        x = [*x[1:], (unit * 0.1).relu()]
        total = total + x[-1]
        made += 35
    total.backward()
    del total, x, unit
    return {"seconds": (time.perf_counter() - begin) / made}


def chain(Value, nodes):
    """Seconds per node to build a chain, run backward and free it."""
    w, b = Value(0.999), Value(0.1)
    begin = time.perf_counter()
    v = w
    for _ in range(nodes // 2):
        v = v * w + b
    v.backward()
    del v
    return {"seconds": (time.perf_counter() - begin) / nodes}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("what", choices=["step", "memory", "build", "chain"])
    parser.add_argument("--paused", action="store_true")
    parser.add_argument("--nodes", type=int, default=10_000)
    given = parser.parse_args()
    engine, networks = (importlib.import_module(name) for name in ENGINES[given.engine])
    random.seed(1337)
    with engine.gc_paused() if given.paused else contextlib.nullcontext():
        if given.what in ("build", "chain"):
            found = {"build": build, "chain": chain}[given.what](engine.Value, given.nodes)
        else:
            model = networks.MLP(2, [16, 16, 1])
            found = {"step": step, "memory": memory}[given.what](engine.Value, model)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
