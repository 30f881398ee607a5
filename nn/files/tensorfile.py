"""A file of named arrays: read only after all that it declares was checked, and written whole or not at all.

The format is safetensors: eight bytes say how long the header is; the header, JSON, says of every array its name, type,
shape and place; the arrays' bytes follow. One entry in the header's metadata is Chainrule's own, a record in JSON:

    {"format": 1, "sha256": of all that the file says, "about": whatever the writer says of the arrays}
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import reprlib
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from autograd.base.checks import shown
from nn.networks.module import Array

__all__ = ["ModelFileError", "Shapes", "brief", "read", "write"]

FORMAT = 1
RECORD = "chainrule"
LONGEST_HEADER = 100_000_000  # bytes; the format's own limit

Shapes: TypeAlias = dict[str, tuple[int, ...]]


class ModelFileError(ValueError):
    """A model could not be saved or loaded. The message names the file, what is wrong and what is wanted."""


def write(path: str | os.PathLike[str], arrays: Mapping[str, Array], about: Any) -> None:
    """Write named arrays to a file, in one step: it holds all of the new, or is as it was.

    Args:
        path: the file.
        arrays: finite numbers; every type is written as float64.
        about: what is to be said of them, anything that JSON can say.

    Raises:
        ModelFileError: when there are no arrays, a number is not finite, or the file cannot be written.
    """
    from safetensors.numpy import save  # here, since not everyone who has a network has a file

    # A copy, since safetensors writes memory as it lies, whatever the strides say.
    plain = {name: np.array(array, dtype=np.float64, order="C") for name, array in arrays.items()}
    with _naming(path, "written; what was there before is there still"):
        if not plain:  # safetensors 0.4.0 writes what it cannot read
            raise ModelFileError("nothing is to be saved: the model has no parameters")
        _all_finite(plain)
        if "__metadata__" in plain:
            raise ModelFileError("'__metadata__' names no array in this format; give that parameter another name")
        # One entry, for the library writes several in an order that changes from run to run.
        record = json.dumps({"format": FORMAT, "sha256": _checksum(about, plain), "about": about})
        try:
            content = save(plain, metadata={RECORD: record})
        except UnicodeEncodeError as error:
            raise ModelFileError(f"the name {brief(error.object)} has a character that is no text") from None
        _replace(Path(os.path.realpath(path)), content)


def read(path: str | os.PathLike[str], wanted: Callable[[Any], Shapes]) -> tuple[Any, dict[str, Array]]:
    """Return what a file says of its arrays, and the arrays.

    Args:
        path: the file.
        wanted: from what the file says of its arrays, the shape that each must have; it may raise a ModelFileError.

    Raises:
        ModelFileError: when the file cannot be read, is damaged, or holds other arrays. Nothing is allocated for an
            array before its size is known to be that wanted and that of the file.
    """
    from safetensors.numpy import load

    with _naming(path, "read"):
        if not stat.S_ISREG(os.stat(path).st_mode):  # to open a pipe is to wait for it
            raise ModelFileError(f"is {'a folder' if os.path.isdir(path) else 'no plain file'}, wanted is a model file")
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            start, header = _header(file, size)
            record = _record(header)
            shapes = _shapes(header)
            _fit(shapes, wanted(record["about"]))
            declared = 8 * sum(map(math.prod, shapes.values()))
            if declared != size - len(start):
                raise ModelFileError(
                    f"is cut off or damaged: its arrays need {declared} bytes, and {size - len(start)} are there"
                )
            content = start + file.read(declared)
        try:
            arrays = load(content)
            checksum = _checksum(record["about"], arrays)
        except MemoryError:
            raise
        except Exception as error:  # bytes of anybody's: whatever they make the library raise, the file is no good
            raise ModelFileError(f"is damaged: {error}") from error
        if checksum != record["sha256"]:
            raise ModelFileError("is damaged: the checksum of its content is not the one it was saved with")
        _all_finite(arrays)
        return record["about"], arrays


def brief(x: object) -> str:
    """Return a repr cut to a line: what a file says may be of any length."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = 80
    return short.repr(x)


@contextmanager
def _naming(path: str | os.PathLike[str], done: str) -> Iterator[None]:
    """Say in every error of this block which file it is about."""
    if not isinstance(path, str | os.PathLike):  # open(0) would read from the keyboard
        raise TypeError(f"path must be a str or a Path, got {shown(path)}")
    name = repr(os.fspath(path))
    try:
        yield
    except ModelFileError as error:
        raise ModelFileError(f"model file {name}: {error}") from error.__cause__
    except (OSError, MemoryError) as error:
        why = getattr(error, "strerror", None) or error or "out of memory"
        raise ModelFileError(f"model file {name}: cannot be {done} ({why})") from error
    except ValueError as error:  # from the system's calls: a NUL or half a surrogate pair in the path
        raise ModelFileError(f"model file {name}: {error}") from error


