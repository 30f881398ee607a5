"""How far rounding may have moved a number: from its graph, or by an estimate where there is no graph."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import isfinite
from typing import NamedTuple

from autograd.engine.graph import N, order
from autograd.engine.ops import OPS
from autograd.engine.sweep import as_number, flows, pull

__all__ = ["EPS", "Sample", "Sampled", "path_sums", "rounding_error", "sample_of"]

EPS = 2.0**-52  # one rounding moves a result by at most this times its size ...
SMALLEST = 2.0**-1074  # ... or by this, where the result is too small to keep all of its digits


class Sample(NamedTuple):
    """The value of a function at one point, and its rounding."""

    value: float  # nan where the function is not defined
    rounding: float  # how far rounding may have moved the value


Sampled = Callable[[float], Sample]


def rounding_error(root: N, moved: Collection[N] | None = None) -> float:
    """Return how far rounding may have moved the data of ``root``: eps × Σ |data × gradient| over its nodes.

    Args:
        root: the node.
        moved: leaves; only the nodes that depend on them count. The other nodes are rounded alike at every point, so a
            difference of two roots does not see their rounding. None: all nodes count.

    Every operation rounds its result by up to eps × |data|, and that moves the root by the gradient in this node times
    as much. Where numbers cancel, the sum is far more than eps × |root|:

    >>> from autograd import Value
    >>> x = Value(1e-9)
    >>> f"{rounding_error((1.0 + x) - 1.0):.0e}", f"{EPS * 1e-9:.0e}"
    ('2e-16', '2e-25')
    """
    error = 0.0
    for node, gradient in pull(root, 1.0, OPS, as_number, moved).items():
        if node.op is not None:  # a leaf is exact
            if node._data and gradient:  # 0 × inf: sqrt(x) at 0
                error += EPS * abs(node._data * gradient)
            if isfinite(gradient):
                error += SMALLEST * abs(gradient)
    return error


def path_sums(root: N) -> dict[N, float]:
    """Return for each node Σ |product of local derivatives| over its paths to ``root``: the size that its gradient
    would have if no terms cancelled. Rounding moves the gradient by a few eps times this, whatever the order of the
    terms.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> path_sums(2.0 * x - 2.0 * x)[x]  # the gradient is 2 - 2 = 0
    4.0
    """
    sums = {root: 1.0}
    for flow in flows(order(root), sums):  # users come first, so the sum of a node is whole when it is read
        if flow.share is not None:
            sums[flow.operand] = sums.get(flow.operand, 0.0) + abs(flow.share)
    return sums


def sample_of(f: Callable[[float], float], x: float) -> Sample:
    """Return f(x) for a function of floats, which leaves no graph; its rounding is read from its values.

    The fourth difference of a smooth function over small steps is almost 0, so what it shows is rounding. Three steps
    are used, and the median counts: the largest step may still see the curvature of sin(1000 x).

    Some functions move in stairs: at 30, log(1 - sigmoid(x)) does, as 1 - sigmoid(x) is about 1e-13 and a multiple of
    1e-16. There the smallest step moves nothing, and perhaps only the largest step sees the height of a stair, so the
    largest counts. And the numbers that cancelled may have been near 1 or near x, however small the result is.

    >>> sample_of(lambda x: (1.0 + x) - 1.0, 1e-9).rounding > 1e-17
    True
    """
    value = float(f(x))
    size = abs(x) or 1.0
    seen = [five_values(f, x, size * step) for step in (2.0**-14, 2.0**-22, 2.0**-30)]
    ripples = sorted(fourth_difference(values) for values in seen if values) or [0.0]
    if len(set(seen[-1])) == 1:  # stairs
        return Sample(value, EPS * max(1.0, abs(x), abs(value)) + ripples[-1])
    return Sample(value, EPS * abs(value) + ripples[len(ripples) // 2])


def five_values(f: Callable[[float], float], x: float, h: float) -> list[float]:
    """Return f at x - 2h, x - h, x, x + h and x + 2h; nothing where one of them is not defined."""
    try:
        values = [float(f(x + k * h)) for k in (-2, -1, 0, 1, 2)]
    except (ArithmeticError, ValueError):
        return []
    return values if all(map(isfinite, values)) else []


def fourth_difference(values: list[float]) -> float:
    """Return the size of the fourth difference of five values at equal distances."""
    below, left, here, right, above = values
    return abs((below - here) + (above - here) - 4.0 * ((left - here) + (right - here)))
