"""What a film was given, read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from typing import Any

import numpy as np

from autograd.base.checks import shown
from nn.advice.task import Task

__all__ = ["brief", "chosen", "evenly", "given_pair", "names_of_all", "names_of_inputs", "size_of_image"]

EXAMPLES = 300  # that are recorded


def evenly(count: int) -> list[int]:
    """Return the places of at most 300 examples among so many."""
    places: list[int] = np.unique(np.linspace(0, count - 1, min(count, EXAMPLES)).round().astype(int)).tolist()
    return places


def chosen(whole_task: Task, places: list[int]) -> Task:
    """Return a task of some of its examples; its classes stay those of all."""
    rows = [whole_task.rows[place] for place in places]
    x = None if whole_task.x is None else whole_task.x[places]
    return changed(whole_task, rows=rows, x=x, y=whole_task.y[places])


def names_of_inputs(given: Sequence[str] | None, x: Any, n: int) -> list[str]:
    """Return a name for each input: those given, those of the columns of a data frame, or x1, x2, …

    Raises:
        ValueError: when they are not n.
    """
    if given is None and getattr(x, "ndim", 0) == 2 and hasattr(x, "columns"):
        given = list(x.columns)
    if given is None:
        return [f"x{i + 1}" for i in range(n)] if n > 1 else ["x"]
    if len(given) != n:
        raise ValueError(f"input_names must be {n}, one for each input, got {len(given)}")
    return [str(name) for name in given]


def names_of_all(given: Sequence[str] | None, classes: Any) -> list[str] | None:
    """Return the names of the classes that were given, if any were.

    Args:
        given: the names, or None.
        classes: the class of every example, -1 and 1 or counted from 0; None where the targets are numbers.

    Raises:
        ValueError: when there are fewer than classes.
    """
    if given is None:
        return None
    names = [str(name) for name in given]
    least = 0 if classes is None else max(int(classes.max()) + 1, 2)
    if len(names) < least:
        raise ValueError(f"class_names must be {least}, one for each class, got {shown(names)}")
    return names


def size_of_image(image: Any, n: int) -> tuple[int, int]:
    """Return the height and the width of an image.

    Raises:
        ValueError: when it does not have n points.
    """
    pair = list(image) if isinstance(image, Sequence) and not isinstance(image, str) else []
    if len(pair) != 2 or any(isinstance(v, bool) or not isinstance(v, int) for v in pair) or pair[0] * pair[1] != n:
        raise ValueError(f"image must be a height and a width, ints whose product is {n}, got {shown(image)}")
    return pair[0], pair[1]


def brief(epochs: list[int]) -> str:
    """Return a list of epochs as text, cut if it is long."""
    if len(epochs) > 6:
        return f"{', '.join(map(str, epochs[:3]))}, … {epochs[-1]}"
    return ", ".join(map(str, epochs))


def given_pair(along: Sequence[int], n: int) -> tuple[int, int]:
    """Return two inputs by their places, as a user named them.

    Raises:
        ValueError: when they are not two different ones of n.
    """
    pair = list(along) if isinstance(along, Sequence) and not isinstance(along, str) else []
    whole = all(isinstance(i, int) and not isinstance(i, bool) and 0 <= i < n for i in pair)
    if len(pair) != 2 or not whole or pair[0] == pair[1]:
        raise ValueError(
            f"along must be two different inputs by their places, ints from 0 to {n - 1}, got {shown(along)}"
        )
    return pair[0], pair[1]
