"""Dataset: examples with the names of their columns and classes; two real ones come with the package."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd.base.tables import Table
from nn.networks.module import Array

__all__ = ["Dataset", "Rng", "digits", "iris"]

Rng: TypeAlias = random.Random | int | None
Classes: TypeAlias = npt.NDArray[np.int64]
MOST_NAMES = 20  # of classes that a description lists


@dataclass(frozen=True, repr=False)
class Dataset:
    """Examples and their targets; ``x, y = dataset`` takes the two apart.

    Attributes:
        x: the examples, shape (examples, features).
        y: their targets, shape (examples,): classes counted from 0, or numbers.
        feature_names: the name of each column of x.
        class_names: the name of each class; () where the targets are numbers.
        source: where the data come from.
        target_name: what y is.

    >>> x, y = iris()
    >>> x.shape, y.shape
    ((150, 4), (150,))
    """

    x: Array
    y: Classes | Array
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    source: str
    target_name: str = "class"

    def __iter__(self) -> Iterator[Any]:
        return iter((self.x, self.y))

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        sizes = f"{counted(len(self.x), 'example')}, {counted(self.x.shape[1], 'feature')}"
        target = f"numbers ({self.target_name}) as targets"
        if self.class_names:
            target = f"{counted(len(self.class_names), 'class', 'classes')} ({first_few(self.class_names)})"
        return f"<Dataset: {sizes}, {target}>"

    def summary(self) -> Table:
        """Return a table of the columns, which a notebook shows for the data set itself.

        >>> print(str(iris().summary()).splitlines()[2])
        sepal length (cm)    4.3  5.843   7.9  0.8253
        """
        columns = [(name, self.x[:, k]) for k, name in enumerate(self.feature_names)]
        rows = [(name, float(x.min()), float(x.mean()), float(x.max()), float(x.std())) for name, x in columns]
        counts = first_few([f"{name} {int((self.y == c).sum()):,}" for c, name in enumerate(self.class_names)])
        if not counts:
            y = self.y.astype(np.float64)
            rows.append(
                (f"target: {self.target_name}", float(y.min()), float(y.mean()), float(y.max()), float(y.std()))
            )
        note = f"{f'examples of each class: {counts}. ' if counts else ''}Source: {self.source}"
        title = f"{len(self.x):,} examples of {len(columns)} features"
        return Table(("column", "least", "mean", "most", "std"), rows, title, note, most=12)

    def take(self, places: Sequence[int]) -> Dataset:
        """Return some of the examples, with all names."""
        return replace(self, x=self.x[list(places)], y=self.y[list(places)])

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()


def first_few(names: Sequence[str]) -> str:
    """Return names with commas between them; of many, the first."""
    more = f", … and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def counted(n: int, one: str, several: str = "") -> str:
    """Return a number of things in words, "1 example" or "2 examples"."""
    return f"{n:,} {one if n == 1 else several or one + 's'}"


def iris() -> Dataset:
    """Return Fisher's Iris: 150 flowers, 4 lengths in cm, 3 species.

    >>> iris().x.shape, iris().class_names
    ((150, 4), ('setosa', 'versicolor', 'virginica'))
    """
    return shipped(
        "iris.csv.gz",
        ("setosa", "versicolor", "virginica"),
        "Fisher 1936; UCI Machine Learning Repository, doi:10.24432/C56C76, CC BY 4.0",
    )


def digits() -> Dataset:
    """Return the optical digits: 1797 images of 8x8 pixels, each from 0 to 16, row by row.

    >>> digits().x.shape, digits().x.max()
    ((1797, 64), np.float64(16.0))
    """
    return shipped(
        "digits.csv.gz",
        tuple("0123456789"),
        "Alpaydin and Kaynak 1998; UCI Machine Learning Repository, doi:10.24432/C50P49, CC BY 4.0",
    )


def shipped(name: str, class_names: tuple[str, ...], source: str) -> Dataset:
    """Return a data set that comes with the package."""
    text = gzip.decompress((files("nn.data") / name).read_bytes()).decode()
    header, *rows = csv.reader(text.splitlines())
    table = np.array(rows, dtype=np.float64)
    return Dataset(table[:, :-1].copy(), table[:, -1].astype(np.int64), tuple(header[:-1]), class_names, source)
