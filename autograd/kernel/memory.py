"""Where each array of a program lies in the one memory of the kernel, for a given number of examples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.lift.steps import Ints, View, size
from autograd.reverse.build import Lifted
from autograd.source.run import Numbers

__all__ = ["Memory"]


class Memory:
    """The places of all arrays: the parameters first, then their gradients in the same order, then everything else.

    Attributes:
        starts: where each array begins.
        gradient: where the gradients of the parameters begin and end.
        one: the place of a number that is always 1.
    """

    def __init__(self, lifted: Lifted, n: int) -> None:
        self.arrays, self.n = lifted.arrays, n
        self.starts: dict[int, int] = {}
        parameters = [i for i, array in enumerate(self.arrays) if array.role == "parameter"]
        end = 0
        for i in parameters:
            end = self.lay(i, end)
        start = end
        for i in parameters:
            view = lifted.gradient.get(i)
            end = self.lay(view.array, end) if view else end + size(self.arrays[i].shape)  # no gradient: it stays 0
        self.gradient = start, end
        for i in range(len(self.arrays)):
            if i not in self.starts:
                end = self.lay(i, end)
        self.one = end

    def lay(self, number: int, start: int) -> int:
        """Lay an array from ``start`` on; return where it ends."""
        self.starts[number] = start
        return start + self.length(number)

    def length(self, number: int) -> int:
        """Return how many numbers an array holds."""
        array = self.arrays[number]
        return size(array.shape) * (self.n if array.batched else 1)

    def numbers(self, scratch: int) -> Numbers:
        """Return the memory, constants filled in, with room for so many more numbers at its end."""
        found = np.zeros(self.one + 1 + scratch)
        found[self.one] = 1.0
        for i, array in enumerate(self.arrays):
            if array.role == "constant":
                found[self.starts[i] : self.starts[i] + size(array.shape)] = np.ravel(array.data)
        return found

    def view(self, view: View, sizes: Sequence[int], examples: bool) -> list[int]:
        """Return a view as the kernel reads it: start, 1 if its places lie side by side, a stride for each axis.

        Args:
            view: what is read.
            sizes: of the axes.
            examples: whether the last axis is that of the examples.
        """
        array = self.arrays[view.array]
        step = self.n if array.batched else 1
        strides = [stride * step for stride in view.strides[: len(sizes) - examples]]
        strides += [1 if array.batched else 0] * examples
        start = self.starts[view.array] + view.offset * step
        expected = even = 1
        for stride, m in zip(reversed(strides), reversed(sizes), strict=True):
            if m > 1 and stride != expected:
                even = 0
            expected *= m
        return [start, even, *strides]

    def places(self, number: int, batched: bool) -> Ints:
        """Return the places of an array, (places, examples) if ``batched``, else (places, 1)."""
        array, n = self.arrays[number], self.n if batched else 1
        places = np.arange(size(array.shape))[:, None] * (self.n if array.batched else 1)
        return self.starts[number] + places + np.arange(n) * int(array.batched)
