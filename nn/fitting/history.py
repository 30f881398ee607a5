"""History: the losses and metrics of every epoch."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograd.base.files import file_path, replace
from autograd.base.tables import Table

__all__ = ["History"]

MOST_EPOCHS = 10  # in a table: the first and the last of more


@dataclass(repr=False)
class History:
    """The losses and metrics of a training, one entry for every epoch. It prints as a table.

    Attributes:
        loss: the mean over the examples, taken batch by batch before each step.
        val_loss: the loss on the validation data; [] if there are none.
        metrics: a list for each metric by its name; those of the validation data are named "val_…".
        steps: how many steps were taken.
        note: how training ended, if not after its last epoch; "" otherwise.

    >>> History([2.0, 0.5], [2.5, 1.0])
    epoch  loss  val_loss
        1     2       2.5
        2   0.5         1
    """

    loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    steps: int = 0
    note: str = field(default="", compare=False)

    def count_step(self) -> None:
        """Count one more step."""
        self.steps += 1

    def add(self, latest: Mapping[str, float]) -> None:
        """Add the losses and metrics of one more epoch, by name."""
        for name, number in latest.items():
            if name == "loss":
                self.loss.append(number)
            elif name == "val_loss":
                self.val_loss.append(number)
            else:
                self.metrics.setdefault(name, []).append(number)

    def columns(self) -> dict[str, list[float]]:
        """Return everything that was recorded for each epoch, by name."""
        losses = {"loss": self.loss, "val_loss": self.val_loss} if self.val_loss else {"loss": self.loss}
        return losses | self.metrics

    def table(self) -> Table:
        """Return the losses and metrics of the first and the last epochs."""
        columns = self.columns()
        rows = [(i, *row) for i, row in enumerate(zip(*columns.values(), strict=False), 1)]
        return Table(("epoch", *columns), rows, most=MOST_EPOCHS, note=self.note)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write one line for each epoch to a file, with a heading; numbers are written so that they come back exactly.

        Raises:
            TypeError: when path is neither a str nor a path.
            OSError: when the file cannot be written; then it is as it was.
        """
        columns = self.columns()
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(("epoch", *columns))
        lines.writerows((i, *map(repr, row)) for i, row in enumerate(zip(*columns.values(), strict=False), 1))
        replace(file_path(path, "path"), text.getvalue().encode())

    def __repr__(self) -> str:
        return str(self.table())
