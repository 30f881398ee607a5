"""The forward pass on arrays: a model recorded once as programs, and run on many examples together."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.base.caller import OURS
from autograd.engine import peeks
from nn.networks.module import Array

if TYPE_CHECKING:
    from autograd import Program

__all__ = ["Forward", "NotOnArrays", "full_array", "traced"]


class NotOnArrays(ValueError):
    """A model or loss cannot be trained on arrays. The message is the reason."""


class Forward:
    """The outputs of a model as programs, one for each.

    Args:
        model: called with one example.
        example: one of them.

    Raises:
        NotOnArrays: when the model cannot work on arrays.
    """

    def __init__(self, model: Callable[[Any], Any], example: Any) -> None:
        output = model(example)
        self.row = isinstance(output, list | tuple)
        n = len(output) if self.row else 1
        self.programs = [traced(lambda x, k=k: model(x)[k] if self.row else model(x), example) for k in range(n)]

    def __call__(self, x: Array) -> list[Any]:
        """Return the outputs for some examples, with the weights of the Values: a number each, or a row."""
        columns = [program(x) for program in self.programs]
        found: list[Any] = (np.stack(columns, axis=1) if self.row else columns[0]).tolist()
        return found


def traced(f: Callable[..., Any], *example: Any) -> Program:
    """Return the program of a function of one example.

    Raises:
        NotOnArrays: with the reason, when it has none.
    """
    from autograd import Program  # here: most of what this package does needs none

    try:
        with warnings.catch_warnings(), peeks() as escapes:
            warnings.simplefilter("ignore")  # a loss gives its warnings when it is called on Values
            program = Program.trace(f, *example)
    except Exception as error:  # anything that a user's model raises when it is given Values in place of numbers
        raise NotOnArrays(str(error).replace("f must", "the model and the loss must", 1)) from error
    for taken in escapes:
        if not taken.file.startswith(OURS):  # [1.0, 3.0][int(t)], max((0, 1), key=lambda k: scores[k].data)
            raise NotOnArrays(
                f"the model or the loss takes a number out of a Value, so it may compute something else for another "
                f"example: {taken.place}"
            )
    return program


def full_array(rows: Sequence[Any], name: str) -> Array:
    """Return examples as an array.

    Raises:
        NotOnArrays: when they differ in length, or are not numbers.
    """
    try:
        array = np.array(rows)
    except ValueError:
        raise NotOnArrays(f"the examples in {name} differ in length") from None
    if array.dtype.kind not in "iuf":
        raise NotOnArrays(f"{name} does not hold numbers alone")
    return array.astype(np.float64)
