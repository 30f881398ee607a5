"""Writing a file in one step: it is there whole, or the old one is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from autograd.base.real import shown

__all__ = ["file_path", "replace"]


def file_path(file: Any) -> Path:
    """Return ``file`` as a path in a folder that exists.

    Raises:
        TypeError: when it is neither a str nor a path.
        FileNotFoundError: when its folder does not exist.
        IsADirectoryError: when it is a folder itself.
    """
    if not isinstance(file, str | os.PathLike):
        raise TypeError(f"file must be a str or a path, got {shown(file)}")
    path = Path(file)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"file is to be in the folder {shown(str(path.parent))}, which does not exist")
    if path.is_dir():
        raise IsADirectoryError(f"file must name a file, and {shown(str(path))} is a folder")
    return path


def replace(path: Path, content: bytes) -> Path:
    """Write ``content`` to a file beside it, put that in the place of ``path``, and return the path."""
    part = path.with_name(f".{path.name[:50]}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path
