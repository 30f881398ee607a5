"""Initializers: each function draws one weight, given a random generator and a layer's numbers of inputs and units."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from numbers import Integral
from typing import Any, TypeAlias

from autograd.base.checks import shown
from nn.networks.habits import by_name

__all__ = [
    "INITIALIZERS",
    "Init",
    "generator",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "initializer",
    "uniform",
]

Init: TypeAlias = Callable[[random.Random, int, int], float]


def uniform(rng: random.Random, fan_in: int, fan_out: int) -> float:
    """Draw uniformly from -1 to 1, as micrograd does, whatever the layer's size.

    Args:
        rng: the generator.
        fan_in: how many inputs each unit of the layer has.
        fan_out: how many units the layer has.
    """
    return rng.uniform(-1, 1)


def glorot_uniform(rng: random.Random, fan_in: int, fan_out: int) -> float:
    """Draw uniformly between ±√(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, equation 16)."""
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit)


def glorot_normal(rng: random.Random, fan_in: int, fan_out: int) -> float:
    """Draw with mean 0 and variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010, equation 12)."""
    return rng.gauss(0.0, math.sqrt(2.0 / (fan_in + fan_out)))


def he_uniform(rng: random.Random, fan_in: int, fan_out: int) -> float:
    """Draw uniformly between ±√(6 / fan_in), for relu: with the variance of He and others (2015)."""
    limit = math.sqrt(6.0 / fan_in)
    return rng.uniform(-limit, limit)


def he_normal(rng: random.Random, fan_in: int, fan_out: int) -> float:
    """Draw with mean 0 and variance 2 / fan_in, for relu (He and others 2015, equation 10)."""
    return rng.gauss(0.0, math.sqrt(2.0 / fan_in))


INITIALIZERS: dict[str, Init] = {
    "uniform": uniform,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
}


def initializer(init: str | Init) -> Init:
    """Return the initializer that ``init`` names, or ``init`` itself if it is a function."""
    return by_name(init, INITIALIZERS, "init")


def generator(rng: Any) -> Any:
    """Return the generator of random numbers that ``rng`` stands for.

    Args:
        rng: a `random.Random`, a seed for a new one, or None for the `random` module itself, which ``random.seed``
            sets, as in micrograd.

    Raises:
        TypeError: when rng is anything else.
    """
    if rng is None or rng is random:
        return random
    if isinstance(rng, random.Random):
        return rng
    if isinstance(rng, Integral) and not isinstance(rng, bool):
        return random.Random(int(rng))
    raise TypeError(f"rng must be a random.Random, an int seed or None, got {shown(rng)}")
