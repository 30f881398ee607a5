"""A network as people draw it on paper: columns of units and a line for every weight, with all the numbers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Page, Value
from autograd.base.checks import shown, whole
from autograd.base.escape import html, source_hash
from autograd.base.files import file_path, replace
from autograd.base.ink import digits
from autograd.base.notebook import in_cell
from nn.inspect.layer_gradients import LayerGradient, layer_gradients
from nn.networks.activations import activation_name
from nn.networks.layers import MLP
from nn.plots.network_svg import Card, Row, network_svg

__all__ = ["NetworkDrawing", "draw_network"]

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
</head>
<body>
<main>
{svg}</main>
</body>
</html>
"""
LONGEST = 14  # letters of an activation's name
INPUT, LOSS = "#FFF6DC", "#E9EFF8"  # the colors of their cards


class NetworkDrawing:
    """A picture of a network: a notebook shows it at the end of a cell; ``save`` writes it to a file.

    ``alt`` is one line that says what it shows. ``columns`` holds the cards, from the inputs to the loss.
    """

    def __init__(self, columns: Sequence[Sequence[Card]], notes: Sequence[str], alt: str) -> None:
        self.columns, self.notes, self.alt = columns, notes, alt

    def __repr__(self) -> str:
        return f"<NetworkDrawing: {self.alt}>"

    def svg(self) -> str:
        """Return the picture as the text of an SVG file."""
        return network_svg(self.columns, self.notes, self.alt)

    def page(self) -> Page:
        """Return a page with the picture, for a cell of a notebook. Pointing at a weight marks its line there too, its
        input and its delta, whose product its gradient is. It runs no script.

        A notebook shows the drawing itself as an image, which goes wherever the notebook goes but stands still.
        """
        drawn = self.svg()
        rules = drawn.partition("<style>")[2].partition("</style>")[0]
        policy = f"default-src 'none'; style-src {source_hash(rules)}; base-uri 'none'; form-action 'none'"
        title = html(self.alt.partition(":")[0])
        return Page(PAGE.format(policy=policy, title=title, svg=drawn), self.alt, self.svg)

    def save(self, file: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, in the format of its suffix, and return its path.

        Args:
            file: ends in .svg or .html. A browser that opens it marks the line, the input and the delta of the weight
                under the pointer.

        Raises:
            ValueError: for another suffix.
            FileNotFoundError: when its folder does not exist.
        """
        path = file_path(file)
        if path.suffix.lower() == ".html":
            return self.page().save(path)
        if path.suffix.lower() != ".svg":
            raise ValueError(f"file must end in .svg or .html, got {shown(file)}")
        return replace(path, self.svg().encode())

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        return in_cell(self.svg, self.alt, lambda: repr(self), include, exclude)


def draw_network(model: MLP, x: Any, loss: Callable[[Any], Value], *, most: int = 8) -> NetworkDrawing:
    """Return a picture of ``model`` at work on one example: every weight with its gradient.

    Args:
        model: an MLP.
        x: one example.
        loss: a function from what ``model(x)`` returns to a Value.
        most: how many units of a layer are shown; of a larger layer the first ones are, and the rest are counted.

    Raises:
        TypeError: when model is not an MLP, or loss does not return a Value.
        ValueError: when model computes in another way than its layers, as one with a connection that skips a layer.

    There is a column for the inputs, one for each layer, and one for the loss. The card of a unit has a row for each
    of its weights, where the line of that weight ends; below stand its output and how its delta arises. The gradient
    of a weight is the number at the start of its line times the delta at its end. No gradient of the model is changed.

    >>> draw_network(MLP(2, [3, 2], rng=0), [0.5, -1.0], lambda outputs: outputs[0] * outputs[1])
    <NetworkDrawing: Network 2-3-2: 12 weights and 5 biases with their gradients; loss -0.05549.>
    """
    most = whole("most", most)
    layers = layer_gradients(model, x, loss)[::-1]
    value = loss(model(x)).data
    names = [activation_name(layer.neurons[0].activation)[:LONGEST] for layer in model.layers]
    columns = [
        input_cards(layers[0], most),
        *(unit_cards(at, k, names[k], most) for k, at in enumerate(layers)),
        [loss_card(layers[-1], len(layers), value, most)],
    ]
    return NetworkDrawing(columns, notes(layers, most), alternative_text(layers, value))


def input_cards(first: LayerGradient, most: int) -> list[Card]:
    """Return a card for each input, with the gradient that goes back to it."""
    pairs = zip(first.inputs.tolist(), first.goes_back.tolist(), strict=True)
    return [
        Card(f"x[{i}]", "", (Row("", (digits(x),)), Row("dL/dx", (digits(back),))), fill=INPUT)
        for i, (x, back) in enumerate(list(pairs)[:most])
    ]


def unit_cards(at: LayerGradient, k: int, activation: str, most: int) -> list[Card]:
    """Return a card for each unit of layer k."""
    n, m = at.weights.shape
    cards = []
    for j in range(min(m, most)):
        rows = [Row("", ("weight", "gradient"), faint=True)]
        for i in range(min(n, most)):
            gradient = float(at.from_graph[i, j])
            rows.append(Row(f"w[{i}]", (digits(float(at.weights[i, j])), digits(gradient)), gradient, (k, i)))
        if n > most:
            rows.append(Row(f"… {n - most:,} more weights", faint=True))
        rows.append(Row("b", (digits(float(at.biases[j])), digits(float(at.biases_from_graph[j])))))
        upstream, local, delta = float(at.upstream[j]), float(at.local_derivative[j]), float(at.delta[j])
        rows.append(Row("output", (digits(float(at.outputs[j])),)))
        rows.append(Row("delta", (f"{digits(upstream)} × {digits(local)} = {digits(delta)}",)))
        cards.append(Card(f"layers[{k}].neurons[{j}]", activation, tuple(rows), leaves=len(rows) - 2))
    return cards


def loss_card(last: LayerGradient, column: int, loss: float, most: int) -> Card:
    """Return the card of the loss, with the gradient in each output: where all that goes back begins."""
    rows = [Row("", (digits(loss),)), Row("", ("gradient",), faint=True)]
    for j, upstream in enumerate(last.upstream.tolist()[:most]):
        rows.append(Row(f"output[{j}]", (digits(upstream),), upstream, (column, j)))
    if len(last.upstream) > most:
        rows.append(Row(f"… {len(last.upstream) - most:,} more", faint=True))
    return Card("loss", "", tuple(rows), fill=LOSS)


def notes(layers: Sequence[LayerGradient], most: int) -> list[str]:
    """Return the lines below the picture: how to read it, and what is left out."""
    lines = [
        "gradient of a weight = the number at the start of its line × the delta at its end",
        "delta = upstream × local derivative; upstream of a hidden unit = the sum of w × delta over the lines that "
        "leave it",
        "lines: blue for a gradient above 0; orange and dashed below 0; dotted for 0; wide for large",
    ]
    if any(at.difference > 1e-9 * max(1.0, float(np.abs(at.from_graph).max())) for at in layers):
        lines[0] += ", and more where weights are used twice or the loss holds them"
    for at in layers:
        if (m := at.weights.shape[1]) > most:
            lines.append(f"{at.name} layer: {most} of {m:,} units are shown")
    if (n := layers[0].weights.shape[0]) > most:
        lines.append(f"inputs: {most} of {n:,} are shown")
    return lines


def alternative_text(layers: Sequence[LayerGradient], loss: float) -> str:
    """Return one line that says what the picture shows."""
    sizes = [layers[0].weights.shape[0], *(at.weights.shape[1] for at in layers)]
    weights, biases = sum(at.weights.size for at in layers), sum(at.biases.size for at in layers)
    return (
        f"Network {'-'.join(map(str, sizes))}: {weights:,} weight{'s' * (weights != 1)} and {biases:,} "
        f"bias{'es' * (biases != 1)} with their gradients; loss {digits(loss)}."
    )
