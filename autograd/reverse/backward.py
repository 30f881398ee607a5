"""The steps of the backward sweep: those of the forward pass in reverse, each passing its gradient back.

The gradient of an array is an array of the same shape. As in the sweep over scalars, a gradient is the sum of one share
for each use, and is whole before it is passed on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.lift.steps import Array, Gather, Map, Step, Sum, Term, View, size
from autograd.reverse.shares import Shares
from autograd.reverse.slopes import constant_slope, is_cut

__all__ = ["Backward"]


class Backward(Shares):
    """The backward steps of a list of forward steps, for the arrays that have a gradient."""

    def __init__(self, arrays: list[Array], needed: list[bool], per_example: bool = False) -> None:
        super().__init__(arrays, per_example)
        self.needed = needed  # of each array: whether it has a gradient

    def sweep(self, forward: Sequence[Step], root: View) -> None:
        """Make the steps that pass the gradient of ``root``, which is 1, back to every array."""
        one = self.new(Array((), False, "constant", 1.0))
        self.share(root, (), Term((), (View(one, 0, ()),)))
        for step in reversed(forward):
            if isinstance(step, Gather):
                if self.needed[step.out] and self.add_up(step.out):
                    self.back_gather(step)
            elif isinstance(step, Map | Sum) and self.needed[step.out.array] and self.add_up(step.out.array):
                if isinstance(step, Map):
                    self.back_map(step)
                else:
                    self.back_sum(step)
        for number, array in enumerate(list(self.arrays)):
            if array.role == "parameter" and self.needed[number]:
                self.add_up(number)

    def back_sum(self, step: Sum) -> None:
        """Pass the gradient of a sum to what its terms read: to each factor upstream times the other."""
        upstream = self.upstream(step, [read for term in step.terms for read in term.reads])
        for term in step.terms:
            wide = View(upstream.array, upstream.offset, upstream.strides + (0,) * len(term.summed))
            axes = step.axes + term.summed
            if len(term.reads) == 2 and term.reads[0] == term.reads[1]:
                self.share(term.reads[0], axes, Term((), (wide, term.reads[1]), 2.0 * term.factor))
                continue
            for k, read in enumerate(term.reads):
                if self.needed[read.array]:
                    self.share(read, axes, Term((), (wide, *term.reads[:k], *term.reads[k + 1 :]), term.factor))

    def back_map(self, step: Map) -> None:
        """Pass the gradient of an operation to its operands: upstream times each local derivative."""
        upstream = self.upstream(step, step.reads)
        numbers = [self.number(read) for read in step.reads]
        for k, read in enumerate(step.reads):
            if not self.needed[read.array] or is_cut(step.row, k):
                continue
            slope = constant_slope(step.row, k, numbers)
            if slope is not None:
                self.share(read, step.axes, Term((), (upstream,), slope))
            else:
                reads = (upstream, step.out, *step.reads)
                self.share(read, step.axes, None, Map(step.out, False, step.axes, step.row, k, reads))

    def back_gather(self, step: Gather) -> None:
        """Pass the gradient of what was gathered back to where it came from."""
        start = 0
        for number in step.sources:
            end = start + size(self.arrays[number].shape)
            if self.needed[number]:
                index = np.where((step.places >= start) & (step.places < end), step.places - start, -1)
                view = self.kept(self.gradient[step.out], self.arrays[step.out].shape, self.varies(step.out))
                self.scatter(number, view.array, index)
            start = end

    def number(self, read: View) -> float | None:
        """Return the constant number that a view reads, or None."""
        array = self.arrays[read.array]
        return array.data if array.role == "constant" and not array.shape else None

    def upstream(self, step: Map | Sum, reads: Sequence[View]) -> View:
        """Return the gradient of what a step computed, one for each example if an operand is to get their sum."""
        number = step.out.array
        view = self.gradient[number]
        if self.arrays[number].batched and any(self.needed[r.array] and not self.varies(r.array) for r in reads):
            return self.kept(view, self.arrays[number].shape, True)
        return view
