"""gradcheck: is this gradient right? The derivative by the chain rule beside what the function itself does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite, isnan, log10, nan
from typing import Any, NamedTuple

from autograd.base.real import real, shown
from autograd.calculus.call import arguments, name_of
from autograd.calculus.functional import gradients
from autograd.calculus.nest import flat, form, shaped
from autograd.check import complexes
from autograd.check.differences import Measured, measured
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, pull, push, replay
from autograd.engine.value import Value
from autograd.table import rules

__all__ = ["Report", "Slope", "gradcheck", "judged"]

TINY = 2.0**-500  # the complex step


class Slope(NamedTuple):
    """One line of a report: a derivative by the chain rule, and beside it what the function does."""

    name: str  # of the argument; for a second derivative of both
    analytic: float  # by the chain rule
    numeric: float  # by the values of the function alone
    by: str  # how: "complex step", "differences, step 1e-3", "one side"
    verdict: str  # "ok", "at a kink", "unclear" or "WRONG"
    remark: str  # what there is to say about it; "" if nothing
    curve: tuple[tuple[float, float], ...]  # (step, slope by a central difference), from large steps to small

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against it."""
        return self.verdict in ("ok", "at a kink")

    @property
    def relative_error(self) -> float:
        """The difference of the two over the larger; 0 where they are equal, nan where one is."""
        if self.analytic == self.numeric:
            return 0.0
        if isnan(self.analytic) or isnan(self.numeric):
            return nan
        return abs(self.analytic - self.numeric) / max(abs(self.analytic), abs(self.numeric))


class Report(NamedTuple):
    """What `gradcheck` found; true if all is well, and as text a table."""

    rows: tuple[Slope, ...]
    faults: tuple[str, ...]  # what the sweeps do that they should not

    @property
    def ok(self) -> bool:
        """Whether every row is right, or at a kink between its slopes, and the sweeps are sound."""
        return not self.faults and all(row.ok for row in self.rows)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        head = ("argument", "analytic", "numeric", "relative error", "by", "verdict")
        table = [head] + [
            (r.name, f"{r.analytic:.12g}", f"{r.numeric:.12g}", f"{r.relative_error:.1e}", r.by, r.verdict)
            for r in self.rows
        ]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        remarks = ["", *(r.remark for r in self.rows)]
        lines = [
            "  ".join([*(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)), remark]).rstrip()
            for line, remark in zip(table, remarks, strict=True)
        ]
        good, count = sum(r.ok for r in self.rows), len(self.rows)
        return "\n".join(
            [*lines, *(f"FAULT: {fault}" for fault in self.faults), f"{good} of {count} as they should be"]
        )

    def __repr__(self) -> str:
        return str(self)

    def picture(self, row: int = 0) -> str:
        """Return a plot, as text, of the error of central differences against the analytic slope, by their step.

        Args:
            row: the line of the report that is plotted.

        It falls with the step while the curvature counts, and rises again when the rounding does; if the analytic
        slope is wrong, it does not fall below the mistake.
        """
        slope = self.rows[row]
        lines = [f"error of a central difference for {slope.name}, by its step; a mark is a factor of ten"]
        for step, found in slope.curve[::3]:
            error = abs(found - slope.analytic)
            size = max(abs(slope.analytic), abs(found)) or 1.0
            marks = 0 if error == 0 else max(0, round(log10(error / size) + 16)) if isfinite(error) else 16
            lines.append(f"  {step:8.1e}  {error:8.1e}  {'#' * marks}".rstrip())
        return "\n".join(lines)


