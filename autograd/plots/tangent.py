"""A plot of a function with its tangent, whose slope backward() finds."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from autograd.base.checks import number, shown, whole
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, pull
from autograd.engine.value import Value

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    Array: TypeAlias = npt.NDArray[np.float64]

__all__ = ["plot_tangent"]


class Tangent(NamedTuple):
    """What the legend says of a tangent, and the style of its line, "" where there is none to draw."""

    says: str
    style: str


def plot_tangent(
    f: Callable[[Value], Value], at: float, *, span: float = 3.0, samples: int = 601, ax: Axes | None = None
) -> Axes:
    """Return a plot of ``f`` from at - span to at + span, with its tangent at ``at``.

    Args:
        f: a function from a Value to a Value.
        at: where the tangent touches the curve.
        span: how far the plot goes to either side.
        samples: the number of points at which f is computed.
        ax: the Axes to draw in.

    Raises:
        TypeError: when f does not return a Value.
        ValueError: when ``at``, or f there, is not finite; and whatever f itself raises there.

    Where f raises, as log does below 0, there is no curve. At a kink or a jump, and where the slope is inf or nan,
    there is no tangent and the legend says so. At a kink a dotted line shows the slope that backward() takes.
    """
    from autograd.plots.figure import COLORS, axes_for, literal

    if isinstance(at, bool) or not isinstance(at, Real) or not math.isfinite(at):
        raise ValueError(f"at must be a finite number, got {shown(at)}")
    at, span = float(at), number("span", span, above=0)
    here, slope = value_and_slope(f, at)
    if not math.isfinite(here):
        raise ValueError(f"f must be finite at x = {at:g}, got {here}")
    xs = np.linspace(at - span, at + span, whole("samples", samples, least=3))
    ys = curve(f, xs)
    tangent = judge(f, at, here, slope)
    ax = axes_for(ax)
    name = literal(getattr(f, "__name__", "f")).replace("<lambda>", "f")
    ax.plot(xs, ys, color=COLORS[0], linewidth=2, label=name)
    if tangent.style:
        looks: dict[str, Any] = {"color": COLORS[1], "linestyle": tangent.style, "linewidth": 1.8}
        ax.axline((at, here), slope=slope, label=tangent.says, **looks)
    else:
        ax.plot([], [], linestyle="none", label=tangent.says)
    ax.plot([at], [here], linestyle="none", marker="o", color=COLORS[1], markersize=8, zorder=3)
    ax.set(
        title=f"{name} at x = {at:.4g}", xlabel="x", ylabel=f"{name}(x)", xlim=(xs[0], xs[-1]), ylim=limits(ys, here)
    )
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def value_and_slope(f: Callable[[Value], Value], x: float) -> tuple[float, float]:
    """Return f(x) and the slope there. `pull` is backward() that leaves the gradients of other Values alone."""
    if not callable(f):
        raise TypeError(f"f must be a function, as autograd.sin is, got {shown(f)}")
    leaf = Value(x, label="x")
    out = f(leaf)
    if not isinstance(out, Value):
        raise TypeError(f"f must return a Value, got {shown(out)}; use autograd's functions in it")
    return out.data, float(pull(out, 1.0, OPS, as_number).get(leaf, 0.0))


def curve(f: Callable[[Value], Value], xs: Array) -> Array:
    """Return f at every x: nan where f raises, and nan after a jump, so that no line is drawn across it."""
    found = []
    for x in xs.tolist():
        try:
            found.append(value_and_slope(f, x))
        except (ArithmeticError, ValueError):
            found.append((math.nan, math.nan))
    table: Array = np.array(found)
    ys, slopes = table[:, 0], table[:, 1]
    ys[~np.isfinite(ys)] = math.nan
    with np.errstate(invalid="ignore", over="ignore"):
        # Between neighboring points a smooth curve rises about as its slopes at the two say; at a jump it does not.
        chord = np.diff(ys) / np.diff(xs)
        least, most = np.minimum(slopes[1:], slopes[:-1]), np.maximum(slopes[1:], slopes[:-1])
        room = 10 * spread(ys) / (xs[-1] - xs[0])
        ys[1:][(chord < least - room) | (chord > most + room)] = math.nan
    return ys


def spread(ys: Array) -> float:
    """Return the range of the finite numbers, without the lowest and the highest 2 %."""
    finite = ys[np.isfinite(ys)]
    return float(np.subtract(*np.percentile(finite, [98, 2]))) if len(finite) else 0.0


def limits(ys: Array, here: float) -> tuple[float, float]:
    """Return the ends of the y axis: around all of the curve, or around most of it if it has a pole."""
    finite = np.append(ys[np.isfinite(ys)], here)
    low, high = float(finite.min()), float(finite.max())
    if (high - low) > 5 * spread(ys) > 0:
        low, high = (float(u) for u in np.percentile(finite, [2, 98]))
        low, high = min(low, here), max(high, here)
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room


def judge(f: Callable[[Value], Value], at: float, here: float, slope: float) -> Tangent:
    """Return whether there is a tangent, by looking at f just to the left and to the right of ``at``."""
    if not math.isfinite(slope):
        return Tangent(f"no tangent: the slope is {slope}", "")
    step = 1e-12 * max(1.0, abs(at))
    sides = []
    for x in (at - step, at + step):
        try:
            sides.append(value_and_slope(f, x))
        except (ArithmeticError, ValueError):
            return Tangent(f"tangent, slope {slope:.4g} (f ends here)", "--")
    (left, slope_left), (right, slope_right) = sides
    steepest = max(abs(slope_left), abs(slope), abs(slope_right))
    if abs(right - left) > 1e-6 * max(1.0, abs(here)) + 4 * step * steepest:
        return Tangent(f"no tangent: a jump of {right - left:.4g}", "")
    if not abs(slope_right - slope_left) <= 1e-4 * max(1.0, steepest):
        return Tangent(f"kink, slopes {slope_left:.4g} and {slope_right:.4g}; backward takes {slope:.4g}", ":")
    return Tangent(f"tangent, slope {slope:.4g}", "--")
