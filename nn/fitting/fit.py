"""fit: the training loop, which stops at the first inf or nan and loses nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

import numpy.typing as npt

from autograd.base.checks import whole
from nn.data.dataset import Dataset
from nn.data.prepare import places_in_batches
from nn.fitting.epoch import record, train_epoch
from nn.fitting.given import (
    check_model,
    examples_and_targets,
    history_to_go_on,
    named_functions,
    read,
    read_setup,
    read_validation,
)
from nn.fitting.history import History
from nn.fitting.progress import progress_bar, say, update
from nn.fitting.stopping import Best, Epoch, asked_to_stop, warn_of_divergence
from nn.fitting.way import Way
from nn.networks.habits import our_words
from nn.networks.init import generator
from nn.networks.module import Module
from nn.training.losses import Loss, name_of_loss
from nn.training.metrics import Metric
from nn.training.optimizer import Optimizer
from nn.training.schedules import Schedule

__all__ = ["fit"]

USUAL_BATCH = 32  # examples


@our_words
def fit(
    model: Module,
    x: npt.ArrayLike | Dataset,
    y: npt.ArrayLike | None = None,
    *,
    loss: str | Loss,
    optimizer: str | type[Optimizer] | Optimizer = "adam",
    learning_rate: float | Schedule | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    validation_data: tuple[Any, Any] | Dataset | None = None,
    metrics: Iterable[str | Metric] = (),
    max_norm: float | None = None,
    patience: int | None = None,
    callbacks: Iterable[Callable[[Epoch], object]] = (),
    history: History | None = None,
    engine: str = "auto",
    rng: random.Random | int | None = None,
    after_step: Callable[[], object] | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` in place and return the history of its loss.

    Args:
        model: a `Module` that is called with one example.
        x: the examples, shape (examples, features): a list, an array or a data frame; sequences may differ in length.
            A `Dataset` is given alone, without y.
        y: their targets, as ``loss`` wants them.
        loss: a name in ``LOSSES``, or a function of (predictions, targets), which may depend on the model too, as
            ``lambda p, t: nn.mse(p, t) + 0.01 * sum(w * w for w in model.parameters())`` does.
        optimizer: a name in ``OPTIMIZERS``, a class, or an optimizer that is already made.
        learning_rate: for an optimizer given by name, 0.01 if None; for one given by class, its own default if None. Or
            a function of the step (`cosine`, `warm_up`, `staircase`), for any optimizer.
        epochs: how often every example is seen.
        batch_size: how many examples make a step; 32 if None, or all if there are fewer.
        validation_data: (x, y) or a `Dataset` held out, whose loss is taken after every epoch.
        metrics: further measures of every epoch: names such as "accuracy", or functions of (outputs, targets).
        max_norm: the largest norm of the gradient; a longer one is shrunk to it.
        patience: end training when the loss has not been below its best for this many epochs. It is the loss on the
            validation data, if there are any. The weights are then those of the best epoch.
        callbacks: functions called after every epoch with an `Epoch`; one that returns True ends training.
        history: one that an earlier `fit` returned, to go on with; give the same optimizer too.
        engine: "program" takes the steps on arrays, with the array code of a `Program`, "eager" on Values, and "auto"
            on arrays where that is possible. The first two steps are taken on Values, with which the program is
            compared. During an epoch the weights are in arrays; callbacks find them in the Values.
        rng: a `random.Random`, a seed, or None for the `random` module; it orders the batches.
        after_step: called after every step, as ``UpdateRatios(model).record``; what it returns is ignored.
        progress: whether to print a bar, on standard output.

    Ctrl-C ends training after the last whole step; the history says so.

    Raises:
        NonFiniteError: at the first inf or nan in a loss, gradient or parameter, and where an operation refuses a
            number, as log refuses 0. It names the step, the parameter and the operation. Whatever stops training, the
            parameters and the optimizer are as the last good step left them.
        TypeError, ValueError: for an example or target that cannot be used, named by its place in x or y; for a
            weight that would silently never move.

    >>> from nn import MLP
    >>> line = MLP(1, [1], rng=0)
    >>> history = fit(line, [[0.0], [1.0]], [1.0, 3.0], loss="mse", learning_rate=0.5, epochs=200, progress=False)
    >>> f"{line([2.0]).data:.3f}", history.loss[-1] < 1e-6
    ('5.000', True)
    """
    check_model(model)
    setup = read_setup(model, loss, optimizer, learning_rate, metrics, max_norm, after_step)
    data = read(model, *examples_and_targets(x, y))
    held_out = read_validation(model, validation_data, setup.loss, setup.names)
    history = history_to_go_on(history, setup.metrics, held_out is not None)
    epochs, draw = whole("epochs", epochs), generator(rng)
    size = USUAL_BATCH if batch_size is None else whole("batch_size", batch_size)
    calls = named_functions("callbacks", callbacks)
    best = Best(None if patience is None else whole("patience", patience))
    way = Way(setup, data, engine, called_back=bool(calls), looked_at=patience is not None or held_out is not None)
    vars(model)["trained_with"] = name_of_loss(setup.loss)

    began, before, note = perf_counter(), len(history.loss), ""
    try:
        way.prepare(steps=epochs * -(-len(data.x) // size))
        with progress_bar(epochs, progress) as bar:
            for epoch in range(1, epochs + 1):
                seen = train_epoch(setup, data, places_in_batches(len(data.x), size, draw), history, way)
                latest = record(setup, seen, held_out, history, way)
                now = Epoch(epoch, latest, model, setup.optimizer, perf_counter() - began, history)
                update(bar, latest)
                stop = asked_to_stop(now, calls)
                if best.patience_ends(now) or stop:
                    break
    except KeyboardInterrupt:
        note = f"Interrupted: the weights are those after step {history.steps}."
    finally:
        way.write()
    history.note = note or best.put_back(setup.optimizer, now)

    for sentence in (way.reason, history.note) if progress else ():
        say(sentence)
    warn_of_divergence(history.loss[before:], setup.optimizer)
    return history
