"""The arithmetic of compiled loops: the table written out as functions of single numbers, which numba compiles.

It answers as `ieee` does: numba's arithmetic does not raise.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from autograd.lift.code import COMPARISON, SUM, UNARY, Code, call, code
from autograd.table import Op, rules

__all__ = ["ROWS", "scalar_source"]

HEAD = '''\
"""Written by autograd.kernel.scalar_code from the table: every operation, and every local derivative, as a loop."""

import math
from math import (
    acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, erf, erfc, exp, expm1, fabs, log, log10, log1p, sin, sinh,
    sqrt, tan, tanh,
)

import numpy as np
from numba import njit

LN2 = math.log(2.0)
jit = njit(cache=True, error_model="numpy", inline="always")


@jit
def power(x, y):
    if y == 2.0:
        return x * x
    if y == 1.0:
        return x
    return x**y


@jit
def hypot(x, y):
    return math.hypot(x, y)


@jit
def exp2(x):
    return 2.0**x


@jit
def log2(x):
    return math.log2(x)


@jit
def cbrt(x):
    z = math.copysign(abs(x) ** (1.0 / 3.0), x)
    return z if z == 0.0 or not math.isfinite(z) else z - (z - x / (z * z)) / 3.0


@jit
def larger(x, y):
    return x if x >= y or x != x else y


@jit
def smaller(x, y):
    return x if x <= y or x != x else y


@jit
def sign(x):
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x + 0.0


@jit
def relu(x):
    return x if x > 0.0 or x != x else 0.0


@jit
def sigmoid(x):
    e = exp(-fabs(x))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)


@jit
def sech(x):
    e = exp(-fabs(x))
    return 2.0 * e / (1.0 + e * e)


@jit
def softplus(x):
    return larger(x, 0.0) + log1p(exp(-fabs(x)))


@jit
def gate(x, y):
    return y if x > 0.0 else 0.0


@jit
def zero(x):
    return 1.0 if x == 0.0 else 0.0


@jit
def scale(x):
    size = fabs(x)
    return 2.0**500 if size < 2.0**-500 else 2.0**-500 if size > 2.0**500 else 1.0


@jit
def floored(x):
    return np.floor(x) if math.isfinite(x) else math.nan


@jit
def ceiled(x):
    return np.ceil(x) if math.isfinite(x) else math.nan


@jit
def modulo(x, y):
    return math.nan if y == 0.0 else x % y


@jit
def whole_quotient(x, y):
    return x / y if y == 0.0 else x // y
'''
SAME = (
    "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "hypot", "sigmoid", "softplus",
    "sech", "relu", "sign", "zero", "scale", "gate",
)  # fmt: skip


class Flow(Code):
    """A local derivative that passes nothing back where it is 0."""

    __slots__ = ()


def flow(x: Any) -> Flow:
    """x, marked."""
    inner = code(x)
    return Flow(inner.text, inner.rank, inner.number)


scalars = SimpleNamespace(
    **{name: call(name) for name in SAME},
    abs=call("fabs"),
    max=call("larger"),
    min=call("smaller"),
    floor=call("floored"),
    ceil=call("ceiled"),
    mod=call("modulo"),
    floordiv=call("whole_quotient"),
    pow=lambda x, y: code(x) if code(y).number == 1.0 else call("power")(x, y),
    div=lambda x, y: code(x) / y,
    flow=flow,
    still=lambda x: x,
)
ROWS: dict[str, Op] = rules(scalars)


def scalar_source() -> str:
    """Return the source of two functions that loop over arrays, and of two that take single numbers."""
    return HEAD + "\n".join(
        [
            function("values(row, xs, ys, out)", [array_value(i, op) for i, op in enumerate(ROWS.values())]),
            function(
                "slopes(row, k, ups, zs, xs, ys, out)",
                [array_slope(i, op, k) for i, op in enumerate(ROWS.values()) for k in range(len(op.domain))],
            ),
            function("value(row, x, y)", [one_value(i, op) for i, op in enumerate(ROWS.values())], "math.nan"),
            function(
                "slope(row, z, x, y)",
                [one_slope(i, op) for i, op in enumerate(ROWS.values())],
                "0.0, False, 0.0, False",
            ),
        ]
    )


def function(head: str, branches: list[str], otherwise: str = "") -> str:
    """Return a compiled function that has a branch for each row."""
    end = f"    return {otherwise}\n" if otherwise else ""
    return f"\n\n@njit(cache=True, error_model='numpy')\ndef {head}:\n{''.join(branches)}{end}"


def names_of(op: Op) -> list[str]:
    """Return what the operands of a row are called."""
    return ["x", "y"][: len(op.domain)]


def slopes_of(op: Op) -> list[Code | None]:
    """Return the local derivatives of a row, as text in z, x and y; None where nothing flows."""
    operands = [Code(name) for name in names_of(op)]
    if op.name == "power":  # the table asks whether the exponent is 0, which is known only when the loop runs
        slope = op.partials(Code("z"), *operands)[0]
        return [Code(f"0.0 if y == 0.0 else {slope.text}", COMPARISON), None]
    return [None if slope is None else code(slope) for slope in op.partials(Code("z"), *operands)]


def loop(condition: str, op: Op, reads: dict[str, str], result: str) -> str:
    """Return the branch that loops over arrays: reads[name] is the array from which a name is read."""
    targets, sources = ", ".join(reads), ", ".join(f"{array}[i]" for array in reads.values())
    return (
        f"    if {condition}:  # {op.name}\n"
        f"        for i in range(len(out)):\n"
        f"            {targets} = {sources}\n"
        f"            out[i] = {result}\n"
        f"        return\n"
    )


def array_value(i: int, op: Op) -> str:
    """Return the branch of `values` for row i."""
    names = names_of(op)
    return loop(f"row == {i}", op, {name: f"{name}s" for name in names}, op.value(*map(Code, names)).text)


def array_slope(i: int, op: Op, k: int) -> str:
    """Return the branch of `slopes` for operand k of row i."""
    local = slopes_of(op)[k]
    if local is None:
        return ""
    reads = {name: f"{name}s" for name in ("up", "z", *names_of(op))}
    return loop(f"row == {i} and k == {k}", op, reads, f"up * {local.at(UNARY)}")


def one_value(i: int, op: Op) -> str:
    """Return the branch of `value` for row i."""
    return f"    if row == {i}:  # {op.name}\n        return {op.value(*map(Code, names_of(op))).text}\n"


def one_slope(i: int, op: Op) -> str:
    """Return the branch of `slope` for row i: each local derivative, and whether it passes anything back."""
    answers = []
    for local in [*slopes_of(op), None][:2]:
        if local is None:
            answers += ["0.0", "False"]
        else:
            answers += [local.at(SUM), f"{local.at(SUM)} != 0.0" if isinstance(local, Flow) else "True"]
    return f"    if row == {i}:  # {op.name}\n        return {', '.join(answers)}\n"
