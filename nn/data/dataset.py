"""Data: two real data sets, and what is done to data before training."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd.base.checks import shown, whole
from nn.networks.init import generator
from nn.networks.module import Array

__all__ = ["Dataset", "Rng", "batches", "digits", "iris", "standardize", "train_test_split"]

Rng: TypeAlias = random.Random | int | None
Classes: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dataset:
    """Examples and their classes; ``x, y = dataset`` takes the two apart.

    ``x`` has shape (examples, features) and ``y`` has shape (examples,), classes counted from 0.
    """

    x: Array
    y: Classes
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    source: str

    def __iter__(self) -> Iterator[Any]:
        return iter((self.x, self.y))

    def __len__(self) -> int:
        return len(self.x)


def iris() -> Dataset:
    """Return Fisher's Iris: 150 flowers, 4 lengths in cm, 3 species.

    >>> iris().x.shape, iris().class_names
    ((150, 4), ('setosa', 'versicolor', 'virginica'))
    """
    return _shipped(
        "iris.csv.gz",
        ("setosa", "versicolor", "virginica"),
        "Fisher 1936; UCI Machine Learning Repository, doi:10.24432/C56C76, CC BY 4.0",
    )


def digits() -> Dataset:
    """Return the optical digits: 1797 images of 8x8 pixels, each from 0 to 16, row by row.

    >>> digits().x.shape, digits().x.max()
    ((1797, 64), np.float64(16.0))
    """
    return _shipped(
        "digits.csv.gz",
        tuple("0123456789"),
        "Alpaydin and Kaynak 1998; UCI Machine Learning Repository, doi:10.24432/C50P49, CC BY 4.0",
    )


def _shipped(name: str, class_names: tuple[str, ...], source: str) -> Dataset:
    text = gzip.decompress((files("nn.data") / name).read_bytes()).decode()
    header, *rows = csv.reader(text.splitlines())
    table = np.array(rows, dtype=np.float64)
    return Dataset(table[:, :-1].copy(), table[:, -1].astype(np.int64), tuple(header[:-1]), class_names, source)


def train_test_split(
    x: npt.ArrayLike, y: npt.ArrayLike, test_size: float = 0.25, rng: Rng = None
) -> tuple[Any, Any, Any, Any]:
    """Return x_train, x_test, y_train, y_test: the examples shuffled and divided.

    Args:
        x: the examples, shape (examples, …).
        y: their targets, shape (examples,); whole numbers are taken for classes, and each class is divided in
            proportion.
        test_size: the fraction that is held out, between 0 and 1.
        rng: a `random.Random`, a seed, or None for the `random` module.

    Raises:
        ValueError: when the lengths differ, or a part would be empty.
    """
    xs, ys = np.asarray(x), np.asarray(y)
    _check_same_length(xs, ys)
    if not isinstance(test_size, Real) or not 0 < test_size < 1:
        raise ValueError(f"test_size must be a fraction between 0 and 1, got {shown(test_size)}")
    n = len(xs)
    held = round(test_size * n)
    if not 0 < held < n:
        raise ValueError(f"test_size = {test_size} leaves {n - held} examples to train on and {held} to test on")
    draw = generator(rng)
    places = list(range(n))
    draw.shuffle(places)
    if ys.ndim == 1 and ys.dtype.kind in "iub":
        places.sort(key=ys.tolist().__getitem__)  # class by class, each shuffled ...
    held_out = [p for i, p in enumerate(places) if (i + 1) * held // n > i * held // n]  # ... and taken evenly
    kept = sorted(set(places) - set(held_out))
    draw.shuffle(held_out)
    draw.shuffle(kept)
    return xs[kept], xs[held_out], ys[kept], ys[held_out]


def standardize(train: npt.ArrayLike, *others: npt.ArrayLike) -> tuple[Array, ...]:
    """Return all arrays with each column shifted and scaled so that in ``train`` it has mean 0 and deviation 1.

    What is held out is scaled by the mean and deviation of what is trained on, so nothing leaks from it. A
    column that is constant in ``train`` is only shifted.

    Raises:
        ValueError: when an array is not of shape (examples, features) with the features of train, or holds inf or
            nan.

    >>> a, b = standardize([[0.0], [2.0]], [[3.0]])
    >>> a.ravel().tolist(), b.ravel().tolist()
    ([-1.0, 1.0], [2.0])
    """
    arrays = [np.asarray(a, dtype=np.float64) for a in (train, *others)]
    first = arrays[0]
    for i, a in enumerate(arrays):
        name = f"others[{i - 1}]" if i else "train"
        if a.ndim != 2 or not len(a) or a.shape[1] != first.shape[1]:
            wanted = f"(examples, {first.shape[1]})" if i else "(examples, features)"
            raise ValueError(f"{name} must have shape {wanted} with at least one example, got {a.shape}")
        if not np.isfinite(a).all():
            raise ValueError(f"{name} holds inf or nan")
    constant = first.max(axis=0) == first.min(axis=0)  # the deviation of three times 0.1 is not quite 0
    mean = np.where(constant, first[0], first.mean(axis=0))
    deviation = np.where(constant, 1.0, first.std(axis=0))
    return tuple((a - mean) / deviation for a in arrays)


def batches(x: npt.ArrayLike, y: npt.ArrayLike, batch_size: int, rng: Rng = None) -> Iterator[tuple[Any, Any]]:
    """Return an iterator over (x, y) batches that together are every example once, in a shuffled order.

    Args:
        x, y: examples and targets of one length.
        batch_size: how many examples a batch has; the last may have fewer.
        rng: a `random.Random`, a seed, or None for the `random` module.
    """
    xs, ys = np.asarray(x), np.asarray(y)
    _check_same_length(xs, ys)
    batch_size = whole("batch_size", batch_size)
    places = list(range(len(xs)))
    generator(rng).shuffle(places)
    return ((xs[places[i : i + batch_size]], ys[places[i : i + batch_size]]) for i in range(0, len(places), batch_size))


def _check_same_length(x: Any, y: Any) -> None:
    if not x.ndim or not y.ndim or len(x) != len(y):
        raise ValueError(f"x and y must have one length, got shapes {x.shape} and {y.shape}")
    if not len(x):
        raise ValueError("x and y are empty: at least one example is needed")
