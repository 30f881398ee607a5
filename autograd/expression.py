"""An expression as text, such as ``tanh(w*x + b)``, made into a graph. It is parsed, never run as Python."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from autograd.base.checks import shown
from autograd.base.real import one_line, real
from autograd.calculus import composed, functions
from autograd.engine.ops import OPS
from autograd.engine.value import Value

__all__ = ["FUNCTIONS", "ExpressionError", "expression"]

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(functions, name) for name in OPS if hasattr(functions, name) and name != "gate"
} | {name: getattr(composed, name) for name in ("clamp", "elu", "gelu", "leaky_relu", "silu", "square")}
FUNCTIONS |= {"ln": functions.log, "σ": functions.sigmoid}


def naming(name: str, apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return an operator whose errors name it and its operands, even where both are plain numbers."""

    def function(x: Any, y: Any) -> Any:
        plain = not (isinstance(x, Value) or isinstance(y, Value))
        return functions.compute(OPS[name], x, y) if plain else apply(x, y)

    return function


OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: naming("div", operator.truediv),
    ast.FloorDiv: naming("floordiv", operator.floordiv),
    ast.Mod: naming("mod", operator.mod),
    ast.Pow: naming("pow", operator.pow),
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
LONGEST = 10_000  # characters
NOTATION = {  # as formulas are printed, here and in books -> as Python reads them
    "^": "**", "²": "**2", "³": "**3", "×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-", "√(": "sqrt(", "∛(": "cbrt(",
    "½": "0.5", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
}  # fmt: skip
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
# A number before a name or a bracket, a closing bracket before either, two words side by side: a product left out.
NO_SIGN = re.compile(r"(?<![\w.])(\d+\.?\d*|\.\d+)(?=[^\W\d]|\()|(\))\s*(?=[\w(])|(\w)\s+(?=[\w(])")


class ExpressionError(ValueError):
    """The text is not an expression that can be computed; the message says why."""


def expression(text: str, values: Mapping[str, Value]) -> Value:
    """Return the Value of an expression.

    Args:
        text: numbers, names, ``+ - * / // % **``, brackets, and functions of the table such as ``tanh``; or the signs
            of printed formulas, such as ``^ · σ √ ²``.
        values: the Value of each name in it; ``pi`` and ``e`` are known.

    Raises:
        ExpressionError: when the text is not an expression, or has an unknown name or function.
        ValueError, OverflowError, ZeroDivisionError: when the expression has no value at these numbers.

    >>> expression("tanh(w*x) + 1", {"w": Value(0.0), "x": Value(2.0)})
    Value(data=1.0, grad=0.0)
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression must have at most {LONGEST:,} characters, got {len(text):,}")
    text = text.strip()
    tree = parse(text, values)
    done: dict[ast.AST, Any] = {}
    waiting: list[tuple[ast.expr, bool]] = [(tree, False)]  # no recursion: a + b + c + … nests as deep as it is long
    while waiting:
        node, ready = waiting.pop()
        parts = operands(node)
        if ready or not parts:
            done[node] = compute(node, [done[part] for part in parts], values)
        else:
            waiting.append((node, True))
            waiting += [(part, False) for part in reversed(parts)]
    result = done[tree]
    return result if isinstance(result, Value) else Value(result)


def parse(text: str, values: Mapping[str, Value]) -> ast.expr:
    """Return an expression as Python parses it.

    Raises:
        ExpressionError: when it cannot be parsed; the message has the right spelling, if that can be known.
    """
    python = in_python(text)
    try:
        return ast.parse(python, mode="eval").body
    except (SyntaxError, ValueError) as error:  # ValueError: for a NUL
        place = f" at character {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        why = right_spelling(python, values) or one_line(str(error.args[0]))
        raise ExpressionError(
            f"{one_line(text)!r} is not an expression{place if python == text else ''}: {why}"
        ) from None
    except (RecursionError, MemoryError):
        raise ExpressionError("the expression is nested too deeply") from None


def in_python(text: str) -> str:
    """Return ``text`` with the signs of printed formulas in Python's notation.

    >>> in_python("σ(x)·x² + √(2)")
    'σ(x)*x**2 + sqrt(2)'
    """
    for printed, python in NOTATION.items():
        text = text.replace(printed, python)
    return text


def right_spelling(text: str, values: Mapping[str, Value]) -> str:
    """Return advice on what to write instead of a text that cannot be parsed; "" if there is none."""
    if "|" in text:
        return "the size of x is written abs(x)"
    if "√" in text:
        return "the root of x is written sqrt(x)"
    words = text.split()
    for name, after in pairwise(words):
        if name in FUNCTIONS and after[0] != "(":
            return f"write the operand of a function in brackets: {name}({one_line(after)})"
    fixed = NO_SIGN.sub(lambda found: f"{found.group().strip()}*", text)
    names = {*values, *CONSTANTS, *FUNCTIONS}
    if fixed == text or not names.issuperset(re.findall(r"[^\W\d]\w*", fixed)):
        return ""
    return f"write a product with its sign: {one_line(fixed)}"


def operands(node: ast.expr) -> list[ast.expr]:
    """Return the parts of ``node`` that are computed before it."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    return list(node.args) if isinstance(node, ast.Call) else []


def compute(node: ast.expr, given: list[Any], values: Mapping[str, Value]) -> Any:
    """Return the value of ``node``, given those of its operands."""
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
        raise ExpressionError(
            f"{node.id} has no value: give it one after the expression, as {node.id}=1.5 (given: {known})"
        )
    if isinstance(node, ast.BinOp | ast.UnaryOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](*given)
    if isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute | ast.Subscript) and not node.keywords:
        if isinstance(node.func, ast.Name) and node.func.id not in values:
            return call_function(node.func.id, given)
        raise ExpressionError(
            "what stands before a bracket is not a function: write a product with its sign, 2*(x + 1)"
        )
    raise ExpressionError(f"an expression is made of numbers, names, operations and functions, got {kind_of(node)}")


def kind_of(node: ast.expr) -> str:
    """Return a name for the kind of Python that ``node`` is; its source may be too deep to be written out."""
    kinds = {
        ast.Attribute: "an attribute, x.name",
        ast.Subscript: "an index, x[0]",
        ast.Constant: "a constant that is not a real number",
        ast.Compare: "a comparison",
        ast.BoolOp: "the word and, or the word or",
        ast.IfExp: "a condition, x if c else y",
        ast.List: "a list",
        ast.Tuple: "a tuple",
        ast.Lambda: "a lambda",
        ast.Call: "a call with an argument by name, f(x=2)",
    }
    return kinds.get(type(node), f"Python's {type(node).__name__}")


def call_function(name: str, given: list[Any]) -> Any:
    """Return the value of the function called ``name``."""
    if name not in FUNCTIONS:
        close = get_close_matches(name, FUNCTIONS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(FUNCTIONS)}"
        raise ExpressionError(f"there is no function {name}: {hint}")
    try:
        return FUNCTIONS[name](*given)
    except TypeError:
        raise ExpressionError(f"{name} does not take {len(given)} operands: {shown(given)}") from None
