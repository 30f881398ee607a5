"""What Python would bake into a program: decisions, numbers taken out of Values, random draws. Each is an error that names
the line; what is harmless stays silent."""

import math
import random

import numpy as np
import pytest

import autograd
from autograd import Program, Value

W = Value(0.5, label="w")


def branch(x):
    if x > 0:
        return W * x
    return W * 2.0


def truth(x):
    return W * x if x else W * 1.0


def floated(x):
    return W * math.exp(x)


def parameter(x):
    return x * (float(W + 0.25))


def drawn(x):
    return W * x * random.random()


def drawn_by_numpy(x):
    return W * x * np.random.rand()


RNG = np.random.default_rng(0)


def drawn_by_a_generator(x):
    return W * x * RNG.normal()


def loop(x):
    total = W * 1.0
    for _ in range(int(x)):
        total = total + x
    return total


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (branch, ["> in line", "if x > 0:", "autograd.where"]),
        (truth, ["bool in line", "if x else", "autograd.where"]),
        (floated, ["float() in line", "math.exp(x)"]),
        (parameter, ["float() in line", "float(W + 0.25)"]),
        (drawn, ["random numbers", "pass them as an argument"]),
        (drawn_by_numpy, ["random numbers", "pass them as an argument"]),
        (drawn_by_a_generator, ["the same way for every example"]),
        (loop, ["int() in line", "range(int(x))"]),
    ],
)
def test_what_would_be_baked_in_is_said(f, words):
    with pytest.raises(ValueError, match="f must") as caught:
        Program.trace(f, 3.7)
    assert all(word in str(caught.value) for word in words), caught.value


def test_what_is_harmless_stays_silent(capsys):
    def printing(x):
        y = W * x
        print(f"{y:.3f}", float(y), y)
        return y

    def guarded(x):
        return autograd.where(x, autograd.sqrt(autograd.where(x, x, 1.0)), 0.0) * W

    def refuses(x, t):
        if not isinstance(t, Value):
            raise TypeError
        return (W * x - t) ** 2

    Program.trace(printing, 3.7)
    Program.trace(guarded, 3.7)
    Program.trace(refuses, 3.7, 1.0)
    Program.trace(lambda x: autograd.softmax([W * x, x, W])[0], 3.7)
    Program.trace(lambda x: autograd.logsumexp([W * x, x, W]), 3.7)
    Program.trace(lambda x: autograd.clamp(W * x, -1.0, 1.0), 3.7)
    Program.trace(lambda x: autograd.norm([W * x, x]), 3.7)
    capsys.readouterr()
