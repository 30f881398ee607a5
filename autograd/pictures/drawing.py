"""Pictures of graphs, to show in a notebook and to save."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.base.files import file_path, replace
from autograd.base.notebook import forms_wanted, in_cell, with_alt
from autograd.base.real import shown
from autograd.engine.graph import count
from autograd.engine.value import Value
from autograd.pictures.dot import dot, statements
from autograd.pictures.plan import plan
from autograd.pictures.render import FORMATS, NoRenderer, render
from autograd.pictures.style import alt
from autograd.pictures.svg import svg
from autograd.scenes.contents import Scene
from autograd.scenes.scene import TooManyNodes, scene
from autograd.text.tree import tree

if TYPE_CHECKING:
    from autograd.pictures.digraph import Digraph

__all__ = ["Drawing", "check_direction", "draw", "draw_dot", "readable_direction", "value_in_cell"]

DIRECTIONS = ("LR", "TB", "RL", "BT")
MOST_WHOLE = 2_000  # nodes that draw_dot, which notebooks written for micrograd call, draws unfolded

MOST_OWN = 2_000  # boxes that our own drawing takes
FEW = 300  # boxes up to which ours is the better SVG: no number cuts an arrow, and no text overlaps
LARGE = 1_000  # boxes above which ours draws SVG too: Graphviz takes seconds where many nodes are shared
FIRST_NOT_IN_FONT = "\u2e80"  # the letters of East Asia, and pictures: Graphviz finds a font that has them
PAGE = 1_600  # pixels; a wider picture is scaled down in a notebook to letters that are hard to read
MOST_IN_CELL = 100_000  # nodes that a cell draws, which takes a second; for a larger graph it shows only their number
MOST_IN_TREE = 200  # nodes that are written out as text


def draw(
    root: Value,
    *,
    level: str | None = None,
    max_nodes: int = 150,
    direction: str | None = None,
    precision: int = 4,
    file: str | os.PathLike[str] | None = None,
) -> Drawing:
    """Return a picture of the graph of ``root``, data and gradient in every box, local derivatives at the arrows.

    Args:
        root: the node whose graph is drawn.
        level: "scalars" for every operation, "neurons" or "layers" to fold what a module computes into one box, "cells"
            to fold what repeats in a graph without modules, such as steps, examples or terms; None for the most
            detailed of these that ``max_nodes`` allows.
        max_nodes: the most boxes, constants not counted. A graph with more is folded where it repeats, or else shown in
            part: the nodes nearest to the root, and one box for the others.
        direction: which way arrows point: "LR" for left to right, "TB" for top to bottom, "RL" or "BT"; None for left
            to right, or top to bottom where that keeps the letters of a long graph readable.
        precision: how many digits numbers have, 1 to 17.
        file: where to save it too, if given: a name that ends in .svg, .png, .pdf or .dot.

    Raises:
        TypeError: when root is not a Value, or an argument has the wrong type.
        ValueError: when an argument has none of these values; `TooManyNodes` when the boxes of the
            level that was asked for are more than max_nodes.
        NoRenderer: when it is to be saved in a format that nothing here can draw.

    A gradient is – before a backward pass. An arrow says × the local derivative = the share of the gradient that goes
    back along it: the shares of all arrows that leave a box add up to its gradient.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1.0
    >>> y.backward()
    >>> draw(y)
    <Drawing: Graph of +: 3 nodes, 1 leaf (x); + = 10; largest gradient 6 at x.>
    """
    check_direction(direction)
    if isinstance(precision, bool) or not isinstance(precision, int):
        raise TypeError(f"precision must be an int from 1 to 17, got {shown(precision)}")
    if not 1 <= precision <= 17:
        raise ValueError(f"precision must be an int from 1 to 17, got {precision}")
    drawing = Drawing(scene(root, level=level, max_nodes=max_nodes, cut=level is None), direction, precision)
    if file is not None:
        drawing.save(file)
    return drawing


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR") -> Digraph:
    """Return the picture of `draw` under micrograd's name for it: a ``graphviz.Digraph``, which can be added to.

    Args:
        root: the node whose graph is drawn.
        format: what ``render`` writes: "svg", "png", "pdf", or another of Graphviz's formats.
        rankdir: which way arrows point, as ``direction`` of `draw`.

    Raises:
        TypeError: when root is not a Value.
        ValueError: for another format or direction.

    A graph of more than 2,000 nodes that cannot be folded is shown in part.
    A notebook shows it, and ``render`` and ``pipe`` work, even without `dot` on the PATH.

    >>> "x" in draw_dot(Value(3.0, label="x")).source
    True
    """
    if rankdir not in DIRECTIONS:
        raise ValueError(f"rankdir must be one of {', '.join(DIRECTIONS)}, got {shown(rankdir)}")
    from autograd.pictures.digraph import Digraph  # graphviz takes its time to import

    try:
        drawing = Drawing(scene(root), rankdir)
    except TooManyNodes:
        drawing = draw(root, direction=rankdir, max_nodes=MOST_WHOLE)
    graph = Digraph(format=format)
    graph.body.extend(f"\t{line}\n" for line in statements(drawing.scene, rankdir, drawing.precision))
    graph.stand_in(drawing.own_svg, drawing.alt, drawing.text)
    return graph


def check_direction(direction: str | None) -> None:
    """Raise a ValueError if ``direction`` is not one."""
    if direction is not None and direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, or None, got {shown(direction)}")


def readable_direction(scene: Scene, precision: int) -> str:
    """Return "LR", or "TB" for a picture that is too wide from left to right and much narrower from top to bottom."""
    if len(scene.boxes) > FEW or (wide := plan(scene, precision=precision).size[0]) <= PAGE:
        return "LR"
    return "TB" if plan(scene, direction="TB", precision=precision).size[0] < 0.67 * wide else "LR"


class Drawing:
    """A picture of a graph: a notebook shows it at the end of a cell; ``save`` writes it to a file.

    ``source`` is its text in DOT, ``alt`` a line that says what it shows, and ``scene`` its contents.
    """

    def __init__(self, scene: Scene, direction: str | None = None, precision: int = 4) -> None:
        self.scene, self.precision = scene, precision
        self.direction = direction or readable_direction(scene, precision)
        self.source = dot(scene, direction=self.direction, precision=precision)
        self.alt = alt(scene)

    def __repr__(self) -> str:
        return f"<Drawing: {self.alt}>"

    def svg(self) -> str:
        """Return the picture as the text of an SVG file.

        Raises:
            NoRenderer: when there is no Graphviz, and the picture is too large for our own drawing.
        """
        if not FEW < len(self.scene.boxes) <= LARGE and len(self.scene.boxes) <= MOST_OWN:
            return self.own_svg()
        try:
            return with_alt(render(self.source, "svg"), self.alt)
        except NoRenderer:
            if own := self.own_svg():
                return own
            raise

    def own_svg(self) -> str:
        """Return the picture as SVG drawn without Graphviz, "" if it is too large for that."""
        if len(self.scene.boxes) > MOST_OWN:
            return ""
        return svg(self.scene, direction=self.direction, precision=self.precision)

    def text(self) -> str:
        """Return the tree of the graph, or one line if that would be long."""
        root = self.scene.root
        return tree(root) if count(root, MOST_IN_TREE + 1) <= MOST_IN_TREE else self.alt

    def save(self, file: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, in the format of its suffix, and return its path.

        Args:
            file: ends in .svg, .png, .pdf or .dot. A file that is there is replaced when the new one is whole.

        Raises:
            ValueError: for another suffix.
            FileNotFoundError: when its folder does not exist.
            NoRenderer: when there is no Graphviz to draw it.
        """
        suffix = Path(os.fspath(file)).suffix.lower().removeprefix(".") if isinstance(file, str | os.PathLike) else ""
        if suffix not in (*FORMATS, "dot"):
            raise ValueError(f"file must end in .svg, .png, .pdf or .dot, got {shown(file)}")
        path = file_path(file)
        if suffix == "dot":
            return replace(path, self.source.encode())
        if suffix == "svg":
            return replace(path, self.svg().encode())
        return replace(path, self.png() if suffix == "png" else render(self.source, suffix))

    def png(self) -> bytes:
        """Return the picture as PNG: as the SVG is, our own drawing or Graphviz's.

        Raises:
            NoRenderer: when nothing here can draw it.
        """
        few = len(self.scene.boxes) <= FEW and find_spec("PIL") is not None  # Pillow comes with matplotlib
        if not few or max(self.source) >= FIRST_NOT_IN_FONT:
            try:
                return render(self.source, "png")
            except NoRenderer:
                if not few:
                    raise
        from autograd.pictures.raster import png

        return png(plan(self.scene, direction=self.direction, precision=self.precision), self.scene.swept)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        return in_cell(self.svg, self.alt, self.text, include, exclude)


def value_in_cell(
    root: Value, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
) -> dict[str, str]:
    """Return what a notebook shows for ``root`` at the end of a cell: a picture, or a line if there is none."""
    if count(root, MOST_IN_CELL) == MOST_IN_CELL:
        return forms_wanted({"text/plain": f"{root!r}, of {MOST_IN_CELL:,} nodes or more"}, include, exclude)
    try:
        return Drawing(scene(root, cut=True))._repr_mimebundle_(include, exclude)
    except Exception as error:  # of any kind: a cell that ends in a Value must not fail
        return forms_wanted({"text/plain": f"{root!r}\nNo picture: {error}"}, include, exclude)
