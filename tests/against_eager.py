"""What a program is held to: the eager engine, at 1e-12 of the size of the terms that were added up."""

import contextlib
import importlib.util
import math

from autograd.engine import order, uses
from autograd.program.nodes import ByNode
from autograd.program.program import Program

NUMBA = importlib.util.find_spec("numba") is not None


def sizes(root):
    """For each leaf the sum of the magnitudes of all that the sweep adds up in it."""
    up = {root: 1.0}
    for node in reversed(order(root)):
        if node.op is None or node not in up:
            continue
        slopes = node.op.partials(node.data, *(use.number for use in uses(node)))
        for use in uses(node):
            slope = slopes[use.position]
            if use.operand is not None and slope is not None:
                up[use.operand] = up.get(use.operand, 0.0) + abs(up[node] * slope)
    return up


def swept(root, leaves):
    for leaf in leaves:
        leaf.grad = 0.0
    root.backward()
    return [leaf.grad for leaf in leaves]


def near(a, b, size=0.0, tolerance=1e-12):
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= tolerance * max(size, abs(a))


def ways(make):
    """Programs made by ``make``, one for each way to run: as it chooses, by NumPy, by the kernel and by the loop over nodes."""
    chosen = make()
    found = [chosen]
    if chosen._plan.listing is not None:
        found.append(running(make(), lambda plan: plan.listing.run))
    if NUMBA:
        from autograd.kernel.encode import Unsuited
        from autograd.kernel.run import KernelRun, PlainLoop

        for run in (
            lambda plan: KernelRun(plan.lifted, plan.listing.run),
            lambda plan: ByNode(PlainLoop(plan.graph, plan.leaves.nodes), plan.leaves),
        ):
            with contextlib.suppress(Unsuited):
                found.append(running(make(), run))
    return found


def running(program, run):
    """A program that runs in the way that ``run`` makes of its plan."""
    program._plan = program._batches.plan = program._plan._replace(run=run(program._plan))
    return program


def agrees(root):
    """Hold the program of ``root`` to the eager engine, in every way that it may run; return the program."""
    programs = ways(lambda: Program(root))
    for program in programs:
        held(program, root)
    return programs[0]


def held(program, root):
    """Hold a program to the eager engine, leaf by leaf."""
    leaves = [node for node in order(root) if node.op is None]
    wanted, size = swept(root, leaves), sizes(root)
    for leaf in leaves:
        leaf.grad = 0.0
    assert near(root.data, program(), 1.0)
    assert near(root.data, program.backward(), 1.0)
    for i, (leaf, slope) in enumerate(zip(leaves, wanted, strict=True)):
        assert near(slope, leaf.grad, size.get(leaf, 0.0)), f"leaf {i}: {slope} and {leaf.grad}\n{program}"
