"""Terms of sums as NumPy expressions: matrix products where possible, else sums along an axis, else einsum."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from autograd.lift.steps import Term, View, size
from autograd.reverse.code import ATOM, PRODUCT, Code, literal
from autograd.source.reads import EXAMPLES, Reads, in_order

__all__ = ["term_code"]

LETTERS = "ijklmopqrstuvwabcdefgh"  # of the axes in einsum; n is that of the examples
Part: TypeAlias = tuple[Code, list[int]]  # an expression and its axes


class Axes(NamedTuple):
    """The axes of a product a × b that is summed over some of them."""

    left: list[int]  # of the result, in a alone
    right: list[int]  # of the result, in b alone
    both: list[int]  # of the result, in a and b
    shared: list[int]  # summed, in a and b
    alone: list[int]  # summed, in one of them


def term_code(reads: Reads, term: Term, axes: tuple[int, ...], batched: bool) -> Code:
    """Return a term as an expression that broadcasts over ``axes``, and over the examples if ``batched``."""
    sizes = axes + term.summed
    out = [*range(len(axes)), *([EXAMPLES] if batched else [])]
    summed = list(range(len(axes), len(sizes)))
    moves = [moved(reads, view) for view in term.reads]
    if not batched and any(EXAMPLES in each for each in moves):
        summed.append(EXAMPLES)
    repeated = [axis for axis in summed if not any(axis in each for each in moves)]  # the same so many times
    factor = term.factor * size(tuple(sizes[axis] for axis in repeated))
    summed = [axis for axis in summed if axis not in repeated]
    if len(term.reads) == 1:
        value = reduced(reads, term.reads[0], sizes, out, summed)
    else:
        value = product(reads, term.reads, sizes, out, summed)
    return value if factor == 1.0 else literal(factor) * value


def moved(reads: Reads, view: View) -> set[int]:
    """Return the axes along which a view moves."""
    found = {axis for axis, stride in enumerate(view.strides) if stride}
    return found | {EXAMPLES} if reads.arrays[view.array].batched else found


def reduced(reads: Reads, view: View, sizes: tuple[int, ...], out: list[int], summed: list[int]) -> Code:
    """Return a view summed over axes."""
    if not summed:
        return reads.over(view, sizes, out)
    text, axes = reads.text(view, sizes)
    kept = [axis for axis in axes if axis not in summed]
    at = tuple(axes.index(axis) for axis in summed)
    along = "" if not kept else f"axis={at[0] if len(at) == 1 else at}"
    return in_order(Code(f"{text.at(ATOM)}.sum({along})"), kept, out)


def product(reads: Reads, factors: tuple[View, ...], sizes: tuple[int, ...], out: list[int], summed: list[int]) -> Code:
    """Return a product of two views, summed over axes."""
    a, b = factors
    in_a, in_b = moved(reads, a), moved(reads, b)
    axes = Axes(
        [axis for axis in out if axis in in_a and axis not in in_b],
        [axis for axis in out if axis in in_b and axis not in in_a],
        [axis for axis in out if axis in in_a and axis in in_b],
        [axis for axis in summed if axis in in_a and axis in in_b],
        [axis for axis in summed if (axis in in_a) != (axis in in_b)],
    )
    if not summed:
        if len(out) == 2 and in_a == {out[0]} and in_b == {out[1]}:
            return Code(f"np.outer({reads.text(a, sizes)[0].text}, {reads.text(b, sizes)[0].text})")
        return reads.over(a, sizes, out) * reads.over(b, sizes, out)
    if in_a == in_b and EXAMPLES not in summed and (axes.both or (len(summed) > 1 and EXAMPLES in in_a)):
        text, order = reads.text(a, sizes)
        kept = [axis for axis in order if axis not in summed]
        at = tuple(order.index(axis) for axis in summed)
        pair = text * reads.over(b, sizes, order)
        return in_order(Code(f"({pair.text}).sum(axis={at[0] if len(at) == 1 else at})"), kept, out)
    if axes.alone:
        return summed_first(reads, factors, sizes, out, axes)
    if not axes.both and len(axes.shared) == 1 and len(axes.left) <= 1 and len(axes.right) <= 1:
        return matrix_product(reads, factors, sizes, out, axes)
    if not axes.both and not axes.left and not axes.right:
        text, order = reads.text(a, sizes)
        return Code(f"np.vdot({text.text}, {reads.over(b, sizes, order).text})")
    if not axes.both:
        return tensordot(reads.text(a, sizes), reads.text(b, sizes), axes.shared, out)
    if len(axes.shared) == len(axes.left) == len(axes.right) == 1 and set(out[:-2]) == set(axes.both):
        return batched_product(reads, factors, sizes, out, axes)
    return einsum([reads.text(a, sizes), reads.text(b, sizes)], out)


def summed_first(reads: Reads, factors: tuple[View, ...], sizes: tuple[int, ...], out: list[int], axes: Axes) -> Code:
    """Return a product of two views, each first summed over the axes that it alone has."""
    parts: list[Part] = []
    for view in factors:
        moves = moved(reads, view)
        kept = [axis for axis in [*out, *axes.shared] if axis in moves]
        parts.append((reduced(reads, view, sizes, kept, [axis for axis in axes.alone if axis in moves]), kept))
    if axes.shared:
        return einsum(parts, out)
    (a, of_a), (b, of_b) = parts
    return in_order(a, of_a, out) * in_order(b, of_b, out)


def matrix_product(reads: Reads, factors: tuple[View, ...], sizes: tuple[int, ...], out: list[int], axes: Axes) -> Code:
    """Return ``a @ b`` or ``b @ a``, whichever has its axes in the order of ``out`` and turns fewer of them."""
    a, b = factors
    p, q, k = axes.left, axes.right, axes.shared
    turned = bool(p and q) and out.index(q[0]) < out.index(p[0])
    if not p and q:
        turned = reads.text(b, sizes)[1] == q + k  # W @ x, not x @ W.T
    elif p and not q:
        turned = reads.text(a, sizes)[1] == k + p
    if turned:
        a, b, p, q = b, a, q, p
    left, right = reads.over(a, sizes, p + k), reads.over(b, sizes, k + q)
    return in_order(Code(f"{left.at(PRODUCT)} @ {right.at(ATOM)}", PRODUCT), p + q, out)


def batched_product(
    reads: Reads, factors: tuple[View, ...], sizes: tuple[int, ...], out: list[int], axes: Axes
) -> Code:
    """Return ``a @ b`` for the blocks along the first axes of ``out``: one for each head of attention."""
    a, b = factors if out[-2] == axes.left[0] else factors[::-1]
    left = reads.over(a, sizes, [*out[:-1], *axes.shared])
    right = reads.over(b, sizes, [*out[:-2], *axes.shared, out[-1]])
    return Code(f"{left.at(PRODUCT)} @ {right.at(ATOM)}", PRODUCT)


def tensordot(a: Part, b: Part, shared: list[int], out: list[int]) -> Code:
    """Return a product of two parts that is summed over the axes that they share: matrix products with more axes."""
    (left, of_a), (right, of_b) = a, b
    rest = [axis for axis in of_a if axis not in shared], [axis for axis in of_b if axis not in shared]
    count = len(shared)
    if of_a[-count:] == of_b[:count]:
        along = str(count)
    else:
        along = str((tuple(of_a.index(axis) for axis in shared), tuple(of_b.index(axis) for axis in shared)))
    return in_order(Code(f"np.tensordot({left.text}, {right.text}, {along})"), rest[0] + rest[1], out)


def einsum(parts: list[Part], out: list[int]) -> Code:
    """Return a product of parts summed over the axes that are not in ``out``."""
    letter = {axis: "n" if axis == EXAMPLES else LETTERS[axis] for _, axes in parts for axis in axes}
    kept = [axis for axis in out if axis in letter]
    form = ",".join("".join(letter[axis] for axis in axes) for _, axes in parts)
    form += "->" + "".join(letter[axis] for axis in kept)
    return in_order(Code(f"np.einsum('{form}', {', '.join(text.text for text, _ in parts)})"), kept, out)
