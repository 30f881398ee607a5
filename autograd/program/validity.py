"""Whether the decisions behind a program still hold: a second program, made of these decisions, runs beside it.

It counts, like any program with arrays or with the kernel, the decisions that would differ for the numbers of a run. If
the count is not 0, the decisions are taken again one by one, which tells a real change from one by rounding.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Sequence
from functools import reduce
from math import inf, isclose
from typing import Any

import numpy as np

from autograd.calculus.functions import abs, gate, zero
from autograd.engine import Value, ieee, replay
from autograd.program.decisions import Kept, holds
from autograd.program.plan import Plan, compiled, plan
from autograd.program.sentences import sentence, summary
from autograd.source.run import Numbers
from autograd.table import rules

__all__ = ["Validity"]

IEEE = rules(ieee)
CLOSE = 1e-9  # relative: arrays add up in another order


class Validity:
    """The decisions that a program keeps, and the program that checks them.

    Args:
        kept: the decisions.
        leaves: its parameters.
    """

    def __init__(self, kept: Sequence[Kept], leaves: Sequence[Value]) -> None:
        self.all, self.open = kept, list(kept)  # those that still hold, as far as is known
        self.leaves = {leaf: i for i, leaf in enumerate(leaves)}
        self.is_compiled = False
        self.prepare()

    def prepare(self) -> None:
        """Make the program that counts the decisions that would differ."""
        self.root = reduce(operator.add, map(otherwise, self.open))
        made = plan(self.root, [])
        self.plan: Plan = compiled(made) if self.is_compiled else made
        place = [self.leaves.get(leaf, -1) for leaf in self.plan.parameters]
        self.ours = np.array([k for k, i in enumerate(place) if i >= 0], np.int64)
        self.from_weights = np.array([i for i in place if i >= 0], np.int64)

    def compile(self) -> None:
        """Check with the compiled kernel from now on."""
        self.is_compiled = True
        if self.open:
            self.plan = compiled(self.plan)

    def broken(self, weights: Numbers) -> list[str]:
        """Return a sentence for each line whose decisions hold no longer for these parameters, once each."""
        if not self.open:
            return []
        given = np.array([leaf._data for leaf in self.plan.parameters])  # a leaf that the loss does not use
        given[self.ours] = weights[self.from_weights]
        answer = self.plan.run.forward(given, ())
        if not answer.doubtful and answer.value == 0:
            return []
        numbers = replay(self.root, dict(zip(self.plan.parameters, given.tolist(), strict=True)), IEEE)
        changed = [kept for kept in self.open if not still_holds(kept, numbers)]
        if not changed:
            return []
        places = {(kept.how, kept.place): kept for kept in reversed(changed)}
        self.open = [kept for kept in self.open if (kept.how, kept.place) not in places]
        if self.open:
            self.prepare()
        return [sentence(kept, numbers) for kept in places.values()]

    def lines(self) -> list[str]:
        """Return what is kept, a line for each line of the user's that decided it."""
        places: dict[Any, list[Kept]] = {}
        for kept in self.all:
            places.setdefault((kept.how, kept.place), []).append(kept)
        open_now = {(kept.how, kept.place) for kept in self.open}
        return [
            summary(several) + ("" if key in open_now else "; it no longer holds") for key, several in places.items()
        ]


def still_holds(kept: Kept, numbers: dict[Value, float]) -> bool:
    """Return whether Python would decide alike for these numbers."""
    a, b = numbers[kept.node], numbers[kept.other] if isinstance(kept.other, Value) else kept.other
    if kept.how == "number":
        return isclose(a, kept.result, rel_tol=CLOSE)
    return bool(holds(kept.how, a, b) == kept.result)


# --- as a graph -------------------------------------------------------------------------------------------------------


def above(a: Any, b: Any) -> Any:
    """1 where a > b, else 0."""
    return gate(a - b, 1.0)


def at_least(a: Any, b: Any) -> Any:
    """1 where a >= b, else 0."""
    return above(a, b) + zero(a - b)


def is_so(how: str, a: Value, b: Any) -> Any:
    """Return the graph that is 1 where Python answers yes, else 0."""
    if how in ("bool", "flow"):
        return 1.0 - zero(a)
    if not isinstance(b, Value):
        b = as_float(b)
    if how in (">", ">="):
        return above(a, b) if how == ">" else at_least(a, b)
    return above(b, a) if how == "<" else at_least(b, a)


def as_float(number: Any) -> float:
    """Return a number as a float; inf for an int that is too large for one."""
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def otherwise(kept: Kept) -> Any:
    """Return the graph that is 0 where what was decided still holds."""
    a, how, k = kept.node, kept.how, kept.result
    if how == "number":
        return gate(abs(a - k) - CLOSE * builtins.abs(k), 1.0)
    if isinstance(k, bool):
        yes = is_so(how, a, kept.other)
        return 1.0 - yes if k else yes
    if how == "round":
        return above(abs(a - k), 0.5)
    if how == "floor" or (how in ("int", "trunc") and k > 0):
        return at_least(a, k + 1.0) + above(float(k), a)
    if how == "ceil" or k < 0:
        return at_least(k - 1.0, a) + above(a, float(k))
    return at_least(abs(a), 1.0)
