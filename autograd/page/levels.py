"""How much of a graph a page shows at once: one box for every operation, every module, or every repeated part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.engine.value import Value
from autograd.page.wrap import scale
from autograd.scenes.contents import Scene
from autograd.scenes.reading import Reading
from autograd.scenes.scene import BUDGET, LEVELS, TooManyNodes, scene

__all__ = ["SMALLEST", "first_scene", "opening", "scenes"]

SMALLEST = 1.32  # units of the drawing to a pixel: above, its letters are below 9 pixels
NEARLY = 1.75  # at which a little of the drawing is out of the window
FOLDED = 60  # boxes of a folded drawing


def first_scene(root: Value, level: str | None, max_nodes: int | None, graph: Reading) -> Scene:
    """Return the scene of ``level``, or of the most detailed level that ``max_nodes`` allows.

    Raises:
        TypeError: when max_nodes is not an int.
        ValueError: for a level that does not exist; `TooManyNodes` when the boxes are more than max_nodes. None stands
            for 150, and of a graph with more the part nearest to the root is shown.
    """
    if max_nodes is None:
        first = scene(root, level=level, max_nodes=BUDGET, cut=True, graph=graph)
    else:
        first = scene(root, level=level, max_nodes=max_nodes, graph=graph)
    return (at_level(root, first.level, max_nodes or BUDGET, graph) if first.note else None) or first


def scenes(first: Scene, max_nodes: int | None, graph: Reading) -> list[Scene]:
    """Return the scene of every level that ``max_nodes`` allows and that shows something else, ``first`` among them."""
    found: list[Scene] = []
    for level in (*LEVELS, "cells"):
        if level == "cells" != first.level and any(other.level in ("neurons", "layers") for other in found):
            continue
        other = first if level == first.level else at_level(first.root, level, max_nodes or BUDGET, graph)
        if other is None or other.level != level:  # nothing repeats: no cells
            continue
        same = found and len(found[-1].boxes) == len(other.boxes)  # a layer of one neuron, say
        if other is first or ((other.note or level == "scalars") and not same):
            found.append(other)
    return found


def at_level(root: Value, level: str, max_nodes: int, graph: Reading) -> Scene | None:
    """Return the scene of a level; None if it has too many boxes. Where modules fold, what is between them folds too
    until it can be taken in: the losses of many examples are one box."""
    for most in (max_nodes,) if level == "scalars" else (min(max_nodes, FOLDED), max_nodes):
        try:
            return scene(root, level=level, max_nodes=most, graph=graph)
        except TooManyNodes:
            continue
    return None


def fits(view: Mapping[str, Any], most: float = SMALLEST) -> bool:
    """Return whether all of a view can be read at once."""
    return scale(view["w"], view["h"]) <= most


def opening(views: list[dict[str, Any]]) -> str:
    """Return the most detailed level that can be read as a whole; if there is none, the one that comes closest.

    What repeats need not be folded where all can be read at once, or nearly all and folding does not help: that level
    is then taken from ``views``.
    """
    if len(views) > 1 and views[-1]["level"] == "cells":
        enough = NEARLY if not fits(views[-1]) else SMALLEST
        if fits(views[0], enough):
            views.pop()
    closest = min(views, key=lambda view: scale(view["w"], view["h"]))
    return str(next(filter(fits, views), closest)["level"])
