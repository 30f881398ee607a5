"""Losses: one Value that says how wrong the predictions are.

Each takes a batch: predictions and targets of the same length. ``reduction`` is "mean" (over everything that
is summed) or "sum".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import autograd
from autograd import Value
from autograd.base.caller import warn
from autograd.base.checks import number, shown
from autograd.engine import uses
from nn.networks.habits import by_name, our_words
from nn.training.costs import cost_of_class, cost_of_gaps, cost_of_one, cost_of_zero, softplus_of_minus, weighted
from nn.training.pairs import as_class, as_number, as_probability, as_sign, matched, pairs, rows_of_classes

__all__ = [
    "LOSSES",
    "Loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "check_targets",
    "as_loss",
    "cross_entropy",
    "hinge",
    "huber",
    "is_sigmoid",
    "is_softmax",
    "loss_function",
    "mae",
    "mse",
    "name_of_loss",
]

Loss: TypeAlias = Callable[..., Value]


@our_words
def mse(predictions: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return the mean squared error, (prediction - target)².

    Args:
        predictions: a sequence of Values, or of rows of Values.
        targets: numbers (or Values) in the same arrangement; for single predictions a column does too.
        reduction: "mean" or "sum".

    >>> mse([Value(1.0), Value(4.0)], [0.0, 2.0]).data
    2.5
    """
    return reduced([(p - t) ** 2 for _, p, t in pairs(predictions, targets)], reduction)


