"""The memory of a model and its loss: what they keep from one call to the next, so that a trial call can be undone.

A count of calls, a running mean, a generator of random numbers: it may be an attribute of a module, or a name outside
the function that uses it.
"""

from __future__ import annotations

import pickle
import random
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import CellType, FunctionType
from typing import Any, NamedTuple

import numpy as np

from autograd import Value
from nn.networks.module import Module
from nn.networks.search import inside

__all__ = ["as_it_was", "changed_by_calls", "memory"]

LARGE = 10_000  # entries: more are data, and nobody wants them copied


class Kept(NamedTuple):
    """One thing that is kept between calls."""

    seen: Any  # compares equal as long as nothing changes
    put_back: Callable[[], object]  # undoes all changes since


@contextmanager
def as_it_was(model: Any, *functions: Any) -> Iterator[None]:
    """Undo after a ``with`` block what calls for a trial changed in a model, in functions, and in random generators.

    A running mean, say, would go on with examples that nobody has given.
    """
    attributes = [(module, dict(vars(module))) for module in modules_of(model)]
    kept = memory(model, *functions)
    state, state_of_numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        for module, held in attributes:
            vars(module).clear()
            vars(module).update(held)
        for one in kept.values():
            one.put_back()
        random.setstate(state)
        np.random.set_state(state_of_numpy)


def changed_by_calls(before: dict[tuple[int, str], Kept], after: dict[tuple[int, str], Kept]) -> str:
    """Return the name of something that has changed between two looks at the memory, "" if nothing has."""
    for place, one in after.items():
        if place not in before or before[place].seen != one.seen:
            return place[1]
    return ""


def memory(model: Any, *functions: Any) -> dict[tuple[int, str], Kept]:
    """Return everything that a model and functions keep between calls, by its owner and its name."""
    found: dict[tuple[int, str], Kept] = {}
    calls: dict[Any, None] = dict.fromkeys([model, *functions])
    for module in modules_of(model):
        calls |= dict.fromkeys(vars(kind).get("__call__") for kind in type(module).__mro__)
        for name, held in vars(module).items():
            if (one := kept(held)) is not None:
                found[id(module), name] = one
    for f in calls:
        if isinstance(f, FunctionType) and not f.__module__.startswith("nn."):
            found |= outside(f)
    return found


def outside(f: FunctionType) -> dict[tuple[int, str], Kept]:
    """Return what a function keeps between calls under names outside of it."""
    found: dict[tuple[int, str], Kept] = {}
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
        held = held_in(cell)
        if (one := kept(held)) is not None:
            number = isinstance(held, int | float)
            found[id(cell), name] = Kept(one.seen, partial(put_in, cell, held)) if number else one
    for name in f.__code__.co_names:
        held = f.__globals__.get(name)
        if (one := kept(held)) is not None:
            number = isinstance(held, int | float)
            found[id(f.__globals__), name] = (
                Kept(one.seen, partial(f.__globals__.update, {name: held})) if number else one
            )
    return found


def kept(held: Any) -> Kept | None:
    """Return what an object remembers, if it is a number, a container of numbers, or a generator of random numbers."""
    if isinstance(held, int | float):
        return Kept(held, int)  # its owner puts it back
    if isinstance(held, list | deque | dict | np.ndarray) and size_of(held) > LARGE:
        return None
    if isinstance(held, list | deque) and all(isinstance(x, int | float) for x in held):
        numbers = list(held)
        return Kept(numbers, partial(refill, held, held.extend, numbers))
    if isinstance(held, dict) and all(isinstance(x, int | float) for x in held.values()):
        items = dict(held)
        return Kept(items, partial(refill, held, held.update, items))
    if isinstance(held, np.ndarray) and held.dtype.kind in "biuf":
        copied = held.copy()
        return Kept((held.shape, held.tobytes()), partial(np.copyto, held, copied))
    if isinstance(held, random.Random):
        state = held.getstate()
        return Kept(state, partial(held.setstate, state))
    if isinstance(held, np.random.Generator):
        words = held.bit_generator.state
        return Kept(pickle.dumps(words), partial(setattr, held.bit_generator, "state", words))
    if isinstance(held, np.random.RandomState):
        state_of_numpy = held.get_state()
        return Kept(pickle.dumps(state_of_numpy), partial(held.set_state, state_of_numpy))
    return None


def size_of(held: Any) -> int:
    """Return how many entries a container has."""
    return held.size if isinstance(held, np.ndarray) else len(held)


def refill(held: Any, fill: Callable[[Any], object], contents: Any) -> None:
    """Give a container the contents that it had."""
    held.clear()
    fill(contents)


def held_in(cell: CellType) -> Any:
    """Return the contents of a cell, None for one that is still empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def put_in(cell: CellType, held: Any) -> None:
    """Put something into a cell."""
    cell.cell_contents = held


def modules_of(model: Any) -> list[Module]:
    """Return a model and the modules in it, each once."""
    found: list[Module] = []
    waiting, seen = [model], set()
    while waiting:
        held = waiting.pop()
        if id(held) not in seen and not isinstance(held, Value):
            seen.add(id(held))
            if isinstance(held, Module):
                found.append(held)
            waiting += [inner for _, _, inner in inside(held)]
    return found
