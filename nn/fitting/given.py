"""The arguments of `fit`, read and checked once, before anything is trained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograd import Value, gc_paused
from autograd.base.checks import number, shown
from nn.data.dataset import Dataset
from nn.data.examples import check_finite, check_inputs, examples, same_length
from nn.fitting.history import History
from nn.fitting.setup import Setup
from nn.fitting.step import Batch, finite
from nn.networks.habits import by_name
from nn.networks.module import Module
from nn.training.errors import placed
from nn.training.losses import Loss, as_loss, check_targets, loss_function
from nn.training.metrics import METRICS, Metric
from nn.training.optim import optimizer_class
from nn.training.optimizer import Optimizer
from nn.training.predict import outputs_of
from nn.training.schedules import Schedule

USUAL_RATE = 0.01  # of an optimizer given by name

__all__ = [
    "check_model",
    "examples_and_targets",
    "history_to_go_on",
    "named_functions",
    "read",
    "read_setup",
    "read_validation",
]


def check_model(model: Any) -> None:
    """Raise a TypeError when ``model`` is not a Module."""
    if not isinstance(model, Module):
        raise TypeError(f"model must be an nn.Module, such as nn.MLP(2, [8, 1]), got {shown(model)}")


def examples_and_targets(x: Any, y: Any) -> tuple[Any, Any]:
    """Return x and y, which a `Dataset` holds both.

    Raises:
        TypeError: when y is missing, or comes with a Dataset.
    """
    if isinstance(x, Dataset):
        if y is not None:
            raise TypeError(f"y must be left out where x is a Dataset, which holds its targets, got {shown(y)}")
        return x.x, x.y
    if y is None:
        raise TypeError("y must hold the targets of the examples, got None")
    return x, y


def read_setup(
    model: Module,
    loss: str | Loss,
    optimizer: str | type[Optimizer] | Optimizer,
    learning_rate: float | Schedule | None,
    metrics: Iterable[str | Metric],
    max_norm: float | None,
    after_step: Callable[[], object] | None,
) -> Setup:
    """Return the settings of a training, each checked; the arguments are those of `fit`."""
    if after_step is not None and not callable(after_step):
        raise TypeError(f"after_step must be a function of no arguments, got {shown(after_step)}")
    return Setup(
        model=model,
        loss=loss_function(loss),
        optimizer=make_optimizer(optimizer, model, learning_rate),
        names={p: name for name, p in model.named_parameters()},
        metrics=named_metrics(metrics),
        schedule=learning_rate if callable(learning_rate) else None,
        max_norm=None if max_norm is None else number("max_norm", max_norm, above=0),
        after_step=after_step,
    )


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


def read_validation(model: Module, given: Any, loss: Loss, names: Mapping[Value, str]) -> Batch | None:
    """Return the validation data, tried once before any step is taken; None if there are none.

    Raises:
        TypeError, ValueError: as for `read`.
        NonFiniteError: when the loss on them is inf or nan.
    """
    if given is None:
        return None
    if isinstance(given, Dataset):
        given = tuple(given)
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise TypeError(f"validation_data must be (x, y) or a Dataset, got {shown(given)}")
    batch = read(model, given[0], given[1], ("validation_data[0]", "validation_data[1]"))
    with placed("the validation before the first step", names), gc_paused():
        outputs = outputs_of(model, batch.x, batch.places)
        check_targets(loss, batch.y, outputs[0], "validation_data[1]")
        finite(as_loss(loss(outputs, list(batch.y))), names)
    return batch


def make_optimizer(
    optimizer: str | type[Optimizer] | Optimizer, model: Module, learning_rate: float | Schedule | None
) -> Optimizer:
    """Return the optimizer to use.

    Raises:
        ValueError: when it was made for another model, or has a learning rate of its own beside the number given.
    """
    if not isinstance(optimizer, Optimizer):
        rate = USUAL_RATE if learning_rate is None and isinstance(optimizer, str) else learning_rate
        given = {} if rate is None or callable(rate) else {"learning_rate": rate}
        made: Optimizer = optimizer_class(optimizer)(model.parameters(), **given)
        return made
    if learning_rate is not None and not callable(learning_rate):
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


def named_metrics(metrics: Iterable[str | Metric]) -> dict[str, Metric]:
    """Return the functions that measure predictions, by name.

    Raises:
        TypeError: when metrics is not a list of names and functions.
        ValueError: for an unknown name, or one that is given twice.
    """
    if isinstance(metrics, str) or callable(metrics) or not isinstance(metrics, Iterable):
        raise TypeError(f"metrics must be a list of names or functions, as ['accuracy'], got {shown(metrics)}")
    found: dict[str, Metric] = {}
    for i, given in enumerate(metrics):
        measure = by_name(given, METRICS, f"metrics[{i}]")
        name = given if isinstance(given, str) else str(getattr(given, "__name__", type(given).__name__))
        if name in found or name in ("loss", "val_loss", "epoch"):
            raise ValueError(f"metrics[{i}] must have a name of its own, got {name!r}")
        found[name] = measure
    return found


def history_to_go_on(history: History | None, metrics: Mapping[str, Metric], validated: bool) -> History:
    """Return a history to which epochs can be added with what is recorded now: the one given, or a new one.

    Raises:
        TypeError: when it is not a History.
        ValueError: when it has other columns.
    """
    if history is None:
        return History()
    if not isinstance(history, History):
        raise TypeError(f"history must be one that fit returned, got {shown(history)}")
    every = ["loss", *(["val_loss"] if validated else []), *metrics, *(f"val_{name}" for name in metrics if validated)]
    if history.loss and list(history.columns()) != every:
        raise ValueError(f"history must have the columns {every} to go on, got one with {list(history.columns())}")
    return history


def named_functions(name: str, given: Iterable[Callable[..., object]]) -> list[Callable[..., object]]:
    """Return a list of functions.

    Raises:
        TypeError: when it is not one.
    """
    if callable(given) or not isinstance(given, Iterable) or not all(map(callable, functions := list(given))):
        raise TypeError(f"{name} must be a list of functions, got {shown(given)}")
    return functions
