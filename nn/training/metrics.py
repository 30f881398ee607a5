"""How good the predictions are, as plain numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

from autograd import Value
from autograd.base.checks import shown

__all__ = ["accuracy", "class_of"]


def class_of(output: Any, name: str) -> int:
    """Return the class that a score (1 where it is above 0, else 0) or a row of scores (the largest) stands for.

    Raises:
        ValueError: when a score is nan; ``name`` is what the message calls it.
    """
    scores = [float(output)] if isinstance(output, Value | Real) else [float(score) for score in output]
    if any(map(math.isnan, scores)):
        raise ValueError(f"{name} is nan, which is of no class")
    return int(scores[0] > 0) if len(scores) == 1 else scores.index(max(scores))


def accuracy(outputs: Sequence[Any], targets: Sequence[Any]) -> float:
    """Return the fraction of examples that are classified right, from 0 to 1.

    Args:
        outputs: for every example either one score, a Value or number whose sign decides (above 0 is class 1),
            or a row of scores, one for each class, whose largest decides (the first of equals).
        targets: the class of every example: 0 or -1 against 1 for single scores, counted from 0 for rows.

    Raises:
        ValueError: when the lengths differ or are 0, a score is nan, or a target is no class.

    >>> accuracy([2.0, -1.0, 0.5], [1, 0, 0]), accuracy([[0.1, 0.9], [3.0, 1.0]], [1, 0])
    (0.6666666666666666, 1.0)
    """
    targets = targets.tolist() if hasattr(targets, "tolist") else targets
    if len(outputs) != len(targets):
        raise ValueError(f"outputs and targets must have one length, got {len(outputs)} and {len(targets)}")
    if not len(outputs):
        raise ValueError("outputs and targets are empty: accuracy needs at least one example")
    right = 0
    for i, (output, target) in enumerate(zip(outputs, targets, strict=True)):
        said, n = class_of(output, f"outputs[{i}]"), 1 if isinstance(output, Value | Real) else len(output)
        classes: Sequence[int] = (-1, 0, 1) if n == 1 else range(n)
        if not isinstance(target, Real) or target not in classes:
            known = ", ".join(map(str, classes))
            raise ValueError(f"targets[{i}] must be a class, one of {known}; got {shown(target)}")
        right += said == max(float(target), 0.0)  # -1 is another name for class 0
    return right / len(outputs)
