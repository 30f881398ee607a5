"""Why a gradient is what it is, in sentences."""

from __future__ import annotations

from autograd.graph import edges
from autograd.ops import OPS
from autograd.real import shown
from autograd.sweep import as_number, pull, slopes
from autograd.tree import name
from autograd.value import Value

__all__ = ["explain"]


def explain(v: Value, root: Value, *, max_uses: int = 20) -> str:
    """Return the sentences that say how the gradient of ``root`` in ``v`` comes about.

    For every use of v: the gradient that arrives there (upstream) times the slope of that operation in v
    (local); then the sum over the uses.

    Args:
        v: the node whose gradient is explained.
        root: the node that is differentiated.
        max_uses: the most uses that are written out; the sum counts them all.

    The sweep is made afresh, so what a leaf has collected from other sweeps does not enter.

    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> print(explain(w, w * x + w))
    w is used twice; upstream × local, summed over its uses, is its gradient:
      in ×   1 × 2 = 2   each factor is scaled by the other
      in +   1 × 1 = 1   a sum passes its gradient on unchanged
      sum    3
    """
    for argument, given in (("v", v), ("root", root)):
        if not isinstance(given, Value):
            raise TypeError(f"{argument} must be a Value, got {shown(given)}")
    label = name(v)
    if v is root:
        return f"{label} is the root itself: its gradient is 1"
    uses = [(node, position) for operand, node, position in edges(root) if operand is v]
    if not uses:
        return f"{name(root)} does not depend on {label}: its gradient is 0"
    gradient = pull(root, 1.0, OPS, as_number)
    rows: list[tuple[str, str, str]] = []
    for node, position in uses:
        assert node.op is not None
        upstream, local = gradient.get(node), slopes(node, OPS, as_number)[position]
        if upstream is None:
            rows.append((f"in {name(node)}", "nothing", "no gradient comes down to it"))
        elif local is None:
            rows.append((f"in {name(node)}", f"{upstream:.6g} × nothing", node.op.why))
        else:
            rows.append((f"in {name(node)}", f"{upstream:.6g} × {local:.6g} = {upstream * local:.6g}", node.op.why))
    if len(rows) > max_uses:
        rows[max_uses:] = [(f"and {len(rows) - max_uses:,} more", "", "")]
    rows.append(("sum", f"{gradient.get(v, 0.0) + 0.0:.6g}", ""))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    times = {1: "once", 2: "twice"}.get(len(uses), f"{len(uses):,} times")
    head = f"{label} is used {times}; upstream × local, summed over its uses, is its gradient:"
    return "\n".join([head, *(f"  {a:<{widths[0]}}   {b:<{widths[1]}}   {c}".rstrip() for a, b, c in rows)])
