"""Why a gradient is what it is: every step and every path, in formulas and in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import NamedTuple

from autograd.escape import html
from autograd.graph import order
from autograd.ops import OPS
from autograd.real import one_line, shown
from autograd.rules import Op
from autograd.sweep import as_number, moved, pull, slopes
from autograd.symbols import POWER, Symbol, formula, named, slope_formulas, symbol
from autograd.value import Value

__all__ = ["Explanation", "Path", "Step", "Use", "columns", "explain", "listing", "number"]

MANY = 10**6  # paths are not counted further
MOST_USES = 20  # of one node that are written out
MOST_NAMES = 9  # along a path
WIDEST = 112  # characters of a line, to which the words for each rule must not lead
INFIX = ("+", "-", "×", "/", "%", "//", "^")


@dataclass(frozen=True)
class Use:
    """One use of a node: the operation, what comes down to it, and what it hands on."""

    made: str  # the formula: n3 = w·x
    upstream: float | None  # the gradient of what was made; None: nothing comes down to it
    rule: Symbol | None  # the local derivative as a formula; None: nothing flows back
    local: float | None  # and as a number
    why: str

    @property
    def share(self) -> float | None:
        """Upstream × local; None if nothing flows."""
        return None if self.upstream is None or self.local is None else self.upstream * self.local


@dataclass(frozen=True)
class Step:
    """One node on the way: its gradient is the sum over its uses."""

    name: str
    gradient: float
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Path:
    """One way from the node to the root, and the local derivatives along it."""

    names: tuple[str, ...]
    slopes: tuple[float, ...]
    product: float


@dataclass(frozen=True)
class Explanation:
    """Why the gradient of ``root`` in ``wrt`` is what it is; as text, as HTML and as LaTeX."""

    root: str
    wrt: str
    gradient: float
    steps: tuple[Step, ...]  # from the root down to wrt, as far as they are shown
    skipped: int  # steps between that are not shown
    paths: tuple[Path, ...]  # the strongest ones
    count: int  # how many there are; MANY if there are that many or more

    @property
    def head(self) -> str:
        """What is explained."""
        return f"d {self.root} / d {self.wrt} = {number(self.gradient)}"

    def sentences(self) -> list[str]:
        """Return what is left out, and how the paths add up."""
        if not self.paths:
            return []
        shown_sum = sum(path.product for path in self.paths)
        if len(self.paths) == self.count:
            many = {1: "the only path", 2: "both paths"}.get(self.count, f"all {self.count} paths")
            return [f"sum over {many}: {number(shown_sum)}"]
        many = f"{self.count:,}" if self.count < MANY else f"{MANY:,} or more"
        return [
            f"sum over these {len(self.paths)}, the strongest of {many} paths: {number(shown_sum)}; "
            f"over all of them, by the steps above: {number(self.gradient)}"
        ]

    def __str__(self) -> str:
        if not self.steps:
            return f"{self.head}: {self.root} does not depend on it"
        lines = [
            self.head,
            "",
            f"step by step, from {self.root} down: what comes down × the local slope, over all uses",
        ]
        cells = self.step_cells()
        told = columns(cells)
        lines += told if max(map(len, told)) <= WIDEST else columns([row[:3] for row in cells])
        if self.paths:
            lines += ["", f"path by path, from {self.wrt} up: the product of the slopes"]
            lines += columns(self.path_cells())
        return "\n".join([*lines, *("  " + s for s in self.sentences())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = [f"<p><b>{html(self.head)}</b></p>"]
        style = 'style="text-align:left;white-space:nowrap;padding:2px 12px 2px 0"'
        for title, rows in (("Step by step", self.step_cells()), ("Path by path", self.path_cells())):
            cells = "".join("<tr>" + "".join(f"<td {style}>{html(c)}</td>" for c in row) + "</tr>" for row in rows)
            body.append(f"<p>{title}</p><table>{cells}</table>" if rows else "")
        return "".join([*body, *(f"<p>{html(s)}</p>" for s in self.sentences())])

    def step_cells(self) -> list[tuple[str, ...]]:
        """Return the steps as rows of a table."""
        cells: list[tuple[str, ...]] = []
        for i, step in enumerate(self.steps):
            if self.skipped and i == (len(self.steps) + 1) // 2:
                cells.append(("…", f"{self.skipped:,} steps between are not shown", "", ""))
            if not step.uses:
                cells.append((step.name, "the root itself", number(step.gradient), ""))
            for k, use in enumerate(step.uses[:MOST_USES]):
                why = "" if use.share is None else use.why
                cells.append(("" if k else step.name, f"in {use.made}", share_text(use), why))
            if len(step.uses) > MOST_USES:
                cells.append(("", f"and {len(step.uses) - MOST_USES:,} more uses", "", ""))
            if len(step.uses) > 1:
                cells.append(("", "sum", number(step.gradient), ""))
        return cells

    def path_cells(self) -> list[tuple[str, ...]]:
        """Return the paths as rows of a table."""
        return [(" → ".join(cut(path.names)), product_text(path)) for path in self.paths]

    def latex(self) -> str:
        """Return the steps as LaTeX: an ``aligned`` block for a notebook or a paper."""
        root = named(self.root).latex
        lines = []
        for step in self.steps:
            flowing = [use for use in step.uses if use.rule is not None and use.upstream is not None]
            terms = " + ".join(
                rf"{symbol(use.upstream).latex} \cdot {use.rule.at(POWER).latex}" for use in flowing if use.rule
            )
            left = rf"\frac{{\partial {root}}}{{\partial {named(step.name).latex}}}"
            value = symbol(float(number(step.gradient))).latex
            lines.append(f"{left} &= {terms} = {value}" if terms else f"{left} &= {value}")
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def explain(root: Value, wrt: Value, *, max_steps: int = 24, max_paths: int = 8) -> Explanation:
    """Return why the gradient of ``root`` in ``wrt`` is what it is.

    Args:
        root: the node that is differentiated.
        wrt: the node in which it is.
        max_steps: the most nodes on the way whose gradients are written out.
        max_paths: the most paths that are written out, the strongest.

    Raises:
        TypeError: when root or wrt is no Value, or a number of lines no int.

    From the root down, each gradient follows from those above it: for every use, the gradient of what was made
    times the local slope, from the table; summed over the uses. That is the same as the sum over all paths of the
    product of the slopes along them. Nodes without a label are called n0, n1, … in the order of the graph, as in
    pictures. The sweep is made afresh: what a leaf has collected from other sweeps does not enter.

    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> print(explain(w * x + w, w))
    d n3 / d w = 3
    <BLANKLINE>
    step by step, from n3 down: what comes down × the local slope, over all uses
      n3   the root itself   1
      n2   in n3 = n2 + w    1 × 1 = 1           a sum passes its gradient on unchanged
      w    in n3 = n2 + w    1 × 1 = 1           a sum passes its gradient on unchanged
           in n2 = w × x     1 × x = 1 × 2 = 2   each factor is scaled by the other
           sum               3
    <BLANKLINE>
    path by path, from w up: the product of the slopes
      w → n2 → n3   2 × 1 = 2
      w → n3        1
      sum over both paths: 3
    """
    for argument, given in (("root", root), ("wrt", wrt)):
        if not isinstance(given, Value):
            raise TypeError(f"{argument} must be a Value, got {shown(given)}")
    for argument, most in (("max_steps", max_steps), ("max_paths", max_paths)):
        if isinstance(most, bool) or not isinstance(most, int) or most < 1:
            raise ValueError(f"{argument} must be an int from 1 up, got {shown(most)}")
    nodes = order(root)
    names = named_nodes(nodes)
    wrt_name = names.get(wrt) or one_line(wrt.label) or "it"
    if wrt not in names:
        return Explanation(names[root], wrt_name, 0.0, (), 0, (), 0)
    on_the_way = moved(nodes, [wrt])
    way = [node for node in reversed(nodes) if node in on_the_way]  # from the root down to wrt
    gradient = pull(root, 1.0, OPS, as_number)
    local = {node: slopes(node, OPS, as_number) for node in way if node.op is not None}
    uses: dict[Value, list[tuple[Value, int]]] = {node: [] for node in way}
    for node in way:
        for position, operand in enumerate((node.x, node.y)):
            if operand in uses and node is not wrt:
                uses[operand].append((node, position))
    half = max_steps // 2
    skipped = max(0, len(way) - max_steps)
    written = way if not skipped else [*way[: max_steps - half], *way[len(way) - half :]]
    steps = tuple(
        Step(
            names[v],
            gradient.get(v, 0.0) + 0.0,
            tuple(use_of(node, at, gradient.get(node), local[node][at], names) for node, at in uses[v]),
        )
        for v in written
    )
    paths, count = strongest(way, uses, local, names, max_paths)
    return Explanation(names[root], wrt_name, gradient.get(wrt, 0.0) + 0.0, steps, skipped, paths, count)


def named_nodes(nodes: Sequence[Value]) -> dict[Value, str]:
    """Return what each node is called: its label, or n and its place in the order."""
    return {node: one_line(node.label) or f"n{i}" for i, node in enumerate(nodes)}


def operand_symbols(node: Value, names: Mapping[Value, str]) -> list[Symbol]:
    """Return the operands of ``node`` as Symbols: their names, constants as numbers."""
    both = ((node.x, node.x0), (node.y, node.y0))
    return [named(names[v]) if v is not None else symbol(n) for v, n in both if n is not None]


def use_of(node: Value, position: int, upstream: float | None, local: float | None, names: Mapping[Value, str]) -> Use:
    """Return what the use of an operand of ``node`` brings to its gradient."""
    assert node.op is not None
    operands = operand_symbols(node, names)
    try:
        rule = slope_formulas(node.op, named(names[node]), *operands)[position]
    except (TypeError, ValueError):  # a user's rule that asks how large its operand is
        rule = None if local is None else symbol(local)
    return Use(
        f"{names[node]} = {written(node.op, operands)}",
        upstream,
        rule if local is not None else None,
        local,
        node.op.why,
    )


def written(op: Op, operands: Sequence[Symbol]) -> str:
    """Return what was done as it was done: w × x, and x × 1, which a formula would leave out."""
    if op.symbol in INFIX and len(operands) == 2:
        x, y = (operand.at(POWER).text for operand in operands)
        return f"{x} {op.symbol} {y}"
    return formula(op, *operands).text


def listing(root: Value, *, max_nodes: int = 200) -> str:
    """Return the forward and the backward pass as a table: what each node is, how it was made, and its gradient.

    Args:
        root: the node that is differentiated.
        max_nodes: the most nodes that are written out.

    Raises:
        ValueError: when the graph has more nodes than that.

    >>> print(listing(Value(2.0, label="x") ** 2))
    node   made by   data   gradient
    x      a leaf    2      4
    n1     x ^ 2     4      1
    """
    nodes = order(root)
    if len(nodes) > max_nodes:
        raise ValueError(f"the graph has {len(nodes):,} nodes, more than max_nodes = {max_nodes:,}")
    gradient = pull(root, 1.0, OPS, as_number)
    names = named_nodes(nodes)
    rows = [("node", "made by", "data", "gradient")]
    for node in nodes:
        made = "a leaf" if node.op is None else written(node.op, operand_symbols(node, names))
        rows.append((names[node], made, number(node.data), number(gradient.get(node, 0.0))))
    return "\n".join(line[2:] for line in columns(rows))


class Entry(NamedTuple):
    """A path from a node up to the root, told by its first step: a linked list."""

    product: float
    slope: float
    node: Value  # the one the path begins at
    above: Entry | None


def strongest(
    way: Sequence[Value],
    uses: Mapping[Value, Sequence[tuple[Value, int]]],
    local: Mapping[Value, tuple[float | None, ...]],
    names: Mapping[Value, str],
    most: int,
) -> tuple[tuple[Path, ...], int]:
    """Return the paths from the last node of ``way`` to the first with the largest products, and how many there are.

    A path along which nothing flows is none. The best paths of a node go on along the best paths of those that use
    it, so ``most`` are enough to keep for each.
    """
    best: dict[Value, list[Entry]] = {way[0]: [Entry(1.0, 1.0, way[0], None)]}
    count: dict[Value, int] = {way[0]: 1}
    for v in way[1:]:
        found: list[Entry] = []
        count[v] = 0
        for node, position in uses[v]:
            slope = local[node][position]
            if slope is not None:
                count[v] = min(MANY, count[v] + count[node])
                found += [Entry(entry.product * slope, slope, v, entry) for entry in best[node]]
        best[v] = sorted(found, key=lambda entry: -inf if isnan(entry.product) else -abs(entry.product))[:most]
    return tuple(path(entry, names) for entry in best[way[-1]]), count[way[-1]]


def path(entry: Entry, names: Mapping[Value, str]) -> Path:
    """Return a path as it is shown, from its node up to the root."""
    product, along, factors = entry.product, [names[entry.node]], []
    while entry.above is not None:
        factors.append(entry.slope)
        entry = entry.above
        along.append(names[entry.node])
    return Path(tuple(along), tuple(factors), product)


def number(x: float) -> str:
    """Return a number as it is shown."""
    return f"{x + 0.0:.6g}"


def share_text(use: Use) -> str:
    """Return ``0.5 × sech(n3)² = 0.5 × 0.42 = 0.21``."""
    if use.upstream is None:
        return "nothing comes down to it"
    if use.rule is None or use.local is None or use.share is None:
        return f"{number(use.upstream)} × nothing: {use.why}"
    local = number(use.local)
    rule = "" if use.rule.text == local else f"{number(use.upstream)} × {use.rule.at(POWER).text} = "
    return f"{rule}{number(use.upstream)} × {local} = {number(use.share)}"


def cut(items: Sequence[str]) -> list[str]:
    """Return ``items``, but for those in the middle if they are many."""
    if len(items) <= MOST_NAMES:
        return list(items)
    half = MOST_NAMES // 2
    return [*items[:half], f"… {len(items) - 2 * half:,} more …", *items[len(items) - half :]]


def product_text(path: Path) -> str:
    """Return ``2 × 0.5 = 1``."""
    factors = [number(slope) for slope in path.slopes]
    if len(factors) < 2:
        return number(path.product)
    return f"{' × '.join(cut(factors))} = {number(path.product)}"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines in which columns stand under one another."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "   ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
