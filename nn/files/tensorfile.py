"""A file of named arrays in the safetensors format, with a checksum, finite numbers and errors that name the file.

One entry in the file's metadata is Chainrule's own, a record in JSON:

    {"format": 1, "sha256": of the whole content, "about": the writer's description of the arrays}
"""

from __future__ import annotations

import hashlib
import json
import os
import reprlib
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np

from autograd.base.checks import shown
from autograd.base.files import replace
from nn.networks.module import Array

__all__ = ["ModelFileError", "Shapes", "brief", "checksum", "read", "write"]

FORMAT = 1
RECORD = "chainrule"

Shapes: TypeAlias = dict[str, tuple[int, ...]]


class ModelFileError(ValueError):
    """A model could not be saved or loaded. The message names the file, what is wrong and what to do."""


def write(path: str | os.PathLike[str], arrays: Mapping[str, Array], about: Any) -> None:
    """Write named arrays to a file in one step: afterwards it holds all of them, or is unchanged.

    Args:
        path: the file.
        arrays: finite numbers; every type is written as float64.
        about: a description of them, anything that JSON can represent.

    Raises:
        ModelFileError: when there are no arrays, a number is not finite, or the file cannot be written.
    """
    from safetensors.numpy import save  # here, since not everyone who has a network has a file

    # A copy, since safetensors writes memory as it lies, whatever the strides say.
    plain = {name: np.array(array, dtype=np.float64, order="C") for name, array in arrays.items()}
    with naming(path, "written; the old file, if there was one, is unchanged"):
        if not plain:  # safetensors 0.4.0 writes what it cannot read
            raise ModelFileError("the model has no parameters, so there is nothing to save")
        check_finite(plain)
        if "__metadata__" in plain:
            raise ModelFileError("'__metadata__' cannot name an array in this format; rename that parameter")
        # One entry, for the library writes several in an order that changes from run to run.
        record = json.dumps({"format": FORMAT, "sha256": checksum(about, plain), "about": about})
        try:
            content = save(plain, metadata={RECORD: record})
        except UnicodeEncodeError as error:
            raise ModelFileError(f"the name {brief(error.object)} has a character that is not text") from None
        target = os.path.realpath(path)
        if not os.path.isdir(os.path.dirname(target)):
            raise ModelFileError("its folder does not exist; make it first")
        if os.path.exists(target) and not os.path.isfile(target):
            raise ModelFileError(f"must be a file, got {kind_of(target)}")
        replace(path, content)


def read(path: str | os.PathLike[str], wanted: Callable[[Any], Shapes]) -> tuple[Any, dict[str, Array]]:
    """Return the description that a file holds, and its arrays.

    Args:
        path: the file.
        wanted: returns, from that description, the shape that each array must have; it may raise a ModelFileError.

    Raises:
        ModelFileError: when the file cannot be read, is damaged, or holds other arrays.
    """
    from safetensors import SafetensorError, safe_open

    with naming(path, "read"):
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for whoever writes to it
            raise ModelFileError(f"must be a file, got {kind_of(path)}")
        try:
            with safe_open(path, framework="numpy") as file:
                record = record_in(file.metadata() or {})
                slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  (it is not a dict)
                check_shapes(slices, wanted(record["about"]))  # before anything is read that may be large
                arrays = {name: file.get_tensor(name) for name in slices}
        except SafetensorError as error:
            raise ModelFileError(f"is empty, cut off, damaged or not a model file ({error})") from None
        if checksum(record["about"], arrays) != record["sha256"]:
            raise ModelFileError("is damaged: the checksum of its content is not the one it was saved with")
        check_finite(arrays)
        return record["about"], arrays


def kind_of(path: str | os.PathLike[str]) -> str:
    """Return the kind of thing that a path stands for, if not a file."""
    return "a folder" if os.path.isdir(path) else "a device or a pipe"


def brief(x: object) -> str:
    """Return a repr cut to a line: a file may hold text of any length."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = 80
    return short.repr(x)


@contextmanager
def naming(path: str | os.PathLike[str], done: str) -> Iterator[None]:
    """Say in every error of this block which file it is about."""
    if not isinstance(path, str | os.PathLike):  # open(0) would read from the keyboard
        raise TypeError(f"path must be a str or a Path, got {shown(path)}")
    name = repr(os.fspath(path))
    try:
        yield
    except ModelFileError as error:
        raise ModelFileError(f"model file {name}: {error}") from error.__cause__
    except (OSError, MemoryError) as error:
        why = getattr(error, "strerror", None) or str(error) or "out of memory"
        raise ModelFileError(f"model file {name}: cannot be {done} ({why})") from error
    except ValueError as error:  # from the system's calls: a NUL or half a surrogate pair in the path
        raise ModelFileError(f"model file {name}: {error}") from error


def record_in(metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return Chainrule's record in the metadata of a file."""
    text = metadata.get(RECORD)
    if text is None:
        raise ModelFileError(
            "must have a record of Chainrule's, and has none. If another program wrote it, use "
            "model.load_state_dict(safetensors.numpy.load_file(path))"
        )
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:  # not JSON, or brackets without end
        raise ModelFileError(f"is damaged: its record is not JSON ({error})") from None
    if not isinstance(record, dict) or "format" not in record:
        raise ModelFileError("is damaged: its record names no format")
    if record["format"] != FORMAT:
        raise ModelFileError(f"is of format {brief(record['format'])}; this version of Chainrule reads format {FORMAT}")
    if record.keys() != {"format", "sha256", "about"}:
        raise ModelFileError(f"is damaged: its record must have about, format and sha256, got {brief(sorted(record))}")
    return record


def check_shapes(entries: Mapping[str, Any], wanted: Shapes) -> None:
    """Raise an error when arrays are missing, not wanted, or of other shapes or types."""
    missing, extra = sorted(wanted.keys() - entries.keys()), sorted(entries.keys() - wanted.keys())
    if missing or extra:
        said = [f"{what} {brief(names)}" for what, names in (("lacks", missing), ("has also", extra)) if names]
        raise ModelFileError(f"does not fit the model: it {' and '.join(said)}; wanted are {brief(sorted(wanted))}")
    for name, shape in wanted.items():
        dtype, got = entries[name].get_dtype(), tuple(entries[name].get_shape())
        if dtype != "F64":
            raise ModelFileError(f"{brief(name)} must be of type 'F64', got {brief(dtype)}")
        if got != shape:
            raise ModelFileError(
                f"does not fit the model: {brief(name)} must have shape {brief(shape)}, got {brief(got)}"
            )


def check_finite(arrays: Mapping[str, Array]) -> None:
    """Raise an error when an inf or nan is in one of the arrays."""
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ModelFileError(f"{brief(name)} must hold finite numbers, got inf or nan")


def checksum(about: Any, arrays: Mapping[str, Array]) -> str:
    """Return the SHA-256 of a file's whole content: the description of its arrays, their names, shapes and bytes."""
    names = sorted(arrays)
    listed = [about, [[name, arrays[name].shape] for name in names]]
    digest = hashlib.sha256(json.dumps(listed, sort_keys=True).encode())
    for name in names:
        digest.update(arrays[name].astype("<f8").tobytes())
    return digest.hexdigest()
