"""Predictions: the outputs of a model as an array that knows what a single score means."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Predictions", "as_predictions", "plain_array"]


class Predictions(np.ndarray):
    """The outputs of a model as an array, which remembers above which score an example is of class 1.

    ``threshold`` is 0.5 for the probabilities that a sigmoid gives and 0 for other outputs of a network. It is None for
    rows of scores, whose largest decides, and for your own models, for which it is not known. The result of any
    computation with predictions is a plain array.
    """

    threshold: float | None

    def __array_finalize__(self, source: Any) -> None:
        self.threshold = getattr(source, "threshold", None)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Compute with the plain arrays: a sum of two probabilities is not a probability."""
        out = kwargs.pop("out", ())
        if out:
            kwargs["out"] = tuple(plain_array(x) for x in out)
        return getattr(ufunc, method)(*map(plain_array, inputs), **kwargs)


def plain_array(x: Any) -> Any:
    """Return predictions as a plain array, and anything else as it is."""
    return x.view(np.ndarray) if isinstance(x, Predictions) else x


def as_predictions(numbers: Any, threshold: float | None) -> Any:
    """Return outputs as an array that remembers its threshold; as a list where they differ in length."""
    try:
        found = np.array(numbers, dtype=np.float64).view(Predictions)
    except ValueError:
        return numbers
    found.threshold = threshold
    return found
