"""Functions of a whole sequence of Values or numbers: sums, products, means, the largest and the smallest, softmax.

None of them is a row of the table: their derivatives follow from the rows they are made of. Where one has to know
which item is the largest, it records that too, with `max` and `still`, so that the record holds for other numbers.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from functools import partial, reduce
from typing import Any, Protocol, cast, overload

from autograd.base.calls import note_call
from autograd.base.plain import note_plain
from autograd.base.real import real, shown
from autograd.calculus import functions
from autograd.calculus.functions import exp, gate, log, log1p, sigmoid, softplus, still, zero
from autograd.engine.value import Value
from autograd.engine.watch import decide

__all__ = ["choices", "hypot", "logsumexp", "max", "mean", "min", "norm", "prod", "softmax", "total"]

# Two records of one function differ where it chose otherwise. To compare them, the second repeats the choices of the
# first: this is a list to be filled, or an iterator over one that was.
choices: ContextVar[list[int] | Iterator[int] | None] = ContextVar("choices", default=None)

LARGEST_FLOAT = 1.7976931348623157e308


class Reduction(Protocol):
    """A function from a sequence to one number: of numbers a float, of Values a Value."""

    __name__: str

    @overload
    def __call__(self, xs: Iterable[Value]) -> Value: ...
    @overload
    def __call__(self, xs: Iterable[float]) -> float: ...
    @overload
    def __call__(self, xs: Iterable[Value | float]) -> Value | float: ...


class Choice(Protocol):
    """A function of one sequence, or of several arguments, to one number."""

    __name__: str

    @overload
    def __call__(self, xs: Iterable[Value], /) -> Value: ...
    @overload
    def __call__(self, xs: Iterable[float], /) -> float: ...
    @overload
    def __call__(self, xs: Iterable[Value | float], /) -> Value | float: ...
    @overload
    def __call__(self, x: float, y: float, /, *more: float) -> float: ...
    @overload
    def __call__(self, x: Value, y: Value | float, /, *more: Value | float) -> Value: ...
    @overload
    def __call__(self, x: float, y: Value, /, *more: Value | float) -> Value: ...


def reduction(f: Callable[[Iterable[Any]], Any]) -> Reduction:
    """Return ``f`` with the type that says what it gives for numbers and for Values."""
    return cast(Reduction, f)


def choice(f: Callable[..., Any]) -> Choice:
    """Return ``f`` with the type that says what it gives for numbers and for Values."""
    return cast(Choice, f)


def items_of(xs: Any, name: str) -> list[Any]:
    """Return ``xs`` as a list of at least one Value or number, for the function ``name``.

    Raises:
        TypeError: when xs cannot be iterated over, or holds something else.
        ValueError: when it is empty.
    """
    if isinstance(xs, Value | str | dict) or not isinstance(xs, Iterable):
        raise TypeError(f"{name} takes a sequence of Values or numbers, got {shown(xs)}")
    items = [x if isinstance(x, Value) else real(x, f"item {i} of {name}") for i, x in enumerate(xs)]
    if not items:
        raise ValueError(f"{name} takes at least one Value or number, got an empty {type(xs).__name__}")
    return items


def number_of(x: Value | float) -> float:
    """Return the number that a Value holds, or a number itself."""
    return x.data if isinstance(x, Value) else x


# --- sums and products --------------------------------------------------------------------------------------------


@reduction
def total(xs: Iterable[Any]) -> Any:
    """Return the sum of xs, Values or numbers, added from the left.

    Raises:
        TypeError: when xs is not a sequence of Values or numbers.
        ValueError: when it is empty.

    >>> total([1.0, 2.0, 4.0])
    7.0
    """
    return reduce(operator.add, items_of(xs, "total"))


@reduction
def mean(xs: Iterable[Any]) -> Any:
    """Return the sum of xs over their number; errors as for `total`.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    items = items_of(xs, "mean")
    return reduce(operator.add, items) / len(items)