def _header(file: BinaryIO, size: int) -> tuple[bytes, dict[str, Any]]:
    """Return all bytes up to the end of the header, and the header."""
    if size < 8:
        raise ModelFileError("is empty" if size == 0 else f"is cut off or no model file: it has only {size} bytes")
    first = file.read(8)
    length = int.from_bytes(first, "little")
    if length > min(size - 8, LONGEST_HEADER):
        raise ModelFileError(f"is cut off or no model file: of {size} bytes, {length} would be its header")
    text = file.read(length)
    header = _json(text, "header")
    if not isinstance(header, dict):
        raise ModelFileError("is damaged or no model file: its header names no arrays")
    return first + text, header


def _record(header: dict[str, Any]) -> dict[str, Any]:
    """Take the metadata out of a header and return Chainrule's record."""
    metadata = header.pop("__metadata__", None)
    if not isinstance(metadata, dict) or not isinstance(metadata.get(RECORD), str):
        raise ModelFileError(
            "has no record of Chainrule's. If another program wrote it: "
            "model.load_state_dict(safetensors.numpy.load_file(path))"
        )
    record = _json(metadata[RECORD], "record")
    if not isinstance(record, dict) or "format" not in record:
        raise ModelFileError("is damaged: its record names no format")
    if record["format"] != FORMAT:
        raise ModelFileError(f"is of format {brief(record['format'])}; this version of Chainrule reads format {FORMAT}")
    if record.keys() != {"format", "sha256", "about"}:
        raise ModelFileError(f"is damaged: its record has {brief(sorted(record))}, wanted are about, format, sha256")
    return record


def _json(text: bytes | str, what: str) -> Any:
    """Return what a JSON text says."""
    try:
        return json.loads(text if isinstance(text, str) else text.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or brackets without end
        raise ModelFileError(f"is damaged or no model file: its {what} is no JSON ({error})") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON. A name given twice is refused: safetensors might believe the other one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _shapes(header: dict[str, Any]) -> Shapes:
    """Return the shapes that a header declares; nothing says yet that they are true."""
    shapes = {}
    for name, entry in header.items():
        shape = entry.get("shape") if isinstance(entry, dict) else None
        if not isinstance(shape, list) or not all(type(n) is int for n in shape):
            raise ModelFileError(f"is damaged: {brief(name)} has no shape")
        if entry.get("dtype") != "F64":
            raise ModelFileError(f"{brief(name)} is of type {brief(entry.get('dtype'))}, wanted is 'F64'")
        shapes[name] = tuple(shape)
    return shapes


def _fit(shapes: Shapes, wanted: Shapes) -> None:
    """Raise an error when arrays are missing, not wanted, or of other shapes."""
    missing, extra = sorted(wanted.keys() - shapes.keys()), sorted(shapes.keys() - wanted.keys())
    if missing or extra:
        said = [f"{what} {brief(names)}" for what, names in (("lacks", missing), ("has also", extra)) if names]
        raise ModelFileError(f"does not fit the model: it {' and '.join(said)}; wanted are {brief(sorted(wanted))}")
    for name, shape in wanted.items():
        if shapes[name] != shape:
            raise ModelFileError(
                f"does not fit the model: {brief(name)} is {brief(shapes[name])}, wanted is {brief(shape)}"
            )


def _all_finite(arrays: Mapping[str, Array]) -> None:
    """Raise an error when an inf or nan is in one of the arrays."""
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ModelFileError(f"{brief(name)} holds inf or nan, wanted are finite numbers")


def _checksum(about: Any, arrays: Mapping[str, Array]) -> str:
    """Return the SHA-256 of all that a file says: about its arrays, their names, shapes and bytes."""
    names = sorted(arrays)
    told = [about, [[name, arrays[name].shape] for name in names]]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for name in names:
        digest.update(arrays[name].astype("<f8").tobytes())
    return digest.hexdigest()


def _replace(target: Path, content: bytes) -> None:
    """Make ``content`` that of a file, in one step."""
    if not target.parent.is_dir():
        raise ModelFileError("its folder does not exist; make it first")
    with suppress(FileNotFoundError):
        mode = target.stat().st_mode
        if not stat.S_ISREG(mode):  # a rename would put a file in the place of a device
            raise ModelFileError(f"is {'a folder' if stat.S_ISDIR(mode) else 'no plain file'}, wanted is a file")
    # In the same folder, for only within one file system is a rename a single step.
    temporary = target.with_name(f".chainrule-{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else, after a loss of power, the new name may stand for no bytes
        with suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    with suppress(OSError):  # the folder's own entry; some systems cannot, and the file is whole either way
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
