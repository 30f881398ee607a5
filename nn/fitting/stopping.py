"""When training ends before its last epoch, and the messages about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from autograd.base.caller import warn
from autograd.base.ink import digits
from nn.fitting.history import History
from nn.networks.module import Module
from nn.training.optimizer import Optimizer

__all__ = ["Best", "Epoch", "asked_to_stop", "warn_of_divergence"]

ENOUGH, MANY = 5, 12  # epochs: for a rise that is large, and for one that is not
CLEAR, SELDOM = 2.5, 0.1  # so many deviations above the first loss; that few of the others may be below it
RISE = 1.2  # losses that end this much above all early ones are said to have risen


class Epoch(NamedTuple):
    """The state of a training after an epoch, which every callback of `fit` gets.

    Attributes:
        epoch: its number, counted from 1.
        latest: "loss", "val_loss" and the metrics of this epoch, by name.
        model: what is trained; its Values hold the weights after this epoch.
        optimizer: its ``learning_rate`` may be changed.
        elapsed: seconds since training began.
        history: all epochs so far, this one included.
    """

    epoch: int
    latest: dict[str, float]
    model: Module
    optimizer: Optimizer
    elapsed: float
    history: History

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name} {digits(number)}" for name, number in self.latest.items())
        return f"<Epoch {self.epoch}: {numbers}; {self.elapsed:.1f} s>"

    @property
    def loss(self) -> float:
        """The loss of the epoch."""
        return self.latest["loss"]

    @property
    def val_loss(self) -> float | None:
        """The loss on the validation data, None if there are none."""
        return self.latest.get("val_loss")


def asked_to_stop(now: Epoch, callbacks: Iterable[Callable[[Epoch], object]]) -> bool:
    """Call every callback, and return whether one of them returned True."""
    answers = [callback(now) for callback in callbacks]
    return any(isinstance(answer, bool | np.bool_) and bool(answer) for answer in answers)


@dataclass
class Best:
    """The best epoch so far, by the loss on the validation data where there are any, and its weights.

    Without patience there is no best epoch.
    """

    patience: int | None  # how many epochs without a better one end training
    loss: float = inf
    epoch: int = 0
    weights: list[float] | None = None

    def patience_ends(self, now: Epoch) -> bool:
        """Take note of an epoch, and return whether ``patience`` epochs have passed since the best one."""
        if self.patience is None:
            return False
        loss = now.loss if now.val_loss is None else now.val_loss
        if loss < self.loss:
            self.loss, self.epoch = loss, now.epoch
            self.weights = [p.data for p in now.optimizer.parameters]
        return now.epoch - self.epoch >= self.patience

    def put_back(self, optimizer: Optimizer, last: Epoch) -> str:
        """Give the parameters the weights of the best epoch, and return the sentence that says so, if there is one."""
        if self.weights is None or self.epoch == last.epoch:
            return ""
        for p, number in zip(optimizer.parameters, self.weights, strict=True):
            p.data = number
        return f"Trained for {last.epoch} epochs; the weights are those of epoch {self.epoch}, the best."


def warn_of_divergence(losses: list[float], optimizer: Optimizer) -> None:
    """Warn when the losses of one training end above their first, and say why.

    Losses are noisy where batches are small or a mask changes. So a few epochs show nothing: the later losses must all
    be above twice the first or, in a longer training, above all early ones, or jump about far above the first.
    """
    if len(losses) < ENOUGH:
        return
    third = len(losses) // 3
    last = min(losses[-max(2, third) :])
    slowly = len(losses) >= MANY and last > RISE * max(losses[:third])
    if (last > losses[0] + 1e-12 and (slowly or last > 2.0 * losses[0])) or jump_above(losses):
        warn(
            f"the loss rose from {losses[0]:.4g} in the first epoch to {losses[-1]:.4g} in the last: the steps are too "
            f"large. Try a smaller learning_rate than {optimizer.learning_rate:g}, or max_norm=1.0"
        )


def jump_above(losses: list[float]) -> bool:
    """Return whether the losses after the first jump about far above it, as they do where every step is too large."""
    if len(losses) < MANY:
        return False
    first, others = losses[0], np.array(losses[1:])
    later = others[len(others) // 2 :]
    with np.errstate(all="ignore"):
        far = later.mean() - first > max((RISE - 1.0) * first, CLEAR * others.std())
    return bool(far and (others < first).mean() <= SELDOM)
