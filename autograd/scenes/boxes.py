"""A box for every node and every constant, and an arrow for every use."""

from __future__ import annotations

from collections.abc import Mapping

from autograd.engine.graph import uses
from autograd.engine.value import Value
from autograd.scenes.contents import Arrow, Box
from autograd.scenes.reading import Reading

__all__ = ["box_and_arrows", "one_by_one"]


def one_by_one(graph: Reading) -> tuple[tuple[Box, ...], tuple[Arrow, ...]]:
    """Return a box for every node and every constant, and an arrow for every use."""
    ids = {node: f"n{i}" for i, node in enumerate(graph.nodes)}
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in graph.nodes:
        own, arriving = box_and_arrows(node, ids, graph)
        boxes += own
        arrows += arriving
    return tuple(boxes), tuple(arrows)


def box_and_arrows(node: Value, ids: Mapping[Value, str], graph: Reading) -> tuple[list[Box], list[Arrow]]:
    """Return the box of ``node``, after those of its constants, and the arrows that arrive at it."""
    here, op, dead = ids[node], node.op, node in graph.dead
    if op is None:
        return [Box(here, "leaf", node.label, "", "", node.data, node._grad, (node,), dead=dead)], []
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for _, position, operand, number in uses(node):
        if operand is None:
            constant = here + "xy"[position]
            boxes.append(Box(constant, "constant", "", "", "", number, None, ()))
            arrows.append(Arrow(constant, here, position, None, None, constant=True))
            continue
        local, share = graph.back[node, position].local, graph.share(node, position)
        was = number if operand.data != number and number == number else None
        arrows.append(Arrow(ids[operand], here, position, local, share, was=was))
    boxes.append(Box(here, "operation", node.label, op.symbol, op.why, node.data, node._grad, (node,), dead=dead))
    return boxes, arrows
