"""The verdict on one derivative: the chain rule's answer compared with the function itself.

Only differences of the function can say WRONG, and only beyond their own doubt. Where they are too coarse to tell, the
record may still be a witness: run again on complex numbers it gives the derivative without loss to rounding. But it
repeats the mistakes of the record, so it counts only if no number has left the graph. Otherwise it is "unclear".
"""

from __future__ import annotations

from math import inf, isinf, isnan
from typing import NamedTuple

from autograd.check.differences import Slope
from autograd.check.report import Comparison
from autograd.check.witness import NO_WITNESS, Witness

__all__ = ["compare"]

STEEP = 1e100  # differences cannot distinguish a steeper slope from a vertical tangent
UNDERFLOW = 1e-300  # a derivative below this is 0: floats have no digits for it


class Case(NamedTuple):
    """The evidence for a verdict: a derivative and everything known about it."""

    analytic: float  # by the chain rule
    found: Slope  # by differences
    tolerance: float  # the relative error that is accepted
    witness: Witness  # the testimony of the record


class Judgement(NamedTuple):
    """A verdict, a remark on it, and whether the complex step gave the number to compare with."""

    verdict: str
    remark: str = ""
    by_complex: bool = False


def compare(name: str, analytic: float, found: Slope, tolerance: float, witness: Witness = NO_WITNESS) -> Comparison:
    """Return the verdict on one derivative, as a line of a report.

    Args:
        name: its name in the report.
        analytic: the derivative by the chain rule.
        found: the derivative by differences.
        tolerance: the relative error that is accepted.
        witness: the testimony of the record, where there is one.
    """
    verdict, remark, by_complex = judge(Case(analytic, found, tolerance, witness))
    numeric, by = found.value, f"differences, step {found.step:.0e}"
    if by_complex and witness.by_complex is not None:
        numeric, by = witness.by_complex, "complex step"
    if found.sides.kind == "edge":
        by, remark = "one side", "; ".join(filter(None, ["defined on one side only", remark]))
    return Comparison(name, analytic, numeric, by, verdict, remark, found.curve)


def judge(case: Case) -> Judgement:
    """Return the judgement, according to the kind of point."""
    if isnan(case.analytic):
        return Judgement("WRONG", "the chain rule gives nan")
    match case.found.sides.kind:
        case "jump":
            return Judgement("unclear", "the function jumps here")
        case "none":
            return Judgement("unclear", "the function has no slope here")
        case "vertical":
            return at_vertical(case)
        case "kink":
            return at_kink(case)
    return where_smooth(case)


def at_vertical(case: Case) -> Judgement:
    """Judge where differences see a vertical tangent, which may be one float away: that of asin from 1 - 1e-16."""
    analytic, found, _, witness = case
    if analytic == found.value:
        return Judgement("ok", "the tangent is vertical")
    by_complex = inf if witness.by_complex is None else witness.by_complex
    if abs(analytic - by_complex) <= 0.01 * abs(analytic) < inf or STEEP < abs(analytic) < inf:  # or cbrt at 5e-324
        return Judgement("unclear", "differences cannot tell so steep a slope from a vertical tangent")
    return Judgement("WRONG", "the tangent is vertical")


def at_kink(case: Case) -> Judgement:
    """Judge where the function has one slope on the left and another on the right: any number between them is right."""
    analytic, found, tolerance, witness = case
    left, right = found.sides.left, found.sides.right
    near_enough = tolerance * max(abs(left), abs(right)) + found.sides.doubt + witness.rounding
    remark = f"the slope is {left:.6g} on the left and {right:.6g} on the right"
    between = min(left, right) - near_enough <= analytic <= max(left, right) + near_enough
    if abs(witness.lost()) <= near_enough:
        return Judgement("at a kink" if between else "WRONG", remark)
    return Judgement("unclear" if between else "WRONG", f"{remark}; {what_is_lost(witness)}")


def where_smooth(case: Case) -> Judgement:
    """Judge where the function has one slope, or is defined on one side only."""
    analytic, found, tolerance, witness = case
    if isinf(analytic):
        return Judgement("WRONG" if found.doubt < inf else "unclear", f"the chain rule gives {analytic}")
    near_enough = max(tolerance * max(abs(analytic), abs(found.value)), UNDERFLOW)
    confirmed = by_complex_step(case, near_enough)
    if contradicted(case, near_enough):
        lost = witness.lost()
        if confirmed and abs(lost) <= near_enough:  # a wave that all the steps miss, a bump below the rounding
            return Judgement("unclear", "differences disagree, but the complex step confirms it")
        explained = lost != 0 and abs(analytic + lost - found.value) <= 0.01 * abs(lost) + found.doubt
        return Judgement("WRONG", what_is_lost(witness) if explained else "")
    if found.doubt <= near_enough:
        return Judgement("ok", by_complex=confirmed)
    resolved = f"differences resolve only ± {found.doubt:.1e}"
    if not abs(witness.lost()) <= near_enough:
        return Judgement("unclear", f"{resolved}; {what_is_lost(witness)}")
    if confirmed and 0.0 < abs(analytic) <= witness.rounding:
        return Judgement("ok", f"{resolved}; its terms cancel and leave 0 ± {witness.rounding:.1e}", by_complex=True)
    if confirmed:
        return Judgement("ok", f"{resolved}; the complex step confirms it", by_complex=True)
    # at a minimum the derivative is 0: there it is enough that differences can tell the slopes around it
    if found.doubt <= tolerance * max((abs(slope) for _, slope in found.curve), default=0.0):
        return Judgement("ok", f"0 to within ± {found.doubt:.1e}")
    return Judgement("unclear", resolved)


def contradicted(case: Case, near_enough: float) -> bool:
    """Return whether the derivative differs from that by differences more than the errors of both allow."""
    analytic, found, _, witness = case
    if found.doubt == inf:
        return False
    return abs(analytic - found.value) > near_enough + found.doubt + witness.rounding


def by_complex_step(case: Case, near_enough: float) -> bool:
    """Return whether the complex step gives the same derivative; beside an edge it may leave the domain."""
    analytic, found, _, witness = case
    if witness.by_complex is None or found.sides.kind == "edge":
        return False
    return abs(analytic - witness.by_complex) <= near_enough + witness.rounding


def what_is_lost(witness: Witness) -> str:
    """Return a remark on the part of a derivative that the record does not know."""
    lost = witness.lost()
    if not abs(lost) < inf:
        return "the function runs different operations next to this point"
    return f"a number that left the graph depends on it and accounts for {lost:.3g} of the derivative"
