"""The nodes of a graph that are folded into one box because they repeat, or because one call computed them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import chain, count
from typing import NamedTuple

from autograd.base.calls import Call, call_of
from autograd.base.real import one_line
from autograd.engine.value import Value
from autograd.scenes.alike import FEWEST, Classes, alike_of

__all__ = ["Cells", "cells"]

FEW = 25  # boxes, which can be read at once on most screens
MOST_CHECKED = 30  # cells, more of which nobody could follow
MOST_TRIED = 20_000  # nodes of a graph in which other leaves are tried as parameters; a page has no more
MOST_SYMBOLS = 4  # of the operations in a cell, in its name


class Cells(NamedTuple):
    """What is folded into cells."""

    names: dict[Value, str]  # for each node in a cell, the name of the cell
    times: dict[str, int]  # how often each cell occurs
    functions: list[str]  # of which a call is a cell


def cells(nodes: Sequence[Value]) -> Cells:
    """Return the parts of a graph that are folded into one box each.

    Two nodes are alike if they are the same operation of the same parameter, or of operands that are alike. A parameter
    is here a leaf that is used about as often as any; how often is tried until the boxes are few. A cell holds one of
    several nodes that are alike, and the nodes made from it, one by one. What one call of a function such as softmax
    computed is a cell of its own. The root is in no cell.

    >>> w, b, h = Value(0.5, label="w"), Value(0.1, label="b"), Value(0.0, label="h0")
    >>> for step in range(1, 5):
    ...     h = (w * h + b).tanh()
    ...     h.label = f"h{step}"
    >>> from autograd.engine.graph import order
    >>> cells(order(h * h)).times
    {'h1 … h4': 4}
    """
    called = nodes_of_calls(nodes)
    used = uses_of_leaves(nodes, called)
    often = max(used.values(), default=0)
    best = Cells({}, {}, [])
    tried: list[set[Value]] = []
    # Which leaves are parameters is not known, but a parameter is used often. At first half as often as any will do.
    # That takes the inputs of a convolution, each in several windows, for parameters too, and then nothing repeats.
    for fewest in ((often + 1) // 2, often // 2 + 1, often, often + 1):
        parameters = {leaf for leaf, times in used.items() if times >= max(fewest, 2)}
        if parameters in tried or (tried and len(nodes) > MOST_TRIED):
            continue
        tried.append(parameters)
        found = repeats(nodes, called, parameters)
        if boxes(nodes, found) < boxes(nodes, best):
            best = found
        if boxes(nodes, best) <= FEW:
            break
    return best


def nodes_of_calls(nodes: Sequence[Value]) -> dict[Value, Call]:
    """Return the call that computed each node; a node that no call is known to have computed is not in the result.

    A call computed what lies between its results and its items. Of a call in another, the outer one counts.
    """
    place = {node: i for i, node in enumerate(nodes)}
    known = dict.fromkeys(call for node in nodes if (call := call_of(node)) is not None)
    found: dict[Value, Call] = {}
    for call in sorted(known, key=lambda call: max(place.get(result, -1) for result in call.results()), reverse=True):
        given = set(call.items())
        waiting = [result for result in call.results() if result in place and result.op is not None]
        while waiting:
            node = waiting.pop()
            if node not in found and node not in given:
                found[node] = call
                waiting += [operand for operand in node.operands if operand.op is not None]
    return found


def uses_of_leaves(nodes: Sequence[Value], called: Mapping[Value, Call]) -> Counter[Value]:
    """Return how often each leaf is used; a call uses it once."""
    own = chain.from_iterable(node.operands for node in nodes if node not in called)
    given = chain.from_iterable(call.items() for call in dict.fromkeys(called.values()))
    return Counter(v for v in chain(own, given) if v.op is None)


def repeats(nodes: Sequence[Value], called: Mapping[Value, Call], parameters: Collection[Value]) -> Cells:
    """Return the cells as `cells` does, if these leaves are the parameters."""
    alike, same = alike_of(nodes, parameters, called)
    groups: dict[Hashable, list[Value]] = {}
    parts: dict[Call, list[Value]] = {}
    for node in nodes[:-1]:
        if node in called:
            parts.setdefault(called[node], []).append(node)
        elif node in alike:
            groups.setdefault(alike[node], []).append(node)
    groups = {each: held for each, held in groups.items() if len(held) >= FEWEST}
    found = Cells({}, {}, list(dict.fromkeys(call.name for call in parts)))
    for together in apart(nodes, groups, joined(groups, alike), alike):
        inside = [groups[each] for each in together]
        add(found, name_of(inside, nodes), chain.from_iterable(inside), len(inside[0]))
    kinds: dict[Hashable, list[Call]] = {}
    for call in parts:
        kinds.setdefault(same[call], []).append(call)
    for of_kind in kinds.values():
        for calls in [of_kind] if len(of_kind) >= FEWEST else [[call] for call in of_kind]:
            add(found, calls[0].name, chain.from_iterable(parts[call] for call in calls), len(calls))
    return found


def add(found: Cells, given: str, held: Iterable[Value], times: int) -> None:
    """Add a cell with the name ``given``, or with a number after it if another one has this name."""
    name = next(name for n in count(1) if (name := given if n == 1 else f"{given} ({n})") not in found.times)
    found.times[name] = times
    found.names.update(dict.fromkeys(held, name))


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


def apart(
    nodes: Sequence[Value], groups: Mapping[Hashable, Sequence[Value]], found: list[list[Hashable]], alike: Classes
) -> list[list[Hashable]]:
    """Return the cells ``found`` with the leaves taken out of one that feeds itself through nodes outside of it.

    In Σ (x - mean)² the squares are made from the x one by one, and so is the sum in the mean: one cell would hold what
    comes before the mean and what comes after it.
    """
    if len(found) > MOST_CHECKED:
        return found

    def loops(classes: Iterable[Hashable]) -> bool:
        return feeds_itself(nodes, set(chain.from_iterable(groups[each] for each in classes)))

    better: list[list[Hashable]] = []
    for together in found:
        leaves = [each for each in together if groups[each][0].op is None]
        rest = joined({each: groups[each] for each in together if each not in leaves}, alike)
        helps = leaves and rest and loops(together) and not any(map(loops, rest))  # a recurrence would loop still
        better += [[each] for each in leaves] + rest if helps else [together]
    return better


def feeds_itself(nodes: Sequence[Value], cell: Collection[Value]) -> bool:
    """Return whether a node outside of a cell uses what is in it and feeds what is in it."""
    after: set[Value] = set()  # nodes outside that depend on the cell
    for node in nodes:
        if node in cell:
            if not after.isdisjoint(node.operands):
                return True
        elif any(operand in cell or operand in after for operand in node.operands):
            after.add(node)
    return False


def name_of(groups: Sequence[Sequence[Value]], nodes: Sequence[Value]) -> str:
    """Return the name of a cell: by the labels of its first and last node that has one, or by its operations."""
    inside = {node for group in groups for node in group}
    held = [node for node in nodes if node in inside]
    labels = [one_line(node.label) for node in held if node.label]
    if len({re.sub("[0-9]+", "0", label) for label in labels}) == 1:  # softmax computes with its largest item last
        labels.sort(key=lambda label: [int(number) for number in re.findall("[0-9]+", label)])
    if labels:
        return labels[0] if labels[0] == labels[-1] else f"{labels[0]} … {labels[-1]}"
    symbols = list(dict.fromkeys(group[0].op.symbol for group in groups if group[0].op)) or ["leaf"]
    return " ".join(symbols[:MOST_SYMBOLS]) + (" …" if len(symbols) > MOST_SYMBOLS else "")


def boxes(nodes: Sequence[Value], found: Cells) -> int:
    """Return how many boxes a drawing with these cells has, constants not counted."""
    return len(nodes) - len(found.names) + len(found.times)
