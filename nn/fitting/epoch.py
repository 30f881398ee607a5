"""One epoch of training: its steps, their results, and the record of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import gc_paused
from autograd.base.checks import shown
from nn.fitting.history import History
from nn.fitting.setup import Seen, Setup
from nn.fitting.step import Batch, finite, take_step, uninterrupted
from nn.fitting.way import Way
from nn.training.errors import placed
from nn.training.losses import as_loss, check_targets
from nn.training.predict import as_numbers, outputs_of, threshold_of
from nn.training.predictions import as_predictions

__all__ = ["record", "train_epoch"]


def train_epoch(setup: Setup, data: Batch, batches: Sequence[Sequence[int]], history: History, way: Way) -> Seen:
    """Take one step for each batch, and return the results of the steps."""
    seen = Seen()
    with way.in_arrays():
        for places in batches:
            with placed(f"step {history.steps + 1}", setup.names):
                if setup.schedule is not None:
                    setup.optimizer.learning_rate = setup.schedule(history.steps)
                loss = way.step_on_arrays(places, history, seen, data.y)
                if loss is None:
                    batch = Batch([data.x[i] for i in places], [data.y[i] for i in places], places)
                    loss = step(setup, batch, data.y, seen, history, way)
                    way.read()
                seen.total += len(places) * loss
                seen.examples += len(places)
                if setup.after_step is not None:
                    way.write()
                    setup.after_step()
                    way.read()
    way.end_epoch()
    if way.may_change:
        setup.model.parameters()  # raises an error that names a weight which was replaced meanwhile
    return seen


def step(setup: Setup, batch: Batch, targets: Sequence[Any], seen: Seen, history: History, way: Way) -> float:
    """Take one step on Values and return the loss before it; the first steps show what the loss reaches."""
    with gc_paused():
        outputs = outputs_of(setup.model, batch.x, batch.places)
        if way.reach is not None and way.reach.missed is None:  # the first step of all
            check_targets(setup.loss, targets, outputs[0], "y")
        value = as_loss(setup.loss(outputs, list(batch.y)))
        if setup.metrics:
            seen.threshold = threshold_of(setup.model, outputs[0])
            seen.outputs += map(as_numbers, outputs)
            seen.targets += batch.y
        del outputs
        return take_step(
            value,
            setup.optimizer,
            setup.names,
            lambda value: way.look(value, batch),
            setup.max_norm,
            history.count_step,
        )


def record(setup: Setup, seen: Seen, held_out: Batch | None, history: History, way: Way) -> dict[str, float]:
    """Add an epoch to the history, and return its losses and metrics by name."""
    latest = {"loss": seen.total / seen.examples}
    measured = measure(setup, seen.outputs, seen.targets, seen.threshold)
    if held_out is not None:
        with placed(f"the validation after epoch {len(history.loss) + 1}", setup.names), gc_paused():
            latest["val_loss"], found = validate(setup, held_out, way, seen.threshold)
            measured |= {f"val_{name}": number for name, number in found.items()}
    with uninterrupted():
        history.add(latest | measured)
    return latest | measured


def validate(setup: Setup, held_out: Batch, way: Way, threshold: float | None) -> tuple[float, dict[str, float]]:
    """Return the loss on the validation data, and every metric by name."""
    targets = list(held_out.y)
    if (found := way.on_validation(held_out)) is not None:
        loss, numbers = found
        return loss, measure(setup, numbers, targets, threshold)
    outputs = outputs_of(setup.model, held_out.x, held_out.places)
    loss = finite(as_loss(setup.loss(outputs, targets)), setup.names)
    return loss, measure(setup, list(map(as_numbers, outputs)), targets, threshold)


def measure(setup: Setup, outputs: list[Any], targets: list[Any], threshold: float | None) -> dict[str, float]:
    """Return every metric of some outputs by name."""
    predictions = as_predictions(outputs, threshold)
    return {name: as_measure(metric(predictions, targets), name) for name, metric in setup.metrics.items()}


def as_measure(found: Any, name: str) -> float:
    """Return the result of a metric as a float.

    Raises:
        TypeError: when it is not a number.
    """
    try:
        return float(found)
    except (TypeError, ValueError):
        raise TypeError(f"metrics must return numbers, got {shown(found)} from {name!r}") from None
