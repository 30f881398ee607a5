"""The arithmetic of derivatives that are themselves graphs: `ieee` on Values, every step recorded.

``pull(root, Value(1.0), rules(values), as_node)`` is a gradient made of Values, so it can be differentiated again, to
any order. Plain numbers give plain numbers.

Such a graph has no nodes where nothing flows: the gradient of relu(u) at u < 0 is left out, and stays out when the
graph is computed again for a u above 0. ``CUTS`` says where that was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from types import CodeType
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from autograd.engine import ieee
from autograd.engine.graph import order
from autograd.engine.ops import OPS
from autograd.engine.sweep import Closed
from autograd.engine.value import Value, binary, reflected, unary
from autograd.engine.watch import caller
from autograd.table import rules

IEEE = rules(ieee)
T = TypeVar("T")


ANSWER = frozenset(("abs", "gate", "max", "min", "scale", "sign", "still", "zero"))  # rows that never raise an error
# The rows as a gradient records them: at a pole the value is inf, and no error, also when a program computes it anew.
QUIET = {name: row if name in ANSWER else row._replace(value=IEEE[name].value) for name, row in OPS.items()}


def one(name: str) -> Callable[[Any], Any]:
    """Return the function of one operand that records the row ``name`` and computes as `ieee` does."""
    row, value = QUIET[name], IEEE[name].value
    record = unary(row, value)
    return lambda x: record(x) if isinstance(x, Value) else value(x)


def two(name: str) -> Callable[[Any, Any], Any]:
    """Return the function of two operands that records the row ``name`` and computes as `ieee` does."""
    row, value = QUIET[name], IEEE[name].value
    left, right = binary(row, value), reflected(row, value)

    def function(x: Any, y: Any) -> Any:
        if isinstance(x, Value):
            return left(x, y)
        return right(y, x) if isinstance(y, Value) else value(x, y)

    return function


abs = one("abs")
exp = one("exp")
expm1 = one("expm1")
exp2 = one("exp2")
log = one("log")
log1p = one("log1p")
log2 = one("log2")
log10 = one("log10")
sqrt = one("sqrt")
cbrt = one("cbrt")
sin = one("sin")
cos = one("cos")
tan = one("tan")
asin = one("asin")
acos = one("acos")
atan = one("atan")
sinh = one("sinh")
cosh = one("cosh")
tanh = one("tanh")
sech = one("sech")
asinh = one("asinh")
acosh = one("acosh")
atanh = one("atanh")
erf = one("erf")
erfc = one("erfc")
sigmoid = one("sigmoid")
softplus = one("softplus")
relu = one("relu")
floor = one("floor")
ceil = one("ceil")
sign = one("sign")
zero = one("zero")
scale = one("scale")
still = one("still")

div = two("div")
mod = two("mod")
floordiv = two("floordiv")
max = two("max")
min = two("min")
atan2 = two("atan2")
hypot = two("hypot")
gate = two("gate")

constant_power, general_power = two("power"), two("pow")


def pow(x: Any, y: Any) -> Any:
    """x ** y, by the power rule where y is a number, as `Value.__pow__` does."""
    return general_power(x, y) if isinstance(y, Value) else constant_power(x, y)


# --- where nothing flows --------------------------------------------------------------------------------------------


class Cut(NamedTuple):
    """What was decided while a gradient was recorded."""

    factors: list[Value]  # each was 0: nothing flows, and nothing is recorded
    code: CodeType  # of the user's function that asked for the gradient,
    instruction: int  # and where in it


# By each Value of such a gradient. It keeps alive what is older than the key, and so never the key itself.
CUTS: WeakKeyDictionary[Value, tuple[Cut, ...]] = WeakKeyDictionary()
met: ContextVar[list[Value] | None] = ContextVar("met", default=None)  # the factors met by the sweep that is under way


def flow(x: Any) -> Any:
    """x, but None where it is 0: nothing flows."""
    if not isinstance(x, Value):
        return None if x == 0 else x
    if x._data != 0:
        return x
    factors = met.get()
    return None if factors is None else Closed(x, factors)


def run_sweep(root: Value, sweep: Callable[[], T]) -> tuple[T, tuple[Cut, ...]]:
    """Return what a sweep from ``root`` in this arithmetic gives, and where nothing flowed, in this sweep or in those
    that the root is made of."""
    factors: list[Value] = []
    token = met.set(factors)
    try:
        found = sweep()
    finally:
        met.reset(token)
    cuts = cuts_of(root)
    if factors:
        frame = caller(sys._getframe(1))
        cuts.append(Cut(factors, frame.f_code, frame.f_lasti))
    return found, tuple(cuts)


def note_cuts(results: Iterable[Any], cuts: tuple[Cut, ...]) -> None:
    """Note where nothing flowed when these results were recorded."""
    if cuts:
        for result in results:
            if isinstance(result, Value):
                CUTS[result] = cuts


def cuts_of(root: Value) -> list[Cut]:
    """Return where nothing flowed in the gradients that ``root`` is made of."""
    if not CUTS:
        return []
    inside = set(order(root))
    cuts = [cut for v, several in list(CUTS.items()) if v in inside for cut in several]
    return list({id(cut): cut for cut in cuts}.values())