@reduction
def prod(xs: Iterable[Any]) -> Any:
    """Return the product of xs, multiplied from the left; errors as for `total`.

    >>> prod([1.0, 2.0, 6.0])
    12.0
    """
    return reduce(operator.mul, items_of(xs, "prod"))


# --- the largest, the smallest, the length ------------------------------------------------------------------------


@choice
def max(*xs: Any) -> Any:
    """Return the largest of several arguments, or of one sequence; k equal ones share the gradient, 1/k each.

    >>> from autograd import Value
    >>> a, b, c = Value(2.0), Value(2.0), Value(1.0)
    >>> max([a, b, c]).backward()
    >>> a.grad, b.grad, c.grad
    (0.5, 0.5, 0.0)
    """
    return extreme(xs, functions.max, "max")


@choice
def min(*xs: Any) -> Any:
    """Return the smallest of several arguments, or of one sequence; k equal ones share the gradient, 1/k each."""
    return extreme(xs, functions.min, "min")


@choice
def hypot(*xs: Any) -> Any:
    """Return √(x1² + x2² + …) of several arguments, or of one sequence, without overflow; at 0 its gradient is 0.

    >>> hypot(3, 4), hypot([2e200, 3e200, 6e200])
    (5.0, 7e+200)
    """
    if len(xs) == 2:
        return functions.hypot(*xs)
    items = items_of(xs[0] if len(xs) == 1 else xs, "hypot")
    return reduce(functions.hypot, items) if len(items) > 1 else functions.abs(items[0])


@reduction
def norm(xs: Iterable[Any]) -> Any:
    """Return the length of the vector xs: `hypot` of a sequence; errors as for `total`.

    >>> norm([2.0, 3.0, 6.0])
    7.0
    """
    return hypot(items_of(xs, "norm"))


def extreme(xs: tuple[Any, ...], of_two: Callable[[Any, Any], Any], name: str) -> Any:
    """Return the largest or the smallest, by the row ``of_two``, of several arguments or of one sequence."""
    if len(xs) == 2:
        return of_two(*xs)
    items = items_of(xs[0] if len(xs) == 1 else xs, name)
    chain = reduce(of_two, items)
    if len(items) <= 2:
        return chain
    if not math.isfinite(number_of(chain)):  # inf - inf would be nan: infinite ones share too, and a nan stays one
        return chain if math.isnan(number_of(chain)) else among(items, number_of(chain))
    # A chain of max alone would share a tie of three as 1/4, 1/4, 1/2. The gap of the largest item is 0, and passes the
    # gradient on. Gaps are subtracted, since -0.0 + 0.0 would lose the sign of zero.
    largest = still(chain)
    gaps = [largest - x for x in items]
    ties = [zero(gap) for gap in gaps]
    open_gaps = [gate(tie, gap) for tie, gap in zip(ties, gaps, strict=True)]
    result = largest - reduce(operator.add, open_gaps) / reduce(operator.add, ties)
    note_call(name, items, [result], [result])
    return result


def among(items: list[Any], number: float) -> Any:
    """Return the mean of the items that are ``number``, which is inf or -inf."""
    for x in items:
        if isinstance(x, Value):  # which of them are is no part of the record
            decide(x, ">=", math.inf, x.data == math.inf) if number > 0 else decide(x, ">", -math.inf, False)
    return mean([x for x in items if number_of(x) == number])


# --- softmax ------------------------------------------------------------------------------------------------------


