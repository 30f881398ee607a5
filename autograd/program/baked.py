"""Things that tracing one example would bake into a program: Python's decisions, numbers taken out, random draws."""

from __future__ import annotations

import random
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from autograd.base.real import shown
from autograd.calculus.reductions import choices
from autograd.engine import Value, order
from autograd.engine.watch import CONVERSIONS, Escape, peeks
from autograd.lift.record import Record, plainly, record
from autograd.program.inputs import variables
from autograd.program.made import as_constants
from autograd.reverse.build import Input

__all__ = ["traced"]

TAKEN = CONVERSIONS | {"data", "grad", "detach"}  # ways to take the number out of a Value
MANY = 16  # other examples to try where numbers were taken out, by which f may decide
LARGE = 50_000  # nodes: to trace such a graph takes long enough that one other example must do


def traced(f: Callable[..., Any], example: Sequence[Any]) -> tuple[Value, list[Input]]:
    """Return the graph of ``f`` for one example, and its inputs.

    Raises:
        TypeError: when f does not return a Value.
        ValueError: when another example would give another graph, or other constants: f compares Values, takes a number
            out of one and computes with it, or draws random numbers.
    """
    before = random_states()
    chosen: list[int] = []
    with peeks() as escapes, choosing(chosen):
        given, inputs = variables(f, example)
        root = f(*given)
    if not isinstance(root, Value):
        raise TypeError(f"f must return a Value, got {shown(root)}")
    for escape in escapes:
        if escape.how not in TAKEN:
            raise ValueError(
                f"f must not decide by a Value, since the program would decide alike for every example: "
                f"{escape.how} in {escape.place}; use autograd.where(v, x, y), which is x where v > 0 and else y"
            )
    if random_states() != before:
        raise ValueError(
            "f must not draw random numbers, since the program would use the same ones for every example; "
            "pass them as an argument"
        )
    graph = record(root)
    taken = [escape for escape in escapes if kept(escape, graph)]
    read = read_from(escapes, inputs)
    other = differs(f, example, graph, inputs, chosen, MANY if escapes else 0, read)
    if other and not taken and made_constant(f, example, root, inputs, chosen):
        graph = record(root)
        held = leaves_of(graph, inputs)  # none of them may be behind a constant, which would stay as it is
        read = [*dict.fromkeys([*read, *held])]
        other = differs(f, example, graph, inputs, chosen, MANY if escapes else 0, read, made=True)
        other = other or not set(leaves_of(plainly(root, graph), inputs)).issubset(held)
    if taken or other:
        where = "".join(f": {name_of(escape)} in {escape.place}" for escape in (taken or escapes)[:1])
        raise ValueError(
            f"f must compute the same way for every example, and the program would keep a number, or a form, that "
            f"belongs to this one{where}; compute with autograd's functions, and pass what varies as an argument"
        )
    return root, inputs


def random_states() -> tuple[Any, ...]:
    """Return the states of Python's generator, and of NumPy's."""
    numpy = sys.modules.get("numpy")
    legacy = numpy.random.get_state() if numpy else ()
    return random.getstate(), *(part.tobytes() if hasattr(part, "tobytes") else part for part in legacy)


def kept(escape: Escape, graph: Record) -> bool:
    """Return whether a number that left a Value is a constant of the graph; 0, 1 and other integers prove nothing."""
    number = escape.node.grad if escape.how == "grad" else escape.node.data
    return number != round(number) and number in graph.constants if abs(number) < 1e300 else False


def read_from(escapes: Sequence[Escape], inputs: Sequence[Input]) -> list[Value]:
    """Return the parameters on which the numbers depend that were taken out of Values."""
    given = set(variables_of(inputs))
    roots = dict.fromkeys(escape.node for escape in escapes)
    return [*dict.fromkeys(v for root in roots for v in order(root) if v.op is None and v not in given)]


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


def name_of(escape: Escape) -> str:
    """Return how a number was taken out of a Value, as it is written."""
    return f"v.{escape.how}" if escape.how in ("data", "grad") else f"{escape.how}()"


@contextmanager
def choosing(known: list[int] | Iterator[int]) -> Iterator[None]:
    """Note in a list what softmax and the like choose inside a ``with`` block, or let them repeat what was noted."""
    token = choices.set(known)
    try:
        yield
    finally:
        choices.reset(token)


def differs(
    f: Callable[..., Any],
    example: Sequence[Any],
    graph: Record,
    inputs: Sequence[Input],
    chosen: Sequence[int] = (),
    tries: int = 0,
    read: Sequence[Value] = (),
    made: bool = False,
) -> bool:
    """Return whether another example gives another graph; one that f refuses proves nothing.

    Args:
        f: the function.
        example: the arguments that the graph was traced with.
        graph: its record.
        inputs: the Values in place of these arguments.
        chosen: what our own functions chose, for the sake of rounding alone; they choose alike again.
        tries: how many examples of any sign and size to try beside those near this one.
        read: parameters whose numbers f reads; they get other numbers too, and theirs again.
        made: whether the leaves that f makes in each call are constants of the graph.
    """
    draw = random.Random(0)
    near: list[Callable[[float], float]] = [lambda x: 0.4375 * x + 0.171875, lambda x: 1.6875 * x + 0.171875]
    sizes = (1.0, 10.0, 100.0, 1000.0) * (tries // 4)
    far: list[Callable[[float], float]] = [partial(drawn, draw, size) for size in sizes]
    for change in (near + far)[: None if len(graph.nodes) < LARGE else 1]:
        numbers = [moved(one, change) for one in example]
        given, others = variables(f, numbers)
        try:
            with other_numbers(read, change):
                with choosing(iter(chosen)):
                    root = f(*given)
                if made:
                    made_constant(f, numbers, root, others, chosen)
        except Exception:
            continue
        if not isinstance(root, Value) or form(graph, inputs) != form(record(root), others):
            return True
    return False


def made_constant(
    f: Callable[..., Any], example: Sequence[Any], root: Value, inputs: Sequence[Input], chosen: Sequence[int]
) -> bool:
    """Make constants of the leaves that f made in its call, and return whether there are any."""
    with choosing(iter(chosen)):
        return as_constants(f, example, root, variables_of(inputs))


def leaves_of(graph: Record, inputs: Sequence[Input]) -> list[Value]:
    """Return the leaves of a graph that are not inputs."""
    given = set(variables_of(inputs))
    return [v for v in graph.nodes if v.op is None and v not in given]


def variables_of(inputs: Sequence[Input]) -> list[Value]:
    """Return the Values that stand for numbers."""
    return [v for one in inputs for v in one.variables.ravel().tolist()]


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


def form(graph: Record, inputs: Sequence[Input]) -> tuple[Any, ...]:
    """Return the parts of a graph that a program keeps: its operations, their operands, and its constants."""
    number = {v: i for i, v in enumerate(variables_of(inputs))}
    made = [node.op.name if node.op is not None else number.get(node, node) for node in graph.nodes]
    return made, graph.operands, [struct.pack("d", c) for c in graph.constants], graph.root
