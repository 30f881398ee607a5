"""A traced function called again on other examples: whether its graph stays the same, and which leaves do not."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from autograd.calculus.reductions import choices
from autograd.engine import Value
from autograd.lift.record import Record, record
from autograd.program.inputs import variables
from autograd.reverse.build import Input

__all__ = ["Again", "again", "choosing"]

LARGE = 50_000  # nodes: to trace such a graph takes long enough that one other example must do


class Again(NamedTuple):
    """What is found when a function is called again."""

    alike: bool = False  # the graph is the same for every example that was tried
    anew: tuple[Value, ...] = ()  # leaves that the function makes in every call, always of the same number
    varies: tuple[float, float] | None = None  # two numbers of a leaf that it makes in every call


@contextmanager
def choosing(known: list[int] | Iterator[int]) -> Iterator[None]:
    """Note in a list what softmax and the like choose inside a ``with`` block, or let them repeat what was noted."""
    token = choices.set(known)
    try:
        yield
    finally:
        choices.reset(token)


@contextmanager
def other_numbers(leaves: Sequence[Value], change: Callable[[float], float]) -> Iterator[None]:
    """Give leaves other numbers, and other gradients, inside a ``with`` block."""
    before = [(leaf, leaf._data, leaf._grad) for leaf in leaves]
    try:
        for leaf, number, grad in before:
            leaf._data, leaf._grad = change(number), change(grad or 0.0)
        yield
    finally:
        for leaf, number, grad in before:
            leaf._data, leaf._grad = number, grad


def again(
    f: Callable[..., Any],
    example: Sequence[Any],
    graph: Record,
    inputs: Sequence[Input],
    chosen: Sequence[int] = (),
    tries: int = 0,
    read: Sequence[Value] = (),
) -> Again:
    """Call a function on other examples, and compare the graphs; an example that it refuses proves nothing.

    A leaf that is another Value in every call, even for the same example, was made in the call, as a learner makes
    the first state of a recurrence: ``h = [Value(0.0) for _ in range(4)]``. A parameter that f makes in its first call
    and keeps is the same Value afterwards.

    Args:
        f: the function.
        example: the arguments that the graph was traced with.
        graph: its record.
        inputs: the Values in place of these arguments.
        chosen: what our own functions chose, for the sake of rounding alone; they choose alike again.
        tries: how many examples of any sign and size to try beside those near this one.
        read: parameters whose numbers f reads; they get other numbers too, and theirs again.
    """
    draw = random.Random(0)
    near: list[Callable[[float], float]] = [lambda x: 0.4375 * x + 0.171875, lambda x: 1.6875 * x + 0.171875]
    sizes = (1.0, 10.0, 100.0, 1000.0) * (tries // 4)
    far: list[Callable[[float], float]] = [partial(drawn, draw, size) for size in sizes]
    first = form(graph, inputs)
    found: list[dict[Value, Value]] = []  # of each other graph: its leaves in place of those of the first, if others

    def differs(change: Callable[[float], float]) -> bool:
        """Call f once more, and return whether it gives another graph."""
        given, others = variables(f, [moved(one, change) for one in example])
        try:
            with choosing(iter(chosen)), other_numbers(read, change):
                root = f(*given)
        except Exception:
            return False
        if not isinstance(root, Value) or (pairs := replaced(first, form(record(root), others))) is None:
            return True
        found.append(pairs)
        return found[0].keys() != pairs.keys()

    if any(map(differs, (near + far)[: None if len(graph.nodes) < LARGE else 1])):
        return Again()
    if (not found or found[0]) and differs(lambda x: x):
        return Again()
    for pairs in found:
        for mine, its in pairs.items():
            if struct.pack("d", mine.data) != struct.pack("d", its.data):
                return Again(varies=(mine.data, its.data))
    return Again(True, tuple(found[0]) if found else ())


def drawn(draw: random.Random, size: float, x: float) -> float:
    """Return a number of either sign, of about this size, or of this size times x where that is larger."""
    return draw.gauss(0.0, size * (1.0 + abs(x)))


def moved(one: Any, change: Callable[[float], float]) -> Any:
    """Return an argument with other numbers in it."""
    if isinstance(one, list | tuple):
        return type(one)(moved(inner, change) for inner in one)
    if isinstance(one, np.ndarray):
        return np.vectorize(change, otypes=[float])(one)
    return change(one)


def form(graph: Record, inputs: Sequence[Input]) -> tuple[list[Any], tuple[Any, ...]]:
    """Return the nodes of a graph, by their operations, the numbers of inputs, and leaves; and all else that it is."""
    number = {v: i for i, v in enumerate(v for one in inputs for v in one.variables.ravel().tolist())}
    made = [node.op.name if node.op is not None else number.get(node, node) for node in graph.nodes]
    return made, (graph.operands, [struct.pack("d", c) for c in graph.constants], graph.root)


def replaced(first: tuple[list[Any], tuple[Any, ...]], other: tuple[list[Any], Any]) -> dict[Value, Value] | None:
    """Return the leaves of the first form that are others in the second; None if the forms differ in more than that."""
    if len(first[0]) != len(other[0]) or first[1] != other[1]:
        return None
    pairs = {}
    for mine, its in zip(first[0], other[0], strict=True):
        if mine is not its and mine != its:
            if not (isinstance(mine, Value) and isinstance(its, Value)):
                return None
            pairs[mine] = its
    return None if pairs.keys() & set(pairs.values()) else pairs
