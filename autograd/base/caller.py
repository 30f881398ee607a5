"""The line of the user's code that called into the two packages: warnings name that line."""

from __future__ import annotations

import os
import sys
import warnings
from types import FrameType

__all__ = ["OURS", "warn"]

PACKAGES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The folders of the two packages: lines in them are not the user's.
OURS = tuple(os.path.join(PACKAGES, name) + os.sep for name in ("autograd", "nn"))


def warn(text: str) -> None:
    """Warn, naming the line of the user's code that called into the two packages."""
    frame: FrameType | None = sys._getframe(1)
    level = 2
    while frame is not None and frame.f_code.co_filename.startswith(OURS):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, stacklevel=level)
