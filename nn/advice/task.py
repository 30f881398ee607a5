"""The task: the examples, their targets and the loss, and the facts about them that the checks need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd import Value
from nn.data.arrays import numbers
from nn.data.examples import check_finite, examples
from nn.networks.module import Array
from nn.training.losses import (
    LOSSES,
    Loss,
    as_loss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge,
    huber,
    loss_function,
    mae,
    mse,
)

__all__ = ["BAD", "GOOD", "LOOK", "OF_CLASSES", "Finding", "Places", "Task", "task"]

Places: TypeAlias = npt.NDArray[np.int64]

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

    rows: list[Any]  # the examples, as a model takes them
    x: Array | None  # the same, shape (examples, features); None when they differ in length
    y: Array  # (examples,) or (examples, outputs)
    loss: Loss
    classes: Array | None  # the classes that occur, in order; None when the targets are numbers

    def targets(self, places: Places) -> list[Any]:
        """Return the targets of some examples, as the loss takes them: classes as ints."""
        found: list[Any] = self.y[places].tolist()
        return [int(y) for y in found] if self.classes is not None else found

    def examples(self, places: Places) -> list[Any]:
        """Return some examples."""
        return [self.rows[place] for place in places]

    def sample(self, count: int) -> Places:
        """Return the places of at most ``count`` examples, spread evenly over all."""
        return np.unique(np.linspace(0, len(self.y) - 1, min(count, len(self.y))).round().astype(np.int64))

    def loss_of(self, model: Callable[[Any], Any], places: Places) -> float:
        """Return the loss of ``model`` on some examples."""
        return self.loss_of_predictions([model(row) for row in self.examples(places)], places)

    def loss_of_predictions(self, predictions: list[Any], places: Places) -> float:
        """Return the loss of predictions for some examples."""
        return as_loss(self.loss(predictions, self.targets(places))).data

    def least_loss(self, places: Places) -> float:
        """Return the least loss that any predictions can have: 0, or the entropy of targets that are probabilities."""
        if self.loss not in (binary_cross_entropy, binary_cross_entropy_with_logits):
            return 0.0
        p = self.y[places]
        inner = np.where((p > 0) & (p < 1), p, 0.5)  # log(0) is never asked for
        entropy = np.where(inner == p, -p * np.log(inner) - (1 - p) * np.log1p(-inner), 0.0)
        return float(entropy.mean())

    def far_from_zero(self) -> bool:
        """Return whether the mean of the targets is further from 0 than they are from their mean."""
        return bool((np.abs(self.y.mean(axis=0)) > self.y.std(axis=0)).any())

    def loss_of_guessing(self) -> tuple[float, str] | None:
        """Return the loss of predicting the same for every example, and where the number comes from; None for a loss of
        your own.

        For classes, this means that all of them are equally likely; for numbers, it means their mean.
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


def task(x: Any, y: Any, loss: str | Loss | None) -> Task:
    """Return the task, its examples and targets read and checked.

    Raises:
        TypeError: when x or y does not hold numbers, or no loss is given.
        ValueError: when one of them holds inf or nan, or y does not have one target for each example.
    """
    if loss is None:
        raise TypeError(f"loss must be a name, one of {', '.join(LOSSES)}, or a function, got None")
    rows, how_wrong = examples(x, "x"), loss_function(loss)
    targets = numbers("y", y)
    if not targets.ndim or len(targets) != len(rows) or not len(rows):
        raise ValueError(f"y must hold one target for each of {len(rows)} examples, got shape {targets.shape}")
    check_finite(rows, "x")
    check_finite(targets.tolist(), "y")
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    whole = targets.ndim == 1 and bool((targets == np.floor(targets)).all())
    counted = getattr(np.asarray(y), "dtype", targets.dtype).kind in "biu"  # the type says that they are classes
    of_classes = how_wrong in OF_CLASSES or (how_wrong not in OF_NUMBERS and counted)
    return Task(rows, matrix(rows), targets, how_wrong, np.unique(targets) if whole and of_classes else None)


def matrix(rows: list[Any]) -> Array | None:
    """Return examples as one array, or None when they are not numbers, or lists of numbers of the same length."""
    try:
        array = numbers("x", rows)
    except (TypeError, ValueError):
        return None
    columns = array.reshape(-1, 1) if array.ndim == 1 else array  # an example may be a number alone
    return columns if columns.ndim == 2 and columns.size else None
