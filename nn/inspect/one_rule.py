"""The one rule, shown: the same lines for every layer, with the shapes that beginners trip over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd import Value
from autograd.base.checks import number, shown
from nn.inspect.layer_gradients import layer_gradients
from nn.inspect.layer_rule import LayerRule
from nn.inspect.one_rule_html import as_html
from nn.inspect.one_rule_text import as_text
from nn.networks.layers import MLP

__all__ = ["OneRule", "one_rule"]


@dataclass(frozen=True, repr=False)
class OneRule:
    """The rule at work in every layer, from the output layer back: print it, or name it in a notebook.

    Attributes:
        layers: the rule at each layer; ``OneRule(rule.layers[:1])`` shows the output layer alone.
    """

    layers: tuple[LayerRule, ...]

    def __str__(self) -> str:
        return "\n\n".join(as_text(layer) for layer in self.layers)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return "".join(as_html(layer) for layer in self.layers)


def one_rule(
    model: MLP, x: Any, loss: Callable[[Any], Value], rows: str = "inputs", *, learning_rate: float = 0.1
) -> OneRule:
    """Return the one rule at work in every layer of ``model``, with its shapes and numbers.

    Args:
        model: an MLP.
        x: one example.
        loss: a function from what ``model(x)`` returns to a Value.
        rows: "inputs" for a weight matrix with one row for each input (2x3 for 2 inputs and 3 units), "units" for one
            with one row for each unit (3x2). The lines are the same with rows and columns swapped.
        learning_rate: for the update that is shown. The model itself is not changed.

    Raises:
        TypeError: when model is not an MLP, or loss does not return a Value.
        ValueError: for other rows.

    Print it for text; a notebook shows tables. Beside the gradient of the weights stands W · delta, which is often
    mistaken for it. Its shape is not that of W, since it is the gradient that goes back to the layer before.

    >>> rule = one_rule(MLP(2, [3, 1], rng=0), [0.5, -1.0], lambda out: out * out)
    >>> [layer.title() for layer in rule.layers]
    ['output layer: 3 inputs, 1 unit, W is 3x1', 'hidden layer: 2 inputs, 3 units, W is 2x3']
    """
    if rows not in ("inputs", "units"):
        raise ValueError(f"rows must be 'inputs' or 'units', got {shown(rows)}")
    found, step = layer_gradients(model, x, loss), number("learning_rate", learning_rate)
    return OneRule(tuple(LayerRule(at, rows, step, first=at is found[-1]) for at in found))
