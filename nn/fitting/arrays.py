"""Training on arrays: the loss of one example as a `Program`, run on whole batches, and the weights in one array.

The first steps of training are taken on Values, which shows what the loss reaches; the program must give the same loss
and gradient there. Afterwards the weights are in an array, and are copied into the Values whenever somebody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Value
from nn.fitting.setup import Setup
from nn.fitting.step import Batch, uninterrupted
from nn.networks.module import Array
from nn.training.forward import Forward, NotOnArrays, full_array, is_plain, traced
from nn.training.losses import LOSSES
from nn.training.memory import as_it_was, changed_by_calls, memory
from nn.training.optim import OPTIMIZERS
from nn.training.optimizer import Optimizer
from nn.training.predict import threshold_of

__all__ = ["ArrayRun"]

CLOSE = 1e-9  # how near the program must be to the Values, relative to the size of what is added up
SOME = 64  # examples from which that size is taken
SPREAD = 16  # examples from all over the data, on which a model of one's own is compared once more
AGAIN = 8  # times that an example is computed again, to see that it comes back the same


class ArrayRun:
    """A model, a loss and an optimizer whose numbers are in arrays.

    Args:
        setup: what is trained, and how.
        data: all examples and targets.

    Raises:
        NotOnArrays: when examples are not all alike, or the model, the loss or the optimizer cannot work on arrays.
    """

    def __init__(self, setup: Setup, data: Batch) -> None:
        optimizer = setup.optimizer
        if type(optimizer).step is not Optimizer.step or type(optimizer).zero_grad is not Optimizer.zero_grad:
            raise NotOnArrays(f"{type(optimizer).__name__} defines a step of its own, on Values")
        self.setup, self.first = setup, ([data.x[0]], [data.y[0]])
        spread = np.unique(np.linspace(0, len(data.x) - 1, SPREAD).round().astype(np.intp)).tolist()
        self.spread = ([data.x[i] for i in spread], [data.y[i] for i in spread])
        self.plain = setup.loss in LOSSES.values() and is_plain(setup.model)
        if setup.after_step is not None and not self.plain:
            raise NotOnArrays("after_step may change what a model or a loss of your own computes")
        self.x, self.y = full_array(data.x, "x"), full_array(data.y, "y")
        with as_it_was(setup.model, setup.loss):
            before = memory(setup.model, setup.loss)
            self.program = traced(lambda x, t: setup.loss([setup.model(x)], [t]), data.x[0], data.y[0])
            changed = changed_by_calls(before, memory(setup.model, setup.loss))
            self.forward = Forward(setup.model, data.x[0]) if setup.metrics else None
            self.threshold = threshold_of(setup.model, setup.model(data.x[0])) if setup.metrics else None
        if changed:  # a program would leave a count of calls, or a mean of all inputs, as it is
            raise NotOnArrays(f"the model or the loss changes {changed} whenever it is called")
        place = {p: i for i, p in enumerate(optimizer.parameters)}
        leaves = self.program.leaves
        self.inside = np.array([i for i, leaf in enumerate(leaves) if leaf in place], dtype=np.intp)
        self.place = np.array([place[leaf] for leaf in leaves if leaf in place], dtype=np.intp)
        self.kept: list[Any] = []
        self.gradient = self.weights = np.zeros(0)
        self.current = False  # whether the latest numbers are in the arrays, and not in the Values

    def read(self) -> None:
        """Copy the numbers of the Values, and what the optimizer remembers, into the arrays."""
        optimizer = self.setup.optimizer
        self.program.read()
        self.weights = np.array([p.data for p in optimizer.parameters])
        self.kept = [np.array(getattr(optimizer, name)) for name in optimizer.kept]
        self.gradient = np.array([p.grad for p in optimizer.parameters])
        self.current = True

    def write(self) -> None:
        """Copy the arrays into the Values and the optimizer, where the arrays have the latest numbers.

        A callback may change the Values between two epochs, and a step may be taken on them: they are then ahead.
        """
        if not self.current:
            return
        optimizer = self.setup.optimizer
        for p, number, gradient in zip(
            optimizer.parameters, self.weights.tolist(), self.gradient.tolist(), strict=True
        ):
            p.data, p.grad = number, gradient
        for name, array in zip(optimizer.kept, self.kept, strict=True):
            setattr(optimizer, name, array.tolist())

    def hand_over(self) -> None:
        """Copy the arrays into the Values, which from now on have the latest numbers."""
        self.write()
        self.current = False

    def outputs(self, x: Array) -> list[Any]:
        """Return the outputs of the model for some examples, with the weights in the array."""
        assert self.forward is not None
        for p, number in zip(self.setup.optimizer.parameters, self.weights.tolist(), strict=True):
            p.data = number
        return self.forward(x)

    def loss(self, x: Array, y: Array) -> float:
        """Return the mean loss of some examples, with the weights of the Values."""
        return float(np.mean(self.program(x, y)))

    def gradient_of(self, places: Sequence[int]) -> tuple[float, Array]:
        """Return the loss of a batch, and its gradient in the optimizer's parameters."""
        found = self.program.gradients(self.x[places], self.y[places])
        gradient = np.zeros_like(self.weights)
        gradient[self.place] = found.flat[self.inside]
        return float(found.value), gradient

    def check(self, value: Value, batch: Batch) -> None:
        """Compare the program with a loss on Values whose gradients are in the parameters.

        Raises:
            NotOnArrays: when they differ: the loss of a batch is then not the mean over its examples.
        """
        try:
            with as_it_was(self.setup.model, self.setup.loss):
                self.compare(value, batch)
        except (ArithmeticError, ValueError) as error:  # log of a negative number, which the model itself avoids
            if isinstance(error, NotOnArrays):
                raise
            raise NotOnArrays(f"it cannot compute some examples: {error}") from error

    def compare(self, value: Value, batch: Batch) -> None:
        """Compare the program with a loss on Values, as `check` does; the program may refuse a number."""
        self.read()
        self.current = False
        places = list(batch.places)
        loss, gradient = self.gradient_of(places)
        # the gradients of the examples may cancel in their mean, to nothing but rounding, where a model has learned
        each = self.program.gradients(self.x[places[:SOME]], self.y[places[:SOME]], reduction=None).flat
        size = float(np.abs(each).max(initial=0.0))
        same = abs(loss - value.data) <= CLOSE * max(abs(value.data), 1e-6 * size)
        same = same and bool(np.abs(gradient - self.gradient).max() <= CLOSE * size)
        if same and self.setup.loss not in LOSSES.values():  # a sum over 32, say, is a mean for 32 examples only
            half = max(1, len(batch.x) // 2)
            other = [*range(half)] if half < len(batch.x) else [0, 0]
            same = self.agrees([batch.x[i] for i in other], [batch.y[i] for i in other])
        if not same:
            raise NotOnArrays("the loss of a batch is not the mean of the losses of its examples")
        self.compare_rule()
        if not self.plain and not self.agrees(*self.spread):
            raise NotOnArrays("the model or the loss computes otherwise for other examples")
        if not self.plain and not all(self.agrees(*self.first) for _ in range(AGAIN)):  # a mask of its own, say
            raise NotOnArrays("the model or the loss computes something else each time")

    def compare_rule(self) -> None:
        """Compare the optimizer's rule on arrays with the same rule on numbers, and leave the optimizer as it was.

        Raises:
            NotOnArrays: when a rule of one's own takes only numbers, or gives something else for arrays.
        """
        optimizer = self.setup.optimizer
        if type(optimizer).rule in [ours.rule for ours in OPTIMIZERS.values()]:
            return
        before, given = optimizer.snapshot(), (self.weights, self.gradient, *self.kept)
        name = type(optimizer).__name__
        try:
            optimizer.begin_step()
            found = np.stack(optimizer.rule(*(numbers.copy() for numbers in given)))
            optimizer.restore(before)
            optimizer.begin_step()
            numbers = [optimizer.rule(*one) for one in zip(*(array.tolist() for array in given), strict=True)]
        except Exception as error:  # math.tanh(array), array and array; on Values the rule itself says what is wrong
            raise NotOnArrays(f"the rule of {name} works on single numbers alone: {error}") from error
        finally:
            optimizer.restore(before)
        if not np.allclose(found, np.transpose(numbers), rtol=CLOSE, atol=1e-300, equal_nan=True):
            raise NotOnArrays(f"the rule of {name} gives something else for arrays than for single numbers")

    def agrees(self, x: Sequence[Any], y: Sequence[Any]) -> bool:
        """Return whether the program gives the loss that the model has on some examples."""
        value = self.setup.loss([self.setup.model(row) for row in x], list(y)).data
        loss = self.loss(full_array(x, "x"), full_array(y, "y"))
        return abs(loss - value) <= CLOSE * max(1.0, abs(value))

    def step(self, places: Sequence[int], count: Any) -> float | None:
        """Take one step and return the loss before it, or None, and nothing is changed, when a number is not finite.

        Args:
            places: of the examples of the batch.
            count: called when the step is taken.
        """
        optimizer = self.setup.optimizer
        with np.errstate(all="ignore"):
            value, gradient = self.gradient_of(places)
            norm = float(np.sqrt(gradient @ gradient))
            if not np.isfinite(norm) or not np.isfinite(value):
                return None
            if self.setup.max_norm is not None and norm > self.setup.max_norm:
                gradient *= self.setup.max_norm / norm
            with uninterrupted():
                before = dict(vars(optimizer))
                try:
                    optimizer.begin_step()
                    weights, *kept = optimizer.rule(self.weights, gradient, *self.kept)
                    whole = all(np.isfinite(array).all() for array in (weights, *kept))
                except BaseException:
                    vars(optimizer).update(before)
                    raise
                if not whole:
                    vars(optimizer).update(before)
                    return None
                self.weights, self.kept, self.gradient = weights, kept, gradient
                self.program.weights[self.inside] = weights[self.place]
                count()
        return value
