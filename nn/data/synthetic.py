"""Four small generated problems in the plane, on which one can see what a network learns."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from autograd.base.checks import number, whole
from nn.data.dataset import Dataset, Rng
from nn.networks.habits import our_words
from nn.networks.init import generator

__all__ = ["circles", "moons", "spirals", "xor"]


@our_words
def moons(n: int = 100, noise: float = 0.1, rng: Rng = None) -> Dataset:
    """Return two interleaving half circles, classes 0 (the upper one) and 1.

    Args:
        n: how many points in all.
        noise: the standard deviation of the noise that is added to each coordinate.
        rng: a `random.Random`, a seed, or None for the `random` module.

    Raises:
        TypeError, ValueError: when n is not an int of at least 2, or noise is not a number of at least 0.

    >>> moons(100, rng=0)
    <Dataset: 100 examples, 2 features, 2 classes (0, 1)>
    """

    def point(c: int, t: float) -> tuple[float, float]:
        a = math.pi * t
        return (math.cos(a), math.sin(a)) if c == 0 else (1.0 - math.cos(a), 0.5 - math.sin(a))

    return in_plane(point, n, noise, rng, 2, "two interleaving half circles")


@our_words
def circles(n: int = 100, noise: float = 0.05, rng: Rng = None) -> Dataset:
    """Return a circle of radius 1 around one of radius 1/2, classes 0 (the outer one) and 1.

    Args:
        n, noise, rng: as for `moons`, with the same errors.

    >>> x, y = circles(4, noise=0.0)
    >>> x.round(3).tolist(), y.tolist()
    ([[1.0, 0.0], [-1.0, 0.0], [0.5, 0.0], [-0.5, 0.0]], [0, 0, 1, 1])
    """

    def point(c: int, t: float) -> tuple[float, float]:
        a, r = 2.0 * math.pi * t, (1.0, 0.5)[c]
        return r * math.cos(a), r * math.sin(a)

    return in_plane(point, n, noise, rng, 2, "one circle in another", closed=True)


@our_words
def spirals(n: int = 150, noise: float = 0.02, rng: Rng = None, classes: int = 3) -> Dataset:
    """Return arms that wind around the origin, one class each.

    Args:
        n, noise, rng: as for `moons`, with the same errors.
        classes: the number of arms, at least 2.

    Source: the toy data of Stanford's CS231n notes.

    >>> spirals(150, rng=0)
    <Dataset: 150 examples, 2 features, 3 classes (0, 1, 2)>
    """
    classes = whole("classes", classes, least=2)

    def point(c: int, t: float) -> tuple[float, float]:
        a = 4.0 * t + 2.0 * math.pi * c / classes
        return t * math.sin(a), t * math.cos(a)

    return in_plane(point, n, noise, rng, classes, f"{classes} spiral arms")


@our_words
def xor(n: int = 4, noise: float = 0.0, rng: Rng = None) -> Dataset:
    """Return the corners of the unit square, one after another, of class 1 where exactly one coordinate is 1.

    Args:
        n, noise, rng: as for `moons`; n is at least 4.

    >>> x, y = xor()
    >>> x.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    n, noise = whole("n", n, least=4), number("noise", noise)
    source = generator(rng)
    corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    points = [
        [u + noise * source.gauss(0.0, 1.0) for u in corners[i % 4]] if noise else corners[i % 4] for i in range(n)
    ]
    y = [int(corners[i % 4][0] != corners[i % 4][1]) for i in range(n)]
    return Dataset(np.array(points), np.array(y), ("x1", "x2"), ("same", "different"), "exclusive or")


def in_plane(
    point: Callable[[int, float], tuple[float, float]],
    n: int,
    noise: float,
    rng: Rng,
    classes: int,
    source: str,
    closed: bool = False,
) -> Dataset:
    """Return n points, about as many of each class, evenly spaced along its curve, with noise.

    ``point(c, t)`` is where the curve of class c is at t, from 0 to 1. A closed curve is at the same place for 0 and
    1, so 1 is left out.
    """
    n, noise = whole("n", n, least=classes), number("noise", noise)
    draw = generator(rng)
    x, y = [], []
    for c in range(classes):
        m = n // classes + (c < n % classes)
        for i in range(m):
            t = i / (m if closed else max(m - 1, 1))
            x.append([u + noise * draw.gauss(0.0, 1.0) for u in point(c, t)])
            y.append(c)
    return Dataset(np.array(x), np.array(y), ("x1", "x2"), tuple(map(str, range(classes))), source)
