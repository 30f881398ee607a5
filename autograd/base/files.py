"""Writing a file in one step: either all of the new content is there, or the old file is as it was."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograd.base.real import shown

__all__ = ["file_path", "replace"]


def file_path(file: Any, name: str = "file") -> Path:
    """Return ``file`` as a path in a folder that exists; an error names the argument.

    Raises:
        TypeError: when it is neither a str nor a path.
        FileNotFoundError: when its folder does not exist.
        IsADirectoryError: when it is a folder itself.
    """
    if not isinstance(file, str | os.PathLike):
        raise TypeError(f"{name} must be a str or a path, got {shown(file)}")
    path = Path(file)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"{name} must be in a folder that exists, got {shown(str(path))}; make its folder first"
        )
    if path.is_dir():
        raise IsADirectoryError(f"{name} must name a file, got the name of a folder, {shown(str(path))}")
    return path


def replace(path: str | os.PathLike[str], content: bytes) -> Path:
    """Make ``content`` that of the file ``path`` in one step, and return the path.

    A symbolic link stays a link: the file it points to is written. A file that exists keeps its mode. When the
    writing fails or is interrupted, the old file is untouched and nothing is left beside it.

    Raises:
        OSError: when the file cannot be written, or is not a plain file but a device, a pipe or a folder.
    """
    target = Path(os.path.realpath(path))
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(target.stat().st_mode):  # to rename would put a file in the place of a device
            raise OSError(f"file must be a plain file, got a folder, a device or a pipe: {shown(str(target))}")
    # in the same folder: a rename is a single step only within one file system
    part = target.with_name(f".{target.name[:50]}.{os.urandom(8).hex()}.part")
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else, after a loss of power, the new name may stand for no bytes
        with suppress(FileNotFoundError):
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(part, target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(target.parent)
    return Path(path)


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on the disk, where the system can; a file in it is whole either way."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
