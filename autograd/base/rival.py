"""HIPS autograd is a package of the same name: both install into one folder, where the files of the last one win."""

from __future__ import annotations

import os

__all__ = ["rival"]

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the root of this package
THEIRS = "tracer.py"  # a file of theirs, and none of ours


def rival(folder: str = HERE) -> str | None:
    """Return a sentence if the files of HIPS autograd lie among those of this package; None if they do not."""
    if not os.path.exists(os.path.join(folder, THEIRS)):
        return None
    return (
        f"two packages called autograd, Chainrule and HIPS autograd, are installed into one folder, {folder}, and each "
        f"replaced files of the other: put them into environments of their own (pip uninstall autograd, then "
        f"pip install --force-reinstall chainrule)"
    )
