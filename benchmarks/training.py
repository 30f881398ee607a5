"""Training networks on data: what `fit`, `predict` and `decision_boundary` take. Prints the result of one as JSON."""

import argparse
import json
import random
import statistics
import time
from itertools import pairwise

import numpy as np

import nn
from nn.data.prepare import places_in_batches

LOGITS = "binary_cross_entropy_with_logits"


def seconds(work):
    """The result of some work, and how long it took."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def digits():
    """Digits with nothing but a loss and epochs given: accuracy on a held-out quarter, all told, and one epoch."""
    x, y = nn.digits()
    x_train, x_test, y_train, y_test = nn.train_test_split(x, y, rng=0)

    def train(epochs):
        model = nn.MLP(64, [32, 10], "relu", rng=0)
        nn.fit(model, x_train, y_train, loss="cross_entropy", epochs=epochs, rng=0, progress=False)
        return nn.accuracy(nn.predict(model, x_test), y_test)

    accuracy, whole = seconds(lambda: train(30))
    _, short = seconds(lambda: train(10))
    return {"accuracy": accuracy, "seconds": whole, "epoch": (whole - short) / 20}


class Clock(random.Random):
    """A generator that tells when it shuffles: every epoch begins so. A callback would have weights written for it."""

    def shuffle(self, places):
        self.began = [*getattr(self, "began", ()), time.perf_counter()]
        super().shuffle(places)


def digits_epoch(train):
    """An epoch on all digits, 64-32-10, Adam, batches of 64: median of the last 40 of 60, and the loss in the last."""
    x, y = nn.digits()
    clock = Clock(0)
    loss = train(x, y, 60, clock)
    return {"seconds": statistics.median(b - a for a, b in pairwise(clock.began[-41:])), "loss": loss}


def by_fit(x, y, epochs, rng):
    model = nn.MLP(64, [32, 10], "relu", rng=0)
    return nn.fit(model, x, y, loss="cross_entropy", epochs=epochs, batch_size=64, rng=rng, progress=False).loss[-1]


def by_pytorch(x, y, epochs, rng):
    """The same loop in PyTorch: the same weights to begin with, the same batches."""
    import torch

    torch.set_num_threads(1)
    model, space = nn.MLP(64, [32, 10], "relu", rng=0), {}
    exec(nn.torch_source(model), space)
    network = space["Network"]()
    network.load_state_dict({name: torch.tensor(array) for name, array in model.state_dict().items()})
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    x, y = torch.tensor(np.asarray(x)), torch.tensor(np.asarray(y))
    for _ in range(epochs):
        losses = 0.0
        for places in map(torch.tensor, places_in_batches(len(x), 64, rng)):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(network(x[places]), y[places])
            loss.backward()
            optimizer.step()
            losses += loss.item() * len(places)
    return losses / len(x)


def moons(engine, epochs):
    """Moons, 2-16-16-1, all points in a step: seconds for an epoch."""
    x, y = nn.moons(100, rng=0)
    model = nn.MLP(2, [16, 16, 1], "tanh", rng=0)
    history, time_taken = seconds(
        lambda: nn.fit(model, x, y, loss=LOGITS, epochs=epochs, batch_size=100, rng=0, engine=engine, progress=False)
    )
    return {"seconds": time_taken, "loss": history.loss[-1]}


def predicted():
    """10,000 examples, and the boundary on 200 by 200 points."""
    x, y = nn.moons(10_000, rng=0)
    model = nn.MLP(2, [16, 16, 1], "tanh", rng=0)
    nn.predict(model, x[:600])  # imports what programs need
    _, together = seconds(lambda: nn.predict(model, x))
    _, boundary = seconds(lambda: nn.decision_boundary(model, x[:100], y[:100], width=200, height=200))
    return {"seconds": together, "boundary": boundary}


WHAT = {
    "digits": digits,
    "digits, fit": lambda: digits_epoch(by_fit),
    "digits, PyTorch": lambda: digits_epoch(by_pytorch),
    "moons": lambda: moons("program", 1000),
    "moons, Values": lambda: moons("eager", 20),
    "predict": predicted,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=WHAT)
    print(json.dumps(WHAT[parser.parse_args().what]()))
