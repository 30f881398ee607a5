"""Metrics: how good predictions are, as plain numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from autograd import Value
from autograd.base.checks import shown
from autograd.base.real import plain
from nn.data.dataset import Dataset
from nn.networks.habits import our_words
from nn.training.classes import finite_threshold
from nn.training.pairs import listed
from nn.training.predict import threshold_of

__all__ = ["METRICS", "Metric", "accuracy"]

Metric: TypeAlias = Callable[[Any, Any], float]


@our_words
def accuracy(outputs: Any, targets: Any, threshold: float | None = None) -> float:
    """Return the fraction of examples that are classified right, from 0 to 1.

    Args:
        outputs: for every example either one score, a Value or number, or a row of scores, one for each class, whose
            largest decides (the first of equals).
        targets: the class of every example: 0 or -1 against 1 for single scores, counted from 0 for rows. A `Dataset`
            stands for its targets.
        threshold: a single score above it means class 1. If None, the scores show it: 0.5 for the probabilities of a
            sigmoid, as Values or as `predict` returns them; 0 for other outputs of a network, for targets of -1 and 1,
            and for scores outside 0 to 1.

    Raises:
        TypeError: when an output or a target is not a number.
        ValueError: when the lengths differ or are 0, a score is nan, or a target is not a class; when scores from 0
            to 1 could be probabilities as well as logits, and their classes would differ: then give the threshold.

    >>> accuracy([2.0, -1.0, 0.5], [1, 0, 0]), accuracy([[0.1, 0.9], [3.0, 1.0]], [1, 0])
    (0.6666666666666666, 1.0)
    >>> accuracy([0.1, 0.9], [0, 1], threshold=0.5)
    1.0
    """
    rows, wanted = listed(outputs, "outputs"), listed(targets.y if isinstance(targets, Dataset) else targets, "targets")
    if len(rows) != len(wanted):
        raise ValueError(f"outputs and targets must have one length, got {len(rows)} and {len(wanted)}")
    if not rows:
        raise ValueError("outputs and targets must hold at least one example, got none")
    scores = [as_scores(output, f"outputs[{i}]") for i, output in enumerate(rows)]
    classes = [
        class_among(target, len(row), f"targets[{i}]")
        for i, (target, row) in enumerate(zip(wanted, scores, strict=True))
    ]
    limit = threshold_for(outputs, rows, scores, classes) if threshold is None else finite_threshold(threshold)
    predicted = [int(row[0] > limit) if len(row) == 1 else row.index(max(row)) for row in scores]
    right = sum(p == max(c, 0) for p, c in zip(predicted, classes, strict=True))  # -1 is another name for class 0
    return right / len(rows)


METRICS: dict[str, Metric] = {"accuracy": accuracy}


def as_scores(output: Any, name: str) -> list[float]:
    """Return an output as a list of scores.

    Raises:
        TypeError: when it holds anything but numbers.
        ValueError: when a score is nan.
    """
    scores = []
    for v in output if isinstance(output, list | tuple) else [output]:
        number = v.data if isinstance(v, Value) else plain(v)
        if number is None:
            raise TypeError(f"{name} must be a score or a row of scores, got {shown(output)}")
        scores.append(float(number))
    if not scores or any(map(math.isnan, scores)):
        raise ValueError(f"{name} must hold scores, got {'nan' if scores else 'an empty row'}")
    return scores


def class_among(target: Any, n_scores: int, name: str) -> int:
    """Return a target as a class: -1, 0 or 1 for a single score, counted from 0 for a row of scores.

    Raises:
        ValueError: when it is none of them.
    """
    known: Sequence[int] = (-1, 0, 1) if n_scores == 1 else range(n_scores)
    entry = target[0] if isinstance(target, list | tuple) and len(target) == 1 else target
    number = int(entry) if isinstance(entry, bool) else plain(entry)
    if number is None or number not in known:
        more = number is not None and n_scores == 1 and number > 1
        advice = "; several classes need a row of scores for each example, as predict(model, x) gives" * more
        raise ValueError(f"{name} must be a class, one of {', '.join(map(str, known))}, got {shown(target)}{advice}")
    return int(number)


def threshold_for(outputs: Any, rows: list[Any], scores: list[list[float]], classes: list[int]) -> float:
    """Return the threshold of single scores for which none was given.

    Raises:
        ValueError: when it cannot be known and would make a difference.
    """
    known = getattr(outputs, "threshold", None)
    if known is None:
        made = {threshold_of(None, row) for row in rows}
        known = made.pop() if len(made) == 1 else None
    single = [row[0] for row in scores if len(row) == 1]
    if known is not None or not single or -1 in classes or min(single) < 0 or max(single) > 1:
        return known or 0.0
    if any(0 < score <= 0.5 for score in single):
        raise ValueError(
            "threshold must be given for scores from 0 to 1: threshold=0.5 if they are probabilities, threshold=0 if "
            "they are logits"
        )
    return 0.0
