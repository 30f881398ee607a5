"""Which nodes came out of one call of a function such as softmax: a picture shows the call as one box.

Softmax of three Values records about 30 operations, most of which guard its digits and say nothing to a reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary, ref

__all__ = ["Call", "call_of", "note_call"]


class Call:
    """One call of a function that records many operations. Two calls with the same items are two.

    Args:
        name: that of the function.
        items: what it was given; plain numbers are left out.
        results: what it returned.
    """

    __slots__ = ("item_references", "name", "result_references")

    def __init__(self, name: str, items: Iterable[Any], results: Iterable[Any]) -> None:
        self.name = name  # the references are weak: a result that is kept keeps the items, as its operands, and no more
        self.item_references = [ref(item) for item in items if not isinstance(item, float)]
        self.result_references = [ref(result) for result in results if not isinstance(result, float)]

    def items(self) -> list[Any]:
        """Return the Values that it was given."""
        return [item() for item in self.item_references]

    def results(self) -> list[Any]:
        """Return those of its results that are still in use."""
        return [result for reference in self.result_references if (result := reference()) is not None]


CALLS: WeakKeyDictionary[Any, Call] = WeakKeyDictionary()


def note_call(name: str, items: Iterable[Any], results: Iterable[Any], among: Iterable[Any]) -> None:
    """Note that the function ``name`` computed ``results`` from ``items``.

    Args:
        name: that of the function.
        items: Values and plain numbers.
        results: Values, or plain numbers, of which nothing is noted.
        among: few nodes of the call, one of which is in every graph that a result is in.
    """
    call = Call(name, items, results)
    for node in among:
        if not isinstance(node, float):
            CALLS[node] = call


def call_of(node: Any) -> Call | None:
    """Return the call that a node was noted to be of; None if it was not."""
    return CALLS.get(node)
