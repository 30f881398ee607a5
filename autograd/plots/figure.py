"""Figures that show themselves in a notebook. This file imports matplotlib, so it is imported where a plot is made.

pyplot is not used: it keeps every figure until it is closed, and warns at the twentieth. A figure made here is
freed when it is dropped, needs no display, and has the matplotlib backend of whoever draws it.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.legend import Legend
from matplotlib.ticker import MaxNLocator

from autograd.base.checks import shown

__all__ = [
    "COLOURS",
    "MARKERS",
    "STYLES",
    "Panel",
    "Sheet",
    "axes_for",
    "axes_for_each",
    "count_along_x",
    "legend_off",
    "literal",
]

# Okabe and Ito's colours, which people of any colour vision tell apart; each comes with a marker and a style of line,
# so that colour is never the only cue.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
LONGEST = 30  # characters of a name in a legend


class Sheet(Figure):
    """A figure that a notebook shows when it is the last line of a cell."""

    def _repr_html_(self) -> str:
        return _image(self)


class Panel(Axes):
    """Axes that a notebook shows when they are the last line of a cell, with all that is in their figure."""

    def _repr_html_(self) -> str:
        assert isinstance(self.figure, Sheet)  # the only place where these axes are made
        return _image(self.figure)


def axes_for(ax: Any, width: float = 6.4, height: float = 4.4) -> Axes:
    """Return ``ax``, or new axes in a figure of their own when it is None.

    Raises:
        TypeError: when ax is anything else, as the pair that ``plt.subplots()`` returns.
    """
    if ax is None:
        return Sheet(figsize=(width, height), layout="constrained").add_subplot(axes_class=Panel)
    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be one matplotlib Axes, got {shown(ax)}")
    return ax


def axes_for_each(axes: Any, count: int) -> list[Axes]:
    """Return ``axes`` as a list of ``count`` Axes, or new ones under one another when it is None.

    Raises:
        TypeError: when axes is anything else.
        ValueError: when there are more or fewer.
    """
    if axes is None:
        sheet = Sheet(figsize=(7.6, 0.6 + 1.9 * count), layout="constrained")
        return [sheet.add_subplot(count, 1, i + 1, axes_class=Panel) for i in range(count)]
    given = list(getattr(axes, "flat", axes)) if isinstance(axes, Iterable) else [axes]
    if not all(isinstance(ax, Axes) for ax in given):
        raise TypeError(f"axes must be a list of matplotlib Axes, got {shown(axes)}")
    if len(given) != count:
        raise ValueError(f"axes must be {count}, one for each layer, got {len(given)}")
    return given


def count_along_x(ax: Axes, n: int) -> None:
    """Give the x axis whole numbers from 1 to n."""
    room = max(0.5, 0.03 * n)
    ax.set_xlim(1 - room, n + room)
    ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))


def legend_off(ax: Axes, side: str) -> None:
    """Put the legend "below" the axes or "beside" them, off the data, in a figure of our own, which makes room.

    In a figure of the caller's it is inside of the axes: what is around them belongs to others.
    """
    if not isinstance(ax, Panel):
        ax.legend(framealpha=0.9)
        return
    handles, labels = ax.get_legend_handles_labels()
    if side == "beside":
        ax.figure.legend(handles, labels, loc="outside right upper")
    else:
        columns = max(1, min(4, 80 // (max(map(len, map(str, labels))) + 6)))
        ax.figure.legend(handles, labels, loc="outside lower center", ncols=columns)


def literal(text: object, longest: int = LONGEST) -> str:
    """Return ``text`` so that matplotlib writes it out on one line as it is, cut if it is long.

    A $ would begin a formula, a leading _ (or no name at all) hides a line from the legend, and a character that
    the font lacks would bring a warning.
    """
    font = get_font(findfont(FontProperties()))
    safe = ""
    for c in str(text):
        if len(safe) >= longest:
            safe += "…"
            break
        written = c if c.isprintable() and font.get_char_index(ord(c)) else ascii(c)[1:-1]
        safe += r"\$" if c == "$" else written
    return f" {safe}" if safe.startswith("_") or not safe else safe


def _image(figure: Figure) -> str:
    """Return a figure as an HTML image that holds its own data, with all that is written on it as its alt text."""
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=100, metadata={"Software": None})
    data = base64.b64encode(png.getvalue()).decode("ascii")
    return f'<img alt="{html.escape(_written(figure))}" src="data:image/png;base64,{data}">'


def _written(figure: Figure) -> str:
    """Return in a line what stands on a figure: titles, what is along the axes, and the legends."""
    parts = []
    for ax in figure.axes:
        said = [ax.get_title(), ax.get_title("left")]
        said += [f"{name}: {label}" for name, label in (("x", ax.get_xlabel()), ("y", ax.get_ylabel())) if label]
        if not ax.get_ylabel():  # then what is along the y axis are names
            said += [text.get_text() for text in ax.get_yticklabels()]
        said += [text.get_text() for text in ax.texts]
        parts.append("; ".join([text for text in said if text] + _entries([ax.get_legend()])))
    parts.append("; ".join(_entries(figure.legends)))
    return ". ".join(" ".join(part.split()) for part in parts if part).replace(r"\$", "$")


def _entries(legends: Sequence[Legend | None]) -> list[str]:
    """Return what stands in legends."""
    return [text.get_text() for legend in legends if legend for text in legend.get_texts()]
