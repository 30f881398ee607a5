"""Measure a training step of micrograd's demo that was written with matrices, and print the result as JSON.

    python benchmarks/matrices.py numpy|c|torch|jax

Weights, points, loss and update are those of `step.py`, so that the same number of steps gives the same loss.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile
import time

import numpy as np
from step import LEARNING_RATE, STEPS, points

SIZES = [(2, 16), (16, 16), (16, 1)]


def parameters(seed=1337):
    """The weights that micrograd draws after random.seed(seed): (W, b) of each layer, W with a row for each input."""
    rng = random.Random(seed)
    drawn = [np.array([[rng.uniform(-1, 1) for _ in range(n)] for _ in range(m)]).T for n, m in SIZES]
    return [array for w in drawn for array in (w, np.zeros(w.shape[1]))]


def data():
    xs, ys = points()
    return np.array(xs), np.array(ys, float)


def with_numpy():
    x, y = data()
    W1, b1, W2, b2, W3, b3 = held = parameters()
    n = len(x)

    def step():
        h1 = np.maximum(x @ W1 + b1, 0.0)
        h2 = np.maximum(h1 @ W2 + b2, 0.0)
        margin = 1.0 - y * (h2 @ W3 + b3)[:, 0]
        loss = np.maximum(margin, 0.0).sum() / n + 1e-4 * sum(np.vdot(p, p) for p in held)
        d3 = np.where(margin > 0.0, -y / n, 0.0)[:, None]
        d2 = (d3 @ W3.T) * (h2 > 0.0)
        d1 = (d2 @ W2.T) * (h1 > 0.0)
        gradients = (x.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0), h2.T @ d3, d3.sum(0))
        for p, g in zip(held, gradients, strict=True):
            p -= LEARNING_RATE * (g + 2e-4 * p)
        return loss

    return lambda steps: [step() for _ in range(steps)][-1]


def with_c():
    compiler = shutil.which("cc")
    if compiler is None:
        raise SystemExit("no C compiler: cc is not on PATH")
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "demo.so"
        source = pathlib.Path(__file__).with_name("demo.c")
        flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
        subprocess.run([compiler, *flags, str(source), "-o", str(library)], check=True)
        train = ctypes.CDLL(str(library)).train
    train.restype = ctypes.c_double
    (x, y), held = data(), np.concatenate([p.ravel() for p in parameters()])
    pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (held, x, y)]

    def run(steps, kept=(held, x, y)):  # the arrays live as long as this function
        return train(*pointers, len(y), steps, ctypes.c_double(LEARNING_RATE))

    return run


def with_torch():
    import torch

    torch.set_num_threads(1)
    x, y = map(torch.tensor, data())
    held = [torch.tensor(p, requires_grad=True) for p in parameters()]
    W1, b1, W2, b2, W3, b3 = held
    optimizer = torch.optim.SGD(held, lr=LEARNING_RATE)

    def step():
        score = (torch.relu(torch.relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3)[:, 0]
        loss = torch.relu(1.0 - y * score).mean() + 1e-4 * sum((p * p).sum() for p in held)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return lambda steps: [step() for _ in range(steps)][-1].item()


def with_jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    x, y = map(jax.numpy.array, data())
    held = list(map(jax.numpy.array, parameters()))

    def loss(held):
        W1, b1, W2, b2, W3, b3 = held
        h1 = jax.numpy.maximum(x @ W1 + b1, 0.0)
        score = (jax.numpy.maximum(h1 @ W2 + b2, 0.0) @ W3 + b3)[:, 0]
        return jax.numpy.maximum(1.0 - y * score, 0.0).mean() + 1e-4 * sum((p * p).sum() for p in held)

    @jax.jit
    def step(held):
        now, gradients = jax.value_and_grad(loss)(held)
        return [p - LEARNING_RATE * g for p, g in zip(held, gradients, strict=True)], now

    def run(steps):
        nonlocal held
        for _ in range(steps):
            held, now = step(held)
        return float(now)

    return run


WAYS = {"numpy": with_numpy, "c": with_c, "torch": with_torch, "jax": with_jax}


def measured(run, blocks=21, length=200):
    """Print the loss after STEPS training steps, and the seconds of a step: the median of many blocks of steps."""
    loss = run(STEPS)
    seconds = []
    for _ in range(blocks):
        begin = time.perf_counter()
        run(length)
        seconds.append((time.perf_counter() - begin) / length)
    print(json.dumps({"seconds": statistics.median(seconds), "loss": float(loss)}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    measured(WAYS[parser.parse_args().way]())


if __name__ == "__main__":
    main()
