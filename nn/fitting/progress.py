"""The progress bar of `fit`: a bar on a terminal, a few lines of text anywhere else."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Mapping
from typing import Any

from tqdm import tqdm

__all__ = ["progress_bar", "say", "update"]


class Lines:
    """A stream that turns each redrawing of a bar into a line: a log file cannot be drawn over."""

    done = ""  # how far the last line is, as "30%"

    def write(self, text: str) -> None:
        """Write what a bar draws as one line, unless it is drawn again where it was, as it is on closing."""
        line = text.replace("\r", "").strip()
        done = line.partition("|")[0]
        if line and done != self.done:
            sys.stdout.write(line + "\n")
            self.done = done

    def flush(self) -> None:
        """Pass on what was written."""
        sys.stdout.flush()


def progress_bar(epochs: int, shown: bool) -> Any:
    """Return a bar that is updated once for each epoch, on standard output."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    size = shutil.get_terminal_size()  # a terminal that says it has no size counts as 80 by 24
    return tqdm(
        total=epochs,
        unit="epoch",
        disable=not shown or sys.stdout is None,
        file=sys.stdout if terminal else Lines(),
        ascii=None if terminal else " .#",
        ncols=size.columns if terminal else 100,
        nrows=size.lines if terminal else None,
        mininterval=0.1 if terminal else 0,
        maxinterval=10.0 if terminal else math.inf,  # else a slow epoch would bring a line for each of the others
        miniters=None if terminal else -(-epochs // 10),  # about ten lines
    )


def update(bar: Any, latest: Mapping[str, float]) -> None:
    """Move the bar on by an epoch, and show its losses and metrics."""
    bar.set_postfix({name: f"{number:.4g}" for name, number in latest.items()}, refresh=False)
    bar.update()


def say(text: str) -> None:
    """Print a line on standard output, if there is one and the text is not empty."""
    if text and sys.stdout is not None:
        print(text)