def gradcheck(f: Callable[..., Any], xs: Any, *, order: int = 1, tolerance: float = 1e-6) -> Report:
    """Return a report that compares the derivatives of ``f`` by the chain rule with what ``f`` does around ``xs``.

    Args:
        f: a function of Values that returns one Value (or number).
        xs: the arguments as a tuple; or the only argument: a number, a list of numbers.
        order: 1 for the gradient; 2 for the hessian as well, against differences of the gradient.
        tolerance: the relative error that is accepted.

    Raises:
        TypeError: when xs holds what is no number, or f returns no single number.
        ValueError: when order is neither 1 nor 2.

    The numeric side knows no rule of calculus: central differences of f, with the step that does best, confirmed and
    sharpened by the complex step where every operation has a complex form. The sweeps themselves are tried too:
    backwards twice, backwards after a leaf was edited, forwards, and as a graph.

    >>> print(gradcheck(lambda x, y: x * y + x.sin(), (2.0, 3.0)))
    argument  analytic       numeric        relative error  by            verdict
    x         2.58385316345  2.58385316345  0.0e+00         complex step  ok
    y         2              2              0.0e+00         complex step  ok
    2 of 2 as they should be
    """
    if isinstance(order, bool) or order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, got {shown(order)}")
    if not 0 <= real(tolerance, "tolerance") < 1:
        raise ValueError(f"tolerance must be a relative error from 0 to below 1, got {tolerance}")
    title = name_of(f)
    args = arguments(f, xs)
    names = [name for i, arg in enumerate(args) for name in named(arg, parameter(f, i))]
    at = [float(x) for i, arg in enumerate(args) for x in flat(arg, parameter(f, i))]

    def run(numbers: Sequence[float]) -> tuple[list[Value], Value]:
        leaves = [Value(x, label=name) for x, name in zip(numbers, names, strict=True)]
        items = iter(leaves)
        out = f(*(shaped(arg, items) for arg in args))
        if form(out) is not None:
            raise TypeError(f"{title} must return one number, got {shown(out)}")
        (number,) = flat(out, f"what {title} returns")
        return leaves, number if isinstance(number, Value) else Value(number)

    def along(i: int, what: Callable[[list[Value], Value], float]) -> Callable[[float], float]:
        return lambda t: what(*run([*at[:i], t, *at[i + 1 :]]))

    leaves, out = run(at)
    analytic = backward_slopes(leaves, out)
    rows = [
        judged(
            names[i], analytic[i], measured(along(i, lambda _, z: z.data), at[i]), complex_slope(out, leaf), tolerance
        )
        for i, leaf in enumerate(leaves)
    ]
    if order == 2:
        for i, slope in enumerate(gradients(out, leaves)):
            second = pull(slope, 1.0, OPS, as_number, leaves)
            for j, leaf in enumerate(leaves):
                found = measured(along(j, lambda v, z, i=i: backward_slopes(v, z)[i]), at[j])  # type: ignore[misc]
                rows.append(judged(f"{names[i]}, {names[j]}", second.get(leaf, 0.0), found, None, tolerance))
    return Report(tuple(rows), tuple(faults(run, at, names, analytic)))


def judged(name: str, analytic: float, found: Measured, by_complex: float | None, tolerance: float) -> Slope:
    """Return the verdict on one derivative."""
    step = f"differences, step {found.step:.0e}"
    if isnan(analytic):
        return Slope(name, analytic, found.slope, step, "WRONG", "the chain rule gives nan", found.curve)
    if found.kind in ("none", "jump"):
        remark = "the function jumps here" if found.kind == "jump" else "the function has no slope here"
        return Slope(name, analytic, found.slope, step, "unclear", remark, found.curve)
    if found.kind == "kink":
        low, high = sorted((found.left, found.right))
        slack = tolerance * max(abs(low), abs(high))
        between = low - slack <= analytic <= high + slack
        remark = f"the slope is {found.left:.6g} on the left and {found.right:.6g} on the right"
        return Slope(name, analytic, found.slope, step, "at a kink" if between else "WRONG", remark, found.curve)
    if found.kind == "vertical":
        verdict = "ok" if analytic == found.slope else "WRONG"
        return Slope(name, analytic, found.slope, "differences", verdict, "the tangent is vertical", found.curve)
    numeric, doubt, by = found.slope, 4 * found.error, "one side" if found.kind == "edge" else step
    # the complex step follows the record, not the function: it sharpens what differences say, and replaces nothing
    if found.kind == "smooth" and by_complex is not None:
        told = doubt <= max(0.01 * max(abs(by_complex), abs(numeric)), 1e-8)
        if told and close(by_complex, numeric, tolerance, doubt):
            numeric, doubt, by = by_complex, TINY, "complex step"
    size = max(abs(analytic), abs(numeric))
    unmoved = analytic == 0 and not any(slope for _, slope in found.curve)  # the function ignores it
    if doubt > 0.01 * size and doubt > 1e-8 and not unmoved:
        remark = f"differences tell it only to ± {doubt:.1e}"
        return Slope(name, analytic, numeric, by, "unclear", remark, found.curve)
    verdict = "ok" if close(analytic, numeric, tolerance, doubt) else "WRONG"
    remark = "defined on one side only" if found.kind == "edge" else ""
    if verdict == "ok" and not remark and not close(analytic, numeric, tolerance, 0.0):
        remark = f"0 to the ± {doubt:.1e} that differences can tell"
    return Slope(name, analytic, numeric, by, verdict, remark, found.curve)


