"""Learning rates that change while training: each is a function of the step, counted from 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from autograd.base.checks import number, shown, whole

__all__ = ["Schedule", "as_schedule", "cosine", "staircase", "warm_up"]

Schedule: TypeAlias = Callable[[int], float]


def cosine(first: float, steps: int, last: float = 0.0) -> Schedule:
    """Return a learning rate that falls from ``first`` to ``last`` along half a cosine, and stays there.

    Args:
        first: the learning rate at step 0.
        steps: after how many steps it is at ``last``.
        last: the learning rate at the end.

    Source: Loshchilov and Hutter 2017, "SGDR", without restarts.

    >>> rate = cosine(0.1, 100)
    >>> rate(0), round(rate(50), 6), rate(100)
    (0.1, 0.05, 0.0)
    """
    first, last, steps = number("first", first), number("last", last), whole("steps", steps)

    def rate(step: int) -> float:
        done = min(step / steps, 1.0)
        return last + (first - last) * (1.0 + math.cos(math.pi * done)) / 2.0

    return rate


def warm_up(then: float | Schedule, steps: int) -> Schedule:
    """Return a learning rate that rises evenly over the first ``steps`` steps, and then is ``then``.

    Args:
        then: a number, or another schedule, which begins after the rise.
        steps: how many steps the rise takes.

    >>> rate = warm_up(cosine(0.1, 100), 4)
    >>> [rate(step) for step in (0, 1, 3, 4)]
    [0.025, 0.05, 0.1, 0.1]
    """
    after, steps = as_schedule(then, "then"), whole("steps", steps)

    def rate(step: int) -> float:
        return after(0) * (step + 1) / steps if step < steps else after(step - steps)

    return rate


def staircase(first: float, every: int, factor: float = 0.1) -> Schedule:
    """Return a learning rate that begins at ``first`` and is multiplied by ``factor`` after every ``every`` steps.

    Args:
        first: the learning rate at step 0.
        every: how many steps a stair has.
        factor: the height of each stair over that of the one before.

    >>> rate = staircase(0.8, 10, factor=0.5)
    >>> [rate(step) for step in (0, 9, 10, 25)]
    [0.8, 0.8, 0.4, 0.2]
    """
    first, every, factor = number("first", first), whole("every", every), number("factor", factor)
    return lambda step: first * factor ** (step // every)


def as_schedule(rate: Any, name: str = "learning_rate") -> Schedule:
    """Return a number as a schedule that stays, and a function as it is.

    Raises:
        TypeError: when it is neither.
        ValueError: when a number is negative, inf or nan.
    """
    if callable(rate):
        return rate  # type: ignore[no-any-return]
    if isinstance(rate, str):
        raise TypeError(f"{name} must be a number or a function of the step, got {shown(rate)}")
    kept = number(name, rate)
    return lambda step: kept
