"""One step of training: forward, backward, update; whatever goes wrong, the model is as it was before the step."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from autograd import Value, diagnose, gc_paused
from nn.training.errors import NonFiniteError
from nn.training.losses import Loss, as_loss
from nn.training.optim import clip_grad_norm
from nn.training.optimizer import Optimizer
from nn.training.predict import outputs_of

__all__ = ["Batch", "finite", "loss_of", "take_step", "uninterrupted"]


class Batch(NamedTuple):
    """Examples and targets, with their places in the data."""

    x: Sequence[Any]
    y: Sequence[Any]
    places: Sequence[int]


def loss_of(model: Callable[..., Any], batch: Batch, loss: Loss) -> Value:
    """Return the loss of the model on a batch."""
    return as_loss(loss(outputs_of(model, batch.x, batch.places), list(batch.y)))


def take_step(
    value: Value,
    optimizer: Optimizer,
    names: Mapping[Value, str],
    watch: Callable[[Value], object] | None = None,
    max_norm: float | None = None,
    taken: Callable[[], object] = int,
) -> float:
    """Move the optimizer's parameters by the gradient of a loss, and return the loss before the step.

    Args:
        value: the loss.
        optimizer: what is moved, and how.
        names: the names of the parameters in errors.
        watch: called with the loss after the backward pass and before anything moves; it may raise an error.
        max_norm: the largest norm of the gradient; a longer one is shrunk.
        taken: called when the step is taken, before an interrupt that came meanwhile is let through.

    Raises:
        NonFiniteError: when the loss, a gradient or what a parameter would become is inf or nan.
    """
    with gc_paused():
        optimizer.zero_grad()
        value.backward()
        finite(value, names)
        for i, p in enumerate(optimizer.parameters):
            if not math.isfinite(p.grad):
                raise NonFiniteError(f"the gradient of {name_of(p, i, names)} is {p.grad} ({diagnose(value, names)})")
        if watch is not None:
            watch(value)
        if max_norm is not None:
            clip_grad_norm(optimizer.parameters, max_norm)
        update(optimizer, names, taken)
        return value.data


def update(optimizer: Optimizer, names: Mapping[Value, str], taken: Callable[[], object]) -> None:
    """Let the optimizer take its step, all of it or nothing."""
    before = optimizer.snapshot()
    with uninterrupted():
        try:
            optimizer.step()
            check_update(optimizer, names)
            taken()
        except BaseException:
            put_back(optimizer, before)
            raise


def check_update(optimizer: Optimizer, names: Mapping[Value, str]) -> None:
    """Raise a NonFiniteError when a parameter or the optimizer's own state is no longer finite."""
    for i, p in enumerate(optimizer.parameters):
        if not math.isfinite(p.data):
            raise NonFiniteError(
                f"{name_of(p, i, names)} would become {p.data}: the step is too large, try a smaller learning_rate"
            )
    for name, held in vars(optimizer).items():
        if isinstance(held, list) and any(isinstance(v, float) and not math.isfinite(v) for v in held):
            raise NonFiniteError(f"the optimizer's {name} would overflow: scale the data, or clip the gradients")


def put_back(optimizer: Optimizer, before: Any) -> None:
    """Undo what a step changed, from the start again if an interrupt comes in between."""
    while True:
        try:
            optimizer.restore(before)
            return
        except KeyboardInterrupt:
            continue


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C inside a ``with`` block until the block is done, since half an update would ruin the model."""
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield  # Python interrupts only the main thread, and only where its own handler is at work
        return
    came: list[Any] = []
    signal.signal(signal.SIGINT, lambda *arguments: came.append(arguments))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if came:
        usual(*came[0])


def finite(value: Value, names: Mapping[Value, str]) -> float:
    """Return the number of a loss, or raise a NonFiniteError that says where inf or nan came from."""
    if not math.isfinite(value.data):
        raise NonFiniteError(f"the loss is {value.data} ({diagnose(value, names)})")
    return value.data


def name_of(parameter: Value, position: int, names: Mapping[Value, str]) -> str:
    """Return the name of a parameter of the optimizer, for messages."""
    return names.get(parameter, f"parameters[{position}]")
