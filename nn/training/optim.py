"""Optimizers: how a gradient becomes a step, the simplest first.

All begin from ``w.data -= learning_rate * w.grad``.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from inspect import signature
from typing import Any, ClassVar

from autograd import Value
from autograd.base.caller import warn
from autograd.base.checks import fraction, number, shown
from autograd.engine import reached
from nn.networks.habits import by_name, our_words
from nn.networks.module import ERASED

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Optimizer", "RMSprop", "clip_grad_norm", "clip_grad_value"]


class Optimizer:
    """Base of the optimizers: it holds the parameters, the learning rate, and a state of its own.

    Args:
        parameters: the Values to update, each once.
        learning_rate: the learning rate, from 0 up; ``optimizer.learning_rate`` may be changed between steps.

    Raises:
        TypeError: when a parameter is not a Value, or the learning rate is not a number.
        ValueError: for no parameters, one that was computed or is given twice, or a learning rate that is negative,
            inf or nan.

    An optimizer of your own defines ``rule``, and names in ``kept`` the lists it keeps beside the parameters; or it
    defines ``step`` itself, which then runs on Values only.

    >>> class SignDescent(Optimizer):
    ...     def rule(self, w, gradient):
    ...         return (w - self.learning_rate * (1.0 if gradient > 0 else -1.0),)
    """

    kept: ClassVar[tuple[str, ...]] = ()  # the lists of what is remembered of each parameter

    parameters: list[Value]
    first: bool  # no step has been taken yet
    erased: bool  # zero_grad has erased gradients since the last step
    moved: bool  # the last step had gradients to go by

    @our_words
    def __init__(self, parameters: Iterable[Value], learning_rate: float) -> None:
        if not isinstance(parameters, Iterable):
            raise TypeError(f"parameters must be a list of Values, as model.parameters(), got {shown(parameters)}")
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("parameters must hold at least one Value, as model.parameters() does, got none")
        seen: set[Value] = set()
        for i, p in enumerate(self.parameters):
            if not isinstance(p, Value):
                raise TypeError(f"parameters[{i}] must be a Value, got {shown(p)}")
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
        """Do what is done once in a step, before any parameter is updated."""

    def rule(self, w: Any, gradient: Any, *kept: Any) -> tuple[Any, ...]:
        """Return what a parameter becomes, and what is remembered of it until the next step.

        Args:
            w: the parameter, a number, or an array of parameters.
            gradient: its gradient, of the same shape.
            kept: what was remembered of it, one for each name in ``self.kept``, of the same shape.
        """
        raise NotImplementedError(f"{type(self).__name__} defines no rule(self, w, gradient, *kept)")

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        self.erased = any(p.grad for p in self.parameters)
        for p in filter(reached, self.parameters):  # the others have none: step() tells whether any has
            p.grad = 0.0

    def check_gradients(self) -> None:
        """Warn when there is no gradient to go by: no sweep has reached the parameters, or `zero_grad` has erased it,
        the optimizer's or the model's.

        Gradients that are 0 where a loss is flat are no mistake: then zero_grad had nothing to erase after the step
        before, whose gradients were 0 too.
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
        """Return all that a step changes, the parameters' data and the optimizer's state, for `restore`."""
        state = {name: copy.copy(held) for name, held in vars(self).items() if name != "parameters"}
        return [p.data for p in self.parameters], state

    def restore(self, snapshot: Any) -> None:
        """Undo all steps since ``snapshot`` was taken."""
        numbers, state = snapshot
        for p, x in zip(self.parameters, numbers, strict=True):
            p.data = x
        vars(self).update({name: copy.copy(held) for name, held in state.items()})


class SGD(Optimizer):
    """Gradient descent: a step against the gradient, with momentum if asked.

    Args:
        parameters, learning_rate: as for `Optimizer`.
        momentum: how much of the last velocity is kept, from 0 to below 1.
        nesterov: look ahead along the velocity (Sutskever and others 2013).
        weight_decay: how much of the weight itself is added to its gradient.
    """

    kept: ClassVar[tuple[str, ...]] = ("velocity",)

    momentum: float
    nesterov: bool
    weight_decay: float
    velocity: list[float]  # of each parameter

    @our_words
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.momentum, self.weight_decay = fraction("momentum", momentum), number("weight_decay", weight_decay)
        if nesterov and not momentum:
            raise ValueError(f"momentum must be above 0 for nesterov, which looks along the velocity, got {momentum}")
        self.nesterov = nesterov
        self.velocity = [0.0] * len(self.parameters)

    def rule(self, w: Any, gradient: Any, velocity: Any) -> tuple[Any, Any]:
        """w -= learning_rate (gradient + momentum velocity)"""
        gradient = gradient + self.weight_decay * w
        velocity = self.momentum * velocity + gradient
        return w - self.learning_rate * (gradient + self.momentum * velocity if self.nesterov else velocity), velocity


