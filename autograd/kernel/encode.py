"""Steps as rows of whole numbers, which the kernel reads; for a given number of examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from autograd.kernel.loops import DIRECTION, FILL, GATHER, MAP, PEAK, RESULT, SCATTER, TERM
from autograd.kernel.memory import Memory
from autograd.kernel.nesting import Loop, loop_over
from autograd.kernel.scalar_code import ROWS, key
from autograd.kernel.terms import AXES, SIZES, VIEWS, WIDTH
from autograd.lift.steps import Gather, Ints, Map, Peak, Scatter, Step, Sum, Term, size
from autograd.reverse.build import Lifted

__all__ = ["Encoded", "Unsuited", "encode"]

NUMBER = {name: i for i, name in enumerate(ROWS)}
SAFE = frozenset(  # rows that give a finite number for every finite number
    ("add", "sub", "mul", "neg", "abs", "max", "min", "relu", "sigmoid", "tanh", "softplus", "sign", "zero", "scale")
) | {"gate", "sech", "still", "atan", "asinh", "erf", "erfc", "cbrt", "hypot"}


class Unsuited(Exception):
    """A program that the kernel cannot run: it holds an operation of a user's own, or has too many axes."""


class Encoded(NamedTuple):
    """A program as the kernel runs it, on one block of examples."""

    memory: npt.NDArray[np.float64]
    table: Ints
    factors: npt.NDArray[np.float64]  # of each row
    places: Ints  # of all gathers and scatters
    scratch: int  # from where on operands are copied in memory
    longest: int  # of these copies
    forward: int  # how many rows compute the root
    root: tuple[int, int]  # where the root is in memory, and how many numbers it is
    inputs: list[int]  # where each input begins; the parameters lie end to end from 0 on
    gradient: tuple[int, int]  # where the gradients of the parameters begin and end, in the same order


def encode(lifted: Lifted, n: int) -> Encoded:
    """Return the steps of a program for ``n`` examples."""
    return Encoder(lifted, n).encoded()


