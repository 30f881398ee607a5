"""The decisions that Python took while a loss was recorded, found again when a program is made of that loss.

A graph shows the branch that was taken, and nothing of the other: ``h = v if v > 0 else 0 * v`` records one of the two.
A program keeps this branch for all numbers, so it must know the decisions on which it rests.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from types import CodeType
from typing import Any, NamedTuple, TypeAlias
from weakref import ref

from autograd.calculus.values import cuts_of
from autograd.engine import Value, links, order
from autograd.engine.backward import CLOCK
from autograd.engine.graph import count
from autograd.engine.watch import DECISIONS, SMALL, Decision, Escape
from autograd.lift.record import Record
from autograd.program.looks import only_looks

__all__ = ["Basis", "Kept", "basis", "holds"]

HUGE = 1e300  # a constant of our own is beyond it
DIGITS = 12  # a constant with so many digits does not equal the number of a Value by accident

Place: TypeAlias = tuple[CodeType, int]  # a function, and an instruction in it

ANSWERS: dict[str, Callable[..., Any]] = {  # what Python decides, by the name in `Kept`
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "bool": bool, "flow": bool,
    "int": int, "trunc": math.trunc, "floor": math.floor, "ceil": math.ceil, "round": round,
}  # fmt: skip


class Kept(NamedTuple):
    """A decision, or a number, that a program keeps, though other numbers might need another one."""

    node: Value
    how: str  # as in `Decision`; "flow": nothing went back through it; "number": the Value's number is a constant
    other: Any  # the Value or the number that it was compared with; None: nothing
    result: Any  # what was decided, or the number
    place: Place | None  # the user's line; None: not known

    @property
    def where(self) -> Escape | None:
        """The user's line that decided it."""
        if self.place is None:
            return None
        code, instruction = self.place
        lines = [line for start, end, line in code.co_lines() if start <= instruction < end and line]
        return Escape(self.node, self.how, code.co_filename, lines[0] if lines else 0, code, instruction)


class Basis(NamedTuple):
    """Everything that a program rests on besides its graph."""

    kept: list[Kept]  # those that can be checked at every run
    gone: list[Kept]  # decisions by Values that no longer exist; `node` is the root


def holds(how: str, a: float, b: Any) -> Any:
    """Return what Python decides for the number a, and for b where there is one; None if it raises an error.

    >>> holds(">", 2.0, 1.0), holds("bool", 0.0, None), holds("int", 2.5, None)
    (True, False, 2)
    """
    try:
        return ANSWERS[how](a) if b is None else ANSWERS[how](a, b)
    except (ArithmeticError, ValueError):  # there is no int of inf
        return None


def basis(graph: Record, inputs: Sequence[Value] = ()) -> Basis:
    """Return what the program of a graph rests on.

    Args:
        graph: the record of a loss.
        inputs: the leaves that are different for every example. What depends on them is checked when it is traced.
    """
    if inputs:
        given = set(inputs)
        return Basis([kept for kept in cuts(graph) if given.isdisjoint(order(kept.node))], [])
    kept, gone = decisions(graph)
    return Basis([*kept, *cuts(graph), *numbers(graph)], gone)


def decisions(graph: Record) -> tuple[list[Kept], list[Kept]]:
    """Return the decisions by Values of a graph, and those by Values that are gone.

    What is decided by the root decides nothing of its graph, as in ``if loss < best``. Values that are not in the graph
    may have decided about it, as v in ``h = v if v > 0 else 0.0``. They are known by when they did: between two by
    Values computed in the graph. Before and after, a Value with a small graph counts if it depends on leaves of this
    one, and since then no leaf was edited and no program made.
    """
    noted = [Decision(*entry) for entry in list(DECISIONS)]
    if not noted:
        return [], []
    met = [values(one) for one in noted]
    root = graph.nodes[-1]
    inside = {v for several in met for v in several}.intersection(graph.nodes) - {root}
    computed = {v for v in inside if v.op is not None}
    times = [time for time, several in enumerate(met) if not computed.isdisjoint(several)]
    first, last = (times[0], times[-1]) if times else (len(noted), -1)

    known: dict[Kept, list[float]] = {}  # and the numbers by which it was decided
    gone: list[Kept] = []
    leaves: set[Value] | None = None
    for time, (one, several) in enumerate(zip(noted, met, strict=True)):
        during = first <= time <= last
        if root in several or (None in several and not during):
            continue
        place = one.code, one.instruction
        if None in several:
            gone.append(Kept(root, one.how, None, one.result, place))
            continue
        if not during and inside.isdisjoint(several):
            if one.edits != CLOCK.edits:
                continue
            leaves = leaves or {v for v in graph.nodes if v.op is None}
            if not near(several, leaves):
                continue
        kept = Kept(several[0], one.how, several[1] if len(several) > 1 else one.other, one.result, place)
        known.setdefault(kept, []).append(one.number)

    then = recorded(graph, {v for kept in known for v in (kept.node, kept.other) if isinstance(v, Value)})
    found = [
        kept
        for kept, numbers in known.items()
        if then(kept.node) in numbers and holds(kept.how, then(kept.node), then(kept.other)) == kept.result
    ]
    return [kept for kept in found if not looks(kept)], [kept for kept in gone if not looks(kept)]


def values(one: Decision) -> list[Any]:
    """Return the Values that a decision was about; None for one that no longer exists."""
    return [one.node(), one.other()] if isinstance(one.other, ref) else [one.node()]


def near(several: Iterable[Value], leaves: set[Value]) -> bool:
    """Return whether a Value with a small graph depends on one of these leaves."""
    return any(count(v, SMALL) < SMALL and not leaves.isdisjoint(order(v)) for v in several)


def looks(kept: Kept) -> bool:
    """Return whether the line that decided only looks at the Value."""
    return kept.place is not None and only_looks(*kept.place)


def recorded(graph: Record, wanted: set[Value]) -> Callable[[Any], Any]:
    """Return the function that gives the number that one of these Values had when a graph was recorded.

    A leaf may have been edited since, and an earlier decision by it may have been another. A number is given as it is.
    """
    then = {v: v._data for v in wanted}
    leaves = {v for v in wanted if v.op is None}
    if leaves:
        then |= {v: number for uses in links(graph.nodes) for v, number in uses if v in leaves}
    return lambda v: then[v] if isinstance(v, Value) else v


def cuts(graph: Record) -> list[Kept]:
    """Return what was decided where a graph is made of gradients: where nothing went back."""
    return [
        Kept(factor, "flow", None, False, (cut.code, cut.instruction))
        for cut in cuts_of(graph.nodes[-1])
        for factor in cut.factors
    ]


def numbers(graph: Record) -> list[Kept]:
    """Return the computed nodes whose numbers are constants of the graph, as v.data and float(v) make them."""
    # softmax adds the largest float to a logit, which gives the largest float
    long = {c for c in graph.constants if abs(c) < HUGE and digits(c) >= DIGITS}
    if not long:
        return []
    count, root = len(graph.nodes), graph.nodes[-1]
    return [
        Kept(node, "number", None, node._data, None)
        for node, parts in zip(graph.nodes, graph.operands, strict=True)
        if node._data in long and parts and min(parts) < count and node is not root
    ]


def digits(number: float) -> int:
    """Return how many digits it takes to write a number."""
    return len(repr(number).partition("e")[0].strip("-").replace(".", "").strip("0"))
