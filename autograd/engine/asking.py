"""The local derivatives of a node made by hand, found by calling its ``_backward``, and the mistakes in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, TypeAlias

from autograd.base.real import one_line
from autograd.engine.graph import Node
from autograd.engine.scalar import Scalar

__all__ = ["Closure", "ask"]

Closure: TypeAlias = Callable[[], Any]


def ask(recipe: Any, closure: Closure) -> tuple[float, ...]:
    """Return the local derivatives that a closure gives when it is called; afterwards everything is put back.

    Raises:
        ValueError: when it forgets to multiply by out.grad, sets a gradient instead of adding to it, or gives one to a
            Value that is not among the operands.
    """
    out = recipe.result()
    if out is None:
        raise ValueError(f"{recipe.symbol} was made by hand, and the node that its _backward belongs to is gone")
    known = {out, *recipe.operands}
    others: list[Any] = [v for v in captured(closure) if isinstance(v, Scalar) and v not in known]
    kept = [(v, v._data, v._grad) for v in (out, *recipe.operands, *others)]
    try:
        out._data = recipe.data
        for v, number in zip(recipe.operands, recipe.numbers, strict=True):
            v._data = number
        once = answer(out, recipe.operands, others, closure, 1.0, [0.0] * len(recipe.operands))
        twice = answer(out, recipe.operands, others, closure, 2.0, [0.0] * len(recipe.operands))
        had = [abs(g) if g and isfinite(g) else 1.0 for g in once]
        added = answer(out, recipe.operands, others, closure, 1.0, had)
        touched = [v for v in others if v._grad != 0.0]
    finally:
        for v, data, grad in kept:
            v._data, v._grad = data, grad
    judge(recipe, once, twice, had, added, touched)
    return tuple(once)


def captured(closure: Closure) -> list[Any]:
    """Return the variables that a function has captured from the function around it."""
    found = []
    for cell in getattr(closure, "__closure__", None) or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:  # a name that has no value yet
            continue
    return found


def answer(
    out: Node, operands: Sequence[Node], others: Sequence[Node], closure: Closure, upstream: float, had: Sequence[float]
) -> list[float]:
    """Return the gradients of the operands after a call of the closure, when ``out.grad`` is ``upstream``."""
    for v in others:
        v._grad = 0.0
    for v, grad in zip(operands, had, strict=True):
        v._grad = grad
    out._grad = upstream
    closure()
    return [0.0 if v._grad is None else v._grad for v in operands]


def judge(
    recipe: Any,
    once: Sequence[float],
    twice: Sequence[float],
    had: Sequence[float],
    added: Sequence[float],
    touched: Sequence[Any],
) -> None:
    """Raise a ValueError when the answers are not those of a closure that adds local derivative × out.grad."""
    what = f"the _backward of {recipe.symbol or 'a node made by hand'}"
    for v in touched:
        raise ValueError(
            f"{what} gives a gradient to {name_of(v)}, which is not among its operands: name all of them, "
            f"Value(data, (x, y), op)"
        )
    for v, one, two, before, after in zip(recipe.operands, once, twice, had, added, strict=True):
        if not (isfinite(one) and isfinite(two) and isfinite(after)):
            continue
        if one and two == one:
            raise ValueError(
                f"{what} does not multiply by out.grad: it gives {name_of(v)} {one} whether out.grad is 1 or 2; write "
                f"x.grad += local_derivative * out.grad"
            )
        if abs(two - 2.0 * one) > 1e-9 * abs(one):
            raise ValueError(
                f"{what} is not proportional to out.grad: it gives {name_of(v)} {one} at 1 and {two} at 2; write "
                f"x.grad += local_derivative * out.grad"
            )
        if abs(after - (before + one)) > 1e-9 * before:
            raise ValueError(
                f"{what} does not add to the gradient that {name_of(v)} has: it turns {before} into {after}, not into "
                f"{before + one}; write x.grad += …, not x.grad = …"
            )


def name_of(v: Any) -> str:
    """Return the name of an operand in an error: its label, or its number."""
    return one_line(v._label) if v._label else f"the Value {v._data}"
