"""Optimizer: the base of all optimizers. Its `step` is where a weight is updated, each by the same rule."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from inspect import signature
from typing import Any, ClassVar

from autograd import Value
from autograd.base.caller import warn
from autograd.base.checks import number, shown
from autograd.engine import reached
from nn.networks.habits import our_words
from nn.networks.module import ERASED

__all__ = ["Optimizer", "values"]


class Optimizer:
    """Base of the optimizers: it holds the parameters, the learning rate, and a state of its own.

    Args:
        parameters: the Values to update, each once.
        learning_rate: the learning rate, from 0 up; ``optimizer.learning_rate`` may be changed between steps.

    Raises:
        TypeError: when a parameter is not a Value, or the learning rate is not a number.
        ValueError: for no parameters, one that was computed or is given twice, or a learning rate that is negative,
            inf or nan.

    An optimizer of your own defines ``rule``, and names in ``kept`` the lists of numbers that it remembers. Or it
    defines ``step`` itself, which then runs on Values only.

    >>> class SignDescent(Optimizer):
    ...     def rule(self, w, gradient):
    ...         return (w - self.learning_rate * (1.0 if gradient > 0 else -1.0),)
    """

    kept: ClassVar[tuple[str, ...]] = ()  # the names of lists with a number to remember for each parameter

    parameters: list[Value]
    first: bool  # no step has been taken yet
    erased: bool  # zero_grad has erased gradients since the last step
    moved: bool  # the last step had gradients other than 0

    @our_words
    def __init__(self, parameters: Iterable[Value], learning_rate: float) -> None:
        self.parameters = values(parameters)
        if not self.parameters:
            raise ValueError("parameters must hold at least one Value, as model.parameters() does, got none")
        seen: set[Value] = set()
        for i, p in enumerate(self.parameters):
            if p.op is not None:
                raise ValueError(
                    f"parameters[{i}] must be a leaf, got a Value that was computed by {p.op.name}: to update it would "
                    f"leave what it was computed from as it is"
                )
            if p in seen:
                raise ValueError(f"parameters[{i}] must be given once, got it twice: each step would move it twice")
            seen.add(p)
        self.learning_rate = learning_rate
        self.first, self.erased, self.moved = True, False, False

    @property
    def learning_rate(self) -> float:
        """The learning rate."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: float) -> None:
        self._learning_rate = number("learning_rate", learning_rate)

    def __repr__(self) -> str:
        settings = [name for name in signature(type(self)).parameters if name != "parameters" and hasattr(self, name)]
        named = ", ".join(f"{name} {getattr(self, name)}" for name in settings)
        return f"<{type(self).__name__}: {named}; {len(self.parameters):,} parameters>"

    def step(self) -> None:
        """Update every parameter from its gradient, each by the same rule."""
        self.check_gradients()
        self.begin_step()
        kept = [getattr(self, name) for name in self.kept]
        for i, w in enumerate(self.parameters):
            w.data, *latest = self.rule(w.data, w.grad, *(memory[i] for memory in kept))
            for memory, remembered in zip(kept, latest, strict=True):
                memory[i] = remembered

    def begin_step(self) -> None:
        """Do the work that is needed once in a step, before any parameter is updated."""

    def rule(self, w: Any, gradient: Any, *kept: Any) -> tuple[Any, ...]:
        """Return the new value of a parameter, and the numbers to remember of it until the next step.

        Args:
            w: the parameter, a number, or an array of parameters.
            gradient: its gradient, of the same shape.
            kept: the numbers remembered of it, one for each name in ``self.kept``, of the same shape.
        """
        raise NotImplementedError(f"{type(self).__name__} defines no rule(self, w, gradient, *kept)")

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        self.erased = any(p.grad for p in self.parameters)
        for p in filter(reached, self.parameters):  # the others have none: step() tells whether any has
            p.grad = 0.0

    def check_gradients(self) -> None:
        """Warn when all gradients are missing: no sweep has reached the parameters, or `zero_grad`, the optimizer's or
        the model's, has erased them.

        Gradients of 0 where a loss is flat are not a mistake. They are known by this: zero_grad had nothing to erase
        after the step before, whose gradients were 0 too.
        """
        moving = any(p.grad for p in self.parameters)
        if not any(map(reached, self.parameters)):
            warn(
                "step() found no gradients: backward() has never reached these parameters. Call loss.backward() before "
                "step(), and make the optimizer from the parameters of the model whose loss it is"
            )
        elif (
            not moving and (self.first or not self.moved) and (self.erased or any(p in ERASED for p in self.parameters))
        ):
            warn(
                "step() found only zero gradients: zero_grad() erased them. Call zero_grad() first, then "
                "loss.backward(), then step()"
            )
        self.erased, self.moved, self.first = False, moving, False
        ERASED.clear()

    def snapshot(self) -> Any:
        """Return everything that a step changes, the parameters' data and the optimizer's state, for `restore`."""
        state = {name: copy.copy(held) for name, held in vars(self).items() if name != "parameters"}
        return [p.data for p in self.parameters], state

    def restore(self, snapshot: Any) -> None:
        """Undo all steps since ``snapshot`` was taken."""
        numbers, state = snapshot
        for p, x in zip(self.parameters, numbers, strict=True):
            p.data = x
        vars(self).update({name: copy.copy(held) for name, held in state.items()})


def values(parameters: Iterable[Value]) -> list[Value]:
    """Return parameters as a list.

    Raises:
        TypeError: when they are not a sequence of Values.
    """
    if not isinstance(parameters, Iterable):
        raise TypeError(f"parameters must be a list of Values, as model.parameters(), got {shown(parameters)}")
    held = list(parameters)
    for i, p in enumerate(held):
        if not isinstance(p, Value):
            raise TypeError(f"parameters[{i}] must be a Value, got {shown(p)}")
    return held
