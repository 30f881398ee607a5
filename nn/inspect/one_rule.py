"""The one rule shown: the same lines for every layer, with the shapes that beginners trip over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from autograd import Value
from autograd.base.checks import number, shown
from nn.inspect.layer_gradients import LayerGradient, layer_gradients
from nn.networks.layers import MLP
from nn.networks.module import Array

__all__ = ["OneRule", "one_rule"]


@dataclass(frozen=True)
class Line:
    """One line: a quantity, its shape, how it comes about, and its numbers."""

    name: str
    size: str
    how: str
    numbers: Array


@dataclass(frozen=True)
class OneRule:
    """The lines of every layer, from the output down: print it, or name it in a notebook."""

    layers: tuple[LayerGradient, ...]
    rows: str  # what a row of a weight matrix belongs to, "inputs" or "units"
    learning_rate: float

    def lines(self, at: LayerGradient) -> list[Line]:
        """Return the lines of one layer, the same for each."""
        by_inputs = self.rows == "inputs"
        weights, gradient = (at.weights, at.gradient) if by_inputs else (at.weights.T, at.gradient.T)
        size, (n, m) = "x".join(map(str, weights.shape)), at.weights.shape
        outer, product = ("outer(inputs, delta)", "W · delta") if by_inputs else ("outer(delta, inputs)", "delta · W")
        column = f"{n}x1" if by_inputs else f"1x{n}"
        unlike = "not of the shape of W" if m > 1 else "of W's shape by chance"
        return [
            Line("inputs", f"{n}", "", at.inputs),
            Line("upstream", f"{m}", "", at.upstream),
            Line("slope", f"{m}", "", at.slope),
            Line("delta", f"{m}", "= upstream * slope, entry by entry", at.delta),
            Line("dL/dW", size, f"= {outer}", gradient),
            Line("not", column, f"  {product}, {unlike}", at.handed_down),
            Line("down", f"{n}", f"= {product}, the upstream below", at.handed_down),
            Line("new W", size, f"= W - {self.learning_rate:g} * dL/dW", weights - self.learning_rate * gradient),
        ]

    def title(self, at: LayerGradient) -> str:
        """Return the headline of a layer."""
        n, m = at.weights.shape
        size = f"{n}x{m}" if self.rows == "inputs" else f"{m}x{n}"
        return f"{at.name} weights, W is {size}: {_many(n, 'input')}, {_many(m, 'unit')}"

    def verdict(self, at: LayerGradient) -> str:
        """Return how the matrices compare with the scalar graph."""
        if at.difference <= 1e-9 * max(1.0, float(np.abs(at.from_graph).max())):
            return f"dL/dW is what the scalar graph gave: they differ by at most {at.difference:.1e}"
        return (
            f"the scalar graph gave other gradients, by up to {at.difference:.1e}: there, weights are used more "
            f"than once, or the loss depends on them in another way too"
        )

    def __str__(self) -> str:
        text = []
        for at in self.layers:
            text.append(self.title(at))
            for line in self.lines(at):
                text.append(f"  {line.name:<9} {line.size:<5}{line.how:<36}{_numbers(line.numbers)}")
            text.append(f"  {self.verdict(at)}")
        return "\n".join(text)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        style = 'style="text-align:left;white-space:nowrap;padding:2px 14px 2px 0;vertical-align:middle"'
        parts = []
        for at in self.layers:
            rows = ""
            for line in self.lines(at):
                cells = [line.name, line.size, line.how]
                row = "".join(f"<td {style}>{escape(cell)}</td>" for cell in cells)
                faint = ' style="opacity:0.6"' if line.name == "not" else ""
                rows += f"<tr{faint}>{row}<td {style}>{_matrix(line.numbers)}</td></tr>"
            parts.append(
                f"<p><b>{escape(self.title(at))}</b></p><table>{rows}</table><p>{escape(self.verdict(at))}</p>"
            )
        return "".join(parts)


def one_rule(
    model: MLP, x: Any, loss: Callable[[Any], Value], rows: str = "inputs", *, learning_rate: float = 0.1
) -> OneRule:
    """Return the one rule at work in every layer of ``model``, with shapes, numbers and the comparison.

    Args:
        model: an MLP.
        x: one example.
        loss: a function from what ``model(x)`` returns to a Value.
        rows: what a row of a weight matrix belongs to, "inputs" (2x3 for 2 inputs and 3 units) or "units"
            (3x2); the lines are the same with rows and columns swapped.
        learning_rate: the learning rate of the update that is shown; the model itself is not changed.

    It is text when it is printed and a table in a notebook. Beside the right gradient stands the product that is
    often taken for it, W · delta, whose shape is not that of W: it is what is handed further down.
    """
    if rows not in ("inputs", "units"):
        raise ValueError(f"rows must be 'inputs' or 'units', got {shown(rows)}")
    return OneRule(tuple(layer_gradients(model, x, loss)), rows, number("learning_rate", learning_rate))


def _many(n: int, what: str) -> str:
    """Return how many, in words."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _numbers(array: Array) -> str:
    """Return an array on one line, [a b; c d] for a matrix, cut after six columns and about 60 characters."""
    rows = [
        " ".join(f"{x + 0.0:.4g}" for x in row[:6]) + (" …" if len(row) > 6 else "") for row in np.atleast_2d(array)
    ]
    kept = next((k for k in range(len(rows), 1, -1) if len("; ".join(rows[:k])) <= 60), 1)
    return f"[{'; '.join(rows[:kept])}{'; …' if len(rows) > kept else ''}]"


def _matrix(array: Array) -> str:
    """Return an array as a small table in HTML, cut after six rows and columns."""
    style = 'style="text-align:right;padding:0 6px;border:1px solid #999"'
    rows = []
    for row in np.atleast_2d(array)[:6]:
        cells = [f"{x + 0.0:.4g}" for x in row[:6]] + (["…"] if len(row) > 6 else [])
        rows.append("<tr>" + "".join(f"<td {style}>{cell}</td>" for cell in cells) + "</tr>")
    if len(np.atleast_2d(array)) > 6:
        rows.append(f"<tr><td {style}>…</td></tr>")
    return f'<table style="border-collapse:collapse">{"".join(rows)}</table>'
