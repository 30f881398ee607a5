"""One epoch of training: its steps, what they saw, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd import Value, gc_paused
from nn.fitting.history import History
from nn.fitting.reach import Reach
from nn.fitting.step import Batch, finite, loss_of, take_step
from nn.networks.module import Module
from nn.training.errors import placed
from nn.training.losses import Loss, check_targets, checked
from nn.training.metrics import Metric
from nn.training.optim import Optimizer
from nn.training.predict import as_numbers, as_predictions, outputs_of, threshold_of
from nn.training.schedules import Schedule

__all__ = ["Seen", "Setup", "record", "train_epoch"]


class Setup(NamedTuple):
    """What stays the same in every step of one training."""

    model: Module
    loss: Loss
    optimizer: Optimizer
    names: Mapping[Value, str]  # what to call the parameters
    metrics: Mapping[str, Metric]
    schedule: Schedule | None  # the learning rate of each step, if it changes
    max_norm: float | None
    after_step: Callable[[], object] | None


@dataclass
class Seen:
    """What the steps of an epoch saw."""

    total: float = 0.0  # of the loss over all examples
    examples: int = 0
    outputs: list[Any] = field(default_factory=list)  # as numbers, for the metrics
    targets: list[Any] = field(default_factory=list)
    threshold: float | None = None  # of single outputs


def train_epoch(
    setup: Setup, data: Batch, batches: Sequence[Sequence[int]], history: History, reach: Reach | None
) -> Seen:
    """Take one step for each batch, and return what the steps saw."""
    seen = Seen()
    for places in batches:
        batch = Batch([data.x[i] for i in places], [data.y[i] for i in places], places)
        with placed(f"step {history.steps + 1}", setup.names):
            if setup.schedule is not None:
                setup.optimizer.learning_rate = setup.schedule(history.steps)
            seen.total += len(places) * step(setup, batch, data.y, seen, history, reach)
            seen.examples += len(places)
            if setup.after_step is not None:
                setup.after_step()
    if reach is not None:
        reach.epoch()
    setup.model.parameters()  # raises an error that names a weight which was replaced meanwhile
    return seen


def step(
    setup: Setup, batch: Batch, targets: Sequence[Any], seen: Seen, history: History, reach: Reach | None
) -> float:
    """Take one step and return the loss before it; in the first steps, compare what it reaches with what is trained."""
    with gc_paused():
        outputs = outputs_of(setup.model, batch.x, batch.places)
        if reach is not None and reach.missed is None:  # the first step of all
            check_targets(setup.loss, targets, outputs[0], "y")
        value = checked(setup.loss(outputs, list(batch.y)))
        if setup.metrics:
            seen.threshold = threshold_of(setup.model, outputs[0])
            seen.outputs += map(as_numbers, outputs)
            seen.targets += batch.y
        del outputs
        watch = None
        if reach is not None:
            watch = lambda value: reach.step(value, lambda: loss_of(setup.model, batch, setup.loss))  # noqa: E731
        return take_step(value, setup.optimizer, setup.names, watch, setup.max_norm, history.count_step)


def record(setup: Setup, seen: Seen, held_out: Batch | None, history: History) -> dict[str, float]:
    """Add an epoch to the history, and return its losses and metrics by name."""
    latest = {"loss": seen.total / seen.examples}
    measured = measure(setup, seen.outputs, seen.targets, seen.threshold)
    if held_out is not None:
        with placed(f"the validation after epoch {len(history.loss) + 1}", setup.names), gc_paused():
            outputs = outputs_of(setup.model, held_out.x, held_out.places)
            latest["val_loss"] = finite(checked(setup.loss(outputs, list(held_out.y))), setup.names)
            if setup.metrics:
                numbers, threshold = list(map(as_numbers, outputs)), threshold_of(setup.model, outputs[0])
                found = measure(setup, numbers, list(held_out.y), threshold)
                measured |= {f"val_{name}": number for name, number in found.items()}
        history.val_loss.append(latest["val_loss"])
    history.loss.append(latest["loss"])
    for name, number in measured.items():
        history.metrics.setdefault(name, []).append(number)
    return latest | measured


def measure(setup: Setup, outputs: list[Any], targets: list[Any], threshold: float | None) -> dict[str, float]:
    """Return every metric of some outputs by name."""
    predictions = as_predictions(outputs, threshold)
    return {name: float(metric(predictions, targets)) for name, metric in setup.metrics.items()}
