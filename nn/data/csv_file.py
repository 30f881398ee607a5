"""Data from a CSV file: a heading with the names of the columns, then a line for each example."""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograd.base.checks import shown
from nn.data.dataset import Dataset, counted
from nn.networks.module import Array

__all__ = ["Sheet", "read_csv", "read_sheet"]

SEPARATORS = ",;\t"
MISSING = {"na", "n/a", "#n/a", "<na>", "nan", "null", "?", "-"}  # what programs write for a cell that is missing
MOST_CLASSES = 20  # more different whole numbers are taken for measurements


class Sheet(NamedTuple):
    """The cells of a file, as text."""

    file: str  # its name, for messages
    names: list[str]  # of the columns
    rows: list[list[str]]
    lines: list[int]  # where in the file each row ends, counted from 1

    def numbers(self, name: str) -> Array:
        """Return a column of finite numbers.

        Raises:
            ValueError: when a cell is anything else; it names line and column.
        """
        k = self.names.index(name)
        return np.array([self.number(i, k) for i in range(len(self.rows))], dtype=np.float64)

    def number(self, i: int, k: int) -> float:
        """Return the number in a cell."""
        cell = self.rows[i][k]
        found = float(cell) if is_number(cell) else math.nan
        if math.isfinite(found):
            return found
        place = self.place(i, k)
        if not cell:
            raise ValueError(f"{place} must hold a number, got an empty cell; fill it in, or leave the line out")
        raise ValueError(f"{place} must hold a finite number, got {cell[:40]!r}{about_commas(cell)}")

    def place(self, i: int, k: int) -> str:
        """Return the name of a cell, for messages."""
        return f"{self.file}, line {self.lines[i]}, column {self.names[k]!r}"


