"""The same seed gives the same bits: on every Python, in every process, and in both engines where no sum is rounded."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nn import MLP, SGD, fit, iris, moons, train_test_split

ROOT = Path(__file__).parent.parent

# What a training of iris on Values gives: a few weights, the last loss, and a digest of all of them. It computes with
# + - × ÷ √ alone, which IEEE 754 fixes to the last bit: these are the numbers of every machine and every Python.
# (Exponentials are those of the C library, and NumPy adds up in the order that suits the processor.)
WEIGHTS = ["0x1.20f77b4672c0dp+0", "0x1.1970a1947fd7fp+0", "-0x1.11c5acc2ce3dcp+0"]
LOSS, DIGEST = "0x1.913e27b63f1c9p-4", "5967c6949a2c359c0748fc0a42cce375ca1c7cf37ab5c0ae7f8dbb1bb491efce"


def trained_on_iris():
    x_train, x_test, y_train, y_test = train_test_split(iris().x, iris().y.astype(float), rng=1)
    model = MLP(4, [6, 1], "relu", init="he_uniform", rng=2)
    optimizer = SGD(model.parameters(), 0.002, momentum=0.5, nesterov=True)
    history = fit(
        model, x_train, y_train, loss="mse", optimizer=optimizer, epochs=3, rng=3, engine="eager", progress=False,
        validation_data=(x_test, y_test),
    )  # fmt: skip
    return [p.data.hex() for p in model.parameters()], [v.hex() for v in history.loss + history.val_loss]


def test_training_on_values_gives_the_stored_bits():
    weights, losses = trained_on_iris()
    assert (weights[:3], losses[2]) == (WEIGHTS, LOSS)
    assert hashlib.sha256(" ".join(weights + losses).encode()).hexdigest() == DIGEST


def in_few_digits(engine):
    """Train on numbers of so few digits that no product and no sum is rounded, in whatever order it is computed."""
    model = MLP(2, [1], rng=0)
    for p, number in zip(model.parameters(), (0.25, -0.5, 0.0), strict=True):
        p.data = number
    x = [[i % 3 / 2, i % 4 / 2] for i in range(8)]
    y = [i % 2 / 2 for i in range(8)]
    history = fit(
        model, x, y, loss="mse", optimizer="sgd", learning_rate=0.125, epochs=4, rng=0, engine=engine, progress=False
    )
    return [p.data.hex() for p in model.parameters()], [v.hex() for v in history.loss]


def test_where_no_sum_is_rounded_both_engines_give_the_same_bits():
    assert in_few_digits("program") == in_few_digits("eager")


PROGRAM = """
import nn
x, y = nn.moons(40, rng=5)
for engine in ("eager", "program"):
    model = nn.MLP(2, [6, 2], "tanh", rng=2)
    history = nn.fit(model, x, y, loss="cross_entropy", epochs=4, rng=3, engine=engine, progress=False)
    print(*(p.data.hex() for p in model.parameters()), *(v.hex() for v in history.loss))
"""


@pytest.mark.slow
def test_another_process_gives_the_same_bits():
    here = []
    for engine in ("eager", "program"):
        model = MLP(2, [6, 2], "tanh", rng=2)
        history = fit(model, *moons(40, rng=5), loss="cross_entropy", epochs=4, rng=3, engine=engine, progress=False)
        here.append(" ".join([*(p.data.hex() for p in model.parameters()), *(v.hex() for v in history.loss)]))
    for seed in ("1", "2"):  # the order of sets and dicts of texts
        environment = os.environ | {"PYTHONHASHSEED": seed}
        there = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        assert there.stdout.splitlines() == here
