"""Views as NumPy expressions, brought to the axes of the expression in which they stand.

An expression has a list of axes: those of the step's index space by number, and -1 for the examples, which come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.lift.steps import Array, View, size
from autograd.lift.views import Slices, strided
from autograd.reverse.code import ATOM, Code, literal

__all__ = ["EXAMPLES", "Reads", "in_order"]

EXAMPLES = -1  # the axis of the examples


class Reads(NamedTuple):
    """Arrays and their names."""

    arrays: Sequence[Array]
    names: dict[int, str]  # of each array that is not a constant number; two may have one name, if they are the same

    def text(self, view: View, sizes: Sequence[int]) -> tuple[Code, list[int]]:
        """Return a view as an expression, and the axes that the expression has, in its order."""
        array = self.arrays[view.array]
        if array.role == "constant" and not array.shape:
            return literal(array.data), []
        slices = strided(view, sizes, array.shape)
        assert slices is not None, "a view that slices cannot say"
        return Code(self.sliced(view.array, slices)), [*slices.axes, *([EXAMPLES] if array.batched else [])]

    def sliced(self, number: int, slices: Slices) -> str:
        """Return the expression of slices of an array."""
        array, text = self.arrays[number], self.names[number]
        if slices.shape != array.shape:
            shape = [*map(str, slices.shape), *(["n"] if array.batched else [])]
            text += f".reshape({', '.join(shape)})"
        index = list(slices.slices)
        while index and index[-1] == slice(None):
            index.pop()
        return f"{text}[{', '.join(map(spelled, index))}]" if index else text

    def over(self, view: View, sizes: Sequence[int], wanted: list[int]) -> Code:
        """Return a view so that it broadcasts with an array whose axes are ``wanted``."""
        text, axes = self.text(view, sizes)
        return in_order(text, axes, wanted)

    def target(self, view: View, sizes: tuple[int, ...]) -> str:
        """Return the places that a step writes to."""
        array = self.arrays[view.array]
        slices = strided(view, sizes, array.shape)
        assert slices is not None, "a target that slices cannot say"
        assert slices.axes == tuple(range(len(sizes))), "a target with turned axes"
        if sizes == array.shape:
            return self.names[view.array]
        text = self.sliced(view.array, slices)
        return text if text.endswith("]") else f"{text}[...]"  # a call cannot be assigned to

    def flat(self, number: int, batched: bool, joined: bool) -> str:
        """Return an array with its places along one axis, to take from; beside others, with all of its examples."""
        array = self.arrays[number]
        if array.role == "constant" and not array.shape:
            return f"np.array([{array.data!r}])"
        name, places = self.names[number], size(array.shape)
        if not batched:
            return name if len(array.shape) == 1 else f"{name}.ravel()" if array.shape else f"np.reshape({name}, -1)"
        if array.batched:
            return name if len(array.shape) == 1 else f"{name}.reshape({places}, n)"
        text = f"np.reshape({name}, ({places}, 1))"
        return f"np.broadcast_to({text}, ({places}, n))" if joined else text


def in_order(value: Code, axes: list[int], wanted: list[int]) -> Code:
    """Return ``value``, whose axes are ``axes``, so that it broadcasts with an array whose axes are ``wanted``.

    >>> in_order(Code("b"), [0], [0, 1]).text, in_order(Code("W"), [0, 1], [1, 0]).text
    ('b[:, None]', 'W.T')
    """
    target = [axis for axis in wanted if axis in axes]
    if target != axes:
        turn = [axes.index(axis) for axis in target]
        order = "T" if turn == [1, 0] else f"transpose({', '.join(map(str, turn))})"
        value = Code(f"{value.at(ATOM)}.{order}")
    if not target:
        return value
    rest = wanted[wanted.index(target[0]) :]
    if len(rest) > len(target):
        value = Code(f"{value.at(ATOM)}[{', '.join(':' if axis in target else 'None' for axis in rest)}]")
    return value


def spelled(index: int | slice) -> str:
    """Return an index as it is written between brackets."""
    if isinstance(index, int):
        return str(index)
    parts = [index.start, index.stop] if index.step is None else [index.start, index.stop, index.step]
    return ":".join("" if part is None else str(part) for part in parts)
