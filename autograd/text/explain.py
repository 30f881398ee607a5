"""Why a gradient is what it is: every step and every path from a node to the root."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isnan
from typing import NamedTuple

from autograd.base.real import one_line, shown
from autograd.engine.graph import order
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, moved, pull, slopes
from autograd.engine.value import Value
from autograd.table import Op
from autograd.text.explanation import MANY, Explanation, Path, Step, Use, columns, number
from autograd.text.symbols import POWER, Symbol, formula, named, slope_formulas, symbol

__all__ = ["explain", "listing"]

INFIX = ("+", "-", "×", "/", "%", "//", "^")


def explain(root: Value, wrt: Value, *, max_steps: int = 24, max_paths: int = 8) -> Explanation:
    """Return why the gradient of ``root`` in ``wrt`` is what it is.

    Args:
        root: the node that is differentiated.
        wrt: the node in which it is.
        max_steps: the most nodes on the way whose gradients are written out.
        max_paths: the most paths that are written out, the strongest.

    Raises:
        TypeError: when root or wrt is no Value.
        ValueError: when max_steps or max_paths is no int from 1 up.

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
    names = Names(nodes)
    if wrt not in names.place:
        return Explanation(names[root], one_line(wrt.label) or "it", 0.0, (), 0, (), 0)
    on_the_way = moved(nodes, [wrt])
    way = [node for node in reversed(nodes) if node in on_the_way]  # from the root down to wrt
    gradient = pull(root, 1.0, OPS, as_number, [wrt])
    skipped = max(0, len(way) - max_steps)
    half = max_steps // 2
    written = way if not skipped else [*way[: max_steps - half], *way[len(way) - half :]]
    uses: dict[Value, list[Use]] = {v: [] for v in written}
    for node in way[:-1]:
        for position, operand in enumerate((node.x, node.y)):
            if operand in uses:
                uses[operand].append(use_of(node, position, gradient.get(node), names))
    steps = tuple(Step(names[v], gradient.get(v, 0.0) + 0.0, tuple(uses[v])) for v in written)
    paths, count = strongest(way, on_the_way, names, max_paths)
    return Explanation(names[root], names[wrt], gradient.get(wrt, 0.0) + 0.0, steps, skipped, paths, count)


class Names:
    """What each node is called: its label, or n and its place in the order, written [n1] if n1 is a label too."""

    def __init__(self, nodes: Sequence[Value]) -> None:
        self.place = {node: i for i, node in enumerate(nodes)}
        self.taken = {node.label for node in nodes if node.label}

    def __getitem__(self, node: Value) -> str:
        given = f"n{self.place[node]}"
        return one_line(node.label) or (f"[{given}]" if given in self.taken else given)


def operand_symbols(node: Value, names: Names) -> list[Symbol]:
    """Return the operands of ``node`` as Symbols: their names, constants as numbers."""
    both = ((node.x, node.x0), (node.y, node.y0))
    return [named(names[v]) if v is not None else symbol(n) for v, n in both if n is not None]


def use_of(node: Value, position: int, upstream: float | None, names: Names) -> Use:
    """Return what the use of an operand of ``node`` brings to its gradient."""
    assert node.op is not None
    operands, local = operand_symbols(node, names), slopes(node, OPS, as_number)[position]
    try:
        rule = slope_formulas(node.op, named(names[node]), *operands)[position]
    except (TypeError, ValueError):  # a user's rule that asks how large its operand is
        rule = None if local is None else symbol(local)
    if local is None and rule is not None:  # a branch not taken: its formula is 0 here
        local = 0.0
    return Use(f"{names[node]} = {written(node.op, operands)}", upstream, rule, local, node.op.why)


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
    names = Names(nodes)
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


def size(entry: Entry) -> float:
    """Return by what a path is ranked: the size of its product; one that is nan comes first."""
    return inf if isnan(entry.product) else abs(entry.product)


def strongest(way: Sequence[Value], on_the_way: set[Value], names: Names, most: int) -> tuple[tuple[Path, ...], int]:
    """Return the paths from the last node of ``way`` to the first with the largest products, and how many there are.

    A path along which nothing flows is none. The best paths of a node go on along the best paths of those that use
    it, so ``most`` are enough to keep for each.
    """
    found: dict[Value, list[Entry]] = {way[0]: [Entry(1.0, 1.0, way[0], None)]}
    count: dict[Value, int] = {way[0]: 1}
    for node in way:  # all that use it have come before
        best = sorted(found.pop(node, ()), key=size, reverse=True)[:most]
        many = count.pop(node, 0)
        if node is way[-1]:
            return tuple(path(entry, names) for entry in best), many
        for operand, slope in zip((node.x, node.y), slopes(node, OPS, as_number), strict=False):
            if operand in on_the_way and slope is not None:
                count[operand] = min(MANY, count.get(operand, 0) + many)
                found.setdefault(operand, []).extend(
                    Entry(entry.product * slope, slope, operand, entry) for entry in best
                )
    return (), 0


def path(entry: Entry, names: Names) -> Path:
    """Return a path as it is shown, from its node up to the root."""
    product, along, factors = entry.product, [names[entry.node]], []
    while entry.above is not None:
        factors.append(entry.slope)
        entry = entry.above
        along.append(names[entry.node])
    return Path(tuple(along), tuple(factors), product)
