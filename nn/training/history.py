"""History: what training saw."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["History"]


@dataclass
class History:
    """What training saw, one entry for every epoch."""

    loss: list[float] = field(default_factory=list)  # the mean over the examples, batch by batch before each step
    val_loss: list[float] = field(default_factory=list)  # the loss on the validation data, if there are any
