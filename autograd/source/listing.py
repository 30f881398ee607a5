"""The source of a program: its functions, each line with the shape of what it computes."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.lift.steps import Array, Map, Step, Sum, made_by, size
from autograd.reverse.build import Lifted
from autograd.reverse.code import OWN
from autograd.source.first import first_writes
from autograd.source.names import array_names
from autograd.source.reads import EXAMPLES, Reads
from autograd.source.run import NumPyRun
from autograd.source.writer import Writer

__all__ = ["Listing", "listing"]

COLUMN = 44  # the column of the shapes, if the lines leave room


class Listing(NamedTuple):
    """Source text, and the arrays that its functions take: parameters, inputs, constants, indexes."""

    source: str  # all that `exec` runs: the functions forward and program
    shown: str  # the function program alone
    parameters: dict[str, int]  # arrays by name, in the order of the arguments
    names: dict[int, str]  # of each array
    constants: dict[str, Any]  # by name: arrays of numbers, indexes, and functions of a user's own

    run: NumPyRun


def listing(lifted: Lifted, per_example: bool = False) -> Listing:
    """Return the source of a lifted program: a function ``forward`` of the root, and a function ``program`` of the root
    and the gradient of each parameter."""
    arrays, names = lifted.arrays, array_names(lifted)
    reads = Reads(arrays, names)
    added = {step.out.array for step in lifted.backward if isinstance(step, Map | Sum) and step.add}
    own = frozenset(added | {view.array for i, view in lifted.gradient.items() if arrays[i].role == "parameter"})
    writer = Writer(reads, lifted.rows, own, {}, {}, {})
    forward = [(writer.line(step), step) for step in lifted.forward]
    sets, full = first_writes(arrays, lifted.backward)
    backward = [(writer.line(step, i in sets, made_by(step) in full), step) for i, step in enumerate(lifted.backward)]
    root = reads.over(lifted.root, (), [EXAMPLES] if arrays[lifted.root.array].batched else []).text
    parameters, inputs = ([i for i, a in enumerate(arrays) if a.role == role] for role in ("parameter", "input"))
    constants: dict[str, Any] = {names[i]: a.data for i, a in enumerate(arrays) if a.role == "constant" and a.shape}
    constants |= {name: index for index, name in writer.indexes.values()} | writer.functions
    given = [*parameters, *inputs]
    signature = ", ".join([*(names[i] for i in given), *constants])
    shapes = [shape(arrays[i]) for i in given]
    shapes += [shown(c.shape) if isinstance(c, np.ndarray) else "function" for c in constants.values()]
    gradients = []
    for i in parameters:
        view = lifted.gradient.get(i)
        gradients.append(names[view.array] if view is not None else f"np.zeros({arrays[i].shape})")
    both = f"{root}, {', '.join(gradients)}".rstrip(" ")  # without parameters a tuple of the root alone
    texts = []
    for name, lines, results in (("forward", forward, root), ("program", forward + backward, both)):
        body = [(line, shape_made(arrays, step)) for line, step in wanted(lines, results, writer.conditions, names)]
        if inputs and any(", n)" in line or ", n," in line or "(n," in line for line, _ in body):
            body.insert(0, (f"n = {names[inputs[0]]}.shape[-1]", ""))
        texts.append(
            "\n".join(
                [
                    commented(f"def {name}({signature}):", " ".join(shapes)),
                    *(commented(f"    {line}", comment) for line, comment in body),
                    f"    return {results}\n",
                ]
            )
        )
    used = [name for name in (*OWN, "added") if any(f"{name}(" in text for text in texts)]
    head = "import numpy as np\n" + (f"from autograd.source.arrays import {', '.join(used)}\n" if used else "")
    source = "\n\n".join([head, *texts])
    ends = np.cumsum([size(arrays[i].shape) for i in parameters], dtype=int).tolist()
    pieces = tuple((end - size(arrays[i].shape), end, arrays[i].shape) for i, end in zip(parameters, ends, strict=True))
    run = NumPyRun(source, pieces, tuple(constants.values()), per_example)
    return Listing(source, texts[1], {names[i]: i for i in parameters}, names, constants, run)


def wanted(
    lines: list[tuple[str, Step]], results: str, conditions: Container[int], names: Mapping[int, str]
) -> list[tuple[str, Step]]:
    """Return lines with their steps, without those of conditions that neither the results nor another line reads, since
    they are written out where they are used."""
    kept, read = [], {*re.findall(r"\w+", results)}
    for line, step in reversed(lines):
        if line and (made_by(step) not in conditions or names[made_by(step)] in read):
            kept.append((line, step))
            read |= {*re.findall(r"\w+", line)}
    return kept[::-1]


def shape_made(arrays: Sequence[Array], step: Step) -> str:
    """Return the shape of what a step makes, an array or a part of one, for a comment."""
    array = arrays[made_by(step)]
    part = isinstance(step, Map | Sum) and size(step.axes) < size(array.shape)
    return shape(array._replace(shape=step.axes) if part else array)  # type: ignore[union-attr]


def shape(array: Array) -> str:
    """Return the shape of an array for a comment, with n for the number of examples."""
    return shown((*array.shape, "n") if array.batched else array.shape)


def shown(shape: tuple[Any, ...]) -> str:
    """Return ``(3, n)``."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def commented(line: str, comment: str) -> str:
    """Return a line with a comment behind it."""
    return f"{line:<{COLUMN - 2}}  # {comment}" if comment else line
