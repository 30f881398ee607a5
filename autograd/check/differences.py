"""The slope of a function of one number by differences: it knows the function's values and no rule of calculus.

The slope of the chord from x - h to x + h has two errors. One comes from the curvature of f and shrinks with h; the
other comes from the rounding of f and grows as h shrinks. So chords with many steps are taken, the curvature is
extrapolated away, and the estimate with the smallest doubt is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import frexp, inf, isfinite, isnan, nan
from typing import NamedTuple

from autograd.check.rounding import Sample, Sampled
from autograd.check.sides import Sides, one_sided, sample, sides_at

__all__ = ["Slope", "slope_at"]

STEPS = [2.0**-k for k in range(2, 40)]  # times the power of two below |x| ...
NEAR_ZERO = [2.0**-k for k in range(2, 80)]  # ... and, where x is near 0, unscaled


class Slope(NamedTuple):
    """The slope of a function at a point, as differences show it."""

    value: float  # the best estimate; inf at a vertical tangent; nan if there is none
    doubt: float  # how far off it may be
    step: float  # the step it was found with
    sides: Sides  # the slopes on either side, and the kind of point it is
    curve: tuple[tuple[float, float], ...]  # (step, slope of the chord), from large steps to small


class Estimate(NamedTuple):
    """A slope and how far off it may be; a chord is one, and so is what two chords give together."""

    step: float
    slope: float
    doubt: float


def slope_at(f: Sampled, x: float) -> Slope:
    """Return the slope of ``f`` at ``x`` by differences.

    Args:
        f: a function from a float to a `Sample`; where it raises an ArithmeticError or a ValueError it is not defined.
        x: the point.

    >>> from autograd.check.rounding import sample_of
    >>> found = slope_at(lambda x: sample_of(lambda t: t**3, x), 2.0)
    >>> f"{found.value:.9f}", found.sides.kind
    ('12.000000000', 'smooth')
    >>> slope_at(lambda x: sample_of(abs, x), 0.0).sides.kind
    'kink'
    """
    here = sample(f, x)
    if not isfinite(here.value):
        return Slope(nan, inf, nan, Sides(nan, nan, "none"), ())
    chords = [c for h in steps(x) if isfinite((c := chord(f, x, here, h)).slope)]
    found, beside = estimate_and_sides(f, x, here, chords)
    slope, doubt, step = found.slope, found.doubt + beside.hidden, found.step
    match beside.kind:
        case "kink":
            slope, doubt = (beside.left + beside.right) / 2, abs(beside.right - beside.left) / 2
        case "edge":
            chords = chords_of_one_side(f, x, here, 1 if isfinite(beside.right) else -1)
            step, slope, doubt = best(chords, nan)
        case "vertical":
            slope, doubt = beside.left if isnan(beside.right) else beside.right, 0.0
        case "jump" | "none":
            slope, doubt = nan, inf
    if isnan(doubt):  # an overflow on the way
        doubt = inf
    return Slope(slope, doubt, step, beside, tuple((c.step, c.slope) for c in chords))


def chord(f: Sampled, x: float, here: Sample, h: float) -> Estimate:
    """Return the slope of the chord from x - h to x + h; nan where f is not defined."""
    above, below = x + h, x - h
    if not above > below:
        return Estimate(h, nan, inf)
    high, low = sample(f, above), sample(f, below)
    doubt = (high.rounding + low.rounding) / (above - below)
    return Estimate(h, (high.value - low.value) / (above - below), doubt)


def best(chords: Sequence[Estimate], step: float) -> Estimate:
    """Return the estimate with the smallest doubt; if there is none, one with the given step and slope nan.

    Two chords, one with half the step of the other, are combined so that their errors by curvature cancel (Richardson
    extrapolation). The distance to the estimates with the next larger and smaller steps shows the error that is left.
    """
    better = [
        Estimate(a.step, b.slope + (b.slope - a.slope) / 3, (4 * b.doubt + a.doubt) / 3)
        for a, b in pairwise(chords)
        if b.step == a.step / 2
    ]
    found = Estimate(step, nan, inf)
    for larger, here, smaller in zip(better, better[1:], better[2:], strict=False):
        apart = max(abs(here.slope - larger.slope), abs(here.slope - smaller.slope))
        doubt = 4 * apart + here.doubt
        if doubt < found.doubt:
            found = Estimate(here.step, here.slope, doubt)
    return found


def estimate_and_sides(f: Sampled, x: float, here: Sample, chords: Sequence[Estimate]) -> tuple[Estimate, Sides]:
    """Return the best estimate that the two sides of x confirm, and these sides.

    Estimates with large steps may agree with each other and still miss what happens close to x. The stairs of `round`
    look like a slope of 1, and a pole or a narrow bend beside x looks like a jump. So where the sides disagree with the
    estimate, smaller steps are used. If the sides confirm none, the first answer stands.
    """
    first: tuple[Estimate, Sides] | None = None
    while True:
        found = best(chords, power_of_two(x) / 4)
        beside = sides_at(f, x, here, found.step)
        first = first or (found, beside)
        if beside.kind == "edge" or (beside.kind == "kink" and persists(f, x, here, found.step, beside)):
            return found, beside
        if beside.kind == "smooth" and confirmed(found, beside, chords):
            return found, beside
        chords = [c for c in chords if c.step < found.step]
        if len(chords) < 4:  # they make three estimates, of which one has two neighbors
            return (found, beside) if beside.kind == "smooth" else first


def persists(f: Sampled, x: float, here: Sample, step: float, kink: Sides) -> bool:
    """Return whether a kink remains at smaller steps, unless rounding hides it; the crest of a wave does not remain."""
    closer = sides_at(f, x, here, step / 64)
    apart = max(abs(closer.left - kink.left), abs(closer.right - kink.right))
    return apart <= abs(kink.right - kink.left) / 4 + closer.doubt


def confirmed(found: Estimate, beside: Sides, chords: Sequence[Estimate]) -> bool:
    """Return whether the slope is about the mean of those on the two sides."""
    there = next((abs(c.slope) for c in chords if c.step == found.step), 0.0)
    size = max(abs(found.slope), abs(beside.left), abs(beside.right), there)
    return not abs(found.slope - (beside.left + beside.right) / 2) > 1e-6 * size + found.doubt + beside.doubt


def chords_of_one_side(f: Sampled, x: float, here: Sample, sign: int) -> list[Estimate]:
    """Return the slopes at x by points above it, or below it if sign is -1."""
    found = [(h, one_sided(f, x, here, sign * h)) for h in steps(x)]
    return [Estimate(h, s.slope, s.doubt) for h, s in found if isfinite(s.slope)]


def steps(x: float) -> list[float]:
    """Return the steps that are tried at ``x``, from large to small: powers of two, by which x is moved exactly."""
    size = power_of_two(x)
    relative = [size * step for step in STEPS] if x else []
    return sorted({*relative, *(NEAR_ZERO if abs(x) < 1e-3 else [])} - {0.0}, reverse=True)


def power_of_two(x: float) -> float:
    """Return the largest power of two that is not above the size of x; 1 for 0."""
    return 2.0 ** (frexp(x)[1] - 1) if x else 1.0
