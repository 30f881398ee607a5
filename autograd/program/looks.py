"""Whether a line only looks at a Value: an assertion, a print, a count of hits. Such a decision changes no graph."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from types import CodeType

from autograd.engine.watch import spot

__all__ = ["only_looks"]

SHOWING = frozenset({"print", "display", "repr", "str", "format", "warn", "info", "debug", "warning"})
COUNTING = SHOWING | {
    "sum",
    "len",
    "any",
    "all",
    "max",
    "min",
    "sorted",
    "list",
    "tuple",
    "bool",
    "int",
    "float",
    "round",
}
EQUALITY = ast.Eq | ast.NotEq | ast.Is | ast.IsNot


@lru_cache(maxsize=1024)
def only_looks(code: CodeType, instruction: int) -> bool:
    """Return whether a decision by an instruction is used only in an assertion, in a text, or in a comparison of two
    decisions, as in ``hits += (v > 0) == (t > 0)``; False if the source is not available."""
    text = "".join(linecache.getlines(code.co_filename))
    first, last, start, end = spot(code, instruction)
    if not text or first is None:
        return False
    compared = False  # the answer is compared with another one
    path = list(above(text, (first, last, start, end)))
    for child, parent in pairwise(path):
        if isinstance(parent, ast.Assert | ast.FormattedValue) or (isinstance(parent, ast.Expr) and child is path[0]):
            return True
        if isinstance(parent, ast.Call) and name(parent) in SHOWING:
            return True
        if isinstance(parent, ast.Call) and name(parent) not in COUNTING:  # who knows what it makes of the answer
            return False
        if isinstance(parent, ast.If) and child is parent.test:
            return not parent.orelse and all(map(is_word, parent.body))
        if isinstance(parent, ast.IfExp | ast.While | ast.comprehension):
            return False
        compared |= isinstance(parent, ast.Compare) and all(isinstance(op, EQUALITY) for op in parent.ops)
        if isinstance(parent, ast.stmt):
            return compared
    return False


def above(text: str, place: tuple[int | None, ...]) -> Iterator[ast.AST]:
    """Yield the expression that stands at a place of a source, and what it stands in, from the inside out."""
    parents = tree(text)
    found: ast.AST | None = None
    for node in parents:  # those inside come later
        at = [getattr(node, name, -1) for name in ("lineno", "end_lineno", "col_offset", "end_col_offset")]
        if isinstance(node, ast.expr) and tuple(at) == place:
            found = node
    while found is not None:
        yield found
        found = parents.get(found)


@lru_cache(maxsize=16)
def tree(text: str) -> dict[ast.AST, ast.AST]:
    """Return what each part of a source stands in; {} where it is not Python, as in a notebook's cell with magic."""
    try:
        whole = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    return {child: parent for parent in ast.walk(whole) for child in ast.iter_child_nodes(parent)}


def name(call: ast.Call) -> str:
    """Return the name of the function that is called, without what it is an attribute of."""
    f = call.func
    return f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else ""


def is_word(statement: ast.stmt) -> bool:
    """Return whether a statement only says something, counts, or raises an error."""
    if isinstance(statement, ast.AugAssign):
        return isinstance(statement.value, ast.Constant)
    shows = (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and name(statement.value) in SHOWING
    )
    return shows or isinstance(statement, ast.Raise | ast.Pass)
