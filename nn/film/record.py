"""The record of a film: the moments of a training, and everything needed to draw them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from nn.advice.task import Task
from nn.film.columns import with_weights
from nn.film.plane import Plane
from nn.networks.module import Array, Module

__all__ = ["Frame", "Moment", "Record", "drawable"]


class Frame(NamedTuple):
    """The network after an epoch."""

    epoch: int  # 0 before training
    weights: npt.NDArray[np.float32]  # of all parameters, in their order
    loss: float  # on the examples of the film
    val_loss: float | None  # what fit says of the validation data
    outputs: Array  # (examples, outputs) what the network gives
    pulls: Array  # (examples, outputs) the gradient of the loss in every output, where the page cannot compute it


class Moment(NamedTuple):
    """A frame with the network as it was then."""

    frame: Frame
    model: Any


class Record(NamedTuple):
    """A whole film."""

    model: Module
    what: str  # "a 2-4-1 network"
    columns: bool  # it is an MLP, whose units are drawn
    known: bool  # its activations and its loss are this package's, whose graphs the page can run
    task: Task  # the examples that are shown
    places: list[int]  # of these among all examples
    frames: list[Frame]
    plane: Plane | None  # over which everything is drawn; None where examples differ in length
    image: tuple[int, int] | None  # the height and width of an example that is one
    input_names: list[str]
    class_names: list[str] | None
    reach: float  # how large the weighted sums became
    broken: bool  # training went on to numbers too large to be drawn
    put_back: int | None  # the epoch, before the last, whose weights patience gave back to the network

    def moments(self, most: int) -> list[Moment]:
        """Return at most so many moments, evenly spaced; the last one is among them."""
        last = len(self.frames) - 1
        places = np.unique(np.linspace(last, 0, min(last + 1, most)).round().astype(int)).tolist()
        return [Moment(self.frames[k], with_weights(self.model, self.frames[k].weights)) for k in places]


def drawable(frame: Frame) -> bool:
    """Return whether the numbers of a moment are small enough for a page: finite in seven digits, and so their sums."""
    numbers = [frame.loss, *([] if frame.val_loss is None else [frame.val_loss])]
    parts = [np.abs(part).max(initial=0.0) for part in (frame.weights, frame.outputs, frame.pulls)]
    return all(abs(float(number)) < 1e15 for number in (*numbers, *parts))