@our_words
def mae(predictions: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return the mean absolute error, abs(prediction - target).

    Args:
        predictions, targets, reduction: as for `mse`.

    >>> mae([Value(1.0), Value(4.0)], [0.0, 2.0]).data
    1.5
    """
    return reduced([abs(p - t) for _, p, t in pairs(predictions, targets)], reduction)


@our_words
def huber(predictions: Sequence[Any], targets: Sequence[Any], reduction: str = "mean", *, delta: float = 1.0) -> Value:
    """Return the mean of d²/2 where d = abs(prediction - target) is up to ``delta``, else delta (d - delta/2).

    Args:
        predictions, targets, reduction: as for `mse`.
        delta: where the parabola becomes a line; above 0.

    Raises:
        ValueError: when delta is not above 0.

    Source: Huber, "Robust estimation of a location parameter", 1964.

    >>> huber([Value(1.0), Value(4.0)], [0.0, 2.0]).data
    1.0
    """
    delta = number("delta", delta, above=0)
    terms = []
    for _, p, t in pairs(predictions, targets):
        d = abs(p - t)
        near = autograd.min(d, delta)
        terms.append(near * (d - 0.5 * near))
    return reduced(terms, reduction)


@our_words
def hinge(predictions: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return the max-margin loss, relu(1 - target prediction), where each target is -1 or 1.

    Args:
        predictions: a sequence of Values, scores of either sign.
        targets: -1 or 1 for each.
        reduction: "mean" or "sum".

    Raises:
        ValueError: for any other target.

    >>> hinge([Value(0.5), Value(2.0)], [-1, 1]).data
    0.75
    """
    found = pairs(predictions, targets)
    if all(is_sigmoid(p) for _, p, _ in found):
        warn_of_scale("hinge takes scores of either sign, and all predictions here are sigmoids, which are positive")
    return reduced([(1.0 - as_sign(t, f"targets{at}") * p).relu() for at, p, t in found], reduction)


@our_words
def binary_cross_entropy(probabilities: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return minus the log-likelihood of the targets, -log(p) for a 1 and -log(1 - p) for a 0.

    Args:
        probabilities: a sequence of Values from 0 to 1, such as a sigmoid gives.
        targets: numbers from 0 to 1.
        reduction: "mean" or "sum".

    Raises:
        ValueError: for a probability or a target outside 0 to 1.

    A prediction that is certain and wrong has an infinite loss. Here it is 100, as in PyTorch, and the gradient still
    points away from the mistake, so that training can go on. A saturated sigmoid passes almost none of that gradient
    back: `binary_cross_entropy_with_logits` has no such limit.

    >>> loss = binary_cross_entropy([Value(0.25), Value(0.0)], [1.0, 0.0], "sum")
    >>> f"{loss.data:.4f}"
    '1.3863'
    """
    terms = []
    for at, p, t in pairs(probabilities, targets, "probabilities"):
        if not 0 <= p.data <= 1:
            raise ValueError(
                f"probabilities{at} must be from 0 to 1, got {p.data:g}; for outputs before a sigmoid, use "
                f"binary_cross_entropy_with_logits"
            )
        terms.append(weighted(as_probability(t, f"targets{at}"), cost_of_one, cost_of_zero, p))
    return reduced(terms, reduction)


@our_words
def binary_cross_entropy_with_logits(logits: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return minus the log-likelihood of the targets where sigmoid(logit) is the probability of a 1.

    Args:
        logits: a sequence of Values before any sigmoid; logits of ±1000 are fine.
        targets: numbers from 0 to 1.
        reduction: "mean" or "sum".

    Raises:
        ValueError: for a target outside 0 to 1.

    The gradient in a logit is sigmoid(logit) - target, over the number of examples for a mean.
    """
    found = pairs(logits, targets, "logits")
    if all(is_sigmoid(z) for _, z, _ in found):
        warn_of_scale(
            "binary_cross_entropy_with_logits takes the sigmoid itself, and all logits here are sigmoids already; use "
            "loss='binary_cross_entropy' for them"
        )
    # not softplus(z) - t z, which loses its tail: at z = 40, t = 1 that is 0 and not exp(-40)
    terms = [weighted(as_probability(t, f"targets{at}"), softplus_of_minus, Value.softplus, z) for at, z, t in found]
    return reduced(terms, reduction)


@our_words
def cross_entropy(logits: Sequence[Sequence[Any]], targets: Sequence[int], reduction: str = "mean") -> Value:
    """Return minus the log-likelihood of the classes where softmax(logits) are their probabilities.

    Args:
        logits: a row of Values, one for each class, for every example; logits of ±1000 are fine.
        targets: the class of every example, an int from 0; a Value is recorded, so that a program can be given others.
        reduction: "mean" or "sum".

    Raises:
        ValueError: for a target that is not a class.

    The gradient in logit i is softmax(logits)[i] - (1 if i is the class else 0), over the number of examples for a
    mean.
    """
    rows, classes = matched(logits, targets, "logits")
    rows = rows_of_classes(rows)
    if all(is_softmax(row) for row in rows):
        warn_of_scale("cross_entropy takes the softmax itself, and all rows of logits here are softmaxes already")
    elif all(is_sigmoid(z) for row in rows for z in row):
        warn_of_scale("cross_entropy takes the softmax of logits of any size, and all logits here are sigmoids")
    terms = []
    for i, (row, target) in enumerate(zip(rows, classes, strict=True)):
        c = as_class(target, len(row), f"targets[{i}]")
        terms.append(cost_of_class(row, target) if isinstance(target, Value) else cost_of_gaps(row, c))
    return reduced(terms, reduction)


LOSSES: dict[str, Loss] = {
    "mse": mse,
    "mae": mae,
    "huber": huber,
    "hinge": hinge,
    "binary_cross_entropy": binary_cross_entropy,
    "binary_cross_entropy_with_logits": binary_cross_entropy_with_logits,
    "cross_entropy": cross_entropy,
}

# What each number among the targets of a loss must be.
TARGETS: dict[Loss, Callable[[Any, str], float]] = {
    mse: as_number,
    mae: as_number,
    huber: as_number,
    hinge: as_sign,
    binary_cross_entropy: as_probability,
    binary_cross_entropy_with_logits: as_probability,
}


def check_targets(loss: Loss, targets: Sequence[Any], output: Any, name: str) -> None:
    """Raise an error that names the first target which a loss of this module does not take, as ``y[7]``.

    Args:
        loss: the loss; a user's own loss checks its targets itself.
        targets: the targets of all examples.
        output: what the model gives for one example; for `cross_entropy` its length is the number of classes.
        name: the argument that an error names.
    """
    if loss is cross_entropy and isinstance(output, Value):
        raise ValueError(
            "loss must suit the outputs: cross_entropy needs one for each class, and the model gives a single one; use "
            "binary_cross_entropy_with_logits for two classes, or as many outputs as classes"
        )
    for i, target in enumerate(targets):
        if loss is cross_entropy and isinstance(output, list | tuple):
            as_class(target, len(output), f"{name}[{i}]")
        elif loss in TARGETS:
            several = isinstance(target, list | tuple)
            if isinstance(output, Value) and several and len(target) != 1:
                raise ValueError(f"{name}[{i}] must be a number, for the model has one output, got {shown(target)}")
            if isinstance(output, list | tuple) and len(output) != (len(target) if several else 1):
                raise ValueError(f"{name}[{i}] must be a row of {len(output)} like the outputs, got {shown(target)}")
            for k, entry in enumerate(target if several else [target]):
                TARGETS[loss](entry, f"{name}[{i}][{k}]" if several else f"{name}[{i}]")


def loss_function(loss: str | Loss) -> Loss:
    """Return the loss that ``loss`` names, or ``loss`` itself if it is a function."""
    return by_name(loss, LOSSES, "loss")


def name_of_loss(loss: Loss) -> str:
    """Return the name of a loss in ``LOSSES``, "" for a user's own function."""
    return next((name for name, known in LOSSES.items() if known is loss), "")


def as_loss(value: Any) -> Value:
    """Return the result of a loss, or raise a TypeError if it is not a Value and so has no gradient."""
    if not isinstance(value, Value):
        raise TypeError(f"loss must return a Value, got {shown(value)}")
    return value


def is_made_by(name: str, value: Value) -> bool:
    """Return whether a Value was computed by the operation ``name``."""
    return value.op is not None and value.op.name == name


def is_sigmoid(value: Value) -> bool:
    """Return whether a Value is a sigmoid: the operation, or 1 / (1 + exp(-z)) written out."""
    if not is_made_by("div", value):
        return is_made_by("sigmoid", value)
    one, below = uses(value)
    if one.operand is not None or one.number != 1.0 or below.operand is None or not is_made_by("add", below.operand):
        return False
    parts = uses(below.operand)
    return any(part.operand is None and part.number == 1.0 for part in parts) and any(
        part.operand is not None and is_made_by("exp", part.operand) for part in parts
    )


def is_softmax(row: Sequence[Value]) -> bool:
    """Return whether a row of Values is a softmax: by `autograd.softmax`, or written out as exponentials over a sum."""
    made = all(v.op is not None and v.op.name in ("div", "mul", "sigmoid") and 0 <= v.data <= 1 for v in row)
    return made and abs(math.fsum(v.data for v in row) - 1.0) < 1e-12


def warn_of_scale(text: str) -> None:
    """Warn that the outputs of a model are on another scale than its loss expects."""
    warn(f"{text}; a network gives logits with output_activation='linear'")


def reduced(terms: list[Value], reduction: str) -> Value:
    """Return the terms' mean or sum."""
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction must be 'mean' or 'sum', got {shown(reduction)}")
    total: Value = autograd.total(terms)
    return total / len(terms) if reduction == "mean" else total