def read_csv(path: str | os.PathLike[str], target: str | None = None, *, classes: bool | None = None) -> Dataset:
    """Return the data in a CSV file.

    Args:
        path: a file in UTF-8: names of columns in its first line, then one line for each example. Cells are separated
            by commas, semicolons or tabs.
        target: the name of the column to be predicted; the last one if None.
        classes: whether the target holds classes. None decides by its cells: text is a class; so are whole numbers
            from 0 without a gap, up to 20 of them; any other numbers are measurements. A text among numbers, and a word
            for a missing cell such as NA, are errors then.

    Raises:
        TypeError: when path is neither a str nor a path, or classes neither a bool nor None.
        OSError: when the file cannot be read.
        ValueError: when a cell of a feature is missing or is not a number, a line has too many or too few cells, the
            heading is missing or names a column twice, or there is no such target. It names line and column.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "flowers.csv"
    ...     _ = file.write_text("length,width,species\\n1.4,0.2,setosa\\n4.7,1.4,versicolor\\n")
    ...     read_csv(file, target="species")
    <Dataset: 2 examples, 2 features, 2 classes (setosa, versicolor)>
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be a str or a path, got {shown(path)}")
    if not isinstance(classes, bool | None):
        raise TypeError(f"classes must be True, False or None, got {shown(classes)}")
    sheet = read_sheet(path)
    if target is None:
        target = sheet.names[-1]
    if target not in sheet.names:
        raise ValueError(
            f"target must be a column of {sheet.file}, one of {', '.join(sheet.names)}; got {shown(target)}"
        )
    features = [name for name in sheet.names if name != target]
    if not features:
        raise ValueError(
            f"{sheet.file} must have at least one column beside the target {target!r}; cells are separated by commas, "
            f"semicolons or tabs"
        )
    x = np.column_stack([sheet.numbers(name) for name in features])
    k = sheet.names.index(target)
    cells = [row[k] for row in sheet.rows]
    check_target(sheet, k, classes)
    if classes is None:
        classes = are_classes(cells)
    if not classes:
        return Dataset(x, sheet.numbers(target), tuple(features), (), sheet.file, target)
    names = sorted(set(cells), key=lambda cell: (as_whole(cell) is None, as_whole(cell) or 0, cell))
    place = {name: c for c, name in enumerate(names)}
    return Dataset(x, np.array([place[cell] for cell in cells]), tuple(features), tuple(names), sheet.file, target)


def read_sheet(path: str | os.PathLike[str]) -> Sheet:
    """Return the cells of a CSV file.

    Raises:
        OSError: when the file cannot be read.
        ValueError: when it is not text in UTF-8, its heading is missing or names a column twice, it has no examples, or
            a line has too many or too few cells.
    """
    file = Path(path).name
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")  # with or without the mark that spreadsheets put in front
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{file} must be text in UTF-8, got byte {error.object[error.start]:#x}; save it as UTF-8"
        ) from None
    first = re.sub('"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])  # separators in quotes separate nothing
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                found.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        open_quote = '; a quotation mark " is not closed' if "unexpected end" in str(error) else ""
        raise ValueError(f"{file}, line {reader.line_num} cannot be read: {error}{open_quote}") from None
    if not found:
        raise ValueError(f"{file} must begin with the names of its columns, got an empty file")
    (_, names), *rest = found
    check_heading(file, names)
    for line, row in rest:
        if len(row) != len(names):
            raise ValueError(
                f"{file}, line {line} must have {counted(len(names), 'cell')}, as the heading has, got {len(row)}"
            )
    if not rest:
        raise ValueError(f"{file} must hold at least one example below its heading, got none")
    return Sheet(file, names, [row for _, row in rest], [line for line, _ in rest])


def check_heading(file: str, names: Sequence[str]) -> None:
    """Raise a ValueError unless the first line names every column, each with a name of its own."""
    numbers = [name for name in names if is_number(name)]
    if numbers and (len(numbers) == len(names) or any(as_whole(name) is None for name in numbers)):
        raise ValueError(f"{file} must begin with the names of its columns, got numbers: {', '.join(numbers[:4])}")
    for k, name in enumerate(names):
        if not name:
            raise ValueError(f"{file}, line 1 must name every column, got no name for column {k + 1}")
        if name in names[:k]:
            raise ValueError(f"{file}, line 1 must name every column once, got {name!r} twice")


def check_target(sheet: Sheet, k: int, classes: bool | None) -> None:
    """Raise a ValueError for a cell of the target that is missing, or a text among numbers, unless it is a class.

    Raises:
        ValueError: when the heading holds numbers and a class: then it is an example.
    """
    cells = [row[k] for row in sheet.rows]
    if sheet.names[k] in cells and any(map(is_number, sheet.names)):  # a column y of y and n is fine
        raise ValueError(
            f"{sheet.file} must begin with the names of its columns, got {sheet.names[k]!r}, which is a cell of its "
            f"column too"
        )
    numbers = sum(map(is_number, cells))
    with_commas = all(is_number(cell) or about_commas(cell) for cell in cells)  # 1,5 in every line is not a class
    for i, cell in enumerate(cells):
        if not cell:
            wanted = "a number" if numbers else "a class"
            raise ValueError(
                f"{sheet.place(i, k)} must hold {wanted}, got an empty cell; fill it in, or leave the line out"
            )
        if classes is None and cell.lower() in MISSING:
            raise ValueError(
                f"{sheet.place(i, k)} must not be missing, got {cell!r}; fill it in, leave the line out, or give "
                f"classes=True if it is the name of a class"
            )
        if classes is None and not is_number(cell) and (with_commas or 2 * numbers > len(cells)):
            lines = "" if with_commas else " as most lines do"
            raise ValueError(
                f"{sheet.place(i, k)} must hold a number{lines}, got {cell[:40]!r}{about_commas(cell)}; give "
                f"classes=True if all are classes"
            )


def are_classes(cells: Sequence[str]) -> bool:
    """Return whether the cells of a target stand for classes: see ``read_csv``."""
    if not all(is_number(cell) for cell in cells if cell):
        return True
    wholes = {as_whole(cell) for cell in cells}
    return wholes == set(range(len(wholes))) and 2 <= len(wholes) <= MOST_CLASSES


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number; 1_000, which Python reads as one, is more likely a name."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def about_commas(cell: str) -> str:
    """Return what to do about the comma in a number such as 1,5, "" for any other cell."""
    whole, comma, rest = cell.lstrip("+-").partition(",")
    if not (comma and whole.isdigit() and rest.replace(",", "").isdigit()):
        return ""
    if len(rest) % 4 == 3:  # 1,500 or 1,500,000
        return "; leave out a comma between thousands, and write a decimal comma as a point"
    return "; write it with a point"


def as_whole(cell: str) -> int | None:
    """Return the whole number in a cell, None when it holds anything else."""
    return int(cell) if cell.isdecimal() and cell.isascii() else None
