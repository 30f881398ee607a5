"""A function on both sides of a point: is it smooth there, or does it have a kink, a jump, a vertical tangent?"""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, inf, isfinite, nan
from typing import NamedTuple

from autograd.check.rounding import Sample, Sampled

__all__ = ["Sides", "one_sided", "sample", "sides_at"]

# The steps on each side are these parts of the step that is judged: each a 16th of the one before, and no power of two.
# Of sin(64 π x), chords with steps of 1/2, 1/4, … see nothing at all, and parts that are powers of two would agree.
GOLDEN = (1.0 + 5.0**0.5) / 2.0
PARTS = (16 * GOLDEN, 256 * GOLDEN, 4096 * GOLDEN)


class Sides(NamedTuple):
    """The slopes on the two sides of a point."""

    left: float  # nan where the function is not defined on that side; ±inf at a vertical tangent
    right: float
    kind: str  # "smooth", "kink", "jump", "vertical", "edge" (defined on one side only) or "none"
    doubt: float = inf  # how far rounding may have moved left and right
    hidden: float = 0.0  # half of the largest gap between left and right that rounding could hide


class OneSided(NamedTuple):
    """A slope by points on one side of x."""

    slope: float
    doubt: float  # by the rounding of the points


def sample(f: Sampled, x: float) -> Sample:
    """Return f(x), or nan where f raises an ArithmeticError or a ValueError."""
    try:
        return f(x)
    except (ArithmeticError, ValueError):
        return Sample(nan, inf)


def one_sided(f: Sampled, x: float, here: Sample, h: float) -> OneSided:
    """Return the slope at x of the parabola through x and two points, about h and 2h away; h may be negative."""
    h1, h2 = (x + h) - x, (x + 2 * h) - x  # as far as they are after rounding
    if not 0 < abs(h1) < abs(h2):
        return OneSided(nan, inf)
    near, far = sample(f, x + h), sample(f, x + 2 * h)
    d1, d2 = (near.value - here.value) / h1, (far.value - here.value) / h2
    doubt = (4 * near.rounding + 3 * here.rounding + far.rounding) / abs(2 * h1)
    return OneSided(d1 + (d1 - d2) * (h1 / (h2 - h1)), doubt)


def sides_at(f: Sampled, x: float, here: Sample, step: float) -> Sides:
    """Return the slopes of f on the two sides of x, measured with steps well below ``step``."""
    right = [one_sided(f, x, here, step / part) for part in PARTS]
    left = [one_sided(f, x, here, -step / part) for part in PARTS]
    on_left, on_right = isfinite(left[-1].slope), isfinite(right[-1].slope)
    if not (on_left or on_right):
        return Sides(nan, nan, "none")
    steepening = max(growth(left), growth(right))
    if steepening > 12:
        return Sides(left[-1].slope, right[-1].slope, "jump")
    if steepening > 1.5:
        below, above = (copysign(inf, s[-1].slope) if isfinite(s[-1].slope) else nan for s in (left, right))
        return Sides(below, above, "none" if below == -above else "vertical")
    if not (on_left and on_right):
        return Sides(left[-1].slope, right[-1].slope, "edge", left[-1].doubt if on_left else right[-1].doubt)
    return compared(left, right)


def growth(side: Sequence[OneSided]) -> float:
    """Return by how much a slope grows as the step shrinks by 16: by 16 at a jump, by 4 where a square root begins."""
    if not all(isfinite(s.slope) and abs(s.slope) > 10 * s.doubt for s in side):
        return 1.0  # a slope that is 0 to rounding does not grow
    near, middle, far = (abs(s.slope) for s in reversed(side))
    return min(middle / far, near / middle)


def compared(left: Sequence[OneSided], right: Sequence[OneSided]) -> Sides:
    """Return whether there is a kink between two sides on which f has a slope.

    The gap between the sides shrinks with the step if f is smooth, and stays as it is at a kink. It is judged at the
    smallest step at which rounding would not hide that it shrinks.
    """
    gaps = [abs(r.slope - s.slope) for s, r in zip(left, right, strict=True)]
    doubts = [s.doubt + r.doubt for s, r in zip(left, right, strict=True)]
    hidden = min(gap + doubt for gap, doubt in zip(gaps, doubts, strict=True)) / 2
    i = next((i for i in (2, 1) if doubts[i] <= gaps[i - 1] / 4), 0)
    if i and gaps[i] > max(gaps[i - 1] / 2, 1e-5 * max(abs(left[i].slope), abs(right[i].slope))):
        steady = all(abs(side[i].slope - side[i - 1].slope) <= gaps[i] / 4 for side in (left, right))
        if steady:  # the two sides of a wave differ as well, but each of them changes from step to step
            return Sides(left[i].slope + 0.0, right[i].slope + 0.0, "kink", doubts[i])  # + 0.0: never -0.0
    return Sides(left[-1].slope + 0.0, right[-1].slope + 0.0, "smooth", doubts[-1], hidden)
