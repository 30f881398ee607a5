"""Why a gradient is what it is: every step and every path from a node to the root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isnan
from typing import NamedTuple

from autograd.base.checks import shown, whole
from autograd.base.real import one_line
from autograd.engine.graph import order, uses
from autograd.engine.ops import OPS
from autograd.engine.sweep import Flow, as_number, flows, moved, pull
from autograd.engine.value import Value
from autograd.table import Op
from autograd.text.explanation import MANY, Explanation, Path, Step, Use, columns, six_digits
from autograd.text.symbols import POWER, Symbol, derivative_formulas, formula, symbol, variable

__all__ = ["Names", "explain", "listing", "operand_symbols", "operation"]

INFIX = ("+", "-", "×", "/", "%", "//", "^")
Flows = Mapping[Value, Sequence[Flow[Value]]]  # for each node, what goes back from it to its operands


def explain(root: Value, wrt: Value | str, *, max_steps: int = 24, max_paths: int = 8) -> Explanation:
    """Return why the gradient of ``root`` in ``wrt`` is what it is.

    Args:
        root: the node that is differentiated.
        wrt: the node with respect to which it is differentiated, or its label.
        max_steps: the most nodes whose gradients are written out.
        max_paths: the most paths that are written out, those with the largest products.

    Raises:
        TypeError: when root is not a Value, wrt neither a Value nor a label, or max_steps or max_paths not an int.
        ValueError: when max_steps or max_paths is below 1, or no node, or more than one, has the label.

    Step by step, back from the root, each gradient follows from those found before it. Every use of a node contributes
    the gradient of the result (upstream) times the local derivative from the table, and the gradient of the node is the
    sum over its uses. The same number is the sum over all paths of the product of the local derivatives along each.

    Nodes without a label are called n0, n1, … in the order of the graph, as in pictures. The gradients are computed
    afresh; those that the nodes hold, which may be sums over several backward passes, are neither read nor changed.

    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> print(explain(w * x + w, "w"))
    d n3 / d w = 3
    <BLANKLINE>
    step by step, back from n3: upstream × local derivative, summed over all uses
      n3   the root itself   1
      n2   in n3 = n2 + w    1 × 1 = 1           a sum passes its gradient on unchanged
      w    in n3 = n2 + w    1 × 1 = 1           a sum passes its gradient on unchanged
           in n2 = w × x     1 × x = 1 × 2 = 2   each factor is scaled by the other
           sum               3
    <BLANKLINE>
    path by path, from w to n3: the product of the local derivatives
      w → n2 → n3   2 × 1 = 2
      w → n3        1
      sum over both paths: 3
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    max_steps, max_paths = whole("max_steps", max_steps), whole("max_paths", max_paths)
    nodes = order(root)
    names = Names(nodes)
    node = find(wrt, nodes, names) if isinstance(wrt, str) else wrt
    if not isinstance(node, Value):
        raise TypeError(f"wrt must be a Value, or the label of one, got {shown(wrt)}")
    if node not in names.place:
        return Explanation(names[root], one_line(node.label) or "it", 0.0, (), 0, (), 0)
    on_the_way = moved(nodes, [node])
    way = [v for v in nodes if v in on_the_way]  # from the node to the root
    gradient = pull(root, 1.0, OPS, as_number, [node])
    back: dict[Value, list[Flow[Value]]] = {}
    for flow in flows(way, gradient):
        if flow.operand in on_the_way:
            back.setdefault(flow.node, []).append(flow)
    steps = steps_back(way[::-1], back, gradient, names, max_steps)
    paths, n_paths = strongest(way[::-1], back, names, max_paths)
    total = gradient.get(node, 0.0) + 0.0  # + 0.0: never -0.0
    return Explanation(names[root], names[node], total, steps, len(way) - len(steps), paths, n_paths)


# --- names ------------------------------------------------------------------------------------------------------


class Names:
    """The name of each node: its label, or n and its place in the order, written [n1] if n1 is a label too."""

    def __init__(self, nodes: Sequence[Value]) -> None:
        self.place = {node: i for i, node in enumerate(nodes)}
        self.taken = {node.label for node in nodes if node.label}

    def __getitem__(self, node: Value) -> str:
        given = f"n{self.place[node]}"
        return one_line(node.label) or (f"[{given}]" if given in self.taken else given)


def find(name: str, nodes: Sequence[Value], names: Names) -> Value:
    """Return the one node that is called ``name``.

    Raises:
        ValueError: when there is none, or more than one.
    """
    found = [node for node in nodes if name in (node.label, names[node])]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(
            f"wrt must name one node, and {len(found):,} are called {one_line(name)!r}: pass the Value itself"
        )
    from difflib import get_close_matches  # here, as it takes its time to import

    known = [names[node] for node in nodes]
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "print tree(root) to see the labels"
    raise ValueError(f"wrt must name a node of the graph, and none is called {one_line(name)!r}: {hint}")