class RMSprop(Optimizer):
    """A step of about the same size for every weight: the gradient over its recent root mean square.

    Source: Tieleman and Hinton, Coursera lecture 6.5, 2012.

    Args:
        parameters, learning_rate: as for `Optimizer`.
        decay: how slowly the mean square forgets, from 0 to below 1.
        epsilon: added to the denominator, so that it is not 0; above 0.
    """

    kept: ClassVar[tuple[str, ...]] = ("square",)

    decay: float
    epsilon: float
    square: list[float]  # the mean square of the gradient of each parameter

    @our_words
    def __init__(
        self, parameters: Iterable[Value], learning_rate: float = 0.01, decay: float = 0.99, epsilon: float = 1e-8
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.decay, self.epsilon = fraction("decay", decay), number("epsilon", epsilon, above=0)
        self.square = [0.0] * len(self.parameters)

    def rule(self, w: Any, gradient: Any, square: Any) -> tuple[Any, Any]:
        """w -= learning_rate gradient / (√mean square + epsilon)"""
        square = self.decay * square + (1.0 - self.decay) * gradient * gradient
        return w - self.learning_rate * gradient / (root(square) + self.epsilon), square


class Adam(Optimizer):
    """RMSprop with momentum, both corrected for having started at 0 (Kingma and Ba 2015, algorithm 1).

    Args:
        parameters, learning_rate: as for `Optimizer`.
        betas: how slowly the mean and the mean square forget, each from 0 to below 1.
        epsilon: added to the denominator, so that it is not 0; above 0.
    """

    kept: ClassVar[tuple[str, ...]] = ("mean", "square")

    betas: tuple[float, float]
    epsilon: float
    steps: int
    mean: list[float]  # of the gradient of each parameter
    square: list[float]  # the mean square of it

    @our_words
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise ValueError(f"betas must be two numbers, got {shown(betas)}")
        self.betas = fraction("betas[0]", betas[0]), fraction("betas[1]", betas[1])
        self.epsilon = number("epsilon", epsilon, above=0)
        self.steps = 0
        self.mean = [0.0] * len(self.parameters)
        self.square = [0.0] * len(self.parameters)

    def begin_step(self) -> None:
        """Count the step."""
        self.steps += 1

    def rule(self, w: Any, gradient: Any, mean: Any, square: Any) -> tuple[Any, Any, Any]:
        """w -= learning_rate mean / (√mean square + epsilon)"""
        slow, slower = self.betas
        mean = slow * mean + (1.0 - slow) * gradient
        square = slower * square + (1.0 - slower) * gradient * gradient
        size = root(square / (1.0 - slower**self.steps)) + self.epsilon
        return w - self.learning_rate * (mean / (1.0 - slow**self.steps)) / size, mean, square


class AdamW(Adam):
    """Adam, with weights that decay on their own instead of through the gradient (Loshchilov and Hutter 2019).

    Args:
        parameters, learning_rate, betas, epsilon: as for `Adam`.
        weight_decay: the part of itself, times the learning rate, that a weight loses in a step.
    """

    weight_decay: float

    @our_words
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, learning_rate, betas, epsilon)
        self.weight_decay = number("weight_decay", weight_decay)

    def rule(self, w: Any, gradient: Any, mean: Any, square: Any) -> tuple[Any, Any, Any]:
        """w -= learning_rate weight_decay w, then as Adam does"""
        return super().rule(w - self.learning_rate * self.weight_decay * w, gradient, mean, square)


def root(x: Any) -> Any:
    """Return the square root of a number, or of each entry of an array."""
    return math.sqrt(x) if isinstance(x, float) else x**0.5


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}


def optimizer_class(optimizer: str | type[Optimizer]) -> Any:
    """Return the optimizer that a name stands for, or the class itself."""
    return by_name(optimizer, OPTIMIZERS, "optimizer")


@our_words
def clip_grad_norm(parameters: Iterable[Value], max_norm: float) -> float:
    """Shrink all gradients by one factor so that their Euclidean norm is at most ``max_norm``.

    Returns:
        The norm before. When it is inf or nan, nothing is changed: no factor would help.

    Raises:
        ValueError: when max_norm is not above 0.

    Source: Pascanu, Mikolov and Bengio 2013.
    """
    number("max_norm", max_norm, above=0)
    held = list(dict.fromkeys(parameters))  # a shared one is shrunk once
    norm = math.hypot(*(p.grad for p in held))
    if max_norm < norm < math.inf:
        for p in held:
            p.grad *= max_norm / norm
    return norm


@our_words
def clip_grad_value(parameters: Iterable[Value], max_value: float) -> None:
    """Cut every gradient to lie between -max_value and max_value.

    Raises:
        ValueError: when max_value is not above 0.
    """
    number("max_value", max_value, above=0)
    for p in parameters:
        if abs(p.grad) > max_value:
            p.grad = math.copysign(max_value, p.grad)
