"""The report of gradcheck: a line for each derivative, and the verdict on all of them."""

from __future__ import annotations

from math import isfinite, isnan, log10, nan
from typing import NamedTuple

from autograd.base.tables import Table

__all__ = ["Comparison", "Report"]


class Comparison(NamedTuple):
    """One line of a report: a derivative by the chain rule, compared with the function itself."""

    name: str  # of the argument; for a second derivative of both
    analytic: float  # by the chain rule
    numeric: float  # from values of the function alone
    by: str  # how: "complex step", "differences, step 1e-03", "one side"
    verdict: str  # "ok", "at a kink", "unclear" or "WRONG"
    remark: str  # a note on the verdict; "" for none
    curve: tuple[tuple[float, float], ...]  # (step, slope of the chord), from large steps to small

    @property
    def ok(self) -> bool:
        """Whether the derivative is known to be right; not so if it is "unclear"."""
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
    """The result of `gradcheck`; as text a table.

    A report is true only if every derivative is known to be right. An "unclear" derivative does not pass, but it is not
    called wrong either: ``report.wrong`` is true only if something is known to be wrong.

    Attributes:
        rows: a `Comparison` for each derivative: its name, analytic and numeric value, verdict and remark.
        faults: the mistakes of the sweeps, in words.
    """

    rows: tuple[Comparison, ...]
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every row is right, or at a kink between its slopes, and the sweeps are sound."""
        return not self.faults and all(row.ok for row in self.rows)

    @property
    def wrong(self) -> bool:
        """Whether a row is WRONG or a sweep has a fault."""
        return bool(self.faults) or any(row.verdict == "WRONG" for row in self.rows)

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
        return "\n".join([*lines, *(f"FAULT: {fault}" for fault in self.faults), self.summary()])

    def summary(self) -> str:
        """Return the last line: how many derivatives are right, and how many are unclear."""
        unclear = sum(row.verdict == "unclear" for row in self.rows)
        right = f"{sum(row.ok for row in self.rows)} of {len(self.rows)} correct"
        return f"{right}, {unclear} unclear" if unclear else right

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head = ("argument", "analytic", "numeric", "relative error", "by", "verdict", "")
        rows = [
            (r.name, f"{r.analytic:.12g}", f"{r.numeric:.12g}", f"{r.relative_error:.1e}", r.by, r.verdict, r.remark)
            for r in self.rows
        ]
        note = " ".join([*(f"FAULT: {fault}." for fault in self.faults), self.summary()])
        return Table(head, rows, note=note)._repr_html_()

    def picture(self, row: int = 0) -> str:
        """Return a plot, as text, of the error of central differences against the analytic derivative, by their step.

        Args:
            row: the line of the report that is plotted.

        With smaller steps the error first falls, as the curvature of the function matters less, and then rises again by
        rounding. If the analytic derivative is wrong, the error never falls below the mistake.
        """
        shown = self.rows[row]
        lines = [f"error of a central difference for {shown.name}, by its step; a mark is a factor of ten"]
        for step, slope in shown.curve[::3]:
            error = abs(slope - shown.analytic)
            size = max(abs(shown.analytic), abs(slope)) or 1.0
            marks = 0 if error == 0 else max(0, round(log10(error / size) + 16)) if isfinite(error) else 16
            lines.append(f"  {step:8.1e}  {error:8.1e}  {'#' * marks}".rstrip())
        return "\n".join(lines)
