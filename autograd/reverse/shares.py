"""The shares of a gradient: noted as they arrive, one for each use of an array, and summed once all are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from autograd.lift.steps import Array, Ints, Map, Scatter, Step, Sum, Term, View, Zero, natural, size, whole
from autograd.lift.views import overlaps, strided

__all__ = ["Shares"]


@dataclass
class Share:
    """The share that one use of an array passes back to it."""

    target: View  # the places of the array, over the axes it moves along, in the order of the array
    axes: tuple[int, ...]
    term: Term | None  # the share as a term; None: it takes a step of its own to compute
    step: Map | None  # that step, writing to a view that is filled in later


@dataclass
class Shares:
    """The gradients of arrays as far as they are known, and the steps that compute them.

    ``per_example`` keeps the gradient of each example apart, where parameters otherwise get the sum over examples.
    """

    arrays: list[Array]  # those of the forward steps; gradients are added to them
    per_example: bool = False
    steps: list[Step] = field(default_factory=list)
    shares: dict[int, list[Share]] = field(default_factory=dict)
    gradient: dict[int, View] = field(default_factory=dict)  # of each array: where its gradient is, axis by axis

    def new(self, array: Array) -> int:
        """Add an array and return its number."""
        self.arrays.append(array)
        return len(self.arrays) - 1

    def share(self, read: View, axes: tuple[int, ...], term: Term | None, step: Map | None = None) -> None:
        """Note what one use passes back to the places ``read``, over ``axes``; along axes at rest it is summed."""
        moving = sorted((a for a in range(len(axes)) if read.strides[a]), key=lambda a: -read.strides[a])
        resting = [a for a in range(len(axes)) if not read.strides[a]]
        sizes = tuple(axes[a] for a in moving)
        target = View(read.array, read.offset, tuple(read.strides[a] for a in moving))
        if step is not None and (resting or self.sums_examples(read.array, step)):
            number = self.new(Array(axes, self.carries(step.reads), "gradient"))
            out = View(number, 0, natural(axes))
            self.steps.append(step._replace(out=out))
            term, step = Term((), (out,)), None
        if step is not None:
            step = step._replace(axes=sizes, reads=tuple(permuted(view, moving) for view in step.reads))
        if term is not None:
            order = [*moving, *resting]
            term = self.simplified(
                Term(tuple(axes[a] for a in resting), tuple(permuted(view, order) for view in term.reads), term.factor)
            )
        if overlaps(target, sizes) or strided(target, sizes, self.arrays[read.array].shape) is None:
            self.share_by_places(target, sizes, term, step)
        else:
            self.shares.setdefault(read.array, []).append(Share(target, sizes, term, step))

    def share_by_places(self, target: View, axes: tuple[int, ...], term: Term | None, step: Map | None) -> None:
        """Note a share of places that overlap or that slices cannot express: computed, then added place by place."""
        batched = self.varies(target.array)
        number = self.new(Array(axes, batched, "gradient"))
        out = View(number, 0, natural(axes))
        self.steps.append(
            step._replace(out=out) if step is not None else Sum(out, False, axes, (term,) if term else ())
        )
        index = np.full(axes, target.offset)
        for axis, stride in enumerate(target.strides):
            along = [1] * len(axes)
            along[axis] = -1
            index = index + stride * np.arange(axes[axis]).reshape(along)
        self.scatter(target.array, number, index)

    def scatter(self, number: int, source: int, index: Ints) -> None:
        """Note a share of array ``number`` that is added place by place."""
        out = self.new(Array(self.arrays[number].shape, self.varies(number), "gradient"))
        self.steps.append(Scatter(out, source, index))
        everything = whole(out, self.arrays[number])
        self.share(everything._replace(array=number), self.arrays[number].shape, Term((), (everything,)))

    def add_up(self, number: int) -> bool:
        """Add up the shares of an array, which makes its gradient; return whether any came."""
        shares = self.shares.pop(number, [])
        if not shares:
            return number in self.gradient
        shape = self.arrays[number].shape
        full = [share for share in shares if size(share.axes) == size(shape)]
        if len(shares) == 1 and shares[0].axes == shape and shares[0].term and self.is_read(shares[0].term, number):
            self.gradient[number] = shares[0].term.reads[0]
            return True
        out = self.new(Array(shape, self.varies(number), "gradient"))
        self.gradient[number] = View(out, 0, natural(shape))
        started = False
        for share in full:
            if share.step is not None:
                self.steps.append(share.step._replace(out=share.target._replace(array=out), add=started))
                started = True
        sums: dict[tuple[View, tuple[int, ...]], list[Term]] = {}
        for share in [*full, *(share for share in shares if share not in full)]:
            if share.term is not None:
                sums.setdefault((share.target, share.axes), []).append(share.term)
        for (target, axes), found in sums.items():
            terms = together(found)
            if not started and size(axes) < size(shape):
                self.steps.append(Zero(out))
                started = True
            self.steps.append(Sum(target._replace(array=out), started, axes, tuple(terms)))
            started = True
        for share in shares:
            if share.step is not None and share not in full:
                if not started:
                    self.steps.append(Zero(out))
                    started = True
                self.steps.append(share.step._replace(out=share.target._replace(array=out), add=True))
        return True

    def kept(self, view: View, shape: tuple[int, ...], batched: bool) -> View:
        """Return ``view`` if it is one of a whole array, else a view of a new array to which it is copied."""
        array = self.arrays[view.array]
        if array.batched == batched and view.offset == 0 and view.strides == natural(shape) and array.shape == shape:
            return view
        number = self.new(Array(shape, batched, "gradient"))
        out = View(number, 0, natural(shape))
        self.steps.append(Sum(out, False, shape, (Term((), (view,)),)))
        return out

    def varies(self, number: int) -> bool:
        """Return whether the gradient of an array is one for each example."""
        return self.arrays[number].batched or self.per_example

    def carries(self, reads: Sequence[View]) -> bool:
        """Return whether what is computed from ``reads`` is one for each example."""
        return any(self.arrays[read.array].batched for read in reads)

    def sums_examples(self, number: int, step: Map) -> bool:
        """Return whether a share for each example comes to an array that has one gradient for all."""
        return self.carries(step.reads) and not self.varies(number)

    def is_read(self, term: Term, number: int) -> bool:
        """Return whether a term is nothing but a read, so that the gradient need not be copied."""
        return (
            len(term.reads) == 1
            and term.factor == 1.0
            and not term.summed
            and (self.arrays[term.reads[0].array].batched <= self.varies(number))
            and self.arrays[number].role != "parameter"
        )

    def simplified(self, term: Term) -> Term:
        """Return a term without factors that are 1, its constant numbers multiplied into one."""
        factor = term.factor
        reads = []
        for read in term.reads:
            array = self.arrays[read.array]
            if array.role == "constant" and array.shape == () and len(term.reads) > 1:
                factor *= array.data
            else:
                reads.append(read)
        if not reads:
            number = self.new(Array((), False, "constant", factor))
            return Term(term.summed, (View(number, 0, (0,) * len(term.reads[0].strides)),))
        if len(reads) == 1 and self.arrays[reads[0].array].role == "constant" and not self.arrays[reads[0].array].shape:
            number = self.new(Array((), False, "constant", factor * self.arrays[reads[0].array].data))
            return Term(term.summed, (View(number, 0, reads[0].strides),))
        return Term(term.summed, tuple(reads), factor)


def together(terms: Sequence[Term]) -> list[Term]:
    """Return terms of which none differ in their factor alone: x + x is 2 x."""
    factors: dict[tuple[tuple[int, ...], tuple[View, ...]], float] = {}
    for summed, reads, factor in terms:
        factors[summed, reads] = factors.get((summed, reads), 0.0) + factor
    return [Term(summed, reads, factor) for (summed, reads), factor in factors.items()]


def permuted(view: View, order: Sequence[int]) -> View:
    """Return a view with its axes in another order; those left out do not move it."""
    return view._replace(strides=tuple(view.strides[axis] for axis in order))
