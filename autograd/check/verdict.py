"""The verdict on one derivative: what the chain rule says, compared with what the function does.

Only differences of the function can say WRONG, and only beyond their own doubt. Where they are too coarse to tell, the
record may still be a witness: run again on complex numbers it gives the derivative without loss to rounding. But it
repeats the mistakes of the record, so it counts only if no number has left the graph. Otherwise it is "unclear".
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isinf, isnan

from autograd.check.differences import Slope
from autograd.check.report import Comparison
from autograd.check.witness import NO_WITNESS, Witness

__all__ = ["compare"]

UNDERFLOW = 1e-300  # a derivative below this is 0: floats have no digits for it


def compare(name: str, analytic: float, found: Slope, tolerance: float, witness: Witness = NO_WITNESS) -> Comparison:
    """Return the verdict on one derivative.

    Args:
        name: what the report calls it.
        analytic: the derivative by the chain rule.
        found: the derivative by differences.
        tolerance: the relative error that is accepted.
        witness: what the record says, where there is one.
    """
    step = f"differences, step {found.step:.0e}"

    def line(verdict: str, remark: str, numeric: float = found.value, by: str = step) -> Comparison:
        return Comparison(name, analytic, numeric, by, verdict, remark, found.curve)

    if isnan(analytic):
        return line("WRONG", "the chain rule gives nan")
    kind = found.sides.kind
    if kind == "jump":
        return line("unclear", "the function jumps here")
    if kind == "none":
        return line("unclear", "the function has no slope here")
    if kind == "vertical":
        return line("ok" if analytic == found.value else "WRONG", "the tangent is vertical", by="differences")
    if kind == "kink":
        return line(*at_kink(analytic, found, tolerance, witness))
    return smooth(analytic, found, tolerance, witness, line)


def at_kink(analytic: float, found: Slope, tolerance: float, witness: Witness) -> tuple[str, str]:
    """Return (verdict, remark) where the function has one slope on the left and another on the right: any number
    between them is right."""
    low, high = sorted((found.sides.left, found.sides.right))
    slack = tolerance * max(abs(low), abs(high)) + found.sides.doubt + witness.rounding
    remark = f"the slope is {found.sides.left:.6g} on the left and {found.sides.right:.6g} on the right"
    if not low - slack <= analytic <= high + slack:
        return "WRONG", remark
    if witness is not NO_WITNESS and not abs(witness.lost()) <= slack:
        return "unclear", f"{remark}; {what_is_lost(witness)}"
    return "at a kink", remark


def smooth(
    analytic: float, found: Slope, tolerance: float, witness: Witness, line: Callable[..., Comparison]
) -> Comparison:
    """Return the verdict where the function has one slope, or is defined on one side only."""
    one_side = found.sides.kind == "edge"
    by_complex = None if one_side else witness.by_complex
    size = max(abs(analytic), abs(found.value))
    around = max((abs(slope) for _, slope in found.curve), default=0.0)
    near_enough = max(tolerance * size, UNDERFLOW)
    allowed = near_enough + witness.rounding
    sharper = by_complex is not None and abs(analytic - by_complex) <= allowed

    def say(verdict: str, *remarks: str) -> Comparison:
        numeric, by = (by_complex, {"by": "complex step"}) if verdict == "ok" and sharper else (found.value, {})
        if one_side:
            remarks, by = ("defined on one side only", *remarks), {"by": "one side"}
        return line(verdict, "; ".join(remarks), numeric, **by)

    if found.doubt < inf and (isinf(analytic) or abs(analytic - found.value) > allowed + found.doubt):
        left_the_graph = abs(analytic + witness.lost() - found.value) <= 0.01 * size + found.doubt
        return say("WRONG", *[what_is_lost(witness)] * left_the_graph)
    if found.doubt <= near_enough:
        return say("ok")
    known = f"differences resolve only ± {found.doubt:.1e}"
    if not abs(witness.lost()) <= near_enough:
        return say("unclear", known, what_is_lost(witness))
    if sharper:
        return say("ok", f"{known}; the complex step confirms it")
    # at a minimum the derivative is 0: there differences are good enough that are so for the slopes around it
    return say("ok", f"0 to within ± {found.doubt:.1e}") if found.doubt <= tolerance * around else say("unclear", known)


def what_is_lost(witness: Witness) -> str:
    """Return a remark on the part of a slope that the record does not know."""
    lost = abs(witness.lost())
    if not lost < inf:
        return "the function runs different operations next to this point"
    return f"a number that left the graph depends on it and accounts for {witness.lost():.3g} of the derivative"
