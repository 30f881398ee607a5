"""The way a program runs, and why: lifted to arrays, or node by node where a graph has no structure to lift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.engine import Value
from autograd.lift.contract import Cells
from autograd.lift.groups import groups, keys
from autograd.lift.record import Record, plainly, record
from autograd.program.nodes import ByNode, Leaves, Nodes
from autograd.reverse.build import Input, Lifted, build, cells_of, lifted_from
from autograd.source.listing import Listing, listing
from autograd.source.run import Run

__all__ = ["Plan", "compiled", "plan", "plan_per_example"]

LARGE, THIN = 2000, 4  # a graph of so many cells, with fewer than this in a group, is not worth lifting
DIVISIONS = frozenset(("div", "mod", "floordiv", "pow", "power"))
STEP, NODE = 1.3, 0.4  # microseconds: a call of NumPy; a node, there and back, in Python
KERNEL_STEP, KERNEL_NODE = 0.15, 0.012  # the same in the compiled loops


class Plan(NamedTuple):
    """A program and the way it runs."""

    graph: Record
    lifted: Lifted | None  # None: the graph was not lifted
    listing: Listing | None
    parameters: list[Value]  # the leaves that are not inputs, in the order of the arrays below
    pieces: dict[str, tuple[int, int, tuple[int, ...]]]  # of each named array: where it lies among them, and its shape
    leaves: Leaves
    run: Run
    divides: bool  # whether it has operations that fail at infinity without raising a floating-point flag
    way: str  # how it runs, and why, as `repr` says it
    plain: Record  # the graph as arrays compute it, by plain formulas


def plan(root: Value, inputs: Sequence[Input], graph: Record | None = None) -> Plan:
    """Return how to run the graph of ``root``, whose record may be given, by NumPy, or node by node in Python."""
    graph = graph or record(root)
    plain = plainly(root, graph)
    cells = cells_of(plain, inputs)
    divides = not DIVISIONS.isdisjoint(cells.rows)
    variables = [v for one in inputs for v in one.variables.ravel().tolist()]
    if is_thin(cells):
        given = set(variables)
        parameters = [leaf for leaf in cells.leaves if leaf not in given]
        leaves = Leaves(graph, parameters, variables)
        pieces: dict[str, tuple[int, int, tuple[int, ...]]] = {"w": (0, len(parameters), (len(parameters),))}
        apart = f"its {len(cells.kinds):,} cells come in {len(set(keys(cells))):,} groups"
        way = f"not lifted ({apart}), run node by node in Python"
        run = ByNode(Nodes(graph, leaves), leaves)
        return Plan(graph, None, None, parameters, pieces, leaves, run, divides, way, plain)
    lifted = lifted_from(graph, cells, groups(cells), inputs)
    text = listing(lifted)
    items = [item for i in text.parameters.values() for item in lifted.leaves[i].ravel().tolist()]
    parameters = [lifted.values[item] for item in items]
    leaves = Leaves(graph, parameters, variables)
    pieces = dict(zip(text.parameters, text.run.pieces, strict=True))
    steps = len(lifted.forward) + len(lifted.backward)
    scalars = f"{len(graph.nodes):,} scalar{'s' * (len(graph.nodes) > 1)}"
    as_steps = f"{scalars} as {steps:,} step{'s' * (steps > 1)} on arrays"
    if not inputs and steps * STEP > len(graph.nodes) * NODE:
        way = f"{as_steps}, which would be slower than the scalars: run node by node in Python"
        run = ByNode(Nodes(graph, leaves), leaves)
        return Plan(graph, lifted, text, parameters, pieces, leaves, run, divides, way, plain)
    return Plan(graph, lifted, text, parameters, pieces, leaves, text.run, divides, f"{as_steps}, run by NumPy", plain)


def is_thin(cells: Cells) -> bool:
    """Return whether a large graph has hardly any cells side by side: a chain has one in each group."""
    return len(cells.kinds) > LARGE and len(cells.kinds) < THIN * len(set(keys(cells)))


def compiled(made: Plan) -> Plan:
    """Return the plan that runs by the compiled loops: over steps, or over nodes if that is less work.

    Raises:
        ImportError: when numba is not installed.
    """
    from autograd.kernel.compiled import kernel
    from autograd.kernel.encode import Unsuited
    from autograd.kernel.run import KernelRun, PlainLoop

    kernel()
    count = len(made.graph.nodes)
    steps = len(made.lifted.forward) + len(made.lifted.backward) if made.lifted else 0
    try:
        if made.lifted is None or made.listing is None or steps * KERNEL_STEP > count * KERNEL_NODE:
            run: Run = ByNode(PlainLoop(made.graph, made.leaves.nodes), made.leaves)
            return made._replace(run=run, way=f"{count:,} scalars, run node by node by the compiled loop")
        run = KernelRun(made.lifted, made.listing.run)
    except Unsuited as reason:
        return made._replace(way=f"{made.way}; not compiled: {reason}")
    return made._replace(run=run, way=f"{count:,} scalars as {steps:,} steps on arrays, run by the compiled kernel")


def plan_per_example(made: Plan, root: Value, inputs: Sequence[Input]) -> Run:
    """Return the way to get a gradient for each example, of the kind that the plan runs."""
    if isinstance(made.run, ByNode):
        return ByNode(made.run.sweep, made.leaves, per_example=True)
    apart = build(root, inputs, per_example=True, graph=made.graph)
    run = listing(apart, per_example=True).run
    kind = type(made.run)
    return run if isinstance(made.run, type(run)) else kind(apart, run)  # type: ignore[call-arg]
