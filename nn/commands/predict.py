"""``python -m nn predict``: what a saved network predicts for each line of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nn.data.csv_file import Sheet, read_sheet
from nn.data.prepare import Scaling
from nn.files.store import ModelFileError, load_model, load_notes
from nn.networks.module import Array
from nn.training.predict import predict

__all__ = ["predictions"]


def predictions(model: str, file: str) -> list[str]:
    """Return what a network predicts for each line of a CSV file: the name of a class, or a number.

    Args:
        model: what ``python -m nn train`` wrote: the file, or its folder.
        file: a CSV file with the columns that the network was trained on, in any order, and any others.

    Raises:
        OSError: when a file cannot be read.
        ValueError: when a column is missing, or a cell is not a number; when the model file is not one of these.
    """
    path = Path(model) / "model.safetensors" if Path(model).is_dir() else Path(model)
    network, notes = load_model(path), load_notes(path)
    if not {"columns", "classes", "inputs", "targets"} <= notes.keys():
        raise ModelFileError(f"{path.name} does not say what its columns mean, as one by python -m nn train does")
    sheet = read_sheet(file)
    outputs = np.asarray(predict(network, as_scaling(notes["inputs"]).apply(columns(sheet, notes["columns"]))))
    if names := notes["classes"]:
        return [names[c] for c in outputs.argmax(axis=1).tolist()]
    targets = as_scaling(notes["targets"])
    return [f"{y:.6g}" for y in (outputs * targets.deviation + targets.mean).tolist()]


def columns(sheet: Sheet, names: list[str]) -> Array:
    """Return the columns of these names, shape (lines, names).

    Raises:
        ValueError: when one is missing.
    """
    missing = [name for name in names if name not in sheet.names]
    if missing:
        raise ValueError(f"{sheet.file} must have the columns {', '.join(names)}; it lacks {', '.join(missing)}")
    return np.column_stack([sheet.numbers(name) for name in names])


def as_scaling(lists: Any) -> Scaling:
    """Return a scaling from its lists of numbers."""
    return Scaling(np.array(lists["mean"]), np.array(lists["deviation"]))
