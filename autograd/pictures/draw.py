"""draw: the picture of a graph. What draws it is imported when it is asked for, as it takes as long as the engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autograd.base.real import shown
from autograd.engine.value import Value

if TYPE_CHECKING:
    from autograd.pictures.digraph import Digraph
    from autograd.pictures.drawing import Drawing

__all__ = ["draw", "draw_dot"]

DIRECTIONS = ("LR", "TB", "RL", "BT")
MOST_WHOLE = 2_000  # nodes that draw_dot, which micrograd's notebooks call, draws if they cannot be folded


def draw(
    root: Value,
    *,
    level: str | None = None,
    max_nodes: int = 150,
    direction: str = "LR",
    precision: int = 4,
    file: str | os.PathLike[str] | None = None,
) -> Drawing:
    """Return a picture of the graph of ``root``, with data and gradient in every box and slopes at the arrows.

    Args:
        root: the node at the top.
        level: "scalars" for every operation, "neurons" or "layers" to fold what a module computes into one box;
            None for the most detailed of these that ``max_nodes`` allows.
        max_nodes: the most boxes, constants not counted.
        direction: where arrows point: "LR" for left to right, "TB" for top to bottom, "RL" or "BT".
        precision: how many digits numbers have, 1 to 17.
        file: where to save it as well: a name that ends in .svg, .png, .pdf or .dot.

    Raises:
        TypeError: when root is no Value, or an argument is of another type.
        ValueError: for an argument that is none of these; `TooManyNodes` when the boxes are more than max_nodes.
        NoRenderer: when it is to be saved and nothing here can draw it.

    A gradient is – before a backward sweep. At an arrow stands × the local derivative = the share of the gradient
    that this use brings: the shares of all arrows that leave a box add up to its gradient.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1.0
    >>> y.backward()
    >>> draw(y)
    <Drawing: Graph of +: 3 nodes, 1 leaf (x); + = 10; largest gradient 6 at x.>
    """
    from autograd.pictures.drawing import Drawing
    from autograd.pictures.scene import scene

    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, got {shown(direction)}")
    if isinstance(precision, bool) or not isinstance(precision, int):
        raise TypeError(f"precision must be an int, got {shown(precision)}")
    if not 1 <= precision <= 17:
        raise ValueError(f"precision must be 1 to 17 digits, got {precision}")
    drawing = Drawing(scene(root, level=level, max_nodes=max_nodes), direction, precision)
    if file is not None:
        drawing.save(file)
    return drawing


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR") -> Digraph:
    """Return the picture of `draw` under micrograd's name for it: a ``graphviz.Digraph``, which can be added to.

    Args:
        root: the node at the top.
        format: what ``render`` writes: "svg", "png", "pdf", or another of Graphviz's formats.
        rankdir: where arrows point, as ``direction`` of `draw`.

    Raises:
        TypeError: when root is no Value.
        ValueError: for another format or direction; `TooManyNodes` above 2,000 nodes that cannot be folded.

    It shows itself, and ``render`` and ``pipe`` work, without a `dot` on the PATH too.

    >>> "x" in draw_dot(Value(3.0, label="x")).source
    True
    """
    if rankdir not in DIRECTIONS:
        raise ValueError(f"rankdir must be one of {', '.join(DIRECTIONS)}, got {shown(rankdir)}")
    from autograd.pictures.digraph import Digraph
    from autograd.pictures.dot import statements
    from autograd.pictures.scene import TooManyNodes

    try:
        drawing = draw(root, direction=rankdir)
    except TooManyNodes:
        drawing = draw(root, direction=rankdir, max_nodes=MOST_WHOLE)
    graph = Digraph(format=format)
    graph.body.extend(f"\t{line}\n" for line in statements(drawing.scene, rankdir, drawing.precision))
    graph.stand_in(drawing.own_svg, drawing.alt, drawing.text)
    return graph
