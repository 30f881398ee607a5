"""An explanation, and how it is shown: as text in columns, as an HTML table, as LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.base.escape import html
from autograd.text.console import for_stdout
from autograd.text.symbols import POWER, PRODUCT, Symbol, symbol, variable

__all__ = ["MANY", "Explanation", "Path", "Step", "Use", "columns", "six_digits"]

MANY = 10**6  # paths; more are not counted
MOST_USES = 20  # of one node, written out
MOST_NAMES = 9  # along a path, written out
WIDEST = 112  # characters of a line; the words for each rule are left out if they would make a line longer


class Use(NamedTuple):
    """One use of a node by an operation, and what goes back along it."""

    made: str  # the operation: n3 = w × x
    upstream: float | None  # the gradient of its result; None: no gradient reaches it
    rule: Symbol | None  # the local derivative as a formula; None: no gradient ever goes back
    local: float | None  # the local derivative as a number
    why: str  # the local derivative in words

    @property
    def share(self) -> float | None:
        """Upstream × local; None if no gradient goes back."""
        return None if self.upstream is None or self.local is None else self.upstream * self.local


class Step(NamedTuple):
    """One node on the way: its gradient is the sum over its uses."""

    name: str
    gradient: float
    uses: tuple[Use, ...]


class Path(NamedTuple):
    """One path from the node to the root, and the local derivatives along it."""

    names: tuple[str, ...]
    local_derivatives: tuple[float, ...]
    product: float


class Explanation(NamedTuple):
    """Why the gradient of ``root`` in ``wrt`` is what it is; as text, as HTML and as LaTeX.

    Attributes:
        root, wrt: the names of the two nodes.
        gradient: the derivative of root in wrt.
        steps: a `Step` for each gradient, from the root back to wrt, as far as they are shown.
        skipped: how many steps in the middle are not shown.
        paths: a `Path` for each of those with the largest products.
        n_paths: how many paths there are in all, counted up to a million.
    """

    root: str
    wrt: str
    gradient: float
    steps: tuple[Step, ...]
    skipped: int
    paths: tuple[Path, ...]
    n_paths: int

    @property
    def head(self) -> str:
        """The derivative that is explained, and its value."""
        return f"d {self.root} / d {self.wrt} = {six_digits(self.gradient)}"

    def sentences(self) -> list[str]:
        """Return how the paths add up, and how many are left out."""
        if not self.paths:
            return []
        total = sum(path.product for path in self.paths)
        if len(self.paths) == self.n_paths:
            many = {1: "the only path", 2: "both paths"}.get(self.n_paths, f"all {self.n_paths} paths")
            return [f"sum over {many}: {six_digits(total)}"]
        many = f"{self.n_paths:,}" if self.n_paths < MANY else f"{MANY:,} or more"
        return [
            f"sum over these {len(self.paths)}, the strongest of {many} paths: {six_digits(total)}; "
            f"over all of them, by the steps above: {six_digits(self.gradient)}"
        ]

    def __str__(self) -> str:
        if not self.steps:
            return f"{self.head}: {self.root} does not depend on it"
        lines = [
            self.head,
            "",
            f"step by step, back from {self.root}: upstream × local derivative, summed over all uses",
        ]
        cells = self.step_cells()
        with_words = columns(cells)
        lines += with_words if max(map(len, with_words)) <= WIDEST else columns([row[:3] for row in cells])
        if self.paths:
            lines += ["", f"path by path, from {self.wrt} to {self.root}: the product of the local derivatives"]
            lines += columns(self.path_cells())
        return for_stdout("\n".join([*lines, *("  " + s for s in self.sentences())]))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        body = [f"<p><b>{html(self.head)}</b></p>"]
        style = 'style="text-align:left;white-space:nowrap;padding:2px 12px 2px 0"'
        tables = (
            ("Step by step", ("node", "its uses", "upstream × local derivative", "why"), self.step_cells()),
            ("Path by path", ("path", "product of the local derivatives"), self.path_cells()),
        )
        for title, heads, rows in tables:
            head = "".join(f'<th scope="col" {style}>{html(c)}</th>' for c in heads)
            cells = "".join("<tr>" + "".join(f"<td {style}>{html(c)}</td>" for c in row) + "</tr>" for row in rows)
            body.append(f"<p>{title}</p><table><tr>{head}</tr>{cells}</table>" if rows else "")
        return "".join([*body, *(f"<p>{html(s)}</p>" for s in self.sentences())])

    def step_cells(self) -> list[tuple[str, ...]]:
        """Return the steps as rows of a table."""
        cells: list[tuple[str, ...]] = []
        for i, step in enumerate(self.steps):
            if self.skipped and i == (len(self.steps) + 1) // 2:
                cells.append(("…", f"{self.skipped:,} steps in the middle are not shown", "", ""))
            if not step.uses:
                cells.append((step.name, "the root itself", six_digits(step.gradient), ""))
            for k, use in enumerate(step.uses[:MOST_USES]):
                why = "" if use.share is None else use.why
                cells.append(("" if k else step.name, f"in {use.made}", share_text(use), why))
            if len(step.uses) > MOST_USES:
                cells.append(("", f"and {len(step.uses) - MOST_USES:,} more uses", "", ""))
            if len(step.uses) > 1:
                cells.append(("", "sum", six_digits(step.gradient), ""))
        return cells

    def path_cells(self) -> list[tuple[str, ...]]:
        """Return the paths as rows of a table."""
        return [(" → ".join(shorten(path.names)), product_text(path)) for path in self.paths]

    def latex(self) -> str:
        """Return the steps as LaTeX: an ``aligned`` block for a notebook or a paper."""
        root = variable(self.root).latex
        lines = []
        for i, step in enumerate(self.steps):
            if self.skipped and i == (len(self.steps) + 1) // 2:
                lines.append(r"&\;\;\vdots")
            flowing = [use for use in step.uses if use.rule is not None and use.upstream is not None]
            terms = [
                rf"{symbol(use.upstream).at(PRODUCT).latex} \cdot {use.rule.at(POWER).latex}"
                for use in flowing[:MOST_USES]
                if use.rule
            ]
            terms += [r"\cdots"] if len(flowing) > MOST_USES else []
            left = rf"\frac{{\partial {root}}}{{\partial {variable(step.name).latex}}}"
            value = symbol(float(six_digits(step.gradient))).latex
            lines.append(f"{left} &= {' + '.join(terms)} = {value}" if terms else f"{left} &= {value}")
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def six_digits(x: float) -> str:
    """Return ``x`` in at most six digits; -0.0 is 0."""
    return f"{x + 0.0:.6g}"


def share_text(use: Use) -> str:
    """Return ``0.5 × (1 - n3²) = 0.5 × 0.42 = 0.21``."""
    if use.upstream is None:
        return "no gradient reaches it"
    if use.rule is None or use.local is None or use.share is None:
        return f"{six_digits(use.upstream)} × nothing: {use.why}"
    local = six_digits(use.local)
    rule = "" if use.rule.text == local else f"{six_digits(use.upstream)} × {use.rule.at(POWER).text} = "
    return f"{rule}{six_digits(use.upstream)} × {local} = {six_digits(use.share)}"


def shorten(items: Sequence[str]) -> list[str]:
    """Return ``items``, or only the first and the last of them if there are many."""
    if len(items) <= MOST_NAMES:
        return list(items)
    half = MOST_NAMES // 2
    return [*items[:half], f"… {len(items) - 2 * half:,} more …", *items[len(items) - half :]]


def product_text(path: Path) -> str:
    """Return ``2 × 0.5 = 1``."""
    factors = [six_digits(local) for local in path.local_derivatives]
    if len(factors) < 2:
        return six_digits(path.product)
    return f"{' × '.join(shorten(factors))} = {six_digits(path.product)}"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines in which columns stand under one another."""
    rows = [[for_stdout(cell) for cell in row] for row in rows]  # before they are measured
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "   ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
