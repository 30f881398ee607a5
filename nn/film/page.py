"""The page of a film: what was recorded, packed, with the script that plays it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import Page, Value
from autograd.base.escape import html, json_in_script
from autograd.base.lean import lean_script, lean_style
from autograd.base.real import one_line
from nn.advice.task import Task
from nn.film.frame import Frame
from nn.film.graphs import Graphs
from nn.networks.layers import MLP, Neuron
from nn.networks.module import Array
from nn.training.predict import threshold_of

__all__ = ["page"]

SAMPLES = 801  # sums at which an activation is taken
MOST_TILES = 12  # units of a layer that are drawn
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def page(
    model: MLP,
    task: Task,
    frames: list[Frame],
    reach: float,
    class_names: list[str] | None,
    title: str,
    graphs: Graphs | None = None,
    broken: bool = False,
) -> Page:
    """Return the page of a film.

    Args:
        model: the network, whose sizes and activations are read.
        task: the examples.
        frames: what was recorded.
        reach: how large the weighted sums became: activations are taken from -reach to reach.
        class_names: what to call the classes; None for their numbers.
        title: the title of the page.
        graphs: the graphs of one example, which the page opens; None to open none.
        broken: whether the training went on to numbers too large to be drawn.
    """
    record = packed(model, task, frames, reach, class_names) | ({"graph": graphs.record} if graphs else {})
    note = f"After epoch {frames[-1].epoch} its numbers are too large to be drawn." if broken else ""
    about = sentence(record, frames) + (f" {note}" if note else "")
    style = lean_style(part("film.css"))
    script = lean_script(
        "\n".join(part(f"{name}.js") for name in ("network", "draw", *(["graph"] if graphs else []), "film"))
    )
    scripts = [hash_of(script), *(graphs.scripts if graphs else [])]  # a frame obeys the policy of its page too
    styles = [hash_of(style), *(graphs.styles if graphs else [])]
    policy = f"default-src 'none'; script-src {' '.join(scripts)}; style-src {' '.join(styles)}; img-src data:"
    fields = {
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "title": html(one_line(title)),
        "about": html(about),
        "note": html(note),
        "style": style,
        "script": script,
        "film": json_in_script(record),
        "last": str(len(frames) - 1),
        "caption": "Decision boundary" if task.classes is not None else "What the network predicts",
        "val": " (dashed: validation data)" if any(frame.val_loss is not None for frame in frames) else "",
        "range": f"{min(frame.loss for frame in frames):.4g} to {max(frame.loss for frame in frames):.4g}",
    }
    text = re.sub(r"\{\{(\w+)\}\}", lambda field: fields[field[1]], part("film.html"))
    return Page(text, about)


def packed(model: MLP, task: Task, frames: list[Frame], reach: float, class_names: list[str] | None) -> dict[str, Any]:
    """Return everything that the script needs, in the types of JSON."""
    assert task.x is not None
    kinds = list({layer.neurons[0].activation: layer.neurons[0] for layer in model.layers}.values())
    order = {unit.activation: i for i, unit in enumerate(kinds)}
    y, of_classes = task.y.reshape(len(task.y), -1)[:, 0], task.classes is not None
    low, high = framed(task.x)
    y_low, y_high = framed(y.reshape(-1, 1))
    units = [float(np.abs(frame.pulls).max()) / 32767 or 1.0 for frame in frames]
    pulls = [(frame.pulls / unit).round().ravel() for frame, unit in zip(frames, units, strict=True)]
    last = model.layers[-1].neurons
    classes_of_rows = len(last) > 1
    return {
        "sizes": [task.x.shape[1], *(len(layer.neurons) for layer in model.layers)],
        "activations": [order[layer.neurons[0].activation] for layer in model.layers],
        "tables": [table(unit, reach) for unit in kinds],
        "reach": reach,
        "weights": base64(np.concatenate([frame.weights for frame in frames]), "<f4"),
        "pulls": base64(np.concatenate(pulls), "<i2"),
        "pullUnits": [short(unit) for unit in units],
        "epochs": [frame.epoch for frame in frames],
        "losses": [short(frame.loss) for frame in frames],
        "valLosses": [short(frame.val_loss) for frame in frames],
        "x": base64(task.x, "<f8"),
        "y": [max(int(v), 0) if of_classes else short(v) for v in y.tolist()],
        "classes": named(task, class_names),
        "threshold": threshold(model, task),
        "inputs": [f"x{i + 1}" for i in range(task.x.shape[1])] if task.x.shape[1] > 1 else ["x"],
        "low": low,
        "high": high,
        "yLow": y_low[0],
        "yHigh": y_high[0],
        "ySize": float(np.abs(y - y.mean()).max()) or 1.0,
        "parts": len(model.layers) > 1 and len(last) == 1 and last[0].activation(last[0].b) is last[0].b,
        "most": MOST_TILES,
        "positive": COLORS[0],
        "negative": COLORS[1],
        "colors": COLORS if classes_of_rows else (COLORS[1], COLORS[0]),  # of classes: the score of 1 is above
    }


def table(unit: Neuron, reach: float) -> str:
    """Return an activation at many sums, so that the page needs to know no formula.

    Between two of them the page goes straight, which gives the derivative too. They lie close around 0, where
    activations bend, and far apart where sums are large: evenly spaced, a training that ended at sums of 1000 would
    leave tanh a few points.
    """
    sums = np.sinh(np.linspace(-1.0, 1.0, SAMPLES) * np.arcsinh(reach))
    values = np.array([unit.activation(Value(s)).data for s in sums.tolist()])
    straight = values[0] + (values[-1] - values[0]) * (sums - sums[0]) / (sums[-1] - sums[0])
    return base64(values[[0, -1]] if np.allclose(values, straight, rtol=1e-12) else values, "<f4")


def framed(x: Array) -> tuple[list[float], list[float]]:
    """Return the corners of a frame around points."""
    low, high = x.min(axis=0), x.max(axis=0)
    room = np.where(high > low, 0.08 * (high - low), 1.0)
    return (low - room).tolist(), (high + room).tolist()


def threshold(model: MLP, task: Task) -> float:
    """Return where the color of one output changes: between two classes, or at the mean of numbers."""
    if task.classes is None:
        return float(task.y.mean())
    return threshold_of(model, model(task.rows[0])) or 0.0


def named(task: Task, class_names: list[str] | None) -> list[str] | None:
    """Return the names of the classes, None when the targets are numbers."""
    if task.classes is None:
        return None
    if task.classes.min() < 0:  # -1 and 1
        return class_names or ["-1", "1"]
    return class_names or [str(c) for c in range(int(max(task.classes.max(), 1)) + 1)]


def sentence(record: dict[str, Any], frames: list[Frame]) -> str:
    """Return a description of the page, for those who cannot see it."""
    sizes = "-".join(map(str, record["sizes"]))
    first, last = frames[0], frames[-1]
    return (
        f"Training of a {sizes} network on {len(record['y'])} examples, from epoch {first.epoch} to {last.epoch}: "
        f"the loss goes from {first.loss:.4g} to {last.loss:.4g}."
    )


def base64(numbers: npt.NDArray[Any], kind: str) -> str:
    """Return numbers as text, in the order of bytes that browsers read."""
    return b64encode(numbers.astype(kind).tobytes()).decode("ascii")


def short(x: float | None) -> float | None:
    """Return a number in six digits; None stays None."""
    return None if x is None else float(f"{x:.6g}")


def part(name: str) -> str:
    """Return the text of one of the files beside this one."""
    return (files("nn.film") / name).read_text("utf-8")


def hash_of(text: str) -> str:
    """Return the hash of ``text`` for the page's policy: only this script and this style may run."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