@reduction
def logsumexp(xs: Iterable[Any]) -> Any:
    """Return log(exp(x1) + exp(x2) + …), which neither overflows nor underflows: the largest is taken out first.

    >>> from autograd import logsumexp
    >>> logsumexp([1000.0, 1000.0])
    1000.6931471805599
    """
    items = items_of(xs, "logsumexp")
    top, largest = largest_of(items)
    if math.isinf(largest):  # inf - inf would be nan
        return among(items, largest)
    if len(items) == 1 or math.isnan(largest):
        return reduce(operator.add, items)
    # softplus, and not the log of the whole sum: of (0, -40) that is log(1) = 0, and not exp(-40)
    base, rest = log_sum(items[:top] + items[top + 1 :])
    result = items[top] + softplus((base - items[top]) + rest)
    if isinstance(result, Value):
        note_plain(result, partial(plain_logsumexp, items))
        note_call("logsumexp", items, [result], [result])
    return result


@overload
def softmax(xs: Iterable[Value]) -> list[Value]: ...
@overload
def softmax(xs: Iterable[float]) -> list[float]: ...
@overload
def softmax(xs: Iterable[Value | float]) -> list[Value] | list[float]: ...
def softmax(xs: Iterable[Any]) -> list[Any]:
    """Return exp(x) / (exp(x1) + exp(x2) + …) for each x: positive and summing to 1; safe at any size of x.

    >>> from autograd import softmax
    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    items = items_of(xs, "softmax")
    top, largest = largest_of(items)
    shift = still(reduce(functions.max, items))
    powers = [exp(x - shift) for x in items]
    whole = reduce(operator.add, powers)
    shares = [power / whole for power in powers]
    if len(items) > 1 and math.isfinite(largest):
        # p (1 - p) is the derivative of the largest share in its x: of (40, 0) that is exp(-40), which 1 - p has lost
        base, rest = log_sum(items[:top] + items[top + 1 :])
        shares[top] = sigmoid((items[top] - base) - rest)
    if isinstance(shares[top], Value):
        note_plain(shares[top], partial(share_of_powers, powers, top))
        note_call("softmax", items, shares, [shift, shares[top]])  # all other shares use the shift
    return shares


def share_of_powers(powers: list[Any], k: int) -> Any:
    """Return a share of softmax by its plain formula; 0 is added so that a sum of one is a sum."""
    return powers[k] / (reduce(operator.add, powers) if len(powers) > 1 else powers[0] + 0.0)


def plain_logsumexp(items: list[Any]) -> Any:
    """Return logsumexp by its plain formula, which loses exp(-40) of (0, -40)."""
    shift = still(reduce(functions.max, items))
    return shift + log(reduce(operator.add, [exp(x - shift) for x in items]))


def log_sum(items: list[Any]) -> tuple[Any, Any]:
    """Return the log of exp(x1) + exp(x2) + … in two terms, the largest x, held still, and what is to be added to it.

    All of them may be -inf, as masks in attention are: then that is the sum, and no gradient passes.
    """
    top, _ = largest_of(items)
    largest = still(reduce(functions.max, items))
    finite = gate(largest + LARGEST_FLOAT, 1.0)  # 1, and 0 where largest is -inf
    shift = gate(finite, largest)
    powers = [exp(x - shift) for x in items]
    # the power of the largest, which is 1, is taken off first, so that the tail of the others survives
    rest = reduce(operator.add, [powers[top] - 1.0, *powers[:top], *powers[top + 1 :]])
    return largest, log1p(gate(finite, rest))


def largest_of(items: list[Any]) -> tuple[int, float]:
    """Return where the largest is, the first one of equals, and what it is; nan if any is nan.

    Only the rounding depends on it, never what the formulas mean: they hold whichever item is the largest.
    """
    numbers = [number_of(x) for x in items]
    largest = math.nan if any(map(math.isnan, numbers)) else builtins.max(numbers)
    return same_again(0 if math.isnan(largest) else numbers.index(largest)), largest


# --- the same choices again ---------------------------------------------------------------------------------------


def same_again(place: int) -> int:
    """Return the place that was chosen when the same was recorded before, or ``place``, which is noted."""
    known = choices.get()
    if isinstance(known, list):
        known.append(place)
    return place if known is None or isinstance(known, list) else next(known, place)
