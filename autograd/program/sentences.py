"""What a program says of the decisions that it keeps: in `Program.decisions`, and in warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from autograd.base.real import one_line
from autograd.engine import Value
from autograd.program.decisions import Kept, holds

__all__ = ["sentence", "summary", "unseen"]


def sentence(kept: Kept, numbers: Mapping[Value, float]) -> str:
    """Return what no longer holds, and what to do."""
    if kept.how == "number":
        name = f"the Value {one_line(kept.node.label)}" if kept.node.label else "a Value of its graph"
        return (
            f"the program keeps the constant {kept.result:.6g}, which {name} was when the loss was recorded and which "
            f"is {numbers[kept.node]:.6g} now: v.data and float(v) give a number that stays; record the loss again, "
            f"or compute with v itself"
        )
    if kept.how == "flow":
        return (
            f"the program leaves out a part of a gradient, recorded {at(kept)}, that did not pass a relu, a max or a "
            f"where then and would pass now: record it again"
        )
    if chooses(kept):
        return (
            f"the program keeps the choice of {what(kept)} {at(kept)}, which would be another one now: record the loss "
            f"again, or use autograd.max, autograd.min or autograd.where, which decide at every run"
        )
    now = holds(kept.how, numbers[kept.node], numbers[kept.other] if isinstance(kept.other, Value) else kept.other)
    return (
        f"the program keeps the decision {what(kept)} {at(kept)}, which was {kept.result} when the loss was recorded "
        f"and is {now} now: record the loss again, or use autograd.where(v, x, y), which decides at every run"
    )


def chooses(kept: Kept) -> bool:
    """Return whether a function compared, as the built-in max does, and not an expression with the sign in it."""
    return kept.how in "<=>=" and kept.how not in what(kept)


def summary(several: Sequence[Kept]) -> str:
    """Return in a line what was decided at one place of the source."""
    first = several[0]
    if first.how == "number":
        more = f", and {len(several) - 1:,} more" if len(several) > 1 else ""
        return f"the constant {first.result:.6g}, which is the number of a Value{more}"
    if first.how == "flow":
        return f"a part of a gradient that did not pass, {at(first)}"
    if chooses(first):
        return f"the choice of {what(first)} {at(first)}"
    answers = Counter(kept.result for kept in several)
    times = ", ".join(f"{answer} {count:,} times" if count > 1 else f"{answer}" for answer, count in answers.items())
    return f"{what(first)} {at(first)} ({times})"


def what(kept: Kept) -> str:
    """Return the expression that decided, as it is written; the sign, if that is not to be had."""
    text = kept.where.call if kept.where else ""
    if kept.how == "bool" and "bool(" not in text:  # of "a if v else b" the text is all of it
        return "bool(v)"
    return text or kept.how


def at(kept: Kept) -> str:
    """Return ``in line 23 of file.py: text``."""
    return f"in {kept.where.place}" if kept.where else "somewhere"


def unseen(gone: Sequence[Kept]) -> list[str]:
    """Return a sentence for each line that decided by Values of which one no longer exists."""
    places = Counter((kept.how, kept.place) for kept in gone)
    first = {(kept.how, kept.place): kept for kept in reversed(gone)}
    return [
        f"the program cannot tell whether a decision still holds: {what(first[key])} {at(first[key])} compared "
        f"{'a Value that no longer exists' if count == 1 else f'{count:,} Values that no longer exist'}; "
        f"use autograd.where(v, x, y) or autograd.max, which decide at every run"
        for key, count in places.items()
    ]
