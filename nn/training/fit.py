"""fit: the training loop, with a progress bar, that stops at the first inf or nan and loses nothing."""

from __future__ import annotations

import math
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from autograd import Value, diagnose, gc_paused
from autograd.base.checks import shown, whole
from nn.data.dataset import batches
from nn.networks.init import generator
from nn.networks.module import Module
from nn.training.losses import Loss, checked, loss_function
from nn.training.optim import Optimizer, optimizer_class

__all__ = ["History", "NonFiniteError", "fit", "predict"]


class NonFiniteError(ArithmeticError):
    """Training met an inf or a nan; the parameters are those of the last step that was finite."""


@dataclass
class History:
    """What training saw, one entry for every epoch: the loss, a mean over its examples taken batch by batch before
    each step, and the loss on what was held out, if anything was."""

    loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)


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
        x: the examples, shape (examples, features).
        y: their targets, as ``loss`` wants them.
        loss: a name in ``LOSSES``, or a function of (predictions, targets).
        optimizer: a name in ``OPTIMIZERS``, a class, or an optimizer that is already made.
        learning_rate: the learning rate of an optimizer given by name or class; its own default if None.
        epochs: how often every example is seen.
        batch_size: how many examples make a step; all of them if None.
        validation_data: (x, y) held out, whose loss is taken after every epoch.
        rng: a `random.Random`, a seed, or None for the `random` module; it orders the batches.
        after_step: called after every step, as ``UpdateRatios(model).record``; what it returns is not looked at.
        progress: whether to print a bar, on standard output.

    Raises:
        NonFiniteError: at the first inf or nan in a loss, gradient or parameter. It names the step, the
            parameter and the operation where it arose. Whatever stops training, the parameters and the optimizer
            are as the last good step left them.
    """
    epochs, rows = whole("epochs", epochs), np.asarray(x)
    size = max(len(rows) if rows.ndim else 1, 1) if batch_size is None else whole("batch_size", batch_size)
    how_wrong, order, update = loss_function(loss), generator(rng), _optimizer(optimizer, model, learning_rate)
    names = {p: name for name, p in model.named_parameters()}
    if not set(update.parameters) & set(model.parameters()):
        raise ValueError("optimizer updates none of the model's parameters: was it made for another model?")
    if after_step is not None and not callable(after_step):
        raise TypeError(f"after_step must be a function of no arguments, got {shown(after_step)}")
    held_out = None if validation_data is None else _held_out(model, validation_data, how_wrong, names)
    history, steps = History(), 0
    with _bar(epochs, progress) as bar:
        for epoch in range(1, epochs + 1):
            total = 0.0
            for xs, ys in batches(x, y, size, order):
                steps += 1
                with _at(f"step {steps}", names):
                    total += len(xs) * _step(model, xs, ys, how_wrong, update, names)
                    if after_step is not None:
                        after_step()
            history.loss.append(total / len(rows))
            if held_out is not None:
                with _at(f"the validation after epoch {epoch}", names), gc_paused():
                    history.val_loss.append(_finite(_loss(model, *held_out, how_wrong), names))
            bar.set_postfix(_shown(history), refresh=False)
            bar.update()
    return history


def predict(model: Callable[..., Any], x: npt.ArrayLike) -> list[Any]:
    """Return what the model says of every example, as numbers: a float each, or a list of floats.

    Args:
        model: called with one example.
        x: the examples, shape (examples, features).
    """
    with gc_paused():
        outputs = (model(row) for row in _rows(x))
        return [float(out) if isinstance(out, Value | Real) else [float(v) for v in out] for out in outputs]


def _step(model: Module, x: Any, y: Any, loss: Loss, optimizer: Optimizer, names: Mapping[Value, str]) -> float:
    """Take one step and return the loss before it; whatever goes wrong, all is as it was before the step."""
    before = optimizer.snapshot()
    try:
        with gc_paused():
            value = _loss(model, x, y, loss)
            optimizer.zero_grad()
            value.backward()
            _finite(value, names)
            for i, p in enumerate(optimizer.parameters):
                if not math.isfinite(p.grad):
                    name = names.get(p, f"parameters[{i}]")
                    raise NonFiniteError(f"the gradient of {name} is {p.grad} ({diagnose(value, names)})")
            optimizer.step()
            for i, p in enumerate(optimizer.parameters):
                if not math.isfinite(p.data):
                    name = names.get(p, f"parameters[{i}]")
                    raise NonFiniteError(
                        f"{name} would become {p.data}: the step is too large, try a smaller learning_rate"
                    )
            for name, held in vars(optimizer).items():
                if isinstance(held, list) and any(isinstance(v, float) and not math.isfinite(v) for v in held):
                    raise NonFiniteError(
                        f"the optimizer's {name} would overflow: scale the data, or clip the gradients"
                    )
            return value.data
    except BaseException:
        optimizer.restore(before)
        raise


@contextmanager
def _at(place: str, names: Mapping[Value, str]) -> Iterator[None]:
    """Say of an error in this block where in training it was, and that nothing is lost; of an overflow also which
    parameter is the largest."""
    kept = "the parameters are those of the last finite step"
    try:
        yield
    except NonFiniteError as error:
        raise NonFiniteError(f"{place}: {error}; {kept}") from None
    except (OverflowError, ZeroDivisionError) as error:
        largest = max(names, key=lambda p: abs(p.data), default=None)
        which = "" if largest is None else f"; the largest parameter is {names[largest]} = {largest.data:.6g}"
        raise NonFiniteError(f"{place}: {error}{which}; {kept}") from error
    except Exception as error:
        error.add_note(f"at {place}; {kept}")
        raise


def _finite(value: Value, names: Mapping[Value, str]) -> float:
    """Return the number of a loss, or raise a NonFiniteError that says where inf or nan came from."""
    if not math.isfinite(value.data):
        raise NonFiniteError(f"the loss is {value.data} ({diagnose(value, names)})")
    return value.data


def _loss(model: Callable[..., Any], x: Any, y: Any, loss: Loss) -> Value:
    """Return the loss of the model on a batch."""
    return checked(loss([model(row) for row in _rows(x)], _rows(y)))


def _rows(x: Any) -> list[Any]:
    """Return a batch as a list of plain rows: numbers of NumPy's would make every node slower."""
    return x.tolist() if hasattr(x, "tolist") else list(x)


