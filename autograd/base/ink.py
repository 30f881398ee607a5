"""How pictures write a number and draw a gradient: the same everywhere."""

from __future__ import annotations

from math import isfinite, log10
from typing import NamedTuple

# fmt: off
__all__ = [
    "BAD", "COLORS", "FAINT", "FONT", "GRAY", "NEGATIVE", "NONE", "POSITIVE", "TEXT", "Ink", "digits",
    "digits_script", "ink", "stroke",
]
# fmt: on

POSITIVE, NEGATIVE, BAD, GRAY = "#0072B2", "#D55E00", "#A0006D", "#767676"
TEXT, FAINT = "#1A1A1A", "#555555"
# Okabe and Ito's colors, which people of any color vision can tell apart, for classes and for lines beside each other.
# Each comes with a mark or a line style of its own, so that color is never the only cue.
COLORS = (POSITIVE, NEGATIVE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
FONT = "Helvetica,Arial,sans-serif"
NONE = "–"  # a gradient before any backward pass: not 0
DASHES = {"dashed": "7 4", "dotted": "1.5 4"}


class Ink(NamedTuple):
    """How a line is drawn. The sign of a gradient shows in the color and in the style: color is never the only cue."""

    color: str
    style: str  # "solid" for positive, "dashed" for negative, "dotted" for 0 or nothing, "bold" for nan and inf
    width: float  # in points


def digits(x: float | None, precision: int = 4) -> str:
    """Return ``x`` in ``precision`` digits; – for None.

    >>> digits(-0.70710678), digits(-0.0), digits(None)
    ('-0.7071', '0', '–')
    """
    return NONE if x is None else f"{x + 0.0:.{precision}g}"


def digits_script() -> str:
    """Return the JavaScript with which pages write a number in four digits as `digits` does: its function ``short``."""
    from importlib.resources import files

    return (files("autograd.base") / "digits.js").read_text("utf-8")


def ink(x: float | None) -> Ink:
    """Return the ink of a gradient: color and style show its sign, the width its size, on a symlog scale.

    The width grows with the logarithm from 0.001 up, by 0.4 points for a factor of ten, and ends at 100,000.

    >>> ink(1.0).width, ink(-1.0).style, ink(0.0).style
    (2.0, 'dashed', 'dotted')
    """
    if x is None:
        return Ink(GRAY, "solid", 1.0)
    if not isfinite(x):
        return Ink(BAD, "bold", 4.0)
    if x == 0.0:
        return Ink(GRAY, "dotted", 1.0)
    width = min(0.8 + 0.4 * log10(1.0 + abs(x) / 0.001), 4.0)
    return Ink(POSITIVE, "solid", round(width, 2)) if x > 0.0 else Ink(NEGATIVE, "dashed", round(width, 2))


def stroke(line: Ink) -> str:
    """Return the attributes of a line in SVG.

    >>> stroke(ink(-1.0))
    'stroke="#D55E00" stroke-width="2" stroke-dasharray="7 4"'
    """
    dashes = f' stroke-dasharray="{DASHES[line.style]}"' if line.style in DASHES else ""
    return f'stroke="{line.color}" stroke-width="{line.width:g}"{dashes}'
