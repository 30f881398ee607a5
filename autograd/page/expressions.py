"""Expressions of JavaScript that write themselves: operators and functions of a `Source` give a Source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from math import copysign, isfinite, isnan
from typing import Any, ClassVar, NoReturn

from autograd.table import Op

__all__ = ["PRODUCT", "Source", "call", "expression", "infix", "listed", "plain"]

CHOICE, COMPARISON, SUM, PRODUCT, SIGN, ATOM = range(6)  # how tightly an expression holds together
BRANCHES = 16  # ways through a row of a user's own that asks which of two numbers is larger


class Untranslatable(Exception):
    """A row needs more than one expression can compute."""


class Source:
    """An expression of JavaScript."""

    __slots__ = ("rank", "text")
    operation: ClassVar[Callable[..., Any]]  # what writes an operation: the arithmetic made of these sets it
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str, rank: int = ATOM) -> None:
        self.text, self.rank = text, rank

    def __add__(self, other: Any) -> Source:
        return infix(self, "+", other, SUM)

    def __radd__(self, other: Any) -> Source:
        return infix(other, "+", self, SUM)

    def __sub__(self, other: Any) -> Source:
        return infix(self, "-", other, SUM)

    def __rsub__(self, other: Any) -> Source:
        return infix(other, "-", self, SUM)

    def __mul__(self, other: Any) -> Source:
        return infix(self, "*", other, PRODUCT)

    def __rmul__(self, other: Any) -> Source:
        return infix(other, "*", self, PRODUCT)

    def __truediv__(self, other: Any) -> Source:
        return infix(self, "/", other, PRODUCT)

    def __rtruediv__(self, other: Any) -> Source:
        return infix(other, "/", self, PRODUCT)

    def __pow__(self, other: Any) -> Source:
        return call("m.pow")(self, other)

    def __rpow__(self, other: Any) -> Source:
        return call("m.pow")(other, self)

    def __mod__(self, other: Any) -> Source:
        return call("m.mod")(self, other)

    def __floordiv__(self, other: Any) -> Source:
        return call("m.floordiv")(self, other)

    def __neg__(self) -> Source:
        return Source("-" + at(self, ATOM), SIGN)

    def __pos__(self) -> Source:
        return self

    def __abs__(self) -> Source:
        return call("Math.abs")(self)

    def __lt__(self, other: Any) -> Any:
        return infix(self, "<", other, COMPARISON)

    def __le__(self, other: Any) -> Any:
        return infix(self, "<=", other, COMPARISON)

    def __gt__(self, other: Any) -> Any:
        return infix(self, ">", other, COMPARISON)

    def __ge__(self, other: Any) -> Any:
        return infix(self, ">=", other, COMPARISON)

    def __eq__(self, other: object) -> Any:
        return infix(self, "==", other, COMPARISON)

    def __ne__(self, other: object) -> Any:
        return infix(self, "!=", other, COMPARISON)

    def __bool__(self) -> bool:
        return WALK.get().take(self)

    def __float__(self) -> NoReturn:
        raise Untranslatable(f"{self.text} is not a number")

    __int__ = __index__ = __round__ = __trunc__ = __floor__ = __ceil__ = __float__

    def formula_of(self, op: Op, *operands: Any) -> Any:
        """Return the expression of ``op``, such as `autograd.exp`, of Sources."""
        return self.operation(op, *operands)


class Decisions:
    """The answers that one walk through a row gives where the row asks for a truth: ``0 if k == 0 else …``."""

    def __init__(self, given: Sequence[bool]) -> None:
        self.given, self.asked = list(given), list[str]()

    def take(self, condition: Source) -> bool:
        """Return the answer that this walk gives; True where none was given."""
        self.asked.append(at(condition, COMPARISON))
        if len(self.asked) > len(self.given):
            self.given.append(True)
        return self.given[len(self.asked) - 1]


WALK: ContextVar[Decisions] = ContextVar("WALK")  # the walk that is under way


def number(x: Any) -> str:
    """Return a number as JavaScript writes it.

    >>> number(1.0), number(-0.5), number(float("-inf"))
    ('1', '-.5', '-Infinity')
    """
    if isinstance(x, bool) or not isinstance(x, (int, float)):
        raise Untranslatable(f"{x!r} is not a number")
    x = float(x)
    if not isfinite(x):
        return "NaN" if isnan(x) else f"{'-' * (x < 0)}Infinity"
    text = repr(x).removesuffix(".0")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def at(x: Any, rank: int) -> str:
    """Return the text of ``x``, in brackets if it holds together less tightly than ``rank``."""
    if not isinstance(x, Source):
        x = Source(number(x), SIGN if copysign(1.0, x) < 0 else ATOM)
    return x.text if x.rank >= rank else f"({x.text})"


def infix(x: Any, sign: str, y: Any, rank: int) -> Source:
    """Return ``x sign y``; the right side keeps its brackets, for sums of floats are not associative."""
    tight = ATOM if rank == SUM and not isinstance(y, Source) else rank + 1
    right = at(y, tight)
    if sign in "+-" and right.startswith("-"):  # -- and +- would mean something else, or puzzle
        right = f"({right})"
    return Source(at(x, rank) + sign + right, rank)


def call(name: str) -> Callable[..., Source]:
    """Return the function that writes ``name(x, y)``."""
    return lambda *operands: Source(f"{name}({','.join(at(x, CHOICE) for x in operands)})")


def walks(function: Callable[..., Any], operands: Sequence[Source]) -> Iterator[tuple[list[str], list[bool], Any]]:
    """Yield, for every way through ``function``, the conditions it met, the answers, and what it returned."""
    given: list[bool] = []
    for _ in range(BRANCHES):
        walk = Decisions(given)
        before = WALK.set(walk)
        try:
            result = function(*operands)
        finally:
            WALK.reset(before)
        yield walk.asked, list(walk.given), result
        given = walk.given
        while given and not given[-1]:
            given.pop()
        if not given:
            return
        given[-1] = False
    raise Untranslatable(f"there are more than {BRANCHES} ways through it")


def expression(function: Callable[..., Any], operands: Sequence[Source], write: Callable[[Any], str]) -> str:
    """Return ``function`` of ``operands`` in JavaScript; ``write`` says how what it returns is written.

    >>> expression(lambda x: 0.0 if x == 0 else 1.0 / x, [Source("x")], plain)
    'x==0?0:1/x'
    """
    ways = list(walks(function, operands))

    def choose(ways: list[tuple[list[str], list[bool], Any]], depth: int) -> str:
        if len(ways) == 1 and len(ways[0][0]) == depth:
            return write(ways[0][2])
        condition = ways[0][0][depth]
        yes, no = ([way for way in ways if way[1][depth] is truth] for truth in (True, False))
        return f"{condition}?{choose(yes, depth + 1)}:{choose(no, depth + 1)}"

    return choose(ways, 0)


def plain(x: Any) -> str:
    """Return one result as JavaScript; None, which is nothing, as null."""
    return "null" if x is None else at(x, COMPARISON)


def listed(results: Sequence[Any]) -> str:
    """Return several results as a list of JavaScript."""
    return f"[{','.join(map(plain, results))}]"