def close(a: float, b: float, tolerance: float, doubt: float) -> bool:
    """Return whether two slopes agree, one of them being in doubt by so much."""
    return abs(a - b) <= tolerance * max(abs(a), abs(b)) + doubt


def backward_slopes(leaves: list[Value], out: Value) -> list[float]:
    """Return the gradient of ``out`` in fresh ``leaves``, by `Value.backward`."""
    out.backward()
    return [leaf.grad for leaf in leaves]


def complex_slope(out: Value, leaf: Value) -> float | None:
    """Return the derivative of ``out`` in ``leaf`` by the complex step; None where an operation has no complex form."""
    try:
        moved = replay(out, {leaf: complex(leaf.data, TINY)}, rules(complexes))[out]
        return float(moved.imag / TINY)
    except (ArithmeticError, ValueError, TypeError, NotImplementedError):
        return None


def faults(
    run: Callable[[Sequence[float]], tuple[list[Value], Value]], at: list[float], names: list[str], want: list[float]
) -> list[str]:
    """Return what the sweeps do that they should not, in sentences."""
    found = []

    def compare(got: Sequence[float], times: float, what: str) -> None:
        for name, a, b in zip(names, got, want, strict=True):
            if not (close(a, times * b, 1e-9, 1e-300) or isnan(b) or not isfinite(b)):
                found.append(f"{what}: {name} has {a:.12g}, wanted is {times * b:.12g}")

    leaves, out = run(at)
    if out.data != run(at)[1].data and not isnan(out.data):
        found.append(f"the function gives another value when it is called again: {out.data} and {run(at)[1].data}")
    out.backward()
    out.backward()
    compare([leaf.grad for leaf in leaves], 2.0, "a second backward does not give twice the gradient")
    compare(
        [push(out, {leaf: 1.0}, OPS, as_number).get(out, 0.0) for leaf in leaves],
        1.0,
        "a sweep forwards gives another derivative",
    )
    compare([g.data for g in gradients(out, leaves)], 1.0, "the gradient as a graph is another")
    leaves, out = run(at)
    for leaf in leaves:
        leaf.data = leaf.data + 1.0
    compare(backward_slopes(leaves, out), 1.0, "editing the leaves after the record was made changes the gradient")
    return found


def parameter(f: Callable[..., Any], i: int) -> str:
    """Return the name of parameter i of f."""
    try:
        from inspect import signature  # it takes as long to import as half of the engine

        known = [
            p.name for p in signature(f).parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        known = []
    return known[i] if i < len(known) else f"argument {i}"


def named(nest: Any, name: str) -> list[str]:
    """Return a name for every number in a nest: ``x``, ``x[0]``, ``x['w'][1]``."""
    if isinstance(nest, dict):
        return [path for key, inner in nest.items() for path in named(inner, f"{name}[{key!r}]")]
    if form(nest) is None:
        return [name]
    return [path for i, inner in enumerate(nest) for path in named(inner, f"{name}[{i}]")]
