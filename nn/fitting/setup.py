"""The settings of one training, and the results of one epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd import Value
from nn.networks.module import Module
from nn.training.losses import Loss
from nn.training.metrics import Metric
from nn.training.optimizer import Optimizer
from nn.training.schedules import Schedule

__all__ = ["Seen", "Setup"]


class Setup(NamedTuple):
    """The settings of one training, the same in every step."""

    model: Module
    loss: Loss
    optimizer: Optimizer
    names: Mapping[Value, str]  # of the parameters
    metrics: Mapping[str, Metric]
    schedule: Schedule | None  # the learning rate of each step, if it changes
    max_norm: float | None
    after_step: Callable[[], object] | None


@dataclass
class Seen:
    """The results of the steps of an epoch."""

    total: float = 0.0  # of the loss over all examples
    examples: int = 0
    outputs: list[Any] = field(default_factory=list)  # as numbers, for the metrics
    targets: list[Any] = field(default_factory=list)
    threshold: float | None = None  # of single outputs