def _held_out(model: Module, validation_data: Any, loss: Loss, names: Mapping[Value, str]) -> tuple[Any, Any]:
    """Return the validation examples and targets, tried once before any step is taken."""
    if not isinstance(validation_data, tuple | list) or len(validation_data) != 2:
        raise TypeError(f"validation_data must be (x, y), got {shown(validation_data)}")
    x, y = validation_data
    with _at("the validation before the first step", names), gc_paused():
        if len(x) != len(y):
            raise ValueError(f"validation_data x and y must have one length, got {len(x)} and {len(y)}")
        _finite(_loss(model, x, y, loss), names)
    return x, y


def _optimizer(optimizer: str | type[Optimizer] | Optimizer, model: Module, learning_rate: float | None) -> Optimizer:
    """Return the optimizer to use."""
    if isinstance(optimizer, Optimizer):
        if learning_rate is not None:
            raise ValueError(
                "learning_rate goes with an optimizer's name; this optimizer has its own: set optimizer.learning_rate"
            )
        return optimizer
    made: Optimizer = optimizer_class(optimizer)(
        model.parameters(), **({} if learning_rate is None else {"learning_rate": learning_rate})
    )
    return made


def _shown(history: History) -> dict[str, str]:
    """Return the last losses, as the bar shows them."""
    last = {"loss": history.loss[-1:], "val_loss": history.val_loss[-1:]}
    return {name: f"{losses[0]:.4g}" for name, losses in last.items() if losses}


class _Lines:
    """A stream that turns a bar's redrawing into lines: in a log file there is no going back to the left."""

    full = False

    def write(self, text: str) -> None:
        line = text.replace("\r", "").strip()
        if line and not self.full:  # a bar draws itself once more when it closes
            sys.stdout.write(line + "\n")
            self.full = line.startswith("100%")

    def flush(self) -> None:
        sys.stdout.flush()


def _bar(epochs: int, progress: bool) -> Any:
    """Return a bar on a terminal, and about ten lines of text anywhere else."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    size = shutil.get_terminal_size()  # a terminal that says it has no size counts as 80 by 24
    return tqdm(
        total=epochs,
        unit="epoch",
        disable=not progress or sys.stdout is None,
        file=sys.stdout if terminal else _Lines(),
        ascii=None if terminal else " .#",
        ncols=size.columns if terminal else 100,
        nrows=size.lines if terminal else None,
        mininterval=0.1 if terminal else 0,
        maxinterval=10.0 if terminal else math.inf,  # else a slow epoch would bring a line for each of the others
        miniters=None if terminal else -(-epochs // 10),
    )
