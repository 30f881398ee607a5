"""Optimizers: how a gradient becomes a step, the simplest first.

All begin from ``w.data -= learning_rate * w.grad``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, ClassVar

from autograd import Value
from autograd.base.checks import fraction, number, shown
from nn.networks.habits import by_name, our_words
from nn.training.optimizer import Optimizer, values

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "RMSprop", "clip_grad_norm", "clip_grad_value", "optimizer_class"]


class SGD(Optimizer):
    """Gradient descent: a step against the gradient, with momentum if asked.

    Args:
        parameters, learning_rate: as for `Optimizer`.
        momentum: how much of the last velocity is kept, from 0 to below 1.
        nesterov: look ahead along the velocity (Sutskever and others 2013).
        weight_decay: how much of the weight itself is added to its gradient.

    >>> w = Value(1.0)
    >>> w.grad = 0.5
    >>> SGD([w], learning_rate=0.1).step()
    >>> w
    Value(data=0.95, grad=0.5)
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

    >>> w = Value(1.0)
    >>> w.grad = 0.5
    >>> RMSprop([w], learning_rate=0.1, decay=0.75).step()  # the root of the mean square is 0.25
    >>> f"{w.data:.6f}"
    '0.800000'
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

    >>> w = Value(1.0)
    >>> w.grad = 0.5
    >>> Adam([w], learning_rate=0.1).step()  # the first step has the size of the learning rate, whatever the gradient
    >>> f"{w.data:.6f}"
    '0.900000'
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
        weight_decay: in a step, a weight loses this fraction of itself, times the learning rate.

    >>> w = Value(1.0)
    >>> w.grad = 0.5
    >>> AdamW([w], learning_rate=0.1, weight_decay=0.5).step()  # Adam's step, and 0.05 of the weight
    >>> f"{w.data:.6f}"
    '0.850000'
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
    return by_name(optimizer, OPTIMIZERS, "optimizer", "an optimizer")


@our_words
def clip_grad_norm(parameters: Iterable[Value], max_norm: float) -> float:
    """Shrink all gradients by one factor so that their Euclidean norm is at most ``max_norm``.

    Args:
        parameters: the Values whose gradients are shrunk.
        max_norm: the largest norm, above 0.

    Returns:
        The norm before. When it is inf or nan, nothing is changed: no factor would help.

    Raises:
        TypeError: when a parameter is not a Value.
        ValueError: when max_norm is not above 0.

    Source: Pascanu, Mikolov and Bengio 2013.

    >>> v, w = Value(0.0), Value(0.0)
    >>> v.grad, w.grad = 3.0, 4.0
    >>> clip_grad_norm([v, w], 1.0), v.grad, w.grad
    (5.0, 0.6000000000000001, 0.8)
    """
    number("max_norm", max_norm, above=0)
    held = list(dict.fromkeys(values(parameters)))  # a shared one is shrunk once
    norm = math.hypot(*(p.grad for p in held))
    if max_norm < norm < math.inf:
        for p in held:
            p.grad *= max_norm / norm
    return norm


@our_words
def clip_grad_value(parameters: Iterable[Value], max_value: float) -> None:
    """Cut every gradient to lie between -max_value and max_value.

    Args:
        parameters: the Values whose gradients are cut.
        max_value: the largest size, above 0.

    Raises:
        TypeError: when a parameter is not a Value.
        ValueError: when max_value is not above 0.

    >>> w = Value(0.0)
    >>> w.grad = -3.0
    >>> clip_grad_value([w], 1.0)
    >>> w.grad
    -1.0
    """
    number("max_value", max_value, above=0)
    for p in values(parameters):
        if abs(p.grad) > max_value:
            p.grad = math.copysign(max_value, p.grad)
