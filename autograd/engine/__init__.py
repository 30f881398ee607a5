"""The engine: numbers that record what is done to them, and the sweeps that apply the chain rule to the record.

Begin with `value`, the node, `graph`, its order, and `sweep`, the chain rule; `backward` is that sweep written out for
speed. The table is read here in two arithmetics: `floats` goes forward, `ieee` goes back.
"""

from autograd.engine import floats, ieee
from autograd.engine.backward import reached
from autograd.engine.graph import edges, links, order, uses
from autograd.engine.handmade import ByHand
from autograd.engine.memory import gc_paused
from autograd.engine.ops import OPS, is_ours
from autograd.engine.sweep import as_node, as_number, flows, pull, push, replay
from autograd.engine.value import Value
from autograd.engine.watch import peeks

# fmt: off
__all__ = [
    "Value", "gc_paused",
    "order", "edges", "uses", "links",  # the graph
    "OPS", "is_ours", "floats", "ieee",  # the table in the two arithmetics of floats
    "ByHand",  # the operation of a node that was made by hand
    "peeks",  # where a number leaves the graph
    "reached",  # whether a Value has a gradient
    "pull", "push", "replay", "flows", "as_number", "as_node",  # the sweeps, and what a node is to them
]
# fmt: on
