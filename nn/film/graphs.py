"""The graphs that a film opens: one for each class, recorded once, to which the page gives the numbers of a moment."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64encode
from typing import Any, NamedTuple

import numpy as np

from autograd import Value, explore
from nn.advice.task import Task
from nn.networks.activations import ACTIVATIONS
from nn.networks.layers import MLP
from nn.training.losses import LOSSES, checked

__all__ = ["Graphs", "graphs_of", "recordable"]

MOST = 10  # classes


class Graphs(NamedTuple):
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
    return named and task.loss in LOSSES.values() and (task.classes is None or len(task.classes) <= MOST)


def graphs_of(model: MLP, task: Task) -> Graphs:
    """Return the graph of the loss of one example, with the pages of `autograd.explore` packed together.

    Args:
        model: the network.
        task: the examples, targets and loss, of which `recordable` is true.

    The inputs are leaves of these graphs, and so are targets that are numbers; a class decides which operations are
    recorded, so every class has a graph of its own.
    """
    assert task.x is not None
    inputs = [f"x{i + 1}" for i in range(task.x.shape[1])] if task.x.shape[1] > 1 else ["x"]
    width = 1 if task.y.ndim == 1 else task.y.shape[1]
    named = [] if task.classes is not None else ["y"] if width == 1 else [f"y{i + 1}" for i in range(width)]
    classes = [] if task.classes is None else [int(c) for c in task.classes]
    lines: dict[str, int] = {}  # the pages share most of theirs
    pages, scripts, styles = [], [], []
    for e in [0] if task.classes is None else [int(np.argmax(task.y == c)) for c in task.classes]:
        x = [Value(v, label=name) for v, name in zip(task.x[e].tolist(), inputs, strict=True)]
        targets = task.targets(np.array([e]))
        if named:
            y = [Value(v, label=name) for v, name in zip(np.atleast_1d(task.y[e]).tolist(), named, strict=True)]
            targets = [y if task.y.ndim > 1 else y[0]]
        loss = checked(task.loss([model(x)], targets))
        loss.label = "loss"
        shown = explore(loss, title="{{title}}")
        html = shown.html.replace(f'aria-label="{shown.about}"', 'aria-label="the graph of {{title}}"')
        trace = re.search(r'id="trace">(.*?)</script>', html, re.DOTALL)
        assert trace is not None
        text = html.replace(trace[1], "{{trace}}").split("\n")
        pages.append({"text": [lines.setdefault(line, len(lines)) for line in text], "trace": json.loads(trace[1])})
        scripts += re.findall(r"script-src ('sha256-[^']+')", html)
        styles += re.findall(r"style-src ('sha256-[^']+')", html)
    packed = zlib.compress(json.dumps({"lines": list(lines), "pages": pages}, separators=(",", ":")).encode(), 9)
    record: dict[str, Any] = {
        "pages": b64encode(packed).decode("ascii"),
        "named": named,
        "classes": [max(c, 0) for c in classes],
    }
    if named:
        record["targets"] = b64encode(task.y.astype("<f8").tobytes()).decode("ascii")
    return Graphs(record, list(dict.fromkeys(scripts)), list(dict.fromkeys(styles)))
