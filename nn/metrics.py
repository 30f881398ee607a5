"""How good the predictions are, as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value

__all__ = ["accuracy"]


def accuracy(outputs: Sequence[Any], targets: Sequence[Any]) -> float:
    """Return the fraction of examples that are classified right, from 0 to 1.

    Args:
        outputs: for every example either one score, a Value or number whose sign decides (above 0 is class 1),
            or a row of scores whose largest decides (the first of equals).
        targets: the class of every example; for single scores 1 against 0 or -1.

    Raises:
        ValueError: when the lengths differ or are 0.

    >>> accuracy([2.0, -1.0, 0.5], [1, 0, 0]), accuracy([[0.1, 0.9], [3.0, 1.0]], [1, 0])
    (0.6666666666666666, 1.0)
    """
    if len(outputs) != len(targets):
        raise ValueError(f"outputs and targets must have one length, got {len(outputs)} and {len(targets)}")
    if not len(outputs):
        raise ValueError("outputs and targets are empty: accuracy needs at least one example")
    right = 0
    for output, target in zip(outputs, targets, strict=True):
        if isinstance(output, Value | int | float):
            right += bool((float(output) > 0) == (target > 0))
        else:
            scores = [float(score) for score in output]
            right += bool(scores.index(max(scores)) == target)
    return right / len(outputs)
