"""The parts of a lifted program: arrays, views of them, and a list of steps. NumPy source and the kernel read it.

An array holds one number for each place of its shape, in C order; a *batched* array holds one for each place and each
example, the examples last. Positions, offsets and strides count places and know nothing of examples.

Every step runs over an index space ``axes``. A view gives the place it reads at an index (i, j, …) of that space:
``offset + i * strides[0] + j * strides[1] + …``; a stride of 0 is an axis that the view does not move along.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

# fmt: off
__all__ = [
    "Array", "Gather", "Ints", "Map", "Peak", "Scatter", "Step", "Sum", "Term", "View", "Zero",
    "made_by", "natural", "size", "whole",
]
# fmt: on

Ints: TypeAlias = npt.NDArray[np.int64]


class Array(NamedTuple):
    """A place for numbers."""

    shape: tuple[int, ...]
    batched: bool  # one number for each place and each example
    role: str  # parameter, input, constant, cell (computed forward) or gradient
    data: Any = None  # of a constant: its numbers, an array or a float


class View(NamedTuple):
    """The places of an array that a step reads or writes."""

    array: int  # its place in the list of arrays
    offset: int
    strides: tuple[int, ...]  # one for each axis of the step; in a term also one for each axis summed


class Term(NamedTuple):
    """factor × the product of one or two reads, summed over some axes: an entry of a matrix product, a plain term, …"""

    summed: tuple[int, ...]  # sizes of the axes summed over, which come after those of the step
    reads: tuple[View, ...]
    factor: float = 1.0


class Map(NamedTuple):
    """out = the row's value of the operands, or upstream × one of its local derivatives."""

    out: View
    add: bool  # add to what is there
    axes: tuple[int, ...]
    row: str  # a name in the table
    partial: int | None  # None: the value. Else upstream × dz/d(operand): the reads are upstream, z, operands
    reads: tuple[View, ...]


class Sum(NamedTuple):
    """out = the sum of the terms; if ``out`` is not batched and a read is, the sum over the examples too."""

    out: View
    add: bool
    axes: tuple[int, ...]
    terms: tuple[Term, ...]


class Peak(NamedTuple):
    """out = the largest along the last ``length`` places of the index space; it passes no gradient back."""

    out: View
    axes: tuple[int, ...]
    length: int
    read: View  # over the axes and the one of that length


class Gather(NamedTuple):
    """out[i] = what stands at places[i] when the sources are laid end to end."""

    out: int
    sources: tuple[int, ...]
    places: Ints


class Scatter(NamedTuple):
    """The way back of a gather: what stands at i is added at places[i] of ``out``; a place below 0 goes nowhere."""

    out: int
    source: int
    places: Ints


class Zero(NamedTuple):
    """out = 0."""

    out: int


Step: TypeAlias = Map | Sum | Peak | Gather | Scatter | Zero


def made_by(step: Step) -> int:
    """Return the array that a step writes to."""
    return step.out if isinstance(step, Gather | Scatter | Zero) else step.out.array


def size(shape: tuple[int, ...]) -> int:
    """Return how many places a shape has."""
    places = 1
    for m in shape:
        places *= m
    return places


def natural(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides of C order: the last axis moves by one place.

    >>> natural((3, 2))
    (2, 1)
    """
    strides = []
    step = 1
    for m in reversed(shape):
        strides.append(step)
        step *= m
    return tuple(reversed(strides))


def whole(number: int, array: Array) -> View:
    """Return the view of all of an array, axis by axis."""
    return View(number, 0, natural(array.shape))
