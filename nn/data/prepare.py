"""Preparing data for training: splitting, standardizing and batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograd.base.checks import shown, whole
from autograd.base.real import plain
from nn.data.dataset import Dataset, Rng
from nn.data.examples import examples, from_frame, same_length
from nn.networks.habits import our_words
from nn.networks.init import generator
from nn.networks.module import Array

__all__ = ["Scaling", "batches", "places_in_batches", "scaling", "standardize", "train_test_split"]


class Scaling(NamedTuple):
    """A shift and a scale for each column. They bring the examples from which they were made to mean 0, deviation 1."""

    mean: Array
    deviation: Array

    def apply(self, x: Array) -> Array:
        """Return x, shifted and scaled."""
        scaled: Array = (x - self.mean) / self.deviation
        return scaled


@our_words
def train_test_split(x: Any, y: Any = None, test_size: float = 0.25, rng: Rng = None) -> tuple[Any, ...]:
    """Return x_train, x_test, y_train, y_test: the examples shuffled and divided.

    Args:
        x: the examples, shape (examples, …); sequences may differ in length. A `Dataset` is given alone, without y,
            and gives two: the one to train on and the one to test on, with all names.
        y: their targets, shape (examples,); whole numbers are taken for classes, and each class is divided in
            proportion.
        test_size: the fraction that is held out, between 0 and 1.
        rng: a `random.Random`, a seed, or None for the `random` module.

    Raises:
        TypeError: when test_size is not a number, y is missing, or comes with a Dataset.
        ValueError: when the lengths differ, or a part would be empty.

    >>> from nn.data.dataset import iris
    >>> train_test_split(iris(), test_size=0.2, rng=0)[1]
    <Dataset: 30 examples, 4 features, 3 classes (setosa, versicolor, virginica)>
    """
    if isinstance(x, Dataset):
        if y is not None:
            raise TypeError(f"y must be left out where x is a Dataset, which holds its targets, got {shown(y)}")
        return tuple(x.take(places) for places in places_of_split(x.y, test_size, rng))
    if y is None:
        raise TypeError("y must hold the targets of the examples, got None")
    xs, ys = as_array(x, "x"), as_array(y, "y")
    same_length(xs, ys)
    kept, held_out = places_of_split(ys, test_size, rng)
    return xs[kept], xs[held_out], ys[kept], ys[held_out]


def places_of_split(ys: Any, test_size: Any, rng: Rng) -> tuple[list[int], list[int]]:
    """Return the places of the examples to train on, and of those to test on."""
    fraction = plain(test_size)
    if fraction is None:
        raise TypeError(f"test_size must be a fraction between 0 and 1, got {shown(test_size)}")
    if not 0 < fraction < 1:
        raise ValueError(f"test_size must be a fraction between 0 and 1, got {shown(test_size)}")
    n = len(ys)
    n_test = round(fraction * n)
    if not 0 < n_test < n:
        raise ValueError(
            f"test_size = {test_size} leaves {n - n_test} of {n} examples to train on and {n_test} to test on; each "
            f"part needs at least one"
        )
    draw = generator(rng)
    places = list(range(n))
    draw.shuffle(places)
    classes = ys[:, 0] if ys.ndim == 2 and ys.shape[1] == 1 else ys
    if classes.ndim == 1 and classes.dtype.kind in "iub":
        places.sort(key=classes.tolist().__getitem__)  # class by class, each shuffled ...
    held_out = [p for i, p in enumerate(places) if (i + 1) * n_test // n > i * n_test // n]  # ... and taken evenly
    kept = sorted(set(places) - set(held_out))
    draw.shuffle(held_out)
    draw.shuffle(kept)
    return kept, held_out


def standardize(train: Any, *others: Any) -> tuple[Any, ...]:
    """Return all arrays with each column shifted and scaled so that in ``train`` it has mean 0 and deviation 1.

    Args:
        train: the examples to train on, shape (examples, features), or a `Dataset` of them.
        others: examples of the same features, as arrays, or as Datasets if train is one.

    The held-out examples are scaled by the mean and deviation of those to train on, so nothing leaks from them. A
    column that is constant in ``train`` is only shifted.

    Raises:
        TypeError: when an entry is not a number.
        ValueError: when an array is not of shape (examples, features) with the features of train, or holds inf or
            nan.

    >>> a, b = standardize([[0.0], [2.0]], [[3.0]])
    >>> a.ravel().tolist(), b.ravel().tolist()
    ([-1.0, 1.0], [2.0])
    """
    if isinstance(train, Dataset):
        scaled = standardize(train.x, *(data.x if isinstance(data, Dataset) else data for data in others))
        return tuple(
            replace(data, x=x) if isinstance(data, Dataset) else x
            for data, x in zip((train, *others), scaled, strict=True)
        )
    first = as_table(train, "train")
    arrays = [first, *(as_table(a, f"others[{i}]", first.shape[1]) for i, a in enumerate(others))]
    scale = scaling(first)
    return tuple(map(scale.apply, arrays))


def scaling(train: Array) -> Scaling:
    """Return the shift and the scale of each column with which ``train`` has mean 0 and deviation 1.

    A column that is constant is only shifted.
    """
    constant = train.max(axis=0) == train.min(axis=0)  # the deviation of three times 0.1 is not quite 0
    mean = np.where(constant, train[0], train.mean(axis=0))
    return Scaling(mean, np.where(constant, 1.0, train.std(axis=0)))


@our_words
def batches(x: npt.ArrayLike, y: npt.ArrayLike, batch_size: int, rng: Rng = None) -> Iterator[tuple[Any, Any]]:
    """Return an iterator over (x, y) batches that together are every example once, in a shuffled order.

    Args:
        x, y: examples and targets of one length; sequences may differ in length.
        batch_size: how many examples a batch has; the last may have fewer.
        rng: a `random.Random`, a seed, or None for the `random` module.

    Raises:
        TypeError: when batch_size is not an int.
        ValueError: when it is below 1, or the lengths differ.

    >>> [y.tolist() for x, y in batches([[1.0], [2.0], [3.0]], [1, 2, 3], batch_size=2, rng=0)]
    [[1, 3], [2]]
    """
    xs, ys = as_array(x, "x"), as_array(y, "y")
    same_length(xs, ys)
    return ((xs[places], ys[places]) for places in places_in_batches(len(xs), batch_size, rng))


def places_in_batches(n: int, batch_size: int, rng: Rng) -> list[list[int]]:
    """Return the places 0 to n - 1 in a shuffled order, cut into batches.

    Raises:
        TypeError: when batch_size is not an int.
        ValueError: when it is below 1.
    """
    batch_size = whole("batch_size", batch_size)
    places = list(range(n))
    generator(rng).shuffle(places)
    return [places[i : i + batch_size] for i in range(0, n, batch_size)]


def as_array(x: Any, name: str) -> Any:
    """Return data as an array, whose entries are lists where examples differ in length.

    Raises:
        TypeError: when x cannot be read as a list of examples.
    """
    if hasattr(x, "to_numpy"):
        x = from_frame(x)
    if not isinstance(x, np.ndarray):
        rows = examples(x, name)
        try:
            x = np.asarray(x if hasattr(x, "__array__") else rows)
            if x.dtype.kind in "US":  # NumPy makes texts of numbers among texts
                x = np.array(rows, dtype=object)
        except ValueError:  # sequences of different length
            x = np.empty(len(rows), dtype=object)
            for i, row in enumerate(rows):
                x[i] = row
    if not x.ndim:
        raise TypeError(f"{name} must be a list, an array or a data frame of examples, got {shown(x)}")
    return x


def as_table(x: Any, name: str, n_features: int | None = None) -> Array:
    """Return data as an array of shape (examples, features).

    Raises:
        TypeError: when an entry is not a number; the error says which.
        ValueError: when the shape is another, or an entry is inf or nan.
    """
    rows = as_array(x, name)
    if rows.ndim != 2 or not len(rows) or n_features not in (None, rows.shape[1]):
        wanted = "(examples, features)" if n_features is None else f"(examples, {n_features})"
        raise ValueError(f"{name} must have shape {wanted} with at least one example, got {rows.shape}")
    if rows.dtype.kind not in "biuf":
        for (i, k), entry in np.ndenumerate(rows):
            if plain(entry) is None:
                raise TypeError(f"{name}[{i}][{k}] must be a number, got {shown(entry)}")
    table: Array = rows.astype(np.float64)
    if not np.isfinite(table).all():
        i, k = np.argwhere(~np.isfinite(table))[0]
        raise ValueError(f"{name}[{i}][{k}] must be a finite number, got {table[i, k]}")
    return table
