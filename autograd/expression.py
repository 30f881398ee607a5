"""An expression as text, such as ``tanh(w*x + b)``, made into a graph. It is parsed, never run as Python."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from autograd.base.real import one_line, real, shown
from autograd.calculus import composed, functions
from autograd.engine.ops import OPS
from autograd.engine.value import Value

__all__ = ["FUNCTIONS", "ExpressionError", "expression"]

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(functions, name) for name in OPS if hasattr(functions, name) and name != "gate"
} | {name: getattr(composed, name) for name in ("clamp", "elu", "gelu", "leaky_relu", "silu", "square")}


def said(name: str, apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return an operator that, of two plain numbers too, names itself and them when it fails."""

    def function(x: Any, y: Any) -> Any:
        plain = not (isinstance(x, Value) or isinstance(y, Value))
        return functions.computed(OPS[name], x, y) if plain else apply(x, y)

    return function


CONSTANTS = {"pi": math.pi, "e": math.e}
OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: said("div", operator.truediv),
    ast.FloorDiv: said("floordiv", operator.floordiv),
    ast.Mod: said("mod", operator.mod),
    ast.Pow: said("pow", operator.pow),
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
LONGEST = 10_000  # characters


class ExpressionError(ValueError):
    """The text is no expression that can be computed; the message says where it goes wrong."""


def expression(text: str, values: Mapping[str, Value]) -> Value:
    """Return the Value of an expression.

    Args:
        text: numbers, names, ``+ - * / // % **``, brackets, and functions of the table such as ``tanh``.
        values: what the names in it stand for; ``pi`` and ``e`` are known.

    Raises:
        ExpressionError: when it is none, or has a name or function that is unknown.
        ValueError, OverflowError, ZeroDivisionError: when it has no value there.

    >>> expression("tanh(w*x) + 1", {"w": Value(0.0), "x": Value(2.0)})
    Value(data=1.0, grad=0.0)
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression has {len(text):,} characters, more than {LONGEST:,}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:  # a NUL is a ValueError
        place = f" at character {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        raise ExpressionError(f"{one_line(text)!r} is no expression{place}: {one_line(str(error.args[0]))}") from None
    except (RecursionError, MemoryError):
        raise ExpressionError("the expression is nested too deeply") from None
    done: dict[ast.AST, Any] = {}
    waiting: list[tuple[ast.expr, bool]] = [(tree, False)]  # no recursion: a + b + c + … nests as deep as it is long
    while waiting:
        node, ready = waiting.pop()
        parts = operands(node)
        if ready or not parts:
            done[node] = computed(node, [done[part] for part in parts], values)
        else:
            waiting.append((node, True))
            waiting += [(part, False) for part in reversed(parts)]
    result = done[tree]
    return result if isinstance(result, Value) else Value(result)


def operands(node: ast.expr) -> list[ast.expr]:
    """Return the parts of ``node`` that are computed before it."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    return list(node.args) if isinstance(node, ast.Call) else []


def computed(node: ast.expr, given: list[Any], values: Mapping[str, Value]) -> Any:
    """Return what ``node`` is, its operands being done."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        if math.isinf(number := real(node.value, "a number")):
            raise ExpressionError("a number in it is too large for a float, whose largest is about 1.8e308")
        return number
    if isinstance(node, ast.Name):
        if node.id in values:
            return values[node.id]
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        known = ", ".join(values) or "none"
        raise ExpressionError(f"{node.id} has no value: say {node.id}=1.5, say, after the expression (given: {known})")
    if isinstance(node, ast.BinOp | ast.UnaryOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](*given)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
        raise ExpressionError("^ is written ** here: x**2")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return called(node.func.id, given)
    raise ExpressionError(f"{one_line(ast.unparse(node))!r} is no number, name, operation or function of the table")


def called(name: str, given: list[Any]) -> Any:
    """Return the function called ``name`` of what is given."""
    if name not in FUNCTIONS:
        close = get_close_matches(name, FUNCTIONS, n=1)
        hint = f", did you mean {close[0]}?" if close else "."
        raise ExpressionError(f"there is no function {name}{hint} Known are: {', '.join(FUNCTIONS)}")
    try:
        return FUNCTIONS[name](*given)
    except TypeError:
        raise ExpressionError(f"{name} does not take {len(given)} operands: {shown(given)}") from None
