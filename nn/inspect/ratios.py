"""The sizes of gradients and updates, relative to those of the weights they belong to."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value
from autograd.base.checks import shown
from nn.networks.module import Module

__all__ = ["UpdateRatios", "gradient_ratios"]


def gradient_ratios(model: Module) -> dict[str, float]:
    """Return for every group of parameters the norm of its gradient divided by the norm of its data.

    Args:
        model: a `Module`, after backward().

    Raises:
        TypeError: when model is not a Module.
        ValueError: when it has no parameters.

    A ratio is inf where all data are 0, as biases are at the start, and 0 where all gradients are.

    >>> from nn import MLP
    >>> line = MLP(1, [1], rng=0)
    >>> line([2.0]).backward()
    >>> list(gradient_ratios(line))
    ['layers.0.weight', 'layers.0.bias']
    """
    return {
        name: ratio(math.hypot(*(p.grad for p in held)), math.hypot(*(p.data for p in held)))
        for name, held in values_by_group(model).items()
    }


class UpdateRatios:
    """A record of the updates of each training step, relative to the size of the parameters, for each group of them.

    Args:
        model: the `Module` that is trained; its groups are those of `Module.state_dict`.

    ``ratios.ratios`` maps the name of each group to a list with one entry for every step: the norm of the update
    divided by the norm of the data before it. About 1/1000 is usual; with much more, training is rough, and with much
    less it is slow. An entry is inf where all data were 0, and 0 where nothing moved. (They are norms and not standard
    deviations, as in the notes, because a group of a single bias has no deviation.)

    Source of the guide: Stanford's CS231n notes, "Ratio of weights:updates".

    >>> from nn import MLP
    >>> model = MLP(1, [1], init=lambda rng, fan_in, fan_out: 2.0)
    >>> ratios = UpdateRatios(model)
    >>> model.layers[0].neurons[0].w[0].data = 2.5  # a step; fit(…, after_step=ratios.record) does both lines
    >>> ratios.record()
    >>> ratios.ratios
    {'layers.0.weight': [0.25], 'layers.0.bias': [0.0]}
    """

    def __init__(self, model: Module) -> None:
        self._groups = values_by_group(model)
        self._last = self._data()
        self.ratios: dict[str, list[float]] = {name: [] for name in self._groups}

    def record(self) -> None:
        """Record what has changed since the last call, or since this was made, as one step."""
        now = self._data()
        for name, numbers in now.items():
            before = self._last[name]
            update = math.hypot(*(b - a for a, b in zip(before, numbers, strict=True)))
            self.ratios[name].append(ratio(update, math.hypot(*before)))
        self._last = now

    def __len__(self) -> int:
        """Return the number of steps that are recorded."""
        return len(next(iter(self.ratios.values())))

    def __repr__(self) -> str:
        return f"<UpdateRatios: steps {len(self)}; {', '.join(self.ratios)}>"

    def _data(self) -> dict[str, list[float]]:
        return {name: [p.data for p in held] for name, held in self._groups.items()}


def ratio(size: float, of: float) -> float:
    """Return size / of; where both are 0 it is 0, and where only ``of`` is 0 it is inf."""
    return size / of if of else math.inf if size else 0.0


def values_by_group(model: Module) -> dict[str, list[Value]]:
    """Return the parameters of each group, in one flat list for each."""
    if not isinstance(model, Module):
        raise TypeError(f"model must be an nn.Module, got {shown(model)}")
    found = {name: values_in(held) for name, held in model.groups().items()}
    if not found:
        raise ValueError(f"model has no parameters: {shown(model)}")
    return found


def values_in(held: Any) -> list[Value]:
    """Return the Values in a list, or in lists of lists."""
    return [held] if isinstance(held, Value) else [value for inner in held for value in values_in(inner)]
