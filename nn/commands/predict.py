"""``python -m nn predict``: the predictions of a saved network for each line of a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np

from nn.data.csv_file import Sheet, read_sheet
from nn.data.prepare import Scaling
from nn.files.store import ModelFileError, load_model, load_notes
from nn.networks.module import Array
from nn.training.predict import predict

__all__ = ["predictions"]


def predictions(model: str, file: str, probabilities: bool = False) -> list[str]:
    """Return what a network predicts for each line of a CSV file: the name of a class, or a number.

    Args:
        model: what ``python -m nn train`` wrote: the file, or its folder.
        file: a CSV file with the columns that the network was trained on, in any order, and any others.
        probabilities: whether to give the probability of each class instead: CSV with the classes as its heading.

    Raises:
        OSError: when a file cannot be read.
        ValueError: when a column is missing, or a cell is not a number; when the model file is not one of these; when
            probabilities are asked of a network that predicts numbers.
    """
    path = Path(model) / "model.safetensors" if Path(model).is_dir() else Path(model)
    network, notes = load_model(path), load_notes(path)
    if not {"columns", "classes", "inputs", "targets"} <= notes.keys():
        raise ModelFileError(f"{path.name} does not say what its columns mean, as one by python -m nn train does")
    sheet = read_sheet(file)
    x = as_scaling(notes["inputs"]).apply(columns(sheet, notes["columns"]))
    names = notes["classes"]
    if probabilities:
        return as_csv(names, predict(network, x, probabilities=True).tolist())
    if names:
        found: list[str] = predict(network, x, classes=names).tolist()
        return found
    targets = as_scaling(notes["targets"])
    return [f"{y:.6g}" for y in (np.asarray(predict(network, x)) * targets.deviation + targets.mean).tolist()]


def as_csv(heading: list[str], rows: list[list[float]]) -> list[str]:
    """Return lines of CSV, with names in quotes where a comma is in them, and numbers with four decimals."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(heading)
    lines.writerows([f"{number:.4f}" for number in row] for row in rows)
    return text.getvalue().splitlines()


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
