"""Figures that show themselves in a notebook. This module imports matplotlib, so it is imported when a plot is made.

It does without pyplot, which keeps every figure until it is closed and warns at the twentieth. A figure made here is
freed when it is dropped, needs no display, and is drawn by whatever matplotlib backend the caller has.
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
from autograd.base.ink import COLORS

__all__ = [
    "COLORS",
    "MARKERS",
    "STYLES",
    "Panel",
    "Sheet",
    "axes_for",
    "axes_for_each",
    "count_along_x",
    "image",
    "legend_off",
    "literal",
]

# One for each of COLORS.
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
LONGEST = 30  # characters of a name in a legend


class Sheet(Figure):
    """A figure that a notebook shows when it is the last line of a cell."""

    def _repr_html_(self) -> str:
        return image(self)


class Panel(Axes):
    """Axes that a notebook shows, with their whole figure, when they are the last line of a cell."""

    def _repr_html_(self) -> str:
        assert isinstance(self.figure, Sheet)  # the only place where these axes are made
        return image(self.figure)


def axes_for(ax: Any, width: float = 6.4, height: float = 4.4) -> Axes:
    """Return ``ax``, or new axes in a figure of their own when it is None.

    Raises:
        TypeError: when ax is anything else, such as the pair that ``plt.subplots()`` returns.
    """
    if ax is None:
        return Sheet(figsize=(width, height), layout="constrained").add_subplot(axes_class=Panel)
    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be one matplotlib Axes, got {shown(ax)}")
    return ax


def axes_for_each(axes: Any, count: int) -> list[Axes]:
    """Return ``axes`` as a list of ``count`` Axes, or ``count`` new ones in a column when it is None.

    Raises:
        TypeError: when axes is anything else.
        ValueError: when the list holds more or fewer.
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
    """Put the legend "below" the axes or "beside" them, off the data, if the figure is our own.

    In a figure of the caller's the legend stays inside the axes: the space around them may be in use.
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
    """Return ``text`` in a form that matplotlib prints as it stands, on one line, cut if it is long.

    A $ would begin a formula, a leading _ (or an empty name) would hide a line from the legend, and a character that
    the font lacks would cause a warning.
    """
    font = get_font(findfont(FontProperties()))
    safe = ""
    for c in str(text):
        if len(safe) >= longest:
            safe += "…"
            break
        printed = c if c.isprintable() and font.get_char_index(ord(c)) else ascii(c)[1:-1]
        safe += r"\$" if c == "$" else printed
    return f" {safe}" if safe.startswith("_") or not safe else safe


def image(figure: Figure) -> str:
    """Return a figure as an HTML image that holds its own data; its alt text is all the text in the figure."""
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=100, metadata={"Software": None})
    data = base64.b64encode(png.getvalue()).decode("ascii")
    return f'<img alt="{html.escape(text_in(figure))}" src="data:image/png;base64,{data}">'


def text_in(figure: Figure) -> str:
    """Return the text in a figure on one line: titles, the labels of the axes, and the legends."""
    parts = []
    for ax in figure.axes:
        said = [ax.get_title(), ax.get_title("left")]
        said += [f"{name}: {label}" for name, label in (("x", ax.get_xlabel()), ("y", ax.get_ylabel())) if label]
        if not ax.get_ylabel():  # then the ticks of the y axis are names
            said += [text.get_text() for text in ax.get_yticklabels()]
        said += [text.get_text() for text in ax.texts]
        parts.append("; ".join([text for text in said if text] + entries([ax.get_legend()])))
    parts.append("; ".join(entries(figure.legends)))
    return ". ".join(" ".join(part.split()) for part in parts if part).replace(r"\$", "$")


def entries(legends: Sequence[Legend | None]) -> list[str]:
    """Return the text of every entry in ``legends``."""
    return [text.get_text() for legend in legends if legend for text in legend.get_texts()]
