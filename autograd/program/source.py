"""NumPy source: the steps of a program written as a person would write them. What is written is what runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd.program.code import ATOM, CODE, PRODUCT, SUM, Code, literal
from autograd.program.steps import Array, Gather, Map, Scatter, Step, Sum, Term, View, Zero, size
from autograd.program.views import Slices, strided
from autograd.table import Op

__all__ = ["Writer"]

LETTERS = "ijklmopqrstuvwabcdefgh"  # of the axes in einsum; n is that of the examples


class Writer(NamedTuple):
    """Writes steps as lines of source."""

    arrays: Sequence[Array]
    names: Mapping[int, str]  # of each array that is not a constant number
    rows: Mapping[str, Op]  # the table, and operations of a user's own, by the names in the steps
    indexes: dict[bytes, str]  # the names of index arrays

    def line(self, step: Step) -> str:
        """Return the statement that does a step."""
        if isinstance(step, Zero):
            array = self.arrays[step.out]
            shape = ", ".join(map(str, array.shape)) + (", n" if array.batched else "," if len(array.shape) == 1 else "")
            return f"{self.names[step.out]} = np.zeros(({shape}))"
        if isinstance(step, Gather):
            return f"{self.names[step.out]} = {self.gathered(step)}"
        if isinstance(step, Scatter):
            return f"{self.names[step.out]} = {self.scattered(step)}"
        batched = self.arrays[step.out.array].batched
        if isinstance(step, Map):
            value = self.mapped(step, batched)
        else:
            value = self.summed(step, batched)
        target = self.target(step.out, step.axes)
        bare = value.rank == ATOM and isinstance(step, Sum) and value.text.split("[")[0].split(".")[0].isidentifier() and "(" not in value.text
        if not step.add and target == self.names[step.out.array] and bare:
            array = self.arrays[step.out.array]
            return f"{target} = {value.text}.copy()" if self.fills(step) else f"{target} = np.full({array.shape + (('n',) if array.batched else ())!r}, {value.text})".replace("'n'", "n")
        if not step.add and not self.fills(step):
            return f"{target} = np.zeros({self.arrays[step.out.array].shape!r}) + {value.at(PRODUCT)}"
        sign = "=" if not step.add else "+="
        text = value.text
        if step.add and target == self.names[step.out.array] and not self.arrays[step.out.array].shape:
            return f"{target} = {target} + {value.at(PRODUCT)}"  # a number, not an array, cannot change in place
        return f"{target} {sign} {text}"

    def fills(self, step: Map | Sum) -> bool:
        """Return whether what a step computes has the form of its target, without being spread over more axes."""
        if isinstance(step, Map):
            reads = [(read.strides, self.arrays[read.array].batched) for read in step.reads]
        else:
            reads = [
                (read.strides[: len(step.axes)], self.arrays[read.array].batched)
                for term in step.terms
                for read in term.reads
            ]
        covered = [any(strides[axis] for strides, _ in reads) for axis in range(len(step.axes))]
        return all(covered) and (not self.arrays[step.out.array].batched or any(batched for _, batched in reads))

    # --- expressions ---------------------------------------------------------------------------------------------

    def mapped(self, step: Map, batched: bool) -> Code:
        """Return the value of an operation, or upstream times one of its local derivatives."""
        wanted = list(range(len(step.axes)))
        given = [self.arranged(view, step.axes, wanted, batched) for view in step.reads]
        row = CODE.get(step.row)
        if row is None:
            raise KeyError(step.row)
        if step.partial is None:
            value: Code = row.value(*given)
            return value
        upstream, *rest = given
        slope = row.partials(*rest)[step.partial]
        return upstream * slope

    def summed(self, step: Sum, batched: bool) -> Code:
        """Return a sum of terms."""
        terms = [self.term(term, step.axes, batched) for term in step.terms]
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    def term(self, term: Term, axes: tuple[int, ...], batched: bool) -> Code:
        """Return one term of a sum as an expression over ``axes``, with the examples last if ``batched``."""
        sizes = axes + term.summed
        out = list(range(len(axes)))
        extra = list(range(len(axes), len(sizes)))
        holds = [self.arrays[read.array].batched for read in term.reads]
        along = [{a for a in range(len(sizes)) if read.strides[a]} for read in term.reads]
        for moves, has in zip(along, holds, strict=True):
            if has:
                moves.add(-1)  # the axis of the examples
        if batched:
            out.append(-1)
        elif any(holds):
            extra.append(-1)
        still = [axis for axis in extra if not any(axis in moves for moves in along)]
        factor = term.factor * size(tuple(sizes[axis] for axis in still))
        extra = [axis for axis in extra if axis not in still]
        if len(term.reads) == 1:
            value = self.reduced(term.reads[0], sizes, out, extra)
        else:
            value = self.product(term.reads[0], term.reads[1], sizes, out, extra, along)
        return value if factor == 1.0 else literal(factor) * value

    def reduced(self, read: View, sizes: tuple[int, ...], out: list[int], extra: list[int]) -> Code:
        """Return a read summed over the axes ``extra``."""
        if not extra:
            return self.arranged(read, sizes, [a for a in out if a >= 0], -1 in out)
        text, order = self.text(read, sizes)
        left = [axis for axis in order if axis not in extra]
        at = tuple(order.index(axis) for axis in extra)
        axis = "" if not left else f"axis={at[0] if len(at) == 1 else at}"
        return self.in_order(Code(f"{text}.sum({axis})"), left, out)

    def product(
        self, a: View, b: View, sizes: tuple[int, ...], out: list[int], extra: list[int], along: list[set[int]]
    ) -> Code:
        """Return a product of two reads summed over the axes ``extra``."""
        in_a, in_b = along
        if not extra:
            wanted = [axis for axis in out if axis >= 0]
            return self.arranged(a, sizes, wanted, -1 in out) * self.arranged(b, sizes, wanted, -1 in out)
        shared = [axis for axis in extra if axis in in_a and axis in in_b]
        both = [axis for axis in out if axis in in_a and axis in in_b]
        p = [axis for axis in out if axis in in_a and axis not in in_b]
        q = [axis for axis in out if axis in in_b and axis not in in_a]
        if len(shared) < len(extra):  # an axis of one factor alone: sum it first
            alone = [[axis for axis in extra if axis not in shared and axis in moves] for moves in along]
            parts = []
            for read, moves, own in zip((a, b), along, alone, strict=True):
                kept = [axis for axis in [*out, *shared] if axis in moves]
                parts.append((self.reduced(read, sizes, kept, own), kept))
            if shared:
                return self.einsum(parts, out)
            spread = [self.in_order(text, kept, [axis for axis in out]) for text, kept in parts]
            return spread[0] * spread[1]
        if not both:
            if not p and not q:
                if len(shared) == 1:
                    return self.matmul(self.axes_of(a, sizes, shared), self.axes_of(b, sizes, shared))
                text, order = self.text(a, sizes)
                return Code(f"np.vdot({text}, {self.axes_of(b, sizes, order).text})")
            if len(shared) == 1 and len(p) <= 1 and len(q) <= 1:
                turned = bool(p and q) and out.index(q[0]) < out.index(p[0])
                if turned:
                    a, b, p, q = b, a, q, p
                if not p and q and self.text(b, sizes)[1] == q + shared:  # W @ x, not x @ W.T
                    a, b, p, q = b, a, q, p
                elif p and not q and self.text(a, sizes)[1] == shared + p:
                    a, b, p, q = b, a, q, p
                left, right = self.axes_of(a, sizes, p + shared), self.axes_of(b, sizes, shared + q)
                return self.in_order(self.matmul(left, right), p + q, out)
        parts = []
        for read in (a, b):
            text, order = self.text(read, sizes)
            parts.append((Code(text), order))
        return self.einsum(parts, out)

    def matmul(self, left: Code, right: Code) -> Code:
        """Return left @ right."""
        return Code(f"{left.at(PRODUCT)} @ {right.at(ATOM)}", PRODUCT)

    def einsum(self, parts: list[tuple[Code, list[int]]], out: list[int]) -> Code:
        """Return a product of parts, each with its axes, summed over the axes that are not in ``out``."""
        inside = sorted({axis for _, order in parts for axis in order})
        letter = {axis: "n" if axis < 0 else LETTERS[axis] for axis in inside}
        left = [axis for axis in out if axis in letter]
        form = ",".join("".join(letter[axis] for axis in order) for _, order in parts)
        text = Code(f"np.einsum('{form}->{''.join(letter[axis] for axis in left)}', {', '.join(c.text for c, _ in parts)})")
        return self.in_order(text, left, out)

    # --- views -----------------------------------------------------------------------------------------------------

    def text(self, view: View, sizes: Sequence[int]) -> tuple[str, list[int]]:
        """Return a view as an expression, and its axes in the order that the expression has them, the examples last."""
        array = self.arrays[view.array]
        if array.role == "constant" and not array.shape:
            return literal(array.data).at(ATOM), []
        slices = strided(view, sizes, array.shape)
        assert slices is not None, "a view that slices cannot say"
        return self.sliced(view.array, slices), [*slices.axes, -1] if array.batched else list(slices.axes)

    def sliced(self, number: int, slices: Slices) -> str:
        """Return the expression of slices of an array."""
        array, text = self.arrays[number], self.names[number]
        if slices.shape != array.shape:
            shape = [*map(str, slices.shape), *(["n"] if array.batched else [])]
            text += f".reshape({', '.join(shape)})"
        index = list(slices.index)
        while index and index[-1] == slice(None):
            index.pop()
        return f"{text}[{', '.join(map(spelled, index))}]" if index else text

    def axes_of(self, view: View, sizes: Sequence[int], wanted: list[int]) -> Code:
        """Return a view with its axes as ``wanted``, which are all it has."""
        text, order = self.text(view, sizes)
        return self.in_order(Code(text), order, wanted)

    def arranged(self, view: View, sizes: Sequence[int], wanted: list[int], batched: bool) -> Code:
        """Return a view so that it goes with an array over the axes ``wanted``, the examples last if ``batched``."""
        array = self.arrays[view.array]
        if array.role == "constant" and not array.shape:
            return literal(array.data)
        text, order = self.text(view, sizes)
        return self.in_order(Code(text), order, [*wanted, -1] if batched else wanted)

    def in_order(self, value: Code, order: list[int], wanted: list[int]) -> Code:
        """Return ``value``, whose axes are ``order``, so that it broadcasts with an array of axes ``wanted``."""
        target = [axis for axis in wanted if axis in order]
        if target != order:
            turn = [order.index(axis) for axis in target]
            if turn == [1, 0]:
                value = Code(f"{value.at(ATOM)}.T")
            else:
                value = Code(f"{value.at(ATOM)}.transpose({', '.join(map(str, turn))})")
        if not target:
            return value
        rest = wanted[wanted.index(target[0]) :]
        if len(rest) > len(target):
            places = [":" if axis in target else "None" for axis in rest]
            value = Code(f"{value.at(ATOM)}[{', '.join(places)}]")
        return value

    def target(self, view: View, axes: tuple[int, ...]) -> str:
        """Return the places that a step writes to."""
        array = self.arrays[view.array]
        slices = strided(view, axes, array.shape)
        assert slices is not None
        assert slices.axes == tuple(range(len(axes))), "a target with turned axes"
        return self.sliced(view.array, slices) if size(axes) != size(array.shape) or slices.shape != array.shape else self.names[view.array]

    # --- place by place ----------------------------------------------------------------------------------------

    def index(self, step: Gather | Scatter) -> str:
        """Return the name of a step's index."""
        return self.indexes.setdefault(repr(step.index.shape).encode() + step.index.tobytes(), f"i{len(self.indexes) + 1}")

    def gathered(self, step: Gather) -> str:
        """Return what is taken from the sources laid end to end."""
        batched = self.arrays[step.out].batched
        flat = []
        for number in step.sources:
            array = self.arrays[number]
            text = self.names[number] if array.role != "constant" or array.shape else f"np.array([{array.data!r}])"
            if batched:
                text = f"{text}.reshape({size(array.shape)}, {'n' if array.batched else 1})"
                if not array.batched and len(step.sources) > 1:
                    text = f"np.broadcast_to({text}, ({size(array.shape)}, n))"
            elif len(array.shape) != 1:
                text = f"np.reshape({text}, -1)" if not array.shape else f"{text}.ravel()"
            flat.append(text)
        joined = flat[0] if len(flat) == 1 else f"np.concatenate([{', '.join(flat)}])"
        return f"{joined}[{self.index(step)}]"

    def scattered(self, step: Scatter) -> str:
        """Return the sum of what stands at each index, added up place by place."""
        array = self.arrays[step.out]
        batched = self.arrays[step.source].batched
        source = self.names[step.source]
        if not array.shape and not batched:
            return f"{source}[{self.index(step)} >= 0].sum()"
        total = f"added({source}, {self.index(step)}, {size(array.shape)})"
        shape = [*map(str, array.shape), *(["n"] if batched else [])]
        if len(array.shape) == 1:
            return total
        return f"{total}.reshape({', '.join(shape)})"


def spelled(index: int | slice) -> str:
    """Return an index as it is written between brackets."""
    if isinstance(index, int):
        return str(index)
    parts = [index.start, index.stop] if index.step is None else [index.start, index.stop, index.step]
    return ":".join("" if part is None else str(part) for part in parts)
