"""A picture of a graph: to show in a notebook, and to save."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from autograd.base.files import file_path, replace
from autograd.base.real import shown
from autograd.engine.graph import count
from autograd.engine.value import Value
from autograd.pictures.dot import dot
from autograd.pictures.notebook import chosen, in_cell, named
from autograd.pictures.render import FORMATS, NoRenderer, render
from autograd.pictures.scene import Scene, scene
from autograd.pictures.style import alt
from autograd.pictures.svg import svg
from autograd.text.tree import tree

__all__ = ["Drawing", "value_in_cell"]

MOST_OWN = 2_000  # boxes that are drawn without Graphviz
LARGE = 1_000  # boxes above which SVG is: Graphviz takes seconds to place them where many nodes are shared
MOST_IN_CELL = 100_000  # nodes, of which a second is spent on folding them; beyond, a cell says how many there are
MOST_IN_TREE = 200  # nodes that are written out as text


class Drawing:
    """A picture of a graph: show it in a notebook by naming it, or ``save`` it.

    ``source`` is its text in DOT, ``alt`` one line that says what it shows, ``scene`` what is in it.
    """

    def __init__(self, scene: Scene, direction: str = "LR", precision: int = 4) -> None:
        self.scene, self.direction, self.precision = scene, direction, precision
        self.source = dot(scene, direction=direction, precision=precision)
        self.alt = alt(scene)

    def __repr__(self) -> str:
        return f"<Drawing: {self.alt}>"

    def svg(self) -> str:
        """Return the picture as the text of an SVG file.

        Raises:
            NoRenderer: when there is no Graphviz and the picture is too large for what draws without it.
        """
        if LARGE < len(self.scene.boxes) <= MOST_OWN:
            return self.own_svg()
        try:
            return named(render(self.source, "svg"), self.alt)
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
        return replace(path, self.svg().encode() if suffix == "svg" else render(self.source, suffix))

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        return in_cell(self.svg, self.alt, self.text, include, exclude)


def value_in_cell(
    root: Value, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
) -> dict[str, str]:
    """Return how a notebook shows ``root`` at the end of a cell: as a picture, or in a line where that cannot be."""
    if count(root, MOST_IN_CELL) == MOST_IN_CELL:
        return chosen({"text/plain": f"{root!r}, of {MOST_IN_CELL:,} nodes or more"}, include, exclude)
    try:
        return Drawing(scene(root, cut=True))._repr_mimebundle_(include, exclude)
    except Exception as error:  # too many nodes, as a rule; but a cell that ends in a Value must not fail at all
        return chosen({"text/plain": f"{root!r}\nNo picture: {error}"}, include, exclude)
