"""Plots of a gradient check: every derivative by backward() beside the one by differences, and the error by step.

Every function draws in the axes it is given, or in a figure of its own, and returns the axes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from autograd.base.checks import number, shown

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    Array: TypeAlias = npt.NDArray[np.float64]

__all__ = ["plot_gradcheck", "plot_gradcheck_steps"]


def plot_gradcheck(
    analytic: Any, numeric: Sequence[float] | None = None, *, tolerance: float = 1e-6, ax: Axes | None = None
) -> Axes:
    """Return a scatter plot of derivatives found by backward() against the same derivatives found by differences.

    Args:
        analytic: the derivatives by backward(); or a report of `autograd.gradcheck`, which holds both kinds.
        numeric: the derivatives by differences, in the same order; left out when a report is given.
        tolerance: two derivatives agree when they differ by at most this times the largest of 1 and their sizes.
        ax: the Axes to draw in.

    Raises:
        TypeError: when analytic is not a report and numeric is missing, or a report comes with numeric.
        ValueError: when there are no derivatives, or more of one kind than of the other.

    Pairs that agree lie on the line. A pair with an inf or a nan has no point; the legend counts such pairs.
    """
    from autograd.plots.figure import COLORS, axes_for

    tolerance = number("tolerance", tolerance)
    by_backward, by_differences = pairs(analytic, numeric)
    finite = np.isfinite(by_backward) & np.isfinite(by_differences)
    ours, theirs = by_backward[finite], by_differences[finite]
    apart = np.abs(ours - theirs)
    differ = apart > tolerance * np.maximum(1.0, np.maximum(np.abs(ours), np.abs(theirs)))
    ax = axes_for(ax, width=5.4, height=5.0)
    ax.axline((0.0, 0.0), slope=1.0, color="0.4", linestyle="--", linewidth=1.2, label="equal", zorder=1)
    for which, i, marker, name in ((~differ, 0, "o", "agree"), (differ, 1, "X", "differ")):
        if which.any():
            label = f"{which.sum()} {name}: apart by at most {apart[which].max():.1e}"
            looks: dict[str, Any] = {"s": 36 + 24 * i, "color": COLORS[i], "marker": marker, "zorder": 2 + i}
            ax.scatter(ours[which], theirs[which], label=label, **looks)
    if hidden := int((~finite).sum()):
        ax.plot([], [], linestyle="none", marker="$?$", color="0.2", label=f"{hidden} with inf or nan, not shown")
    ax.set(title="Gradient check", xlabel="derivative by backward()", ylabel="derivative by differences")
    ax.grid(alpha=0.3)
    ax.legend(loc="upper left")
    return ax


def plot_gradcheck_steps(report: Any, row: int = 0, *, ax: Axes | None = None) -> Axes:
    """Return a plot of the error of central differences, measured against backward(), for a range of steps.

    Args:
        report: what `autograd.gradcheck` returned.
        row: the line of the report to plot.
        ax: the Axes to draw in.

    Raises:
        TypeError: when report is not a report.
        ValueError: when the report has no such row, or the row has no error to draw.

    If the derivative is right, the error falls with the step as long as curvature causes it, and rises again when
    rounding does. If the derivative is wrong, the error levels off at the size of the mistake.
    """
    from autograd.plots.figure import COLORS, axes_for, literal

    rows = getattr(report, "rows", None)
    if rows is None:
        raise TypeError(f"report must be what gradcheck returned, got {shown(report)}")
    if isinstance(row, bool) or not isinstance(row, int) or not -len(rows) <= row < len(rows):
        raise ValueError(f"row must be an int below {len(rows)}, got {shown(row)}")
    checked = rows[row]
    errors = [(step, abs(found - checked.analytic)) for step, found in checked.curve]
    drawn = [(step, error) for step, error in errors if math.isfinite(error) and error > 0]
    if not drawn:
        raise ValueError(f"there is no error to draw for {checked.name}: it is 0 or undefined at every step")
    ax = axes_for(ax)
    label = f"{checked.verdict}: {checked.analytic:.6g} by backward(), {checked.numeric:.6g} by the function"
    ax.loglog(*zip(*drawn, strict=True), color=COLORS[0], marker="o", markersize=4, label=label)
    ax.set(title=literal(f"Gradient check of {checked.name}"), xlabel="step", ylabel="error of the central difference")
    ax.grid(alpha=0.3)
    ax.legend(loc="best")
    return ax


def pairs(analytic: Any, numeric: Any) -> tuple[Array, Array]:
    """Return the derivatives by backward() and those by differences, from a report or from two sequences."""
    if hasattr(analytic, "rows"):
        if numeric is not None:
            raise TypeError("numeric goes with a sequence of derivatives; a report has both kinds")
        rows = list(analytic.rows)
        analytic, numeric = [row.analytic for row in rows], [row.numeric for row in rows]
    elif numeric is None:
        raise TypeError(f"numeric is missing: give it, or a report of gradcheck; got only {shown(analytic)}")
    ours, theirs = (np.ravel(np.asarray(derivatives, dtype=np.float64)) for derivatives in (analytic, numeric))
    if len(ours) != len(theirs):
        raise ValueError(f"analytic and numeric must have the same length, got {len(ours)} and {len(theirs)}")
    if not len(ours):
        raise ValueError("analytic and numeric are empty: there is nothing to compare")
    return ours, theirs