# --- steps ------------------------------------------------------------------------------------------------------


def steps_back(
    way: Sequence[Value], back: Flows, gradient: Mapping[Value, float], names: Names, most: int
) -> tuple[Step, ...]:
    """Return the gradient of each node on the way from the root, and the share that each use adds to it. If there are
    more than ``most`` nodes, those in the middle are left out."""
    half = most // 2
    shown = way if len(way) <= most else [*way[: most - half], *way[len(way) - half :]]
    found: dict[Value, list[Use]] = {node: [] for node in shown}
    for node in way:
        for flow in back.get(node, ()):
            if flow.operand in found:
                found[flow.operand].append(use_of(flow, names))
    return tuple(Step(names[node], gradient.get(node, 0.0) + 0.0, tuple(found[node])) for node in shown)


def use_of(flow: Flow[Value], names: Names) -> Use:
    """Return one use of an operand, ready to be shown."""
    op, operands, local = flow.node.op, operand_symbols(flow.node, names), flow.local
    assert op is not None
    try:
        rule = derivative_formulas(op, variable(names[flow.node]), *operands)[flow.position]
    except (TypeError, ValueError):  # a user's own rule, which compares its operand with a number
        rule = None if local is None else symbol(local)
    if local is None and rule is not None:  # a branch that was not taken: here its formula is 0
        local = 0.0
    return Use(f"{names[flow.node]} = {operation(op, operands)}", flow.upstream, rule, local, op.why)


def operand_symbols(node: Value, names: Names) -> list[Symbol]:
    """Return the operands of ``node`` as Symbols: their names, constants as numbers."""
    return [symbol(use.number) if use.operand is None else variable(names[use.operand]) for use in uses(node)]


def operation(op: Op, operands: Sequence[Symbol]) -> str:
    """Return an operation as it was recorded: ``w × x``, and also ``x × 1``, which a formula would shorten to x."""
    if op.symbol in INFIX and len(operands) == 2:
        x, y = (operand.at(POWER).text for operand in operands)
        return f"{x} {op.symbol} {y}"
    return formula(op, *operands).text


def listing(root: Value, *, max_nodes: int = 200) -> str:
    """Return the forward and the backward pass as a table: each node, how it was made, its data and its gradient.

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
        made = "a leaf" if node.op is None else operation(node.op, operand_symbols(node, names))
        rows.append((names[node], made, six_digits(node.data), six_digits(gradient.get(node, 0.0))))
    return "\n".join(line[2:] for line in columns(rows))


# --- paths ------------------------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """A path from a node to the root, as its first edge and the path that goes on from there: a linked list."""

    product: float
    local: float  # the local derivative along the first edge
    node: Value  # where the path begins
    rest: Entry | None


def size(entry: Entry) -> float:
    """Return the number by which paths are ranked: the size of the product; nan comes first."""
    return inf if isnan(entry.product) else abs(entry.product)


def strongest(way: Sequence[Value], back: Flows, names: Names, most: int) -> tuple[tuple[Path, ...], int]:
    """Return the ``most`` paths with the largest products, and how many paths there are.

    Args:
        way: the nodes from the root to the node where paths begin, users first.
        back: what goes back along each edge; an edge along which nothing ever goes back is on no path.
        names: the names of nodes.
        most: how many paths are wanted.

    If a path is among the strongest from its node, the rest of it is among the strongest from the next node. So it is
    enough to keep ``most`` paths for each node.
    """
    found: dict[Value, list[Entry]] = {way[0]: [Entry(1.0, 1.0, way[0], None)]}
    count: dict[Value, int] = {way[0]: 1}
    for node in way:  # every use of the node has been seen
        best = sorted(found.pop(node, ()), key=size, reverse=True)[:most]
        many = count.pop(node, 0)
        if node is way[-1]:
            return tuple(path(entry, names) for entry in best), many
        for _, _, operand, local, _, _ in back.get(node, ()):
            if local is not None:
                count[operand] = min(MANY, count.get(operand, 0) + many)
                longer = found.setdefault(operand, [])
                longer += [Entry(entry.product * local, local, operand, entry) for entry in best]
    return (), 0


def path(entry: Entry, names: Names) -> Path:
    """Return a path, ready to be shown, from its first node to the root."""
    product, along, factors = entry.product, [names[entry.node]], []
    while entry.rest is not None:
        factors.append(entry.local)
        entry = entry.rest
        along.append(names[entry.node])
    return Path(tuple(along), tuple(factors), product)
