"""A user's own operation: one row, like those of the table, checked when it is defined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from typing import Any

from autograd.base.real import one_line, real, shown
from autograd.calculus.functions import compute
from autograd.check.trial import try_row
from autograd.engine.ops import OPS
from autograd.engine.value import Value, binary, reflected, unary
from autograd.table import Domain, Op, any_

__all__ = ["primitive"]


def primitive(
    name: str,
    value: Callable[..., float],
    partials: Callable[..., tuple[Any, ...]],
    *,
    symbol: str | None = None,
    domain: Domain | Sequence[Domain] | None = None,
    why: str = "",
) -> Callable[..., Any]:
    """Return a new operation as a function of Values and numbers, defined by one row.

    Args:
        name: its name in errors, pictures and explanations; a Python name that is not in the table.
        value: z from the operands, as floats; ``math``'s functions may be used.
        partials: the local derivatives from z and the operands, as a tuple with one entry for each operand; None where
            no gradient flows. Write it with operators and this package's functions (``autograd.exp``, not
            ``math.exp``), so that it works on numbers, on Values and on formulas. Its parameters, ``z, x`` or
            ``z, x, y``, say how many operands there are.
        symbol: how pictures and formulas show it; the name if None.
        domain: where each operand may lie; any finite number if None.
        why: the local derivative in words.

    Raises:
        TypeError: when an argument is of the wrong kind.
        ValueError: when the name is taken, or the row is wrong: the message shows a point, and the derivatives there by
            ``partials`` and by differences of ``value``. First and second derivatives are tested at points all over the
            domain, near its bounds first.

    >>> from autograd import sigmoid
    >>> swish = primitive("swish", lambda x: x * sigmoid(x), lambda z, x: (z + sigmoid(x) * (1.0 - z),))
    >>> x = Value(2.0)
    >>> swish(x).backward()
    >>> f"{x.grad:.6f}"
    '1.090784'
    """
    check_words(name, symbol, why)
    count = operand_count(value, partials)
    domains = (domain,) * count if isinstance(domain, Domain) else tuple(domain or (any_,) * count)
    if len(domains) != count or not all(isinstance(d, Domain) for d in domains):
        raise TypeError(f"domain must be a Domain for each of {count} operands, got {shown(domain)}")

    def number(*operands: float) -> float:
        return real(value(*operands), f"the value of {name}")

    def function(*operands: Any) -> Any:
        if len(operands) != count:
            raise TypeError(f"{name} takes {count} operand{'s' * (count > 1)}, got {len(operands)}")
        for x in operands:
            if hasattr(x, "formula_of"):  # a formula: it is printed, not computed
                return x.formula_of(op, *operands)
        return record(*operands)

    words = one_line(why) or f"by the rule of {name}"
    op = Op(name, one_line(symbol or name), function, never_raising(partials, count, name), domains, words)
    record = recorder(op, number)
    try_row(op, number)
    function.__name__ = function.__qualname__ = name
    function.__wrapped__ = value  # type: ignore[attr-defined]  # for readings in other arithmetics
    function.__doc__ = f"Return {name} of Values or numbers. Local derivatives: {op.why}."
    return function


def check_words(name: Any, symbol: Any, why: Any) -> None:
    """Raise an error unless the name is a free Python name, and the symbol and the words are text."""
    if not isinstance(name, str) or not name.isidentifier():
        raise TypeError(f"name must be a Python name, got {shown(name)}")
    if name in OPS:
        raise ValueError(f"name must be a new one, got {name!r}, which is taken by an operation of the table")
    for what, text in (("symbol", name if symbol is None else symbol), ("why", why)):
        if not isinstance(text, str):
            raise TypeError(f"{what} must be a str, got {shown(text)}")


def operand_count(value: Any, partials: Any) -> int:
    """Return how many operands there are, as the parameters of ``partials`` say."""
    for what, given in (("value", value), ("partials", partials)):
        if not callable(given):
            raise TypeError(f"{what} must be a function, got {shown(given)}")
    from inspect import signature  # it takes as long to import as half of the engine

    count = len(signature(partials).parameters) - 1
    if count not in (1, 2):
        raise TypeError(
            f"partials must take z and the operands, (z, x) for one operand or (z, x, y) for two, "
            f"got a function of {count + 1}"
        )
    return count


def recorder(op: Op, number: Callable[..., float]) -> Callable[..., Any]:
    """Return the function that computes ``op``, and records it where an operand is a Value."""
    one_operand = len(op.domain) == 1
    first: Any = unary(op, number) if one_operand else binary(op, number)
    second: Any = None if one_operand else reflected(op, number)

    def record(*operands: Any) -> Any:
        given: list[Any] = [x if isinstance(x, Value) else real(x, f"operand {i}") for i, x in enumerate(operands)]
        if isinstance(given[0], Value):
            return first(*given)
        if isinstance(given[-1], Value):
            return second(given[1], given[0])
        return compute(op._replace(value=number), *given)

    return record


def never_raising(partials: Callable[..., Any], count: int, name: str) -> Callable[..., tuple[Any, ...]]:
    """Return ``partials`` so that it never stops a sweep: where it raises on numbers, the derivatives are nan."""

    def rule(z: Any, *operands: Any) -> tuple[Any, ...]:
        try:
            found = partials(z, *operands)
        except (ArithmeticError, ValueError):
            return (nan,) * count
        if not isinstance(found, tuple) or len(found) != count:
            wanted = "(dz/dx,)" if count == 1 else "(dz/dx, dz/dy)"
            raise TypeError(f"partials of {name} must return a tuple {wanted}, got {shown(found)}")
        return tuple(float(partial) if isinstance(partial, int) else partial for partial in found)

    return rule
