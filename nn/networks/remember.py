"""The parameters of a module, remembered as long as nothing in it has changed. Searching for them takes longer than a
training step by a compiled program."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from autograd import Value
from nn.networks.search import is_module

__all__ = ["recall"]

PLAIN = (Value, int, float, complex, str, bytes, type(None), FunctionType, BuiltinFunctionType, type)


class Memory(NamedTuple):
    """The parameters that were found, and all containers that were searched."""

    parameters: list[Value]
    containers: list[tuple[Any, Any]]  # each list or dict of attributes, and a copy of it as it was


MEMORIES: WeakKeyDictionary[Any, Memory] = WeakKeyDictionary()


def recall(module: Any, search: Callable[[], list[Value]]) -> list[Value]:
    """Return the parameters that ``search`` finds in a module; without searching, if nothing can have changed.

    Only modules, lists and tuples are looked into again; a module that holds anything else is searched every time.
    """
    memory = MEMORIES.get(module)
    if memory is not None and unchanged(memory):
        return memory.parameters
    parameters = search()
    containers: list[tuple[Any, Any]] = []
    if note_containers(module, containers, {id(module): None}):
        MEMORIES[module] = Memory(parameters, containers)
    else:
        MEMORIES.pop(module, None)
    return parameters


def unchanged(memory: Memory) -> bool:
    """Return whether every container holds what it held, by identity; Values are equal to themselves alone."""
    try:
        return all(held == before for held, before in memory.containers)
    except Exception:  # an array that is not the same one refuses to be compared
        return False


def note_containers(held: Any, containers: list[tuple[Any, Any]], seen: dict[int, Any]) -> bool:
    """Note the containers inside ``held``; return whether all its contents could be searched.

    A module that contains itself cannot be remembered: the memory would keep it from being freed.
    """
    attributes = vars(held) if is_module(held) else None
    if attributes is not None:
        containers.append((attributes, dict(attributes)))
    elif type(held) is list:
        containers.append((held, list(held)))
    for inner in attributes.values() if attributes is not None else held:
        if isinstance(inner, PLAIN) or (id(inner) in seen and seen[id(inner)] is not None):
            continue
        if id(inner) in seen or not (is_module(inner) or type(inner) in (list, tuple)):
            return False
        seen[id(inner)] = inner
        if not note_containers(inner, containers, seen):
            return False
    return True
