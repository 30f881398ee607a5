"""Gradients that do not arrive: which leaf gets none, which operation blocks it, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from autograd.base.real import one_line
from autograd.engine.graph import uses
from autograd.engine.sweep import Flow, flows
from autograd.engine.value import Value
from autograd.text.tree import heading

__all__ = ["dead_gradient"]

SWITCHES = ("relu", "max", "min", "gate")  # these pass all or nothing back, depending on their operands
BY_DESIGN = ("still", "zero", "scale")  # these never pass anything back, on purpose
ADDS = {"add": (1.0, 1.0), "sub": (1.0, -1.0), "neg": (-1.0,)}  # the sign of each term

Say = Callable[[Value | None, float], str]


class Blocks(NamedTuple):
    """Where a backward pass stops."""

    first: Mapping[Value, Flow[Value]]  # for each node not reached, the blocking edge nearest to the root
    depth: Mapping[Value, int]  # the most switches between a node and the root: equal within a layer
    open: Mapping[tuple[str, int], Sequence[Value]]  # by kind and depth, the switches that pass a gradient back
    products: bool  # whether a gradient goes back to any leaf that is a factor


def dead_gradient(nodes: Sequence[Value], gradient: Mapping[Value, float], say: Say) -> tuple[Value, str] | None:
    """Return the operation that keeps the gradient from a leaf, and a sentence that says why; None if every leaf gets
    its gradient, or lacks it for a normal reason: a unit is off while others in its layer are on, or an input is 0.

    Args:
        nodes: the graph, each node after its operands.
        gradient: the gradient of each node that has one, all finite.
        say: returns the text for an operand and its number.
    """
    blocks = find_blocks(nodes, gradient)
    checked: set[tuple[Value, int]] = set()
    for leaf in nodes:
        edge = blocks.first.get(leaf)
        if leaf.op is not None or edge is None or (edge.node, edge.position) in checked:
            continue
        checked.add((edge.node, edge.position))
        cause, number = cause_of(edge)
        if not is_normal(edge, cause, nodes, blocks):
            text = f"dead: no gradient reaches {say(leaf, leaf.data)}{reason(leaf, edge, cause, number, say)}"
            began = cause if cause is not None and cause.op is not None else edge.node
            return began, text + likewise(began, nodes, blocks)
    return None


def find_blocks(nodes: Sequence[Value], gradient: Mapping[Value, float]) -> Blocks:
    """Return where the gradient is blocked. A gradient that is 0 because its shares cancel is not."""
    root = nodes[-1]
    reached, depth = {root}, {root: 0}
    first: dict[Value, Flow[Value]] = {}
    open_switches: dict[tuple[str, int], list[Value]] = {}
    products = False
    for flow in flows(nodes, gradient):  # users first
        node, operand = flow.node, flow.operand
        name = node.op.name if node.op else ""
        depth[operand] = max(depth.get(operand, 0), depth[node] + (name in SWITCHES))
        if flow.share:
            reached.add(operand)
            products = products or (name == "mul" and operand.op is None)
            if name in SWITCHES:
                open_switches.setdefault((name, depth[node]), []).append(node)
        elif flow.upstream or (node in first and node not in reached):
            edge = flow if flow.upstream else first[node]
            if operand not in first or needs_no_gradient(first[operand]):
                first[operand] = edge
    return Blocks({v: flow for v, flow in first.items() if v not in reached}, depth, open_switches, products)


def needs_no_gradient(edge: Flow[Value]) -> bool:
    """Return whether a blocking edge leads into a part of a loss that is at its minimum. Such are x², x × x and |x| at
    0, where there is no error, and relu(1 - x) at 0, where the margin is kept."""
    name = edge.node.op.name if edge.node.op else ""
    numbers = [use.number for use in uses(edge.node)]
    if name == "relu" and edge.operand.op is not None and edge.operand.op.name == "sub":
        margin = uses(edge.operand)[0]
        return margin.operand is None and margin.number > 0.0
    return (name in ("power", "abs") and numbers[0] == 0.0) or (name == "mul" and numbers == [0.0, 0.0])


def cause_of(edge: Flow[Value]) -> tuple[Value | None, float]:
    """Return the node that causes a blocking edge to block, and its number: the operation itself, or the origin of the
    0 in the other factor of a product. The node is None for a constant."""
    node, op = edge.node, edge.node.op
    if op is not None and op.name == "mul" and edge.local == 0.0:
        other = uses(node)[1 - edge.position]
        return origin_of_zero(other.operand, other.number)
    if op is not None and op.name == "relu" and uses(node)[0].number == 0.0:
        cause, number = origin_of_zero(edge.operand, 0.0)
        if cause is not None and cause.op is not None and cause.op.name in SWITCHES:
            return cause, number  # a relu at 0, because those that feed it are all off
    return node, node._data


def origin_of_zero(node: Value | None, number: float) -> tuple[Value | None, float]:
    """Return the node, or the constant, where a 0 began: a switch that is off, a leaf, or a sum that cancels, found by
    going back through products and sums."""
    while node is not None and node.op is not None:
        zeros = [use for use in uses(node) if use.number == 0.0]
        terms = node.op.name in ADDS and len(zeros) < len(uses(node))
        off = node.op.name in SWITCHES and not (node.op.name == "relu" and zeros)
        if not zeros or terms or off:
            return node, number
        computed = [use for use in zeros if use.operand is not None and use.operand.op is not None]
        found = (computed or zeros)[0]
        node, number = found.operand, found.number
    return node, number


def is_normal(edge: Flow[Value], cause: Value | None, nodes: Sequence[Value], blocks: Blocks) -> bool:
    """Return whether healthy networks have such a blocking edge, too."""
    name = edge.node.op.name if edge.node.op else ""
    if name in BY_DESIGN or (name == "gate" and edge.position == 0) or needs_no_gradient(edge):
        return True
    if name in ("max", "min") and all(use.operand is not None for use in uses(edge.node)):
        return True  # the gradient goes to the other operand
    if cause is None or cause.op is None:
        return blocks.products  # an input that is 0, while other weights get a gradient
    if cause.op.name in SWITCHES:
        return has_living_neighbor(cause, nodes, blocks) and not far_below_zero(cause)
    return False


def living_neighbors(switch: Value, blocks: Blocks) -> Sequence[Value]:
    """Return the switches of the same kind and layer that pass a gradient back."""
    return blocks.open.get((switch.op.name if switch.op else "", blocks.depth.get(switch, 0)), ())


def has_living_neighbor(switch: Value, nodes: Sequence[Value], blocks: Blocks) -> bool:
    """Return whether a switch has a living neighbor; the other branch of the same `where` does not count."""
    living = living_neighbors(switch, blocks)
    if not living or switch.op is None or switch.op.name != "gate":
        return bool(living)
    branches = {operand for node in nodes if switch in node.operands for operand in node.operands}
    return not branches.issuperset(living)


def far_below_zero(relu: Value) -> bool:
    """Return whether the input of a relu would be below 0 even if every product in that sum were positive. Then the
    bias is so low that no input of this size turns the unit on."""
    if relu.op is None or relu.op.name != "relu":
        return False
    best = 0.0
    waiting = [(1.0, uses(relu)[0])]
    while waiting:
        sign, use = waiting.pop()
        op = None if use.operand is None else use.operand.op
        if op is not None and use.operand is not None and op.name in ADDS:
            inner = zip(ADDS[op.name], uses(use.operand), strict=True)
            waiting += [(sign * own, part) for own, part in inner]
        else:
            best += abs(use.number) if op is not None else sign * use.number
    return best < 0.0


def reason(leaf: Value, edge: Flow[Value], cause: Value | None, number: float, say: Say) -> str:
    """Return why the gradient cannot pass a blocking edge, as the end of a sentence about the leaf."""
    node, used = edge.node, uses(edge.node)
    here = f"{heading(node)} in {say(edge.operand, used[edge.position].number)}"
    if cause is node:
        if edge.local:
            product = f"{edge.local} × {edge.upstream}"
            return f", since {here} passes back local derivative × upstream = {product}, which underflows to 0"
        return f", since {here} passes back nothing of the {edge.upstream} from upstream"
    if cause is not None and cause.op is not None:
        zero = f"0, as {heading(cause)} in {', '.join(say(use.operand, use.number) for use in uses(cause))} is 0"
    else:
        direct = any(use.operand is cause and use.number == number for use in used)
        zero = say(cause, number) if direct else f"0, because of {say(cause, number)}"
    if node.op is None or node.op.name != "mul":
        return f", since {here} passes back nothing: its input is {zero}"
    if edge.operand is leaf:
        return f": it is multiplied by {zero}"
    return f", since {here} passes back nothing: the other factor is {zero}"


def likewise(relu: Value, nodes: Sequence[Value], blocks: Blocks) -> str:
    """Return which other units of the layer of a dead relu are dead too."""
    if relu.op is None or relu.op.name != "relu" or not relu.label:
        return ""
    layer = [node for node in nodes if node.op is relu.op and blocks.depth.get(node) == blocks.depth.get(relu)]
    alive = {node.label for node in living_neighbors(relu, blocks)}
    dead = [node for node in layer if node.label not in alive and (not alive or far_below_zero(node))]
    labels = [one_line(label) for label in dict.fromkeys(node.label for node in dead) if label and label != relu.label]
    more = f" and {len(labels) - 3:,} more units" if len(labels) > 3 else ""
    return f"; {', '.join(labels[:3])}{more} likewise" if labels else ""
