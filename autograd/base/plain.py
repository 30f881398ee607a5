"""Plain formulas: a program computes them in place of results that eager code computes with more care.

The largest share p of a softmax has the derivative p (1 - p). For softmax([40, 0]) that is exp(-40), of which 1 - p has
lost every digit. So eager code records a formula of its own for the largest share, and for it alone. A program only has
to be right up to rounding, and takes the formula of the textbook, which is the same for every share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

__all__ = ["has_plain", "note_plain", "plain_of"]

# Of a result: its first operand, and what records it plainly. A nudge gives a result another operand, and ends this.
PLAIN: WeakKeyDictionary[Any, tuple[Any, Callable[[], Any]]] = WeakKeyDictionary()


def note_plain(result: Any, formula: Callable[[], Any]) -> None:
    """Note that programs may compute what ``formula()`` records in place of ``result``, a Value just computed."""
    PLAIN[result] = result.x, formula


def has_plain(nodes: Iterable[Any]) -> bool:
    """Return whether any of the nodes has a plain formula."""
    if not PLAIN:
        return False
    among = set(nodes)
    return any(reference() in among for reference in PLAIN.keyrefs())


def plain_of(node: Any) -> Any:
    """Return the root of the plain formula of a node, recorded now; None if it has none."""
    operand, formula = PLAIN.get(node, (None, None))
    return formula() if formula is not None and operand is node.x else None
