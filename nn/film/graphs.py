"""The graphs that a film carries: those of its activations and its loss, with which the page computes as Python does,
and one for an example of each class, which the page opens."""

from __future__ import annotations

import copy
import json
import re
from typing import Any, NamedTuple

import numpy as np

from autograd import Page, Value, explore
from nn.advice.task import Task
from nn.film.columns import sizes_of
from nn.networks.activations import ACTIVATIONS
from nn.networks.layers import MLP
from nn.training.losses import LOSSES, as_loss

__all__ = ["Formulas", "Pages", "formulas_of", "pages_of", "recordable"]

MOST_CLASSES = 10
MOST_PARAMETERS = 600  # of which a graph of every weight can be read, or travel with a film


class Formulas(NamedTuple):
    """Small recorded graphs, to be run by the page on other numbers."""

    rows: str  # the script of the operations they use
    activations: list[list[dict[str, Any]]]  # the nodes of each; its leaf is called s
    losses: list[list[dict[str, Any]]]  # of one example, for each class; its leaves are the outputs, o1, o2, …


class Pages(NamedTuple):
    """The pages of the graphs of one example."""

    record: dict[str, Any]  # for the script of the film
    scripts: list[str]  # the hashes of their scripts
    styles: list[str]  # and of their styles


def recordable(model: MLP, task: Task) -> bool:
    """Return whether one recorded graph serves all examples of a class.

    It does with the losses and activations of this package. A function of your own may choose its operations by the
    numbers it sees, and then a graph is true only of the moment at which it was recorded.
    """
    named = all(unit.activation in ACTIVATIONS.values() for layer in model.layers for unit in layer.neurons)
    return named and task.loss in LOSSES.values() and (task.classes is None or len(task.classes) <= MOST_CLASSES)


def formulas_of(model: MLP, task: Task) -> Formulas:
    """Return the graphs of the activations, one for each kind, and of the loss of one example, one for each class."""
    roots = [kind(Value(0.5, label="s")) for kind in kinds(model)]
    outputs = [Value(0.25, label=f"o{j + 1}") for j in range(sizes_of(model)[-1])]
    losses = [
        as_loss(task.loss([outputs[0] if len(outputs) == 1 else outputs], targets)) for _, targets in examples(task)
    ]
    total = sum([*roots, *losses], Value(0.0))
    nodes_of_roots, nodes_of_losses = ([nodes_of(explore(root)) for root in these] for these in (roots, losses))
    return Formulas(explore(total).rows, nodes_of_roots, nodes_of_losses)


def kinds(model: MLP) -> list[Any]:
    """Return each activation of a network once, in order."""
    return list(dict.fromkeys(layer.neurons[0].activation for layer in model.layers))


def nodes_of(page: Page) -> list[dict[str, Any]]:
    """Return the nodes of a graph with what it takes to compute them again: labels, operations, and constants."""
    assert page.trace is not None
    found = []
    for node in page.trace["nodes"]:
        named = {"label": node["label"]} if "label" in node else {}
        if "op" not in node:
            found.append(named or {"data": node["data"]})
            continue
        constants = {}
        if None in node["operands"]:
            pairs = zip(node["operands"], node["numbers"], strict=True)
            constants = {"numbers": [number if operand is None else None for operand, number in pairs]}
        found.append({**named, "op": node["op"], "operands": node["operands"], **constants})
    return found


def target_names(task: Task) -> list[str]:
    """Return the names that numeric targets have in a graph; none for classes."""
    if task.classes is not None:
        return []
    return ["target"] if task.y.ndim == 1 else [f"target{i + 1}" for i in range(task.y.shape[1])]


def examples(task: Task) -> list[tuple[int, list[Any]]]:
    """Return the place of one example of each class, with its target. Numeric targets are leaves of a graph, so one
    example serves for all."""
    if task.classes is not None:
        places = [int(np.argmax(task.y == c)) for c in task.classes]
        return [(place, [int(c)]) for place, c in zip(places, task.classes.tolist(), strict=True)]
    y = [Value(v, label=name) for v, name in zip(np.atleast_1d(task.y[0]).tolist(), target_names(task), strict=True)]
    return [(0, [y if task.y.ndim > 1 else y[0]])]


def pages_of(model: MLP, task: Task, input_names: list[str]) -> Pages | None:
    """Return the pages that `autograd.explore` makes of the graph of one example's loss, one for each class.

    Args:
        model: the network.
        task: the examples, targets and loss, of which `recordable` is true.
        input_names: the names of the inputs. These are leaves of the graphs, and so are targets that are numbers.

    None for a network of so many parameters that its graph could not be read.
    """
    assert task.x is not None
    if len(model.parameters()) > MOST_PARAMETERS:
        return None
    model = copy.deepcopy(model)
    model.label_parameters()  # by these labels the script knows them, wherever the network stands in a larger one
    lines: dict[str, int] = {}  # the pages share most of theirs
    pages, scripts, styles = [], [], []
    for place, targets in examples(task):
        x = [Value(v, label=name) for v, name in zip(task.x[place].tolist(), input_names, strict=True)]
        loss = as_loss(task.loss([model(x)], targets))
        loss.label = "loss"
        shown = explore(loss, title="{{title}}")
        html, trace = without_trace(shown)
        pages.append({"text": [lines.setdefault(line, len(lines)) for line in html.split("\n")], "trace": trace})
        scripts += re.findall(r"script-src ('sha256-[^']+')", html)
        styles += re.findall(r"style-src ('sha256-[^']+')", html)
    return Pages({"lines": list(lines), "pages": pages}, list(dict.fromkeys(scripts)), list(dict.fromkeys(styles)))


def without_trace(page: Page) -> tuple[str, Any]:
    """Return the HTML of a page with a place for its trace, and the trace without what follows from its leaves."""
    html = page.html.replace(f'aria-label="{page.about}"', 'aria-label="the graph of {{title}}"')
    trace = re.search(r'id="trace">(.*?)</script>', html, re.DOTALL)
    assert trace is not None
    return html.replace(trace[1], "{{trace}}"), {**json.loads(trace[1]), "nodes": nodes_of(page)}
