"""NumPy source: the steps of a program written as a person would write them, and run as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from autograd.lift.steps import Array, Gather, Ints, Map, Peak, Scatter, Step, Sum, View, Zero, size
from autograd.reverse.code import ATOM, CODE, PRODUCT, SUM, UNARY, Code, call, code, literal
from autograd.source.arrays import own
from autograd.source.reads import EXAMPLES, Reads, in_order
from autograd.source.terms import term_code
from autograd.table import Op

__all__ = ["Writer"]


class Writer(NamedTuple):
    """Writes steps as lines of source, and notes what the source needs."""

    reads: Reads
    rows: Mapping[str, Op]  # the operations in the steps, by name
    own: frozenset[int]  # the arrays that are added to, or returned: they must not share memory with others
    indexes: dict[tuple[bytes, tuple[int, ...]], tuple[Ints, str]]  # index arrays met, with their names
    functions: dict[str, Callable[..., Any]]  # operations of a user's own that were met, by name
    conditions: dict[int, tuple[str, bool]]  # of arrays that are 1 where a condition holds, else 0: that; is it turned?

    def line(self, step: Step, sets: bool = False, full: bool = False) -> str:
        """Return the statement that does a step.

        Args:
            step: what is done.
            sets: whether it may set what it adds to, which is 0.
            full: whether all of the array is set before it is read, so that it need not be 0 at first.
        """
        names = self.reads.names
        if isinstance(step, Zero):
            return f"{names[step.out]} = np.{'empty' if full else 'zeros'}({size_of(self.reads.arrays[step.out])})"
        if isinstance(step, Gather):
            return f"{names[step.out]} = {self.gathered(step)}"
        if isinstance(step, Scatter):
            return f"{names[step.out]} = {self.scattered(step)}"
        if isinstance(step, Peak):
            return f"{names[step.out.array]} = {self.peak(step)}"
        array, name = self.reads.arrays[step.out.array], names[step.out.array]
        value = self.mapped(step, array.batched) if isinstance(step, Map) else self.summed(step, array.batched)
        if not array.shape and not array.batched:  # a number, which cannot change in place
            return f"{name} = {name} + {value.at(PRODUCT)}" if step.add else f"{name} = {value.text}"
        bare = value.rank == ATOM and "(" not in value.text  # a name, or a slice of an array
        if not step.add and not self.fills(step):
            value = Code(f"np.full({size_of(array._replace(shape=step.axes))}, {value.text})")
        elif not step.add and step.out.array in self.own and (bare or self.is_read(step)):
            value = Code(f"{value.at(ATOM)}.copy()")
        if bare and array.role == "gradient" and self.is_whole(step) and value.text.isidentifier():
            names[step.out.array] = value.text  # a gradient that another array holds already
            return ""
        if not step.add and size(step.axes) == size(array.shape) and step.axes != array.shape:
            return f"{name} = {value.at(ATOM)}.reshape{form(array)}"
        target = self.reads.target(step.out, step.axes)
        if step.add and not sets:
            return f"{target} -= {(-value).text}" if value.rank == UNARY else f"{target} += {value.text}"
        return f"{target} = {value.text}"

    def fills(self, step: Map | Sum) -> bool:
        """Return whether what a step computes has the form of its target, without being spread over more axes."""
        views = self.seen(step) if isinstance(step, Map) else [view for term in step.terms for view in term.reads]
        covered = all(any(view.strides[axis] for view in views) for axis in range(len(step.axes)))
        batched = any(self.reads.arrays[view.array].batched for view in views)
        return covered and batched >= self.reads.arrays[step.out.array].batched

    def is_whole(self, step: Map | Sum) -> bool:
        """Return whether a step makes all of an array that nothing is added to, neither here nor in what it reads."""
        arrays, out = self.reads.arrays, step.out.array
        views = step.reads if isinstance(step, Map) else [view for term in step.terms for view in term.reads]
        others = {self.reads.names.get(number) for number in self.own}
        alone = out not in self.own and others.isdisjoint(self.reads.names.get(view.array) for view in views)
        return alone and not step.add and self.fills(step) and step.axes == arrays[out].shape

    def seen(self, step: Map) -> list[View]:
        """Return the views that stand in the text of an operation: of a quotient, 1 / y is the derivative in x."""
        row = CODE.get(step.row)
        if step.partial is None or row is None:
            return list(step.reads)
        arrays, (upstream, *rest) = self.reads.arrays, step.reads
        numbers = [arrays[view.array].data if arrays[view.array].role == "constant" else None for view in rest]
        operands = [
            literal(number) if isinstance(number, float) else Code(name)
            for name, number in zip("zxy", numbers, strict=False)
        ]
        slope = code(row.partials(*operands)[step.partial]).text
        seen = [view for name, view in zip("zxy", rest, strict=False) if re.search(rf"\b{name}\b", slope)]
        return [upstream, *seen]

    def is_read(self, step: Map | Sum) -> bool:
        """Return whether a step only reads, so that what it makes must be copied before anything is added to it."""
        if isinstance(step, Map) or len(step.terms) > 1:
            return False
        ((summed, reads, factor),) = step.terms
        adds = bool(summed) or self.reads.arrays[reads[0].array].batched > self.reads.arrays[step.out.array].batched
        return len(reads) == 1 and factor == 1.0 and not adds

    def mapped(self, step: Map, batched: bool) -> Code:
        """Return the value of an operation, or upstream times one of its local derivatives."""
        out = [*range(len(step.axes)), *([EXAMPLES] if batched else [])]
        given = [self.reads.over(view, step.axes, out) for view in step.reads]
        self.note_conditions(step, given)
        row = CODE.get(step.row) or self.of_users_own(step.row)
        if step.partial is None:
            value: Code = row.value(*given)
            return value.as_number()
        upstream, *rest = given
        slope: Code = row.partials(*rest)[step.partial]
        share = upstream / slope.over if slope.over is not None else upstream * slope
        return share.as_number()

    def note_conditions(self, step: Map, given: list[Code]) -> None:
        """Note where operands and what a step computes are 1, if they are gate(x, 1) or 1 - gate(x, 1)."""
        for view, operand in zip(step.reads, given, strict=True):
            if operand.text == self.reads.names.get(view.array):
                operand.holds = self.conditions.get(view.array)
        if step.partial is not None or step.axes != self.reads.arrays[step.out.array].shape or not self.fills(step):
            return
        if step.row == "gate" and given[1].number == 1.0 and given[0].holds is None:
            self.conditions[step.out.array] = f"{given[0].at(SUM)} > 0", False
        elif step.row == "sub" and given[0].number == 1.0 and given[1].holds is not None:
            text, turned = given[1].holds
            self.conditions[step.out.array] = text, not turned

    def of_users_own(self, name: str) -> Op:
        """Return the row of an operation that the table does not have: calls of its functions, number by number."""
        op = self.rows[name]
        self.functions[name] = own(op.value, back=False)

        def slope(k: int) -> Callable[..., Code]:
            def partial(*operands: float) -> float:
                share = op.partials(*operands)[k]
                return 0.0 if share is None else share

            self.functions[f"{name}_slope{k}"] = own(partial, back=True)
            return call(f"{name}_slope{k}")

        slopes = [slope(k) for k in range(len(op.domain))]
        return op._replace(value=call(name), partials=lambda z, *operands: [s(z, *operands) for s in slopes])

    def summed(self, step: Sum, batched: bool) -> Code:
        """Return a sum of terms."""
        total, *others = (term_code(self.reads, term, step.axes, batched) for term in step.terms)
        for term in others:
            total = total + term
        return total

    def peak(self, step: Peak) -> str:
        """Return the largest along the last axis of a view."""
        text, axes = self.reads.text(step.read, (*step.axes, step.length))
        last = len(step.axes)
        kept = [axis for axis in axes if axis != last]
        out = [*range(last), *([EXAMPLES] if self.reads.arrays[step.out.array].batched else [])]
        if last in axes:  # else it is the largest of several that are the same
            text = Code(f"{text.at(ATOM)}.max({f'axis={axes.index(last)}' if kept else ''})")
        return in_order(text, kept, out).text

    # --- place by place ----------------------------------------------------------------------------------------

    def index_name(self, step: Gather | Scatter) -> str:
        """Return the name of a step's places."""
        key = step.places.tobytes(), step.places.shape
        return self.indexes.setdefault(key, (step.places, f"i{len(self.indexes) + 1}"))[1]

    def gathered(self, step: Gather) -> str:
        """Return what is taken from the sources laid end to end."""
        batched, joined = self.reads.arrays[step.out].batched, len(step.sources) > 1
        flat = [self.reads.flat(number, batched, joined) for number in step.sources]
        source = f"np.concatenate([{', '.join(flat)}])" if joined else flat[0]
        return f"{source}[{self.index_name(step)}]"

    def scattered(self, step: Scatter) -> str:
        """Return the sum of what stands at each place, added up place by place."""
        array, source = self.reads.arrays[step.out], self.reads.names[step.source]
        batched = self.reads.arrays[step.source].batched
        if not array.shape and not batched:
            return f"{source}[{self.index_name(step)} >= 0].sum()"
        if batched and not array.batched:
            source, batched = f"{source}.sum(axis=-1)", False
            if not array.shape:
                return f"{source}[{self.index_name(step)} >= 0].sum()"
        total = f"added({source}, {self.index_name(step)}, {size(array.shape)})"
        if not batched and (step.places >= 0).all():
            flat = "" if step.places.ndim == 1 else ".ravel()"
            total = f"np.bincount({self.index_name(step)}{flat}, {source}{flat}, {size(array.shape)})"
        return total if len(array.shape) == 1 else f"{total}.reshape{form(array)}"


def size_of(array: Array) -> str:
    """Return the shape of an array as `np.zeros` takes it, a number if there is one axis: ``3`` or ``(3, n)``."""
    return form(array).strip("(,)") if len(array.shape) + array.batched == 1 else form(array)


def form(array: Array) -> str:
    """Return the shape of an array as it is written, with n for the examples: ``(3, n)``."""
    parts = [*map(str, array.shape), *(["n"] if array.batched else [])]
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"
