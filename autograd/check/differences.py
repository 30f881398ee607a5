"""Slopes by differences: what a function of one float does around a point, found without any rule of calculus."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import copysign, inf, isfinite, nan
from typing import NamedTuple

__all__ = ["Measured", "measured"]

EPS = 2.0**-52
STEPS = [2.0**-k for k in range(2, 40)]  # times x to a power of two ...
NEAR_ZERO = [2.0**-k for k in range(2, 80)]  # ... and as they are, if x is near 0: its rounding forbids none of them


class Measured(NamedTuple):
    """The slope of a function at a point, as differences show it."""

    slope: float  # the best estimate; inf for a vertical tangent; nan if there is none
    error: float  # how far off it may be
    step: float  # the step it was found with
    left: float  # the slope on the left side; nan where the function is not defined there
    right: float  # the slope on the right side
    kind: str  # "smooth", "kink", "jump", "vertical", "edge" (one side only) or "none"
    curve: tuple[tuple[float, float], ...]  # (step, slope by a plain central difference), from large steps to small


def measured(f: Callable[[float], float], x: float) -> Measured:
    """Return the slope of ``f`` at ``x`` by differences.

    Args:
        f: a function from float to float; where it raises an ArithmeticError or a ValueError it is not defined.
        x: the point.

    Central differences are taken with steps from a quarter of x down, each pair of steps is extrapolated
    (Richardson), and the pair that agrees best with the next is taken: large steps err by the curvature, small ones
    by the rounding of f. One-sided slopes at three smaller steps tell kinks, jumps and vertical tangents apart.

    >>> found = measured(lambda x: x**3, 2.0)
    >>> f"{found.slope:.9f}", found.kind
    ('12.000000000', 'smooth')
    >>> measured(abs, 0.0).kind
    'kink'
    """
    here = defined(f, x)
    if not isfinite(here):
        return Measured(nan, inf, nan, nan, nan, "none", ())
    curve = tuple(c for h in steps(x) if isfinite((c := central(f, x, here, h)).slope))
    curve = grained(curve, here)
    slope, error, step, left, right, kind = settled(f, x, here, curve)
    if kind == "kink":
        slope, error = (left + right) / 2, abs(right - left) / 2
    elif kind == "edge":
        sign = 1 if isfinite(right) else -1
        one_side = tuple(Chord(h, d, 0.0) for h in steps(x) if isfinite(d := one_sided(f, x, here, sign * h)))
        slope, error, step = best(one_side, here)
    elif kind == "vertical":
        slope, error = right if right == right else left, 0.0
    elif kind != "smooth":
        slope, error = nan, inf
    return Measured(slope, error, step, left, right, kind, tuple((c.step, c.slope) for c in curve))


def grained(curve: tuple[Chord, ...], here: float) -> tuple[Chord, ...]:
    """Return ``curve`` with the rounding of f in its doubts, where f is 0 and its size says nothing of it.

    softmax(x) - 1/3 does not move at all below 1e-16: the least it moves by is its grain, if that is no stair.
    """
    moves = [chord.move for chord in curve if chord.move]
    if here != 0 or not moves:
        return curve
    grain = min(moves) if min(moves) < 1e-10 * max(moves) else 0.0
    floor = 64 * EPS * abs(curve[0].slope)
    return tuple(chord._replace(doubt=chord.doubt + grain / chord.step + floor) for chord in curve)


Found = tuple[float, float, float, float, float, str]  # slope, error, step, left, right, kind


def settled(f: Callable[[float], float], x: float, here: float, curve: tuple[Chord, ...]) -> Found:
    """Return what the chords say, having gone down to steps at which the sides of x say the same.

    Large steps may agree on what is not so near x: the stairs of `round` look like a slope of 1, and a pole or a narrow
    bend beside x like a jump at it. If no step settles it, the largest has the word.
    """
    first: Found | None = None
    while True:
        slope, error, step = best(curve, here) if curve else (nan, inf, power_of_two(x) / 4)
        left, right, kind = sides(f, x, here, step)
        found = slope, error, step, left, right, kind
        first = first or found
        chord = max((abs(c.slope) for c in curve if c.step == step), default=0.0)
        doubt = 1e-3 * max(abs(slope), abs(left), abs(right), chord) + error + 1e6 * EPS * abs(here) / step
        if kind in ("kink", "edge") or (kind == "smooth" and not abs(slope - (left + right) / 2) > doubt):
            return found
        curve = tuple(c for c in curve if c.step < step)
        if len(curve) < 3:  # two chords make one pair, which has nothing to agree with
            return found if kind == "smooth" else first


def defined(f: Callable[[float], float], x: float) -> float:
    """Return f(x), or nan where f is not defined."""
    try:
        return float(f(x))
    except (ArithmeticError, ValueError):
        return nan


def steps(x: float) -> list[float]:
    """Return the steps that are tried at ``x``, from large to small: powers of two."""
    size = power_of_two(x)
    relative = [size * step for step in STEPS] if x else []
    return sorted({*relative, *(NEAR_ZERO if abs(x) < 1e-3 else [])}, reverse=True)


def power_of_two(x: float) -> float:
    """Return the size of x to a power of two, by which steps are exact; 1 for 0."""
    if x == 0:
        return 1.0
    size = 1.0
    while size * 2 <= abs(x) < inf:
        size *= 2
    while size > abs(x) and size > 1e-290:
        size /= 2
    return size


class Chord(NamedTuple):
    """A slope by two points around x."""

    step: float
    slope: float
    doubt: float  # what the rounding of the points may have done to it
    move: float = 0.0  # the smaller of the moves of f to its two points that is not 0


def central(f: Callable[[float], float], x: float, here: float, h: float) -> Chord:
    """Return the chord from x - h to x + h; its slope is nan where f is not defined."""
    above, below = x + h, x - h
    if not above > below:
        return Chord(h, nan, inf)
    f_above, f_below = defined(f, above), defined(f, below)
    # at x = 1e-100 and h = 1/4 the two are centred at 0: x² would have slope 0, off by its curvature times x
    off_centre = abs(((above - h) - x) + ((below + h) - x)) / 2
    doubt = off_centre * abs(f_above - 2 * here + f_below) / h / h  # by the curvature
    moves = [m for m in (abs(f_above - here), abs(f_below - here)) if m > 0]
    return Chord(h, (f_above - f_below) / (above - below), doubt, min(moves, default=0.0))


def best(curve: tuple[Chord, ...], here: float) -> tuple[float, float, float]:
    """Return (slope, error, step) of the extrapolated pair of chords that agrees best with the next one."""
    found = (nan, inf, nan)
    pairs = pairwise(curve)
    better = [Chord(a.step, (4 * b.slope - a.slope) / 3, a.doubt + b.doubt) for a, b in pairs if b.step == a.step / 2]
    for a, b in pairwise(better):
        error = abs(b.slope - a.slope) + a.doubt + b.doubt + 4 * EPS * abs(here) / a.step
        if error < found[1]:
            found = (b.slope, error, a.step)
    return found


def one_sided(f: Callable[[float], float], x: float, here: float, h: float) -> float:
    """Return the slope at x of the parabola through x, x + h and x + 2h; nan where f is not defined."""
    return (4 * defined(f, x + h) - 3 * here - defined(f, x + 2 * h)) / (2 * h)


def sides(f: Callable[[float], float], x: float, here: float, step: float) -> tuple[float, float, str]:
    """Return (slope on the left, slope on the right, kind), by one-sided differences at three steps below ``step``."""
    widths = [step / 16, step / 256, step / 4096]
    right = [one_sided(f, x, here, h) for h in widths]
    left = [one_sided(f, x, here, -h) for h in widths]
    noise = 64 * EPS * abs(here) / widths[-1]

    def growth(side: list[float]) -> float:  # from each step to the next: 16 at a jump, 4 where a square root begins
        if not all(map(isfinite, side)) or 0 in side or abs(side[-1]) < 1e3 * noise:
            return 1.0
        return min(abs(side[1] / side[0]), abs(side[2] / side[1]))

    if not (isfinite(left[-1]) or isfinite(right[-1])):
        return left[-1], right[-1], "none"
    steepest = max(growth(left), growth(right))
    if steepest > 12:
        return left[-1], right[-1], "jump"
    if steepest > 1.5:
        below, above = (copysign(inf, side[-1]) if isfinite(side[-1]) else nan for side in (left, right))
        return below, above, "none" if below == -above else "vertical"
    if not (isfinite(left[-1]) and isfinite(right[-1])):
        return left[-1], right[-1], "edge"
    gaps = [abs(r - s) for r, s in zip(right, left, strict=True)]
    resolved = noise + 1e-5 * max(abs(left[-1]), abs(right[-1]))
    # the gap between the sides shrinks with the step if the function is smooth, and stays at a kink
    kink = gaps[2] > resolved and gaps[2] > gaps[1] / 2 and gaps[1] > gaps[0] / 2
    return left[-1] + 0.0, right[-1] + 0.0, "kink" if kink else "smooth"  # + 0.0: never -0.0