class Encoder:
    """Turns steps into rows."""

    def __init__(self, lifted: Lifted, n: int) -> None:
        self.lifted, self.arrays, self.n = lifted, lifted.arrays, n
        self.memory = Memory(lifted, n)
        self.rows: list[list[int]] = []
        self.factors: list[float] = []
        self.places: list[Ints] = []
        self.placed = 0  # how many places there are so far
        self.longest = 1

    def encoded(self) -> Encoded:
        """Return all steps."""
        for step in self.lifted.forward:
            self.step(step)
        count = len(self.rows)
        for step in self.lifted.backward:
            self.step(step)
        width = VIEWS + 5 * WIDTH
        table = np.zeros((len(self.rows), width), np.int64)
        for i, row in enumerate(self.rows):
            table[i, : len(row)] = row
        places = np.concatenate(self.places) if self.places else np.zeros(0, np.int64)
        starts, at = self.memory.starts, self.lifted.root
        inputs = [starts[i] for i, array in enumerate(self.arrays) if array.role == "input"]
        examples = self.n if self.arrays[at.array].batched else 1
        return Encoded(
            self.memory.numbers(5 * self.longest),
            table,
            np.array(self.factors),
            places,
            self.memory.one + 1,
            self.longest,
            count,
            (starts[at.array] + at.offset * examples, examples),
            inputs,
            self.memory.gradient,
        )

    def step(self, step: Step) -> None:
        """Add the rows of one step."""
        if isinstance(step, Map):
            self.map(step)
        elif isinstance(step, Sum):
            self.sum(step)
        elif isinstance(step, Peak):
            self.peak(step)
        elif isinstance(step, Gather):
            self.gather(step)
        elif isinstance(step, Scatter):
            self.scatter(step)
        else:
            self.fill(step.out, 0.0)

    def row(self, head: list[int], sizes: Sequence[int], views: list[list[int]], factor: float = 1.0) -> None:
        """Add a row: eight numbers, the sizes of the axes, the views; `autograd.kernel.terms` says what they are."""
        if len(sizes) > AXES:
            raise Unsuited(f"a step has {len(sizes)} axes, and the kernel has loops for {AXES}")
        padded = [1] * (AXES - len(sizes)) + list(sizes)
        row = [*head, *[0] * (SIZES - len(head)), *padded]
        for start, even, *strides in views:
            row += [start, even, *[0] * (AXES - len(strides)), *strides]
        self.rows.append(row)
        self.factors.append(factor)

    def fill(self, number: int, value: float) -> None:
        """Add the row that fills an array with one number."""
        self.row([FILL, 0, 0, 0, self.memory.length(number)], [], [[self.memory.starts[number], 1]], value)

    def map(self, step: Map) -> None:
        """Add the row of an operation, or of the gradient that it passes back."""
        if step.row not in NUMBER:
            raise Unsuited(f"{step.row} is an operation of your own")
        examples = self.arrays[step.out.array].batched and self.n > 1
        sizes = [*step.axes, *([self.n] if examples else [])]
        count = size(tuple(sizes))
        self.longest = max(self.longest, count)
        views = [self.memory.view(view, sizes, examples) for view in (step.out, *step.reads)]
        while len(views) < (3 if step.partial is None else 5):
            views.append([0, 2, *[0] * len(sizes)])
        number = NUMBER[step.row]
        if step.partial is None:
            doubtful = DIRECTION if step.row == "atan2" else 0 if step.row in SAFE else RESULT
            head = [MAP, number, -1, int(step.add), count, doubtful]
        else:
            head = [MAP, key(number, step.partial), step.partial, int(step.add), count, 0]
        self.row(head, sizes, views)

    def peak(self, step: Peak) -> None:
        """Add the row of a largest: its axis comes last but one, before that of the examples."""
        examples = self.arrays[step.out.array].batched and self.n > 1
        sizes = [*step.axes, step.length, self.n if examples else 1]
        out = step.out._replace(strides=(*step.out.strides, 0))
        views = [self.memory.view(view, sizes if examples else sizes[:-1], examples) for view in (out, step.read)]
        self.row([PEAK], sizes, [view if examples else [*view, 0] for view in views])

    def sum(self, step: Sum) -> None:
        """Add the rows of a sum: a term that reaches every place once is written, or a 0 is; the others are added."""
        loops = [self.loop(step, term) for term in step.terms]
        if not step.add:
            number = step.out.array
            if size(step.axes) != size(self.arrays[number].shape):
                raise Unsuited("a sum that begins with a part of an array")
            loops.sort(key=lambda loop: loop.reached != self.memory.length(number))
            if not loops or loops[0].reached != self.memory.length(number):
                self.fill(number, 0.0)
                loops = [loop._replace(reached=0) for loop in loops]
        for i, loop in enumerate(loops):
            add = step.add or i > 0 or loop.reached == 0
            views = [[start, 0, *each] for start, each in zip(loop.starts, loop.strides, strict=True)]
            self.row([TERM, 0, 0, int(add), 0, 0, loop.form], loop.sizes, views, loop.factor)

    def loop(self, step: Sum, term: Term) -> Loop:
        """Return the loop over a term of a sum; a term of one factor has 1 as the other."""
        views = (step.out._replace(strides=step.out.strides + (0,) * len(term.summed)), *term.reads)
        examples = self.n > 1 and any(self.arrays[view.array].batched for view in views)
        sizes = [*step.axes, *term.summed, *([self.n] if examples else [])]
        rows = [self.memory.view(view, sizes, examples) for view in views]
        if len(rows) == 2:
            rows.append([self.memory.one, 0, *[0] * len(sizes)])
        return loop_over([row[0] for row in rows], sizes, [row[2:] for row in rows], term.factor)

    def gather(self, step: Gather) -> None:
        """Add the row that takes from places."""
        batched = self.arrays[step.out].batched
        sources = [self.memory.places(number, batched) for number in step.sources]
        self.placed_row(GATHER, np.concatenate(sources)[step.places].ravel(), [[self.memory.starts[step.out], 1]])

    def scatter(self, step: Scatter) -> None:
        """Add the rows that add at places."""
        self.fill(step.out, 0.0)
        batched = self.arrays[step.source].batched
        target = np.concatenate([self.memory.places(step.out, batched), np.full((1, self.n if batched else 1), -1)])
        places = target[np.where(step.places < 0, len(target) - 1, step.places)].ravel()
        self.placed_row(SCATTER, places, [[self.memory.starts[step.out], 1], [self.memory.starts[step.source], 1]])

    def placed_row(self, kind: int, places: Ints, views: list[list[int]]) -> None:
        """Add a row with a list of places."""
        self.row([kind, 0, 0, 0, len(places), self.placed], [], views)
        self.places.append(places)
        self.placed += len(places)
