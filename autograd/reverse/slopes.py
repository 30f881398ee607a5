"""What is known of local derivatives before any number is: which are constant, and where none goes back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from autograd.lift.steps import Array, Gather, Map, Step, Sum
from autograd.reverse.code import CODE, Code, code, literal

__all__ = ["constant_slope", "is_cut", "needs_gradient"]


def constant_slope(row: str, k: int, numbers: Sequence[float | None] = ()) -> float | None:
    """Return the local derivative of a row in operand k if it is the same everywhere, None if it is not.

    Args:
        row: the name of the row.
        k: which operand.
        numbers: the operands that are constant numbers; None for the others.
    """
    op = CODE.get(row)
    if op is None or (row == "power" and not numbers):
        return None
    names = ["x", "y"][: len(op.domain)]
    given = zip_longest(names, numbers)
    slope = op.partials(Code("z"), *[Code(name) if c is None else literal(c) for name, c in given])[k]
    return None if slope is None else code(slope).number


def is_cut(row: str, k: int) -> bool:
    """Return whether a row passes nothing back to operand k, as floor does.

    x ** 0 passes back 0 times upstream, which is nan where upstream is infinite.
    """
    op = CODE.get(row)
    return op is not None and op.partials(Code("z"), *map(Code, ["x", "y"][: len(op.domain)]))[k] is None


def needs_gradient(arrays: Sequence[Array], steps: Sequence[Step]) -> list[bool]:
    """Return for each array whether a gradient goes back to it: whether it depends on a parameter."""
    found = [array.role == "parameter" for array in arrays]
    for step in steps:
        if isinstance(step, Gather):
            found[step.out] = any(found[source] for source in step.sources)
        elif isinstance(step, Map):
            reads = [read for k, read in enumerate(step.reads) if not is_cut(step.row, k)]
            found[step.out.array] = any(found[read.array] for read in reads)
        elif isinstance(step, Sum):
            found[step.out.array] = any(found[read.array] for term in step.terms for read in term.reads)
    return found
