"""Measure a training step of micrograd's demo as a Program, and print the result as JSON.

    python benchmarks/programs.py arrays|values|kernel

With ``arrays`` the weights are the program's own arrays; with ``values`` they are Values, each updated by the one rule;
``kernel`` runs the compiled kernel, and updates all weights end to end.
"""

from __future__ import annotations

import argparse
import random

from matrices import measured
from step import LEARNING_RATE, forward, points

from autograd import Program, gc_paused
from nn import MLP


def recorded():
    """The model of the demo and the program of its loss."""
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    with gc_paused():
        return model, Program(forward(float, model, *points()))  # the points are constants of the program


def with_arrays():
    _, program = recorded()

    def step():
        gradients = program.gradients()
        for name, p in program.parameters.items():
            p -= LEARNING_RATE * gradients[name]
        return gradients.value

    return step


def with_kernel():
    _, program = recorded()
    program.jit()

    def step():
        gradients = program.gradients()
        program.weights -= LEARNING_RATE * gradients.flat
        return gradients.value

    return step


def with_values():
    model, program = recorded()
    parameters = model.parameters()

    def step():
        for p in parameters:
            p.grad = 0.0
        loss = program.backward()
        for p in parameters:
            p.data -= LEARNING_RATE * p.grad
        return loss

    return step


WAYS = {"arrays": with_arrays, "values": with_values, "kernel": with_kernel}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    step = WAYS[parser.parse_args().way]()
    measured(lambda steps: [step() for _ in range(steps)][-1])


if __name__ == "__main__":
    main()
