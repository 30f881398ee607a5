"""One moment of a training."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nn.networks.module import Array

__all__ = ["Frame"]


class Frame(NamedTuple):
    """The network after an epoch."""

    epoch: int  # 0 before training
    weights: npt.NDArray[np.float32]  # layer after layer: the weights, a row for each unit, then the biases
    loss: float  # on the examples of the film
    val_loss: float | None  # what fit says of the validation data
    pulls: Array  # (examples, outputs) the gradient of the loss in every output
