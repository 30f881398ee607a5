"""Things that tracing one example would bake into a program: Python's decisions, numbers taken out, random draws."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from typing import Any

from autograd.base.real import shown
from autograd.engine import Value, order
from autograd.engine.watch import CONVERSIONS, Escape, peeks
from autograd.lift.record import Record, record
from autograd.program.inputs import variables
from autograd.program.retrace import again, choosing
from autograd.reverse.build import Input

__all__ = ["traced"]

TAKEN = CONVERSIONS | {"data", "grad", "detach"}  # ways to take the number out of a Value
MANY = 16  # other examples to try where numbers were taken out, by which f may decide


def traced(f: Callable[..., Any], example: Sequence[Any]) -> tuple[Value, list[Input], Record]:
    """Return the root of ``f`` for one example, its inputs, and its graph, in which leaves that f makes are constants.

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
    tries = MANY if escapes else 0
    found = again(f, example, graph, inputs, chosen, tries, read)
    if found.anew:  # their numbers may be those of parameters, which get other ones now
        held = [v for v in graph.nodes if v.op is None and v not in found.anew]
        found = again(f, example, graph, inputs, chosen, tries, [*dict.fromkeys([*read, *held])])
    where = "".join(f": {name_of(escape)} in {escape.place}" for escape in (taken or escapes)[:1])
    if found.varies:
        raise ValueError(
            f"f makes a Value in every call, which was {found.varies[0]!r} for one example and {found.varies[1]!r} for "
            f"another, and the program would keep the first number{where}; pass what varies as an argument"
        )
    if taken or not found.alike:
        raise ValueError(
            f"f must compute the same way for every example, and the program would keep a number, or a form, that "
            f"belongs to this one{where}; compute with autograd's functions, and pass what varies as an argument"
        )
    if found.anew and all(node in found.anew for node in graph.nodes if node.op is None):
        raise ValueError(f"f must compute with its arguments or with parameters, got {shown(root)}, made of new Values")
    return root, inputs, record(root, found.anew) if found.anew else graph


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
    given = {v for one in inputs for v in one.variables.ravel().tolist()}
    roots = dict.fromkeys(escape.node for escape in escapes)
    return [*dict.fromkeys(v for root in roots for v in order(root) if v.op is None and v not in given)]


def name_of(escape: Escape) -> str:
    """Return how a number was taken out of a Value, as it is written."""
    return f"v.{escape.how}" if escape.how in ("data", "grad") else f"{escape.how}()"
