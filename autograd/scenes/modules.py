"""The nodes of a graph that are folded into the box of a module, found by their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.engine.value import Value

__all__ = ["homes", "modules"]


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
