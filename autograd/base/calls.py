"""Which nodes came out of one call of a function such as softmax: a picture shows the call as one box.

Softmax of three Values records about 30 operations, most of which guard its digits and say nothing to a reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary, ref

__all__ = ["Call", "call_of", "note_call"]


@dataclass(frozen=True, eq=False)  # two calls with the same items are two
class Call:
    """One call of a function that records many operations."""

    name: str
    items: tuple[ref[Any], ...]  # what it was given, plain numbers left out; the results keep these Values alive

    def values(self) -> list[Any]:
        """Return the Values that it was given."""
        return [item() for item in self.items]


CALLS: WeakKeyDictionary[Any, Call] = WeakKeyDictionary()


def note_call(name: str, items: Sequence[Any], results: Sequence[Any]) -> None:
    """Note that the function ``name`` computed those of ``results`` that are Values from ``items``."""
    if all(isinstance(result, float) for result in results):
        return
    call = Call(name, tuple(ref(item) for item in items if not isinstance(item, float)))
    for result in results:
        if not isinstance(result, float):
            CALLS[result] = call


def call_of(node: Any) -> Call | None:
    """Return the call that a node came out of; None if it is not known to be the result of one."""
    return CALLS.get(node)
