"""What is to be learned: the examples, their targets and the loss, and what the checks have to know about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograd import Value
from nn.networks.module import Array
from nn.training.losses import (
    Loss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    checked,
    cross_entropy,
    hinge,
    huber,
    loss_function,
    mae,
    mse,
)

__all__ = ["BAD", "GOOD", "LOOK", "Finding", "Task", "task"]

GOOD, LOOK, BAD = "good", "look", "bad"

OF_CLASSES: tuple[Loss, ...] = (cross_entropy, binary_cross_entropy_with_logits, binary_cross_entropy, hinge)
OF_NUMBERS: tuple[Loss, ...] = (mse, mae, huber)


class Finding(NamedTuple):
    """What one check found."""

    subject: str
    verdict: str  # "good"; "look", which may or may not be meant; "bad", which keeps the network from learning
    says: str  # what was found, and what to do


@dataclass(frozen=True)
class Task:
    """The examples, their targets and the loss of a training."""

    x: Array  # (examples, features)
    y: npt.NDArray[Any]  # (examples,) or (examples, outputs)
    loss: Loss
    classes: Array | None  # the classes that occur, in order; None when the targets are numbers

    def targets(self, places: npt.NDArray[np.int64]) -> list[Any]:
        """Return the targets of some examples, as the loss takes them."""
        found: list[Any] = self.y[places].tolist()
        return found

    def sample(self, count: int) -> npt.NDArray[np.int64]:
        """Return the places of at most ``count`` examples, spread evenly over all."""
        return np.unique(np.linspace(0, len(self.x) - 1, min(count, len(self.x))).round().astype(np.int64))

    def loss_of(self, model: Callable[[Any], Any], places: npt.NDArray[np.int64]) -> float:
        """Return the loss of ``model`` on some examples."""
        return self.loss_of_predictions([model(row) for row in self.x[places].tolist()], places)

    def loss_of_predictions(self, predictions: list[Any], places: npt.NDArray[np.int64]) -> float:
        """Return the loss of predictions for some examples."""
        return checked(self.loss(predictions, self.targets(places))).data

    def loss_of_guessing(self) -> tuple[float, str] | None:
        """Return the loss of saying the same for every example, and where it comes from; None for a loss of one's own.

        For classes that is to call all of them equally likely; for numbers, to predict the mean.
        """
        if self.loss is cross_entropy and self.classes is not None:
            count = int(self.classes.max()) + 1
            return float(np.log(count)), f"ln({count})"
        if self.loss in (binary_cross_entropy, binary_cross_entropy_with_logits):
            return float(np.log(2.0)), "ln(2)"
        if self.loss is hinge:
            return 1.0, "a score of 0"
        if self.loss not in OF_NUMBERS:
            return None
        mean, everywhere = self.y.mean(axis=0), np.arange(len(self.y))
        guess = [Value(m) for m in mean.tolist()] if mean.ndim else Value(float(mean))
        source = "the variance of y" if self.loss is mse else "the mean of y"
        return self.loss_of_predictions([guess] * len(self.y), everywhere), source


def task(x: npt.ArrayLike, y: npt.ArrayLike, loss: str | Loss) -> Task:
    """Return what is to be learned.

    Raises:
        ValueError: when x is not a batch of finite numbers, or y does not have one target for each example.
    """
    examples, targets, how_wrong = np.asarray(x, dtype=np.float64), np.asarray(y), loss_function(loss)
    if examples.ndim != 2 or not examples.size:
        raise ValueError(f"x must be a batch, shape (examples, features), got {examples.shape}")
    if not targets.ndim or len(targets) != len(examples):
        raise ValueError(f"y must hold one target for each of {len(examples)} examples, got shape {targets.shape}")
    if targets.dtype.kind not in "biuf":
        raise TypeError(f"y must hold numbers, got {targets.dtype}")
    for name, array in (("x", examples), ("y", targets)):
        if not np.isfinite(array).all():
            row = int(np.argwhere(~np.isfinite(array.reshape(len(array), -1)).all(axis=1))[0, 0])
            raise ValueError(f"{name} must hold finite numbers, got inf or nan in example {row}")
    if targets.dtype.kind == "b":
        targets = targets.astype(np.int64)
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    whole = targets.ndim == 1 and bool((targets == np.floor(targets)).all())
    of_classes = how_wrong in OF_CLASSES or (how_wrong not in OF_NUMBERS and targets.dtype.kind in "biu")
    classes = np.unique(targets).astype(np.float64) if whole and of_classes else None
    return Task(examples, targets, how_wrong, classes)
