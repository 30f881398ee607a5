"""The nodes of a graph that are folded into one box: modules, by their labels, or repeated parts, by structure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import chain, count

from autograd.base.real import one_line
from autograd.engine.graph import uses
from autograd.engine.value import Value

__all__ = ["cells", "homes", "modules"]

FEWEST = 3  # times that a part must repeat to be folded
MOST_SYMBOLS = 4  # of the operations in a cell, in its name

Classes = Mapping[Value, Hashable]


# --- modules ----------------------------------------------------------------------------------------------------


def modules(nodes: Sequence[Value]) -> dict[Value, str]:
    """Return the path of the module that each node belongs to; a node outside all modules is not in the result."""
    outputs = {v.label for v in nodes if v.op is not None and v.label}
    paths: dict[Value, str] = {}
    for leaf in nodes:  # layers[0].neurons[1].w[0] is in layers[0].neurons[1], if that has an output
        above = leaf.label if leaf.op is None else ""
        while "." in above:
            above = above.rpartition(".")[0]
            if above in outputs:
                paths[leaf] = above
                break
    known = set(paths.values())
    # A module holds what it computes from its own parameters, but not what comes in from outside, computed or not.
    owner: dict[Value, str] = dict(paths)  # whose parameters a node depends on, not past outputs; "": several
    for node in nodes:
        for operand in node.operands:
            if operand in owner and not (operand.op is not None and operand.label in known):
                same = owner.get(node, owner[operand]) == owner[operand]
                owner[node] = owner[operand] if same else ""
    for node in reversed(nodes):  # from a module's output back to where its inputs come in
        if node.op is None:
            continue
        if node.label in known:
            paths[node] = node.label
        if node in paths:
            for operand in node.operands:
                inside = owner.get(operand) in (paths[node], "")
                if operand.op is not None and operand.label not in known and inside:
                    paths.setdefault(operand, paths[node])
    return paths


def homes(nodes: Sequence[Value], paths: Mapping[Value, str], level: str, max_nodes: int) -> dict[Value, str]:
    """Return the folded box that each node is drawn in at ``level``; a node with a box of its own is not in it."""
    if level == "scalars" or not paths:
        return {}
    home = dict(paths)
    if level == "layers":  # layers[0].neurons[1] is drawn in layers[0]
        home = {node: path.rpartition(".")[0] or path for node, path in paths.items()}
    apart = len(nodes) - len(home) + len(set(home.values()))
    if apart > max_nodes:  # a loss over many examples
        rest = nodes[-1].label if nodes[-1] not in paths and nodes[-1].label else "the rest"
        outside = [node for node in nodes if node not in paths and node.op is not None]
        home |= dict.fromkeys(outside, rest)
        if apart - len(outside) + 1 > max_nodes:
            home |= dict.fromkeys([node for node in nodes if node not in home], "inputs")
    return home


# --- what repeats -----------------------------------------------------------------------------------------------


def cells(nodes: Sequence[Value]) -> tuple[dict[Value, str], dict[str, int]]:
    """Return the cells: for each node that repeats, the name of its cell; and how often each cell occurs.

    Two nodes are alike if they are the same operation of the same parameter, or of operands that are alike. A parameter
    is here a leaf that is used about as often as any. A cell holds one of several nodes that are alike, and the nodes
    made from it, one by one. The root is in no cell.

    >>> w, b, h = Value(0.5, label="w"), Value(0.1, label="b"), Value(0.0, label="h0")
    >>> for step in range(1, 5):
    ...     h = (w * h + b).tanh()
    ...     h.label = f"h{step}"
    >>> from autograd.engine.graph import order
    >>> cells(order(h * h))[1]
    {'h1 … h4': 4}
    """
    alike = classes(nodes)
    groups: dict[Hashable, list[Value]] = {}
    for node in nodes[:-1]:
        if node in alike:
            groups.setdefault(alike[node], []).append(node)
    groups = {each: held for each, held in groups.items() if len(held) >= FEWEST}
    names: dict[Value, str] = {}
    times: dict[str, int] = {}
    for together in joined(groups, alike):
        given = name_of([groups[each] for each in together], nodes)
        name = next(name for n in count(1) if (name := given if n == 1 else f"{given} ({n})") not in times)
        times[name] = len(groups[together[0]])
        names |= {node: name for each in together for node in groups[each]}
    return names, times


def classes(nodes: Sequence[Value]) -> dict[Value, Hashable]:
    """Return a key for each node, the same for nodes that are alike; leaves other than parameters are alike where they
    are used alike."""
    place = {node: i for i, node in enumerate(nodes)}
    used = Counter(v for v in chain.from_iterable(node.operands for node in nodes) if v.op is None)
    often = max(used.values(), default=0)
    parameters = {leaf for leaf, times in used.items() if times > 1 and 2 * times >= often}
    numbers: dict[Hashable, int] = {}  # a short name for each class, or that of a deep node would be as long as it
    alike: dict[Value, Hashable] = {}
    for node in nodes:
        if node.op is not None:
            operands = [(use.position, use.operand) for use in uses(node) if use.operand is not None]
            shared = [(position, place[v]) for position, v in operands if v in parameters]
            made: list[tuple[int, Hashable]] = [*shared] or [(position, alike.get(v)) for position, v in operands]
            alike[node] = numbers.setdefault((node.op.name, bool(shared), tuple(made)), len(numbers))
    many = Counter(alike.values())
    found: dict[Value, Hashable] = dict(alike)
    for node in nodes:  # the partial sums of terms that are alike
        if node.op is not None and node.op.name == "add":
            terms = [alike[operand] for operand in node.operands if operand in alike]
            common = [term for term in terms if many[term] >= FEWEST]
            if common:
                found[node] = ("sum", common[-1])
    found |= {node: ("sum", place[first]) for node, first in sums_of_leaves(nodes, parameters).items()}
    places: dict[Value, list[Hashable]] = {}
    for node in nodes:
        for position, operand in enumerate(node.operands):
            if operand.op is None and operand not in parameters:
                places.setdefault(operand, []).append((found[node], position))
    found |= {leaf: ("leaf", *where) for leaf, where in places.items()}
    return found


def sums_of_leaves(nodes: Sequence[Value], parameters: Collection[Value]) -> dict[Value, Value]:
    """Return the partial sums in which one leaf after another, none a parameter, is added: each with the first of them.

    >>> a, b, c, d = (Value(float(i), label="abcd"[i]) for i in range(4))
    >>> nodes = [a, b, ab := a + b, c, abc := ab + c, d, abcd := abc + d]
    >>> {node.data: first.data for node, first in sums_of_leaves(nodes, ()).items()}
    {1.0: 1.0, 3.0: 1.0, 6.0: 1.0}
    """
    first: dict[Value, Value] = {}
    for node in nodes:
        if node.op is not None and node.op.name == "add":
            before = [operand for operand in node.operands if operand in first]
            if any(operand.op is None and operand not in parameters for operand in node.operands):
                first[node] = first[before[0]] if before else node
    terms = Counter(first.values())
    return {node: start for node, start in first.items() if terms[start] >= FEWEST}


def joined(groups: Mapping[Hashable, Sequence[Value]], alike: Classes) -> list[list[Hashable]]:
    """Return the classes that belong into one cell: each node of one is made from another node of the other."""
    cell = {each: [each] for each in groups}
    for each, held in groups.items():
        for position in range(len(held[0].operands)):
            below = alike.get(held[0].operands[position])
            if below in groups and cell[below] is not cell[each]:
                operands = {node.operands[position] for node in held if len(node.operands) > position}
                if len(operands) == len(held) and operands == set(groups[below]):  # one from one
                    larger = cell[below] + cell[each]
                    for one in larger:
                        cell[one] = larger
    return list({id(together): together for together in cell.values()}.values())


def name_of(groups: Sequence[Sequence[Value]], nodes: Sequence[Value]) -> str:
    """Return the name of a cell: by the labels of its first and last node that has one, or by its operations."""
    inside = {node for group in groups for node in group}
    held = [node for node in nodes if node in inside]
    labels = [one_line(node.label) for node in held if node.label]
    if labels:
        return labels[0] if labels[0] == labels[-1] else f"{labels[0]} … {labels[-1]}"
    symbols = list(dict.fromkeys(group[0].op.symbol if group[0].op else "leaf" for group in groups))
    return " ".join(symbols[:MOST_SYMBOLS]) + (" …" if len(symbols) > MOST_SYMBOLS else "")
