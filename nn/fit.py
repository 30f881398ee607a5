"""fit: the training loop, with a progress bar, that stops at the first inf or nan and loses nothing."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt
from tqdm import tqdm

from autograd import Value, first_nonfinite, gc_paused
from nn.data import batches
from nn.losses import Loss, loss_function
from nn.module import Module
from nn.optim import Optimiser, optimiser_class

__all__ = ["History", "NonFiniteError", "fit", "predict"]


class NonFiniteError(ArithmeticError):
    """Training met an inf or a nan; the parameters are those of the last step that was finite."""


@dataclass
class History:
    """What training saw, one entry for every epoch: the mean loss over its batches, and the loss on what was
    held out, if anything was."""

    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)


def fit(
    model: Module,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    loss: str | Loss,
    optimiser: str | Optimiser = "sgd",
    rate: float | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    validation: tuple[Any, Any] | None = None,
    rng: random.Random | int | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` in place and return how its loss went.

    Args:
        model: a `Module` that is called with one example.
        x: the examples, shape (examples, features).
        y: their targets, as ``loss`` wants them.
        loss: a name in ``LOSSES``, or a function of (predictions, targets).
        optimiser: a name in ``OPTIMISERS``, or an optimiser with parameters and rate of its own.
        rate: the learning rate of an optimiser given by name; its own default if None.
        epochs: how often every example is seen.
        batch_size: how many examples make a step; all of them if None.
        validation: (x, y) held out, whose loss is taken after every epoch.
        rng: a `random.Random`, a seed, or None for the `random` module; it orders the batches.
        progress: whether to print a bar, on standard output.

    Raises:
        NonFiniteError: at the first inf or nan in a loss, gradient or parameter. It names the step, the
            parameter and the operation where it arose; the parameters are those of the last finite step.
    """
    if isinstance(epochs, bool) or not isinstance(epochs, int) or epochs < 1:
        raise ValueError(f"epochs must be an int of at least 1, got {epochs!r}")
    how_wrong = loss_function(loss)
    size = len(_rows(x)) if batch_size is None else batch_size
    steps = _optimiser(optimiser, model, rate)
    order = random.Random(rng) if isinstance(rng, int) else rng  # one stream for all epochs, not the same each
    history = History()
    done = 0
    with _bar(epochs, progress) as bar:
        for _ in range(epochs):
            losses = []
            for xs, ys in batches(x, y, size, order):
                done += 1
                losses.append(_step(model, xs, ys, how_wrong, steps, done))
            history.loss.append(sum(losses) / len(losses))
            if validation is not None:
                history.validation.append(_loss(model, *validation, how_wrong).data)
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
        return [out.data if isinstance(out, Value) else [v.data for v in out] for out in outputs]


def _step(model: Module, x: Any, y: Any, loss: Loss, optimiser: Optimiser, step: int) -> float:
    """Take one step and return the loss before it; on an inf or nan raise, with the parameters as they were."""
    with gc_paused():
        before = [p.data for p in optimiser.parameters]
        try:
            value = _loss(model, x, y, loss)
        except (OverflowError, ZeroDivisionError) as error:
            raise NonFiniteError(f"step {step}: {error}; the parameters are those of the step before") from error
        optimiser.zero_grad()
        value.backward()
        bad = None if math.isfinite(value.data) else "the loss"
        bad = bad or _nonfinite(model, "the gradient of", lambda p: p.grad)
        if bad is None:
            optimiser.step()
            bad = _nonfinite(model, "after the update", lambda p: p.data)
            if bad is None:
                return value.data
            for p, number in zip(optimiser.parameters, before, strict=True):
                p.data = number
        where = first_nonfinite(value) or "the step itself is too large: try a smaller rate"
        raise NonFiniteError(f"step {step}: {bad} is not finite ({where}); the parameters are those of the step before")


def _loss(model: Callable[..., Any], x: Any, y: Any, loss: Loss) -> Value:
    """Return the loss of the model on a batch."""
    return loss([model(row) for row in _rows(x)], y.tolist() if hasattr(y, "tolist") else list(y))


def _rows(x: Any) -> Sequence[Any]:
    """Return a batch as a list of plain rows: numbers of NumPy's would make every node slower."""
    rows: Sequence[Any] = x.tolist() if hasattr(x, "tolist") else x
    return rows


def _nonfinite(model: Module, what: str, number: Callable[[Value], float]) -> str | None:
    """Return the name of the first parameter whose number is inf or nan."""
    for name, p in model.named_parameters():
        if not math.isfinite(number(p)):
            return f"{what} {name}"
    return None


def _optimiser(optimiser: str | Optimiser, model: Module, rate: float | None) -> Optimiser:
    """Return the optimiser to use."""
    if isinstance(optimiser, Optimiser):
        if rate is not None:
            raise ValueError("rate goes with an optimiser's name; this optimiser has its own: set optimiser.rate")
        return optimiser
    made: Optimiser = optimiser_class(optimiser)(model.parameters(), **({} if rate is None else {"rate": rate}))
    return made


def _shown(history: History) -> dict[str, str]:
    """Return the last losses, as the bar shows them."""
    last = {"loss": history.loss[-1:], "validation": history.validation[-1:]}
    return {name: f"{losses[0]:.4f}" for name, losses in last.items() if losses}


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
    terminal = sys.stdout.isatty()
    return tqdm(
        total=epochs,
        unit="epoch",
        disable=not progress,
        file=sys.stdout if terminal else _Lines(),
        ascii=None if terminal else " .#",
        ncols=None if terminal else 100,
        mininterval=0.1 if terminal else 0,
        miniters=None if terminal else max(1, epochs // 10),
    )
