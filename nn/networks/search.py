"""Finding the Values that a module holds: its parameters, and others that only look like parameters."""

from __future__ import annotations

import re
from collections import UserList, deque
from collections.abc import Container, Iterable, Iterator, Mapping, ValuesView
from math import inf
from types import FunctionType, GeneratorType, ModuleType
from typing import Any

import numpy as np

from autograd import Value
from autograd.base.checks import shown
from autograd.engine import uses

__all__ = ["HIDDEN", "MOST_ENTRIES", "found_elsewhere", "inside", "is_module", "other_origin", "search"]

ITERATORS = (GeneratorType, map, filter, zip)
NOT_PLAIN = (
    type, FunctionType, ModuleType, Mapping, list, tuple, deque, UserList, set, frozenset, np.ndarray, Value,
)  # fmt: skip
HIDDEN = re.compile(r"(^|\.)_")  # an attribute with a leading underscore, anywhere on a path
MOST_NODES = 100  # how far the origin of a computed Value is followed
MOST_ENTRIES = 1000  # how many entries of an object are looked at


def is_module(held: Any) -> bool:
    """Return whether ``held`` is a Module. It says so itself, since the class Module is built on this search."""
    return getattr(type(held), "has_parameters", False) is True


def search(path: str, held: Any, above: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every Value in the public attributes and containers of ``held``, a leaf or computed, with its path.

    Instances of other classes are not searched: they are yielded too, for the caller to look at.

    Args:
        path: where ``held`` itself stands.
        held: a module, a container or a Value.
        above: the ids of its containers; a container inside itself is not entered again.

    Raises:
        TypeError: for Values in a set or a generator, and for a weight of a unit that is not a Value.
        ValueError: for a weight of a unit that was computed.
    """
    if isinstance(held, Value) or is_plain_object(held):
        yield path, held
    elif id(held) not in above:
        if is_module(held):
            check_weights(path, held)
        for step, _, inner in inside(held, path):
            yield from search(path + step if path else step.lstrip("."), inner, (*above, id(held)))


def is_plain_object(held: Any) -> bool:
    """Return whether ``held`` is an instance of a user's own class, with attributes, that is not a Module."""
    kind = type(held)
    return hasattr(held, "__dict__") and not issubclass(kind, NOT_PLAIN) and not is_module(held)


def inside(held: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield (step, name, item) for each item in a module or a container: its step in a path, its part of an array's
    name, and the item itself."""
    if is_module(held):
        for name, inner in vars(held).items():
            if not name.startswith("_"):
                yield f".{name}", name, inner
    elif isinstance(held, Mapping):
        for key, inner in held.items():
            yield f"[{key!r}]", str(key), inner
    elif isinstance(held, list | tuple | deque | UserList | ValuesView) or (
        isinstance(held, np.ndarray) and held.dtype == object and held.ndim
    ):
        for position, inner in enumerate(held):
            yield f"[{position}]", str(position), inner
    elif isinstance(held, set | frozenset) and any(isinstance(v, Value) or is_module(v) for v in held):
        raise TypeError(
            f"parameters must be held in a list, for a set has no order that stays; got {at(path)}{shown(held)}"
        )
    elif isinstance(held, ITERATORS):
        raise TypeError(
            f"parameters must be held in a list, for {shown(held)} can be read only once; make {path or 'it'} a list, "
            f"or begin its name with an underscore if it holds no parameters"
        )


def check_weights(path: str, module: Any) -> None:
    """Raise an error when an attribute in which a module keeps its weights holds anything but leaf Values."""
    for name in module.weight_names:
        held = getattr(module, name)
        weights = list(held) if isinstance(held, Iterable) and not isinstance(held, Value) else [held]
        for i, weight in enumerate(weights):
            if not isinstance(weight, Value) or weight.op is not None:
                step = name if weight is held else f"{name}[{i}]"
                raise not_a_weight(f"{path}.{step}".lstrip("."), step, weight)


def not_a_weight(place: str, step: str, weight: Any) -> Exception:
    """Return the error for something else in the place of a weight; it says what to write there."""
    if isinstance(weight, Value) and weight.op is not None:
        return ValueError(
            f"{place} must be a leaf, got a Value that was computed by {weight.op.name}: it is no longer a parameter; "
            f"change a weight in place, as in w.data -= 0.1 * w.grad"
        )
    number = repr(weight) if type(weight) in (int, float) else "…"
    return TypeError(
        f"{place} must be a Value, got {shown(weight)}; write Value({number}) in its place, or change the number of "
        f"the old one: {step}.data = {number}"
    )


def other_origin(value: Value, parameters: Container[Value]) -> set[Value]:
    """Return the leaves that a computed Value depends on; none if one of them is a parameter.

    The set is also empty if the record is longer than that of a weight would be.
    """
    leaves: set[Value] = set()
    seen, waiting = {value}, [value]
    while waiting:
        node = waiting.pop()
        if node in parameters or len(seen) > MOST_NODES:
            return set()
        if node.op is None:
            leaves.add(node)
        for use in uses(node):
            if use.operand is not None and use.operand not in seen:
                seen.add(use.operand)
                waiting.append(use.operand)
    return leaves


def found_elsewhere(model: Any, path: str = "", most: float = inf) -> dict[Value, str]:
    """Return the leaf Values that ``model`` holds anywhere, also where `search` does not look, each with its path.

    These are attributes that begin with an underscore, and objects that are neither modules nor containers. A module
    in such an object is left out: its weights are parameters of its own, as those of the opponent of a model are.

    Args:
        model: a module or any other object.
        path: where it stands itself.
        most: how many entries are looked at.
    """
    found: dict[Value, str] = {}
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [(path, model)]
    while waiting and len(seen) < most:
        path, held = waiting.pop()
        if isinstance(held, Value):
            if held.op is None:
                found.setdefault(held, path)
        elif id(held) not in seen:
            seen.add(id(held))
            skip = is_plain_object(held)
            waiting.extend(
                (f"{path}{step}".lstrip("."), inner)
                for step, inner in everything_in(held)
                if not (skip and is_module(inner))
            )
    return found


def everything_in(held: Any) -> Iterator[tuple[str, Any]]:
    """Yield everything that an object holds: items of a container, attributes of an instance of a user's own class."""
    if isinstance(held, Mapping):
        yield from ((f"[{key!r}]", inner) for key, inner in held.items())
    elif isinstance(held, list | tuple | set | frozenset | deque | UserList | ValuesView):
        yield from ((f"[{i}]", inner) for i, inner in enumerate(held))
    elif isinstance(held, np.ndarray):
        if held.dtype == object and held.ndim:
            yield from ((f"[{i}]", inner) for i, inner in enumerate(held))
    elif is_module(held) or is_plain_object(held):
        yield from ((f".{name}", inner) for name, inner in vars(held).items())


def at(path: str) -> str:
    """Return ``path = `` before what is found there, or nothing where there is no path."""
    return f"{path} = " if path else ""
