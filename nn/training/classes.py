"""The meaning of scores: the probabilities and the classes in the outputs of a model, as far as they can be known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import Value
from autograd.base.checks import shown
from autograd.base.real import plain
from nn.networks.module import Array
from nn.training.losses import is_sigmoid, is_softmax

__all__ = ["as_names", "classes_in", "finite_threshold", "named", "probabilities_in", "way_to_probabilities"]

# How scores become probabilities, for each loss that a model may have been trained with.
WAYS = {"binary_cross_entropy": "none", "binary_cross_entropy_with_logits": "sigmoid", "cross_entropy": "softmax"}
THRESHOLDS = {"hinge": 0.0, "binary_cross_entropy": 0.5, "binary_cross_entropy_with_logits": 0.0}
OF_NUMBERS = ("mse", "mae", "huber")  # losses whose targets may be 0 and 1, or -1 and 1, or anything else


def way_to_probabilities(asked: bool | str, output: Any, loss: str) -> str:
    """Return how scores become probabilities: by "sigmoid", by "softmax", or "none" where they are probabilities.

    Args:
        asked: "sigmoid" or "softmax"; True for what the output and the loss show.
        output: what the model gives for one example.
        loss: the name of the loss that `fit` trained the model with, "" if it is not known.

    Raises:
        ValueError: when the outputs have no probabilities, or it cannot be known how they become any.
    """
    if asked in ("sigmoid", "softmax"):
        return str(asked)
    if asked is not True:
        raise ValueError(f"probabilities must be True, 'sigmoid' or 'softmax', got {shown(asked)}")
    row = list(output) if isinstance(output, list | tuple) else [output]
    if row and all(isinstance(v, Value) for v in row) and (all(map(is_sigmoid, row)) or is_softmax(row)):
        return "none"
    if loss in WAYS:
        return WAYS[loss]
    if loss:
        raise ValueError(
            f"probabilities must be left out for a model trained with {loss}, whose outputs have none: train it with "
            f"cross_entropy, or with binary_cross_entropy_with_logits for a single output"
        )
    raise ValueError(
        "probabilities must be 'softmax' for rows of logits or 'sigmoid' for logits that stand alone, got True, and "
        "neither the outputs nor a loss given to fit show which"
    )


def probabilities_in(scores: Array, way: str) -> Array:
    """Return scores as probabilities; those of a softmax add up to 1 in every row.

    Raises:
        ValueError: for a softmax of single scores.
    """
    if way == "none":
        return scores
    if way == "sigmoid":
        small = np.exp(-np.abs(scores))  # from 0 to 1, so that nothing overflows
        found: Array = np.where(scores < 0, small, 1.0) / (1.0 + small)
        return found
    if scores.ndim != 2 or scores.shape[1] < 2:
        raise ValueError(
            "probabilities must be 'sigmoid' for one output for each example, of which a softmax is always 1"
        )
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def classes_in(scores: Array, loss: str, known: float | None, threshold: float | None = None) -> npt.NDArray[np.int64]:
    """Return the class of every example: the largest of its scores, or 1 where its only score is above a threshold.

    Args:
        scores: shape (examples,) or (examples, outputs).
        loss: the name of the loss that `fit` trained the model with, "" if it is not known.
        known: the threshold that the model's output shows.
        threshold: the one that was asked for.

    Raises:
        ValueError: when there is one score for each example, and it cannot be known above which it is of class 1; when
            each of several scores is about a question of its own.
    """
    if scores.ndim == 2 and scores.shape[1] > 1:
        if loss.startswith("binary_cross_entropy"):
            raise ValueError(
                f"classes must be left out for several outputs trained with {loss}, each of which answers a question "
                f"of its own: predict(model, x, probabilities=True) > 0.5 gives the answers"
            )
        largest: npt.NDArray[np.int64] = scores.argmax(axis=1)
        return largest
    limit = threshold
    if limit is None:
        limit = known if known == 0.5 else THRESHOLDS.get(loss, None if loss in OF_NUMBERS else known)
    if limit is None:
        raise ValueError(
            "threshold must be given to tell the classes of single scores: 0.5 where they are probabilities, or were "
            "trained on targets of 0 and 1; 0 where they are logits, or were trained on targets of -1 and 1"
        )
    return (scores.reshape(len(scores)) > limit).astype(np.int64)


def as_names(classes: Any) -> list[Any] | None:
    """Return the names of classes, None where only their numbers are wanted.

    Raises:
        TypeError: when they are neither True nor a list of names.
    """
    if classes is True:
        return None
    if isinstance(classes, str | bytes) or not isinstance(classes, Sequence | np.ndarray):
        raise TypeError(f"classes must be True or a list of names, got {shown(classes)}")
    return list(classes)


def named(classes: npt.NDArray[np.int64], names: list[Any], n_outputs: int) -> npt.NDArray[Any]:
    """Return the name of each class.

    Raises:
        ValueError: when there are more or fewer names than classes.
    """
    n = max(n_outputs, 2)
    if len(names) != n:
        raise ValueError(f"classes must be {n} names for {n_outputs} output{'s' * (n_outputs > 1)}, got {shown(names)}")
    found: npt.NDArray[Any] = np.array(names)[classes]
    return found


def finite_threshold(threshold: Any) -> float:
    """Return a threshold as a finite float.

    Raises:
        TypeError: when it is not a number.
        ValueError: when it is inf or nan.
    """
    number = plain(threshold)
    if number is None:
        raise TypeError(f"threshold must be a finite number, got {shown(threshold)}")
    if not math.isfinite(number):
        raise ValueError(f"threshold must be a finite number, got {number}")
    return float(number)
