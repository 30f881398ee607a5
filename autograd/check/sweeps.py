"""Do the sweeps agree? The same derivatives, computed in every way that the graph allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite, isnan

from autograd.calculus.functional import gradients
from autograd.check.calls import Record
from autograd.engine.graph import order
from autograd.engine.handmade import ByHand
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, push

__all__ = ["sweep_faults"]


def sweep_faults(run: Callable[[], Record], names: list[str], want: list[float], slack: list[float]) -> list[str]:
    """Return the faults of the sweeps, in sentences.

    Args:
        run: calls the function at the point.
        names: the names of the arguments.
        want: the gradient that every sweep must give.
        slack: how far rounding may move each entry, as two sweeps add the same terms in different orders.
    """
    found = []

    def compare(got: Sequence[float], times: float, what: str) -> None:
        for name, a, b, s in zip(names, got, want, slack, strict=True):
            apart = abs(a - times * b)
            if isfinite(b) and not apart <= 1e-9 * max(abs(a), abs(times * b)) + times * s + 1e-300:
                found.append(f"{what}: {name} has {a:.12g}, expected {times * b:.12g}")

    record = run()
    again = run().out.data
    if record.out.data != again and not isnan(again):
        found.append(f"the function gives a different value when it is called again: {record.out.data} and {again}")
    record.out.backward()
    record.out.backward()
    compare([leaf.grad for leaf in record.leaves], 2.0, "a second backward does not give twice the gradient")
    forward = [push(record.out, {leaf: 1.0}, OPS, as_number).get(record.out, 0.0) for leaf in record.leaves]
    compare(forward, 1.0, "forward mode gives a different derivative")
    if not any(isinstance(node.op, ByHand) for node in order(record.out)):  # their derivatives are numbers only
        compare([g.data for g in gradients(record.out, record.leaves)], 1.0, "the gradient as a graph is different")
    record = run()
    for leaf in record.leaves:
        leaf.data = leaf.data + 1.0
    compare(record.gradient(), 1.0, "editing the leaves after the record was made changes the gradient")
    return found
