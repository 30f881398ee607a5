"""Which nodes of a graph are alike: the same operation of the same parameter, or of operands that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence

from autograd.base.calls import Call
from autograd.engine.graph import uses
from autograd.engine.value import Value

__all__ = ["FEWEST", "Classes", "alike_of"]

FEWEST = 3  # times that a part must repeat to be folded

Classes = Mapping[Value, Hashable]


def alike_of(
    nodes: Sequence[Value], parameters: Collection[Value], called: Mapping[Value, Call]
) -> tuple[dict[Value, Hashable], dict[Call, Hashable]]:
    """Return a key for each node, the same for nodes that are alike, and one for each call.

    Leaves other than parameters are alike where they are used alike. All results of a call are alike.
    """
    place = {node: i for i, node in enumerate(nodes)}
    numbers: dict[Hashable, int] = {}  # a short name for each class, or that of a deep node would be as long as it
    alike: dict[Value, Hashable] = {}
    same: dict[Call, Hashable] = {}
    results = {result for call in dict.fromkeys(called.values()) for result in call.results()}
    for node in nodes:
        if (call := called.get(node)) is not None:
            if node in results:  # so all items of the call have come
                given = [("leaf", place[v]) if v in parameters else alike.get(v) for v in call.items()]
                same[call] = alike[node] = numbers.setdefault((call.name, tuple(given)), len(numbers))
        elif node.op is not None:
            operands = [(use.position, use.operand) for use in uses(node) if use.operand is not None]
            shared = [(position, place[v]) for position, v in operands if v in parameters]
            made: list[tuple[int, Hashable]] = [*shared] or [(position, alike.get(v)) for position, v in operands]
            alike[node] = numbers.setdefault((node.op.name, bool(shared), tuple(made)), len(numbers))
    many = Counter(alike.values())
    found: dict[Value, Hashable] = dict(alike)
    for node in nodes:  # the partial sums of terms that are alike
        if node.op is not None and node.op.name == "add" and node not in called:
            terms = [alike[operand] for operand in node.operands if operand in alike]
            common = [term for term in terms if many[term] >= FEWEST]
            if common:
                found[node] = ("sum", common[-1])
    found |= {node: ("sum", place[first]) for node, first in sums_of_leaves(nodes, parameters).items()}
    places: dict[Value, list[Hashable]] = {}
    for node in nodes:
        for position, operand in enumerate(node.operands):
            if operand.op is None and operand not in parameters:
                # 0 + a, where sum begins, is like the + b after it
                begins = node.op is not None and node.op.name == "add" and len(node.operands) == 1
                where = same[called[node]] if node in called else (found[node], 1 if begins else position)
                if where not in places.setdefault(operand, []):  # a call uses an item many times
                    places[operand].append(where)
    found |= {leaf: ("leaf", *where) for leaf, where in places.items()}
    return found, same


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
