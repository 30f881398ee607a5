"""Plots of slopes: a function with its tangent, and a backward sweep against differences.

As in `nn.plots`, every function draws in the axes it is given or in a figure of its own, and returns them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from autograd.base.checks import number, shown, whole
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, pull
from autograd.engine.value import Value

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    Array: TypeAlias = npt.NDArray[np.float64]

__all__ = ["plot_gradcheck", "plot_gradcheck_steps", "plot_tangent"]


def plot_gradcheck(
    analytic: Any, numeric: Sequence[float] | None = None, *, tolerance: float = 1e-6, ax: Axes | None = None
) -> Axes:
    """Return a scatter of slopes found by a backward sweep against those found by differences.

    Args:
        analytic: the slopes of the sweep; or a report of a gradient check, whose ``rows`` have ``analytic`` and
            ``numeric``.
        numeric: the slopes by differences, in the same order; not given with a report.
        tolerance: two slopes agree when they differ by no more than this times the larger of 1 and their sizes.
        ax: the Axes to draw in.

    Raises:
        TypeError: when analytic is no report and numeric is missing, or a report comes with numeric.
        ValueError: when there are no slopes, or more of one kind than of the other.

    What agrees lies on the line; a pair that has an inf or a nan is counted in the legend and has no point.
    """
    from autograd.plots.figure import COLOURS, axes_for

    tolerance = number("tolerance", tolerance)
    by_sweep, by_difference = _slope_pairs(analytic, numeric)
    finite = np.isfinite(by_sweep) & np.isfinite(by_difference)
    ours, theirs = by_sweep[finite], by_difference[finite]
    apart = np.abs(ours - theirs)
    differ = apart > tolerance * np.maximum(1.0, np.maximum(np.abs(ours), np.abs(theirs)))
    ax = axes_for(ax, width=5.4, height=5.0)
    ax.axline((0.0, 0.0), slope=1.0, color="0.4", linestyle="--", linewidth=1.2, label="equal", zorder=1)
    for which, i, marker, name in ((~differ, 0, "o", "agree"), (differ, 1, "X", "differ")):
        if which.any():
            label = f"{which.sum()} {name}: apart by at most {apart[which].max():.1e}"
            looks: dict[str, Any] = {"s": 36 + 24 * i, "color": COLOURS[i], "marker": marker, "zorder": 2 + i}
            ax.scatter(ours[which], theirs[which], label=label, **looks)
    if lost := int((~finite).sum()):
        ax.plot([], [], linestyle="none", marker="$?$", color="0.2", label=f"{lost} with inf or nan, not shown")
    ax.set(title="Gradient check", xlabel="slope by the backward sweep", ylabel="slope by differences")
    ax.grid(alpha=0.3)
    ax.legend(loc="upper left")
    return ax


def plot_gradcheck_steps(report: Any, row: int = 0, *, ax: Axes | None = None) -> Axes:
    """Return a plot of the error of central differences against the slope of the sweep, by their step.

    Args:
        report: what `autograd.gradcheck` returned.
        row: the line of the report that is plotted.
        ax: the Axes to draw in.

    Raises:
        TypeError: when report has no rows.
        ValueError: when it has no such row, or no error in it to draw.

    If the slope is right, the error falls with the step while the curvature counts and rises again when the rounding
    does; if it is wrong, it stays at the mistake.
    """
    from autograd.plots.figure import COLOURS, axes_for, literal

    rows = getattr(report, "rows", None)
    if rows is None:
        raise TypeError(f"report must be what gradcheck returned, got {shown(report)}")
    if isinstance(row, bool) or not isinstance(row, int) or not -len(rows) <= row < len(rows):
        raise ValueError(f"row must be an int below {len(rows)}, got {shown(row)}")
    slope = rows[row]
    errors = [(step, abs(found - slope.analytic)) for step, found in slope.curve]
    drawn = [(step, error) for step, error in errors if math.isfinite(error) and error > 0]
    if not drawn:
        raise ValueError(f"there is no error to draw for {slope.name}: it is 0 or undefined at every step")
    ax = axes_for(ax)
    label = f"{slope.verdict}: {slope.analytic:.6g} by the sweep, {slope.numeric:.6g} by the function"
    ax.loglog(*zip(*drawn, strict=True), color=COLOURS[0], marker="o", markersize=4, label=label)
    ax.set(title=literal(f"Gradient check of {slope.name}"), xlabel="step", ylabel="error of the central difference")
    ax.grid(alpha=0.3)
    ax.legend(loc="best")
    return ax


def plot_tangent(
    f: Callable[[Value], Value], at: float, *, span: float = 3.0, samples: int = 601, ax: Axes | None = None
) -> Axes:
    """Return a plot of ``f`` from at - span to at + span, with the tangent whose slope a backward sweep finds.

    Args:
        f: a function from a Value to a Value.
        at: where the tangent touches.
        span: how far the plot goes to either side.
        samples: at how many points f is computed.
        ax: the Axes to draw in.

    Raises:
        TypeError: when f returns no Value.
        ValueError: when ``at`` or f there is not finite; and whatever f itself raises there.

    Where f raises, as log does below 0, there is no curve. At a kink or a jump, and where the slope is inf or nan,
    there is no tangent and the plot says so; at a kink, what backward takes for the slope is drawn as a dotted line.
    """
    from autograd.plots.figure import COLOURS, axes_for, literal

    if isinstance(at, bool) or not isinstance(at, Real) or not math.isfinite(at):
        raise ValueError(f"at must be a finite number, got {shown(at)}")
    at, span = float(at), number("span", span, above=0)
    here, slope = _with_slope(f, at)
    if not math.isfinite(here):
        raise ValueError(f"f must be finite at x = {at:g}, got {here}")
    xs = np.linspace(at - span, at + span, whole("samples", samples, least=3))
    ys = _curve(f, xs)
    says, style = _verdict(f, at, here, slope)
    ax = axes_for(ax)
    name = literal(getattr(f, "__name__", "f")).replace("<lambda>", "f")
    ax.plot(xs, ys, color=COLOURS[0], linewidth=2, label=name)
    low, high = _y_limits(ys, here)
    if style:
        ax.axline((at, here), slope=slope, color=COLOURS[1], linestyle=style, linewidth=1.8, label=says)
    else:
        ax.plot([], [], linestyle="none", label=says)
    ax.plot([at], [here], linestyle="none", marker="o", color=COLOURS[1], markersize=8, zorder=3)
    ax.set(title=f"{name} at x = {at:.4g}", xlabel="x", ylabel=f"{name}(x)", xlim=(xs[0], xs[-1]), ylim=(low, high))
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def _slope_pairs(analytic: Any, numeric: Any) -> tuple[Array, Array]:
    """Return the slopes by the sweep and by differences, from a report or from two sequences."""
    if hasattr(analytic, "rows"):
        if numeric is not None:
            raise TypeError("numeric goes with a sequence of slopes; a report has both kinds")
        rows = list(analytic.rows)
        analytic, numeric = [row.analytic for row in rows], [row.numeric for row in rows]
    elif numeric is None:
        raise TypeError(f"numeric is missing: give it, or a report with rows; got only {shown(analytic)}")
    ours, theirs = (np.ravel(np.asarray(slopes, dtype=np.float64)) for slopes in (analytic, numeric))
    if len(ours) != len(theirs):
        raise ValueError(f"analytic and numeric must have one length, got {len(ours)} and {len(theirs)}")
    if not len(ours):
        raise ValueError("analytic and numeric are empty: there is nothing to compare")
    return ours, theirs


def _with_slope(f: Callable[[Value], Value], x: float) -> tuple[float, float]:
    """Return f(x) and its slope there. The sweep is `pull`, which leaves the gradients of other Values alone."""
    leaf = Value(x, label="x")
    out = f(leaf)
    if not isinstance(out, Value):
        raise TypeError(f"f must return a Value, got {shown(out)}; use autograd's functions in it")
    return out.data, float(pull(out, 1.0, OPS, as_number).get(leaf, 0.0))


def _curve(f: Callable[[Value], Value], xs: Array) -> Array:
    """Return f at every x, nan where it raises, and nan after a jump, so that no line is drawn across it."""
    found = []
    for x in xs.tolist():
        try:
            found.append(_with_slope(f, x))
        except (ArithmeticError, ValueError):
            found.append((math.nan, math.nan))
    table: Array = np.array(found)
    ys, slopes = table[:, 0], table[:, 1]
    ys[~np.isfinite(ys)] = math.nan
    with np.errstate(invalid="ignore", over="ignore"):
        # from one point to the next the curve rises about as the slopes at the two say; a jump does not
        chord = np.diff(ys) / np.diff(xs)
        least, most = np.minimum(slopes[1:], slopes[:-1]), np.maximum(slopes[1:], slopes[:-1])
        room = 10 * _spread(ys) / (xs[-1] - xs[0])
        ys[1:][(chord < least - room) | (chord > most + room)] = math.nan
    return ys


def _spread(ys: Array) -> float:
    """Return the range of most of the numbers, without the wildest."""
    finite = ys[np.isfinite(ys)]
    return float(np.subtract(*np.percentile(finite, [98, 2]))) if len(finite) else 0.0


def _y_limits(ys: Array, here: float) -> tuple[float, float]:
    """Return from where to where the y axis goes: over all of the curve, or over most of it beside a pole."""
    finite = np.append(ys[np.isfinite(ys)], here)
    low, high = float(finite.min()), float(finite.max())
    if (high - low) > 5 * _spread(ys) > 0:
        low, high = (float(u) for u in np.percentile(finite, [2, 98]))
        low, high = min(low, here), max(high, here)
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room


def _verdict(f: Callable[[Value], Value], at: float, here: float, slope: float) -> tuple[str, Any]:
    """Return what the legend says of the slope, and the style of the line to draw: "" for none."""
    if not math.isfinite(slope):
        return f"no tangent: the slope is {slope}", ""
    step = 1e-12 * max(1.0, abs(at))
    sides = []
    for x in (at - step, at + step):
        try:
            sides.append(_with_slope(f, x))
        except (ArithmeticError, ValueError):
            return f"tangent, slope {slope:.4g} (f ends here)", "--"
    (left, slope_left), (right, slope_right) = sides
    steepest = max(abs(slope_left), abs(slope), abs(slope_right))
    if abs(right - left) > 1e-6 * max(1.0, abs(here)) + 4 * step * steepest:
        return f"no tangent: a jump of {right - left:.4g}", ""
    if not abs(slope_right - slope_left) <= 1e-4 * max(1.0, steepest):
        return f"kink, slopes {slope_left:.4g} and {slope_right:.4g}; backward takes {slope:.4g}", ":"
    return f"tangent, slope {slope:.4g}", "--"
