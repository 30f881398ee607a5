"""The contents that travel with the page of a film: facts in JSON, and arrays of numbers."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt

from autograd import Value
from autograd.base.ink import COLORS
from nn.film.columns import on_plane, sizes_of
from nn.film.graphs import Formulas, kinds, target_names
from nn.film.plane import Plane
from nn.film.record import Moment, Record
from nn.networks.activations import Activation
from nn.networks.layers import MLP
from nn.networks.module import Array
from nn.training.predict import predict, threshold_of

__all__ = ["facts", "fixed", "moving_numbers", "of_columns"]

SAMPLES = 801  # sums at which a user's own activation is taken
MOST_TILES = 12  # units of a layer that are drawn
COARSE = 20  # points along each side, of predictions that the page cannot compute


def facts(record: Record) -> dict[str, Any]:
    """Return the facts that the script always needs, as JSON."""
    task, frames = record.task, record.frames
    y = task.y.reshape(len(task.y), -1)[:, 0]
    one_score = frames[0].outputs.shape[1] == 1
    every = record.places == list(range(len(record.places)))
    return {
        "epochs": [frame.epoch for frame in frames],
        "losses": [short(frame.loss) for frame in frames],
        "valLosses": [short(frame.val_loss) for frame in frames],
        "y": [max(int(v), 0) if task.classes is not None else short(v) for v in y.tolist()],
        "ySize": float(np.abs(y - y.mean()).max()) or 1.0,
        "classes": names_of_classes(record),
        "threshold": threshold(record),
        "colors": (COLORS[1], COLORS[0]) if one_score else COLORS,  # blue stands for above
        "places": None if every else record.places,
        "putBack": next((k for k, frame in enumerate(frames) if frame.epoch == record.put_back), None),
        **(of_plane(record.plane, heights(record, y)) if record.plane is not None else {"low": []}),
    }


def heights(record: Record, y: Array) -> Array:
    """Return what a curve over one input has to be high enough for: the targets, or the scores of classes."""
    return y if record.task.classes is None else np.concatenate([frame.outputs.ravel() for frame in record.frames])


def of_plane(plane: Plane, y: Array) -> dict[str, Any]:
    """Return the frame of the plane, and that of numbers over a line."""
    low, high = plane.frame
    room = 0.08 * float(np.ptp(y)) or 1.0
    return {
        "low": low.tolist(),
        "high": high.tolist(),
        "yLow": float(y.min()) - room,
        "yHigh": float(y.max()) + room,
        "axes": plane.axes.tolist(),
        "origin": plane.origin.tolist(),
        "names": plane.names,
    }


def of_columns(record: Record, formulas: Formulas | None) -> dict[str, Any]:
    """Return the facts that the script needs to compute an MLP, as JSON."""
    model, task = cast("MLP", record.model), record.task
    order = {kind: i for i, kind in enumerate(kinds(model))}
    last = model.layers[-1].neurons
    return {
        "sizes": sizes_of(model),
        "kinds": [order[layer.neurons[0].activation] for layer in model.layers],
        "reach": record.reach,
        "parts": len(model.layers) > 1 and len(last) == 1 and last[0].activation(last[0].b) is last[0].b,
        "most": MOST_TILES,
        "image": record.image,
        "inputs": record.input_names,
        "formulas": None if formulas is None else {"activations": formulas.activations, "losses": formulas.losses},
        "graphClasses": None if task.classes is None else [max(int(c), 0) for c in task.classes],
        "targetNames": target_names(task),
    }


def fixed(record: Record, formulas: Formulas | None) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that stay as they are while the film plays."""
    task, plane = record.task, record.plane
    arrays: dict[str, npt.NDArray[Any]] = {}
    if plane is not None:
        arrays["spots"] = plane.places.astype("<f4")
    if record.columns and task.x is not None:
        arrays["x"] = task.x
        if task.classes is None:
            arrays["targets"] = task.y
        if formulas is None:
            model = cast("MLP", record.model)
            arrays["tables"] = np.concatenate([table(kind, record.reach) for kind in kinds(model)])
    return arrays


def moving_numbers(record: Record, formulas: Formulas | None) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays with a row for each moment: those from which the page computes, or else what it shows."""
    if record.columns:
        moving: dict[str, npt.NDArray[Any]] = {"weights": np.stack([frame.weights for frame in record.frames])}
        if formulas is None:
            moving["pulls"] = np.stack([frame.pulls.ravel() for frame in record.frames]).astype("<f4")
        return moving
    moving = {"outputs": np.stack([frame.outputs.T.ravel() for frame in record.frames]).astype("<f4")}
    if record.plane is not None:
        maps = [map_of(moment, record.plane) for moment in record.moments(len(record.frames))]
        moving["maps"] = rounded(np.stack(maps))
    return moving


def rounded(numbers: Array) -> npt.NDArray[np.float32]:
    """Return numbers in three digits, for a picture: the 12 last bits are 0, which packs well.

    >>> rounded(np.array([0.123456])).tolist()
    [0.123443603515625]
    """
    bits = numbers.astype("<f4").view("<u4") & 0xFFFFF000
    return bits.view("<f4")


def map_of(moment: Moment, plane: Plane) -> Array:
    """Return the predictions of a model over the plane: for each output, row after row from the top."""
    low, high = plane.frame
    across = [np.linspace(a, b, COARSE) for a, b in zip(low, high, strict=True)]
    if len(across) == 2:
        across[1] = across[1][::-1]
    places = np.stack(np.meshgrid(*across), axis=-1).reshape(-1, len(across))
    found = np.array(predict(on_plane(moment.model, plane), places), dtype=np.float64)
    return found.reshape(len(places), -1).T.ravel()


def table(activation: Activation, reach: float) -> npt.NDArray[Any]:
    """Return an activation at many sums, for a page that cannot know its formula.

    Between two of them the page interpolates along a line, which gives the derivative too. They lie close together
    around 0, where activations bend, and far apart where sums are large: if they were evenly spaced, only a few would
    fall on the bend of tanh after a training that ended at sums of 1000.
    """
    sums = np.sinh(np.linspace(-1.0, 1.0, SAMPLES) * np.arcsinh(reach))
    return np.array([activation(Value(s)).data for s in sums.tolist()]).astype("<f4")


def threshold(record: Record) -> float:
    """Return where the color of one output changes: between two classes, or at the mean of numbers."""
    if record.task.classes is None:
        return float(record.task.y.reshape(len(record.task.y), -1)[:, 0].mean())
    return threshold_of(record.model, record.model(record.task.rows[0])) or 0.0


def names_of_classes(record: Record) -> list[str] | None:
    """Return the names of the classes, None when the targets are numbers."""
    if (classes := record.task.classes) is None:
        return None
    if classes.min() < 0:  # -1 and 1
        return record.class_names or ["-1", "1"]
    return record.class_names or [str(c) for c in range(int(max(classes.max(), 1)) + 1)]


def short(x: float | None) -> float | None:
    """Return a number in six digits; None stays None."""
    return None if x is None else float(f"{x:.6g}")
