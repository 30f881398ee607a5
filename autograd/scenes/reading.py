"""A graph as a picture reads it: its nodes, and what went back along its edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd.engine.sweep import Flow, flows
from autograd.engine.value import Value

__all__ = ["Reading", "reading"]


class Reading(NamedTuple):
    """A graph, and what went back along its edges in the last backward pass."""

    nodes: Sequence[Value]  # each after its operands
    back: Mapping[tuple[Value, int], Flow[Value]]  # for each node, and the position of an operand
    dead: set[Value]  # the nodes that no gradient reaches along any path

    def share(self, node: Value, position: int) -> float | None:
        """Return the flow from ``node`` back to the operand at ``position``."""
        return None if node in self.dead else self.back[node, position].share


def reading(nodes: Sequence[Value], back: Sequence[Flow[Value]] | None = None) -> Reading:
    """Return the graph of the last of ``nodes`` with the gradients that its nodes hold.

    Args:
        nodes: the nodes in their order.
        back: the flows back along its edges, if they are known already; their gradients may be other ones.
    """
    gradients = {node: node._grad for node in nodes if node._grad is not None}
    back = list(flows(nodes, gradients)) if back is None else [with_gradient(f, f.node._grad) for f in back]
    dead = set(nodes[:-1])
    for flow in back:  # users first
        if flow.node not in dead and flow.local is not None:
            dead.discard(flow.operand)
    return Reading(nodes, {(flow.node, flow.position): flow for flow in back}, dead)


def with_gradient(flow: Flow[Value], upstream: float | None) -> Flow[Value]:
    """Return ``flow`` with another upstream gradient, and the share that follows from it."""
    share = None if upstream is None or flow.local is None else upstream * flow.local
    return flow._replace(upstream=upstream, share=share)
