"""fit: the training loop, which stops at the first inf or nan and loses nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy.typing as npt

from autograd import Value, gc_paused
from autograd.base.checks import shown, whole
from nn.data.examples import check_finite, check_inputs, examples, same_length
from nn.data.prepare import places_in_batches
from nn.networks.habits import our_words
from nn.networks.init import generator
from nn.networks.module import Module
from nn.training.errors import placed
from nn.training.history import History
from nn.training.losses import Loss, check_targets, checked, loss_function
from nn.training.optim import Optimizer, optimizer_class
from nn.training.predict import outputs_of
from nn.training.progress import progress_bar
from nn.training.reach import Reach
from nn.training.step import Batch, finite, loss_of, take_step

__all__ = ["fit"]


@our_words
def fit(
    model: Module,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    loss: str | Loss,
    optimizer: str | type[Optimizer] | Optimizer = "sgd",
    learning_rate: float | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    validation_data: tuple[Any, Any] | None = None,
    rng: random.Random | int | None = None,
    after_step: Callable[[], object] | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` in place and return how its loss went.

    Args:
        model: a `Module` that is called with one example.
        x: the examples, shape (examples, features): a list, an array or a data frame. Sequences may differ in length.
        y: their targets, as ``loss`` wants them.
        loss: a name in ``LOSSES``, or a function of (predictions, targets).
        optimizer: a name in ``OPTIMIZERS``, a class, or an optimizer that is already made.
        learning_rate: that of an optimizer given by name or class; its own default if None.
        epochs: how often every example is seen.
        batch_size: how many examples make a step; all of them if None.
        validation_data: (x, y) held out, whose loss is taken after every epoch.
        rng: a `random.Random`, a seed, or None for the `random` module; it orders the batches.
        after_step: called after every step, as ``UpdateRatios(model).record``; what it returns is ignored.
        progress: whether to print a bar, on standard output.

    Raises:
        NonFiniteError: at the first inf or nan in a loss, gradient or parameter, and where an operation refuses a
            number, as log refuses 0. It names the step, the parameter and the operation. Whatever stops training, the
            parameters and the optimizer are as the last good step left them.
        TypeError, ValueError: for an example or target that cannot be used, named by its place in x or y; for a
            weight that would silently never move.
    """
    check_model(model)
    epochs, how_wrong, draw = whole("epochs", epochs), loss_function(loss), generator(rng)
    data = read(model, x, y)
    size = len(data.x) if batch_size is None else whole("batch_size", batch_size)
    update = make_optimizer(optimizer, model, learning_rate)
    if after_step is not None and not callable(after_step):
        raise TypeError(f"after_step must be a function of no arguments, got {shown(after_step)}")
    names = {p: name for name, p in model.named_parameters()}
    held_out = None if validation_data is None else read_validation(model, validation_data, how_wrong, names)
    reach: Reach | None = Reach(model, update, (data.x, data.y))

    history, steps = History(), 0
    with progress_bar(epochs, progress) as bar:
        for epoch in range(1, epochs + 1):
            total = 0.0
            for places in places_in_batches(len(data.x), size, draw):
                steps += 1
                batch = Batch([data.x[i] for i in places], [data.y[i] for i in places], places)
                with placed(f"step {steps}", names):
                    total += len(places) * step(model, batch, how_wrong, update, names, reach, data.y)
                    if after_step is not None:
                        after_step()
            history.loss.append(total / len(data.x))
            if reach is not None:
                reach.epoch()
                reach = None if reach.done else reach
            model.parameters()  # raises an error that names a weight which was replaced meanwhile
            if held_out is not None:
                with placed(f"the validation after epoch {epoch}", names), gc_paused():
                    history.val_loss.append(finite(loss_of(model, held_out, how_wrong), names))
            bar.set_postfix(last_losses(history), refresh=False)
            bar.update()
    return history


def step(
    model: Module,
    batch: Batch,
    loss: Loss,
    optimizer: Optimizer,
    names: Mapping[Value, str],
    reach: Reach | None,
    targets: Sequence[Any],
) -> float:
    """Take one step and return the loss before it; in the first epoch, compare what it reaches with what is trained."""
    with gc_paused():
        outputs = outputs_of(model, batch.x, batch.places)
        if reach is not None and reach.missed is None:  # the first step of all
            check_targets(loss, targets, outputs[0], "y")
        value = checked(loss(outputs, list(batch.y)))
        del outputs
        watch = None if reach is None else lambda value: reach.step(value, lambda: loss_of(model, batch, loss))
        return take_step(value, optimizer, names, watch)


def check_model(model: Any) -> None:
    """Raise a TypeError when ``model`` is not a Module."""
    if not isinstance(model, Module):
        raise TypeError(f"model must be an nn.Module, such as nn.MLP(2, [8, 1]), got {shown(model)}")


def read(model: Module, x: Any, y: Any, names: tuple[str, str] = ("x", "y")) -> Batch:
    """Return examples and targets as lists, each checked and with its place.

    Raises:
        TypeError: when they cannot be read, or an entry is not a number where a network of `nn` needs one.
        ValueError: when their lengths differ, or an entry is inf or nan.
    """
    xs, ys = examples(x, names[0]), examples(y, names[1])
    same_length(xs, ys, names)
    for rows, name in zip((xs, ys), names, strict=True):
        check_finite(rows, name)
    check_inputs(model, xs, names[0])
    return Batch(xs, ys, range(len(xs)))


def read_validation(model: Module, given: Any, loss: Loss, names: Mapping[Value, str]) -> Batch:
    """Return the validation data, tried once before any step is taken."""
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise TypeError(f"validation_data must be (x, y), got {shown(given)}")
    batch = read(model, given[0], given[1], ("validation_data[0]", "validation_data[1]"))
    with placed("the validation before the first step", names), gc_paused():
        outputs = outputs_of(model, batch.x, batch.places)
        check_targets(loss, batch.y, outputs[0], "validation_data[1]")
        finite(checked(loss(outputs, list(batch.y))), names)
    return batch


def make_optimizer(
    optimizer: str | type[Optimizer] | Optimizer, model: Module, learning_rate: float | None
) -> Optimizer:
    """Return the optimizer to use.

    Raises:
        ValueError: when it was made for another model, or has a learning rate of its own beside the one given.
    """
    if not isinstance(optimizer, Optimizer):
        made: Optimizer = optimizer_class(optimizer)(
            model.parameters(), **({} if learning_rate is None else {"learning_rate": learning_rate})
        )
        return made
    if learning_rate is not None:
        raise ValueError(
            f"learning_rate must be None where the optimizer is already made and has its own, got {learning_rate}; set "
            f"optimizer.learning_rate"
        )
    if set(optimizer.parameters).isdisjoint(model.parameters()):
        raise ValueError(
            "optimizer must move parameters of the model, got one that moves none of them; was it made for another "
            "model, or before this one was changed? Make it from model.parameters()"
        )
    return optimizer


def last_losses(history: History) -> dict[str, str]:
    """Return the last losses, as the bar shows them."""
    last = {"loss": history.loss[-1:], "val_loss": history.val_loss[-1:]}
    return {name: f"{losses[0]:.4g}" for name, losses in last.items() if losses}
