"""History: what training saw."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd.base.tables import Table

__all__ = ["History"]

MOST_EPOCHS = 10  # in a table: the first and the last of more


@dataclass(repr=False)
class History:
    """What training saw, one entry for every epoch. It prints as a table.

    >>> History([2.0, 0.5], [2.5, 1.0])
    epoch  loss  val_loss
        1     2       2.5
        2   0.5         1
    """

    loss: list[float] = field(default_factory=list)  # the mean over the examples, batch by batch before each step
    val_loss: list[float] = field(default_factory=list)  # the loss on the validation data, if there are any

    def table(self) -> Table:
        """Return the losses of the first and the last epochs."""
        if not self.val_loss:
            return Table(("epoch", "loss"), list(enumerate(self.loss, 1)), most=MOST_EPOCHS)
        rows = [(i, a, b) for i, (a, b) in enumerate(zip(self.loss, self.val_loss, strict=False), 1)]
        return Table(("epoch", "loss", "val_loss"), rows, most=MOST_EPOCHS)

    def __repr__(self) -> str:
        return str(self.table())
