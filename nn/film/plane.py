"""The plane (or the line) through the inputs over which a film draws what a network does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from nn.networks.module import Array

__all__ = ["Plane", "held_still", "plane_of_inputs", "plane_of_variation", "telling_pair"]


class Plane(NamedTuple):
    """Every input vector in it is ``origin + place @ axes``."""

    origin: Array  # (inputs,)
    axes: Array  # (1 or 2, inputs)
    names: list[str]  # of the axes
    places: Array  # (examples, 1 or 2) where the examples stand; those off the plane, where they are nearest to it
    note: str = ""  # on the inputs that the plane leaves out; "" if it holds all of them

    @property
    def frame(self) -> tuple[Array, Array]:
        """The lower and the upper corner of a frame around the places, with some room."""
        low, high = self.places.min(axis=0), self.places.max(axis=0)
        room = np.where(high > low, 0.08 * (high - low), 1.0)
        return low - room, high + room

    def inputs_at(self, places: Array) -> Array:
        """Return the inputs of places, shape (places, 1 or 2)."""
        return self.origin + places @ self.axes


def plane_of_inputs(x: Array, names: Sequence[str], pair: tuple[int, int] | None) -> Plane:
    """Return the plane along a pair of inputs, the others held at their mean; None where there are only one or two.

    Args:
        x: the examples, shape (examples, inputs).
        names: of the inputs.
        pair: which two.
    """
    n = x.shape[1]
    kept = list(range(n)) if pair is None else list(pair)
    origin = x.mean(axis=0)
    origin[kept] = 0.0
    return Plane(origin, np.eye(n)[kept], [names[i] for i in kept], x[:, kept], held_still(n, kept, names))


def held_still(n: int, kept: Sequence[int], names: Sequence[str]) -> str:
    """Return the note on the inputs that are not drawn."""
    if len(kept) == n:
        return ""
    others = [names[i] for i in range(n) if i not in kept]
    said = " and ".join(others) if len(others) <= 2 else f"the other {len(others)} inputs"
    return f"with {said} at {'its mean' if len(others) == 1 else 'their means'}"


def plane_of_variation(x: Array) -> Plane:
    """Return the plane in which examples differ most: that of their first two principal components.

    Source: Pearson, "On lines and planes of closest fit to systems of points in space", 1901.
    """
    mean = x.mean(axis=0)
    axes = np.linalg.svd(x - mean, full_matrices=False)[2][:2]
    axes = axes * np.where(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)] < 0, -1.0, 1.0)[:, None]
    note = "in the plane in which the examples differ most"
    return Plane(mean, axes, ["principal component 1", "principal component 2"], (x - mean) @ axes.T, note)


def telling_pair(outputs: Callable[[Array], Array], x: Array) -> tuple[int, int]:
    """Return the two inputs that move the outputs most, when each is moved from below its mean to above it.

    Args:
        outputs: of a network, shape (examples, outputs), for inputs of shape (examples, inputs).
        x: the examples.
    """
    count, n = x.shape
    steps = np.diag(x.std(axis=0))[:, None, :]  # one input at a time
    rows = np.concatenate([(x + steps).reshape(-1, n), (x - steps).reshape(-1, n)])
    above, below = outputs(rows).reshape(2, n, count, -1)
    moved = np.abs(above - below).mean(axis=(1, 2))
    first, second = sorted(np.argsort(-moved, kind="stable")[:2].tolist())
    return first, second
