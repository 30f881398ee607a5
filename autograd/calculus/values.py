"""The arithmetic of derivatives that are themselves graphs: `ieee` on Values, every step recorded.

``pull(root, Value(1.0), rules(graphs), as_node)`` is a gradient made of Values, so it can be differentiated
again, to any order.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from autograd.engine import ieee
from autograd.engine.ops import OPS
from autograd.engine.value import Value, binary, reflected, unary
from autograd.table import Op, rules

__all__ = ["graphs"]


def one(op: Op, value: Callable[..., float]) -> Callable[[Any], Any]:
    """Return the function of one operand that records ``op`` and computes ``value``."""
    record = unary(op, value)
    return lambda x: record(x) if isinstance(x, Value) else value(x)


def two(op: Op, value: Callable[..., float]) -> Callable[[Any, Any], Any]:
    """Return the function of two operands that records ``op`` and computes ``value``."""
    left, right = binary(op, value), reflected(op, value)

    def function(x: Any, y: Any) -> Any:
        if isinstance(x, Value):
            return left(x, y)
        return right(y, x) if isinstance(y, Value) else value(x, y)

    return function


graphs = SimpleNamespace(
    **{name: (one if len(op.domain) == 1 else two)(OPS[name], op.value) for name, op in rules(ieee).items()}
)
general_pow = graphs.pow


def pow(x: Any, y: Any) -> Any:
    """x ** y, by the power rule where y is a number, as `Value.__pow__` does."""
    return general_pow(x, y) if isinstance(y, Value) else graphs.power(x, y)


def flow(x: Any) -> Any:
    """x, but None, nothing at all, where x is 0."""
    return None if (x.data if isinstance(x, Value) else x) == 0 else x


graphs.pow, graphs.flow = pow, flow
