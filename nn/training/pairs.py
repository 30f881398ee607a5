"""Predictions and targets side by side, and what a target may be."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value
from autograd.base.checks import shown
from autograd.base.real import plain

__all__ = [
    "as_class", "as_number", "as_probability", "as_sign", "listed", "matched", "pairs", "rows_of_classes",
]  # fmt: skip


def listed(batch: Any, name: str) -> list[Any]:
    """Return a batch as a list; a single Value or number is a batch of one.

    Raises:
        TypeError: when it is not a list, a tuple, an array or a data frame.
    """
    if isinstance(batch, Value) or plain(batch) is not None:
        return [batch]
    if hasattr(batch, "to_numpy"):
        batch = batch.to_numpy()
    if hasattr(batch, "tolist"):
        batch = batch.tolist()
    if not isinstance(batch, list | tuple):
        raise TypeError(f"{name} must be a list, got {shown(batch)}")
    return list(batch)


def matched(predictions: Any, targets: Any, name: str) -> tuple[list[Any], list[Any]]:
    """Return both as lists of one length.

    Raises:
        TypeError: when one of them is not a list.
        ValueError: when their lengths differ, or they are empty.
    """
    rows, wanted = listed(predictions, name), listed(targets, "targets")
    if len(rows) != len(wanted):
        raise ValueError(f"{name} and targets must have one length, got {len(rows)} and {len(wanted)}")
    if not rows:
        raise ValueError(f"{name} and targets must hold at least one example, got none")
    return rows, wanted


def pairs(predictions: Any, targets: Any, name: str = "predictions") -> list[tuple[str, Value, Any]]:
    """Return (place, prediction, target) for every number in the batch, rows laid end to end.

    A column of targets, one in each row, goes with single predictions.

    Raises:
        TypeError: when a prediction is not a Value, or a target is not a number.
        ValueError: when the arrangements differ, or a target is not finite.
    """
    found: list[tuple[str, Any, Any]] = []
    for i, (p, t) in enumerate(zip(*matched(predictions, targets, name), strict=True)):
        if not isinstance(p, list | tuple):
            found.append((f"[{i}]", p, t[0] if isinstance(t, list | tuple) and len(t) == 1 else t))
            continue
        if not p:
            raise ValueError(f"{name}[{i}] must hold at least one prediction, got an empty row")
        row = [t] if len(p) == 1 and not isinstance(t, list | tuple) else t
        if not isinstance(row, list | tuple) or len(row) != len(p):
            raise ValueError(f"targets[{i}] must be a row of {len(p)} like {name}[{i}], got {shown(t)}")
        found.extend((f"[{i}][{k}]", pk, tk) for k, (pk, tk) in enumerate(zip(p, row, strict=True)))
    for at, p, t in found:
        if not isinstance(p, Value):
            raise TypeError(f"{name}{at} must be a Value, got {shown(p)}")
        as_number(t, f"targets{at}")
    return found


def rows_of_classes(rows: list[Any]) -> list[list[Value]]:
    """Return rows of logits, one for each class, all of one length.

    Raises:
        ValueError: when one of them is not a row of at least two Values, or of another length than the first.
    """
    for i, row in enumerate(rows):
        if not isinstance(row, list | tuple) or len(row) < 2 or not all(isinstance(z, Value) for z in row):
            single = "; for one output, use binary_cross_entropy_with_logits" if isinstance(row, Value) else ""
            raise ValueError(
                f"logits[{i}] must be a list of at least 2 Values, one for each class, got {shown(row)}{single}"
            )
        if len(row) != len(rows[0]):
            raise ValueError(f"logits[{i}] must have as many classes as logits[0], {len(rows[0])}, got {len(row)}")
    return [list(row) for row in rows]


def as_number(t: Any, name: str) -> float:
    """Return a target as a finite number.

    Raises:
        TypeError: when it is not a number.
        ValueError: when it is inf or nan.
    """
    found = t.data if isinstance(t, Value) else plain(t)
    if found is None:
        raise TypeError(f"{name} must be a number, got {shown(t)}")
    if not math.isfinite(found):
        raise ValueError(f"{name} must be a finite number, got {found}")
    return float(found)


def as_sign(t: Any, name: str) -> Any:
    """Return a target, which must be -1 or 1."""
    if as_number(t, name) not in (-1.0, 1.0):
        advice = "; write 2 * y - 1 for classes 0 and 1" if as_number(t, name) == 0 else ""
        raise ValueError(f"{name} must be -1 or 1 for hinge, got {t}{advice}")
    return t


def as_probability(t: Any, name: str) -> Any:
    """Return a target, which must be from 0 to 1."""
    if not 0 <= as_number(t, name) <= 1:
        raise ValueError(f"{name} must be from 0 to 1, got {t}")
    return t


def as_class(t: Any, n_classes: int, name: str) -> int:
    """Return a target as a class, an int from 0 to below ``n_classes``.

    Raises:
        TypeError: when it is not a number.
        ValueError: when it is another number.
    """
    if isinstance(t, list | tuple) and len(t) == 1:  # one row of a column
        t = t[0]
    found = t.data if isinstance(t, Value) else plain(t)
    if found is None:
        advice = ""
        if isinstance(t, str):
            advice = "; number the class names from 0"
        elif isinstance(t, list | tuple) and len(t) == n_classes:
            advice = "; a one-hot row gives its class by row.index(1)"
        raise TypeError(f"{name} must be a class from 0 to {n_classes - 1}, got {shown(t)}{advice}")
    if found not in range(n_classes):
        raise ValueError(f"{name} must be a class from 0 to {n_classes - 1}, got {found}")
    return int(found)
