"""The table written out as functions that numba compiles: every operation, and every local derivative.

Two of the functions take single numbers, for the loop over nodes, and have the bits of Python's floats; two loop over
arrays, for the kernel.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from autograd.reverse.code import COMPARISON, SUM, UNARY, Code, call, code
from autograd.table import Op, rules

__all__ = ["BOTH", "ROWS", "key", "scalar_source"]

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


exact = SimpleNamespace(
    **{name: call(name) for name in SAME},
    abs=call("fabs"),
    max=call("larger"),
    min=call("smaller"),
    floor=call("floored"),
    ceil=call("ceiled"),
    mod=call("modulo"),
    floordiv=call("whole_quotient"),
    pow=call("power"),
    div=lambda x, y: code(x) / y,
    flow=flow,
    still=lambda x: x,
)
ROWS: dict[str, Op] = rules(exact)
QUICK: dict[str, Op] = rules(SimpleNamespace(**vars(exact) | {"pow": call("quick_power")}))
BOTH = len(ROWS)  # the number of one more row of single numbers: the + in `where`, which keeps the sign of a zero
SINGLE = [*ROWS.values(), ROWS["add"]._replace(name="both", value=call("both"))]


def key(row: int, k: int) -> int:
    """Return the number by which `slopes` knows operand k of a row."""
    return 2 * row + k


def scalar_source() -> str:
    """Return the source of the four functions."""
    rows = QUICK.values()
    values = {i: (op.name, array_value(op)) for i, op in enumerate(rows)}
    slopes = {
        key(i, k): (op.name, array_slope(op, local))
        for i, op in enumerate(rows)
        for k, local in enumerate(slopes_of(op))
        if local is not None
    }
    one_value = {i: (op.name, f"z = {op.value(*map(Code, names_of(op))).text}") for i, op in enumerate(SINGLE)}
    one_slope = {i: (op.name, both_slopes(op)) for i, op in enumerate(SINGLE)}
    arrays = ["xs, ys = memory[x_at : x_at + count], memory[y_at : y_at + count]"]
    with_upstream = ["ups, zs = memory[up_at : up_at + count], memory[z_at : z_at + count]", *arrays]
    out = "out = memory[out_at : out_at + count]"
    both = "to_x, flows_x, to_y, flows_y"
    return "\n\n".join(
        [
            function("values(row, memory, x_at, y_at, out_at, count)", [*arrays, out], "row", values),
            function(
                "slopes(key, memory, up_at, z_at, x_at, y_at, out_at, count)", [*with_upstream, out], "key", slopes
            ),
            function("value(row, x, y)", ["z = math.nan"], "row", one_value, "return z", "inlined"),
            function(
                "slope(row, z, x, y)",
                [f"{both} = 0.0, False, 0.0, False"],
                "row",
                one_slope,
                f"return {both}",
                "inlined",
            ),
        ]
    )


def function(
    head: str,
    before: list[str],
    asked: str,
    branches: dict[int, tuple[str, str]],
    after: str = "",
    how: str = "exactly",
) -> str:
    """Return a compiled function that has a branch for each row, and one way out: numba then counts no references."""
    lines = [f"@{how}\ndef {head}:", *(f"    {line}" for line in before)]
    word = "if"
    for number, (name, body) in branches.items():
        lines += [f"    {word} {asked} == {number}:  # {name}", *(f"        {line}" for line in body.split("\n"))]
        word = "elif"
    return "\n".join([*lines, *([f"    {after}"] if after else []), ""])


def names_of(op: Op) -> list[str]:
    """Return the names of the operands of a row."""
    return ["x", "y"][: len(op.domain)]


def slopes_of(op: Op) -> list[Code | None]:
    """Return the local derivatives of a row, as text in z, x and y; None where nothing flows."""
    operands = [Code(name) for name in names_of(op)]
    if op.name == "power":  # the table asks whether the exponent is 0, which is known only when the loop runs
        slope = op.partials(Code("z"), *operands)[0]
        return [Code(f"0.0 if y == 0.0 else {slope.text}", COMPARISON), None]
    return [None if slope is None else code(slope) for slope in op.partials(Code("z"), *operands)]


def loop(reads: list[str], result: str) -> str:
    """Return a loop over arrays; x is read from the array xs."""
    sources = ", ".join(f"{name}s[i]" for name in reads)
    return f"for i in range(len(out)):\n    {', '.join(reads)} = {sources}\n    out[i] = {result}"


def array_value(op: Op) -> str:
    """Return the loop that computes a row."""
    return loop(names_of(op), op.value(*map(Code, names_of(op))).text)


def array_slope(op: Op, local: Code) -> str:
    """Return the loop that computes upstream times a local derivative of a row."""
    return loop(["up", "z", *names_of(op)], f"up * {local.at(UNARY)}")


def both_slopes(op: Op) -> str:
    """Return the statement that computes each local derivative of a row, and whether it passes anything back."""
    answers = []
    for local in [*slopes_of(op), None][:2]:
        if local is None:
            answers += ["0.0", "False"]
        else:
            answers += [local.at(SUM), f"{local.at(SUM)} != 0.0" if isinstance(local, Flow) else "True"]
    return f"to_x, flows_x, to_y, flows_y = {', '.join(answers)}"
