"""What a program is held to: the eager engine, at 1e-12 of the size of the terms that were added up."""

import importlib.util
import math

from autograd.engine import order, uses
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


def agrees(root):
    """Hold the program of ``root`` to the eager engine, run by NumPy and by the kernel; return the program."""
    program = Program(root)
    held(program, root)
    if NUMBA:
        held(Program(root).jit(), root)
    return program


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
