"""Losses: one Value that says how wrong the predictions are.

Each takes a batch: predictions and targets of the same length. ``reduction`` is "mean" (over everything that
is summed) or "sum".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any, TypeAlias

import autograd
from autograd import Value
from autograd.base.checks import chosen, number, shown

__all__ = [
    "LOSSES",
    "Loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "hinge",
    "huber",
    "mae",
    "mse",
]

Loss: TypeAlias = Callable[..., Value]


def mse(predictions: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return the mean squared error, (prediction - target)².

    Args:
        predictions: a sequence of Values, or of rows of Values.
        targets: numbers (or Values) in the same arrangement.
        reduction: "mean" or "sum".

    >>> mse([Value(1.0), Value(4.0)], [0.0, 2.0]).data
    2.5
    """
    return _reduced([(p - t) ** 2 for _, p, t in _pairs(predictions, targets)], reduction)


def mae(predictions: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return the mean absolute error, abs(prediction - target); arguments as for `mse`."""
    return _reduced([abs(p - t) for _, p, t in _pairs(predictions, targets)], reduction)


def huber(predictions: Sequence[Any], targets: Sequence[Any], reduction: str = "mean", *, delta: float = 1.0) -> Value:
    """Return the mean of d²/2 where d = abs(prediction - target) is up to ``delta``, else delta (d - delta/2).

    Source: Huber, "Robust estimation of a location parameter", 1964. Arguments as for `mse`.

    Raises:
        ValueError: when delta is not above 0.
    """
    delta = number("delta", delta, above=0)
    terms = []
    for _, p, t in _pairs(predictions, targets):
        d = abs(p - t)
        near = autograd.min(d, delta)
        terms.append(near * (d - 0.5 * near))
    return _reduced(terms, reduction)


def hinge(predictions: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return the max-margin loss, relu(1 - target prediction), where each target is -1 or 1.

    Raises:
        ValueError: for any other target.
    """
    terms = []
    for at, p, t in _pairs(predictions, targets):
        if float(t) not in (-1.0, 1.0):
            raise ValueError(f"targets{at} must be -1 or 1 for hinge, got {t}")
        terms.append((1.0 - t * p).relu())
    return _reduced(terms, reduction)


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
    for at, p, t in _pairs(probabilities, targets, "probabilities"):
        if not 0 <= p.data <= 1:
            raise ValueError(
                f"probabilities{at} must be from 0 to 1 for binary_cross_entropy, got {p.data:g}; "
                f"for outputs before a sigmoid, use binary_cross_entropy_with_logits"
            )
        if not 0 <= t <= 1:
            raise ValueError(f"targets{at} must be from 0 to 1 for binary_cross_entropy, got {t}")
        if float(t) == 1:
            terms.append(_cost_of_one(p))
        elif float(t) == 0:
            terms.append(_cost_of_zero(p))
        else:
            terms.append(t * _cost_of_one(p) + (1.0 - t) * _cost_of_zero(p))
    return _reduced(terms, reduction)


def _cost_of_one(p: Value) -> Value:
    """Return -log(p), or where p is below exp(-99) the tangent there, which is 100 at p = 0."""
    floor = math.exp(-99.0)
    return -p.log() if p.data >= floor else 100.0 - p / floor


def _cost_of_zero(p: Value) -> Value:
    """Return -log(1 - p), or 100 at p = 1, with the slope of the largest float below 1."""
    # not (1 - p).log(): at p = 1e-20 that is 0, and not -1e-20
    return -(-p).log1p() if p.data < 1 else 100.0 - (1.0 - p) * 2.0**53


def binary_cross_entropy_with_logits(logits: Sequence[Any], targets: Sequence[Any], reduction: str = "mean") -> Value:
    """Return minus the log-likelihood of the targets where sigmoid(logit) is the probability of a 1.

    Args:
        logits: a sequence of Values before any sigmoid; logits of ±1000 are fine.
        targets: numbers from 0 to 1.
        reduction: "mean" or "sum".

    Raises:
        ValueError: for a target outside 0 to 1.

    The slope in a logit is sigmoid(logit) - target.
    """
    terms = []
    for at, z, t in _pairs(logits, targets, "logits"):
        if not 0 <= t <= 1:
            raise ValueError(f"targets{at} must be from 0 to 1 for binary_cross_entropy_with_logits, got {t}")
        # not softplus(z) - t z, whose tail is lost: at z = 40, t = 1 that is 0 and not exp(-40)
        if float(t) == 1:
            terms.append((-z).softplus())
        elif float(t) == 0:
            terms.append(z.softplus())
        else:
            terms.append(t * (-z).softplus() + (1.0 - t) * z.softplus())
    return _reduced(terms, reduction)


def cross_entropy(logits: Sequence[Sequence[Any]], targets: Sequence[int], reduction: str = "mean") -> Value:
    """Return minus the log-likelihood of the classes where softmax(logits) are their probabilities.

    Args:
        logits: a row of Values, one for each class, for every example; logits of ±1000 are fine.
        targets: the class of every example, an int from 0.
        reduction: "mean" or "sum".

    Raises:
        ValueError: for a target that is no class.

    The slope in logit i is softmax(logits)[i] - (1 if i is the class else 0).
    """
    rows, classes = _listed(logits, "logits"), _listed(targets, "targets")
    _check_lengths(rows, classes, "logits")
    terms = []
    for i, (row, c) in enumerate(zip(rows, classes, strict=True)):
        if not isinstance(row, list | tuple) or len(row) < 2 or not all(isinstance(z, Value) for z in row):
            raise ValueError(f"logits[{i}] must be a list of 2 or more Values, one for each class, got {shown(row)}")
        if len(row) != len(rows[0]):
            raise ValueError(f"logits[{i}] has {len(row)} classes and logits[0] has {len(rows[0])}")
        if isinstance(c, bool) or not isinstance(c, Real) or c not in range(len(row)):
            raise ValueError(f"targets[{i}] must be a class from 0 to {len(row) - 1}, got {shown(c)}")
        # log(1 + exp(others - right)), since logsumexp(row) - right loses the tail: at (40, 0) it is 0, not exp(-40)
        others = [z for k, z in enumerate(row) if k != c]
        terms.append((autograd.logsumexp(others) - row[int(float(c))]).softplus())
    return _reduced(terms, reduction)


LOSSES: dict[str, Loss] = {
    "mse": mse,
    "mae": mae,
    "huber": huber,
    "hinge": hinge,
    "binary_cross_entropy": binary_cross_entropy,
    "binary_cross_entropy_with_logits": binary_cross_entropy_with_logits,
    "cross_entropy": cross_entropy,
}


def checked(value: Any) -> Value:
    """Return what a loss returned, or raise a TypeError if it is no Value: it could not be swept."""
    if not isinstance(value, Value):
        raise TypeError(f"loss must return a Value, got {shown(value)}")
    return value


def loss_function(loss: str | Loss) -> Loss:
    """Return the loss that ``loss`` names, or ``loss`` itself if it is a function."""
    return chosen(loss, LOSSES, "loss")


def _listed(batch: Any, name: str) -> list[Any]:
    """Return a batch as a list; a single Value or number is a batch of one."""
    if isinstance(batch, Value | Real):
        return [batch]
    if hasattr(batch, "tolist"):
        batch = batch.tolist()
    if not isinstance(batch, list | tuple):
        raise TypeError(f"{name} must be a list, got {shown(batch)}")
    return list(batch)


def _check_lengths(predictions: list[Any], targets: list[Any], name: str) -> None:
    """Raise unless there are as many predictions as targets, and some."""
    if len(predictions) != len(targets):
        raise ValueError(f"{name} and targets must have one length, got {len(predictions)} and {len(targets)}")
    if not predictions:
        raise ValueError(f"{name} and targets are empty: a loss needs at least one example")


def _pairs(predictions: Any, targets: Any, name: str = "predictions") -> list[tuple[str, Value, Any]]:
    """Return (place, prediction, target) for every number in the batch, rows laid end to end."""
    rows, wanted = _listed(predictions, name), _listed(targets, "targets")
    _check_lengths(rows, wanted, name)
    pairs: list[tuple[str, Any, Any]] = []
    for i, (p, t) in enumerate(zip(rows, wanted, strict=True)):
        if not isinstance(p, list | tuple):
            pairs.append((f"[{i}]", p, t))
            continue
        if not p:
            raise ValueError(f"{name}[{i}] is empty: a row has at least one prediction")
        if not isinstance(t, list | tuple) or len(t) != len(p):
            raise ValueError(f"targets[{i}] must be a row of {len(p)} like {name}[{i}], got {shown(t)}")
        pairs.extend((f"[{i}][{k}]", pk, tk) for k, (pk, tk) in enumerate(zip(p, t, strict=True)))
    for at, p, t in pairs:
        if not isinstance(p, Value):
            raise TypeError(f"{name}{at} must be a Value, got {shown(p)}")
        if isinstance(t, bool) or not isinstance(t, Value | Real):
            raise TypeError(f"targets{at} must be a number, got {shown(t)}")
        if not math.isfinite(t):
            raise ValueError(f"targets{at} must be finite, got {t}")
    return pairs


def _reduced(terms: list[Value], reduction: str) -> Value:
    """Return the terms' mean or sum."""
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction {reduction!r} is unknown. Known are: mean, sum")
    whole: Value = autograd.total(terms)
    return whole / len(terms) if reduction == "mean" else whole
