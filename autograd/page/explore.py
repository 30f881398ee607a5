"""The page: one HTML file on which a graph is stepped through, and computes again while its leaves are moved.

Python records the graph, lays it out, and writes the rows of the table that it uses as JavaScript; with them the page
does its own arithmetic. The file opens from a disk and fetches nothing: its own Content-Security-Policy forbids it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from autograd.base.real import one_line, shown
from autograd.engine.graph import order, uses
from autograd.engine.value import Value
from autograd.page.document import Page

if TYPE_CHECKING:  # what makes a page is imported when one is made
    from autograd.pictures.scene import Reading, Scene
    from autograd.table import Op

__all__ = ["explore"]

SMALLEST = 1.32  # units of the drawing to a pixel: above, its letters are below 9 pixels
FOLDED = 60  # boxes of a folded drawing
MOST = 20_000  # nodes of which a page holds every number; it would be too large to open beyond that
INPUTS = r"(x|y|t|inputs?|targets?)[\W_]*\d*\W*"  # how leaves are called that an update leaves alone


def explore(
    root: Value,
    *,
    level: str | None = None,
    max_nodes: int | None = None,
    title: str | None = None,
    lines: Mapping[Value, str] | None = None,
    parameters: Iterable[Value] | None = None,
    theme: str | None = None,
) -> Page:
    """Return a page on which the graph of ``root`` is stepped through, forward and backward, in a browser.

    Args:
        root: the node that is differentiated.
        level: what to show first: "scalars" for every operation, "neurons" or "layers" to fold what a module computes
            into one box, "cells" to fold what repeats; None for the most detailed of these that can be read at once.
            The page can switch between all that ``max_nodes`` allows.
        max_nodes: the most boxes in a drawing, constants not counted; None for 150, which a person still reads.
        title: the page's title; None for the label of root.
        lines: the line of source that created a node, where it is known; the page shows it.
        parameters: the leaves that an update moves. None for those that belong to a module; if none does, for those
            not called x, y, t, input or target; and if that leaves none, for all.
        theme: "light" or "dark"; None for what the reader's system is set to.

    Raises:
        TypeError: when root is not a Value, title or a line not a str, or parameters holds anything but leaves.
        ValueError: for a level or theme that does not exist; `TooManyNodes` when the boxes are more than max_nodes,
            or the graph has more than 20,000 nodes.

    Every leaf has a slider on the page: the recorded operations run again there, forward and backward, without Python.
    What Python decided while it recorded (an ``if``, a ``max`` of plain numbers) stays decided. An operation of
    your own moves too, if its row is written with operators and this package's functions.

    Gradients are computed afresh, and none in the graph is read or changed.

    >>> a = Value(3.0, label="a")
    >>> explore(a * a)
    Page('The graph of ×: 2 nodes, 1 leaf. Forward, × = 9. Backward, the gradient of a is 6.')
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    for argument, text in (("title", title), *(("a line", line) for line in (lines or {}).values())):
        if text is not None and not isinstance(text, str):
            raise TypeError(f"{argument} must be a str, got {shown(text)}")
    if theme not in (None, "light", "dark"):
        raise ValueError(f"theme must be 'light', 'dark' or None, got {shown(theme)}")
    from autograd.engine.ops import OPS
    from autograd.page.document import document
    from autograd.page.javascript import row, script
    from autograd.page.record import row_names, sweep, trace
    from autograd.page.view import view
    from autograd.pictures.scene import BUDGET, TooManyNodes, reading, scene
    from autograd.pictures.svg import svg

    budget = BUDGET if max_nodes is None else max_nodes
    nodes = order(root)
    if len(nodes) > MOST:
        raise TooManyNodes(
            f"the graph has {len(nodes):,} nodes, and a page holds at most {MOST:,}: "
            f"explore a part of it (a Value inside it), or a loss over fewer examples"
        )
    swept = sweep(nodes)
    graph = reading(nodes, swept.back)
    first = scene(root, level=level, max_nodes=budget, graph=graph)  # it raises if nothing can be shown
    first = (at_level(root, first.level, budget, graph) if first.note else None) or first
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    names = row_names(nodes)
    moving = parameters_of(nodes) if parameters is None else chosen(parameters, nodes)
    record = trace(swept, names, moving, lines or {})
    views = [view(folded, ids) for folded in scenes(first, budget, graph)]
    if views[-1]["level"] == "cells" and first.level != "cells" and fits(views[0]):
        views.pop()  # what repeats need not be folded where all can be read at once
    about = sentence(nodes, swept.gradient)
    opened = first.level if level else readable(views)
    rows = {name: text for op, name in names.items() if (text := row(op)) is not None}
    name = one_line(title if title is not None else root.label or "Chainrule")
    own = any(OPS.get(op.name) is not op for op in names)
    note = " ".join([*edited(nodes), *unmoved(names, rows)])
    text = document(
        name,
        about,
        {"level": opened} | ({"note": note} if note else {}) | record | {"views": views},
        script(rows),
        own,
        theme,
    )
    return Page(text, about, lambda: svg(first))


def parameters_of(nodes: list[Value]) -> list[Value]:
    """Return the leaves that an update moves, in the order in which people count: w[2] before w[10]."""
    import re

    from autograd.pictures.modules import modules

    def by_number(leaf: Value) -> list[Any]:
        return [int(part) if i % 2 else part for i, part in enumerate(re.split("([0-9]+)", one_line(leaf.label)))]

    leaves = [node for node in nodes if node.op is None]
    inside = modules(nodes)
    owned = sorted((leaf for leaf in leaves if leaf in inside), key=by_number)
    return owned or [leaf for leaf in leaves if not re.fullmatch(INPUTS, leaf.label)] or leaves


def chosen(parameters: Iterable[Value], nodes: list[Value]) -> list[Value]:
    """Return ``parameters``, which must be leaves; those that root does not depend on are left out."""
    wanted = list(parameters)
    for i, leaf in enumerate(wanted):
        if not isinstance(leaf, Value) or leaf.op is not None:
            raise TypeError(f"parameters[{i}] must be a leaf, a Value that was not computed, got {shown(leaf)}")
    held = set(wanted)
    return [node for node in nodes if node in held]


def scenes(first: Scene, max_nodes: int, graph: Reading) -> list[Scene]:
    """Return the scene of every level that ``max_nodes`` allows and that shows something else, ``first`` among them."""
    from autograd.pictures.scene import LEVELS

    found: list[Scene] = []
    for level in (*LEVELS, "cells"):
        if level == "cells" and any(other.level in ("neurons", "layers") for other in found):
            continue
        other = first if level == first.level else at_level(first.root, level, max_nodes, graph)
        if other is None or other.level != level:  # nothing repeats: no cells
            continue
        same = found and len(found[-1].boxes) == len(other.boxes)  # a layer of one neuron, say
        if other is first or ((other.note or level == "scalars") and not same):
            found.append(other)
    return found


def at_level(root: Value, level: str, max_nodes: int, graph: Reading) -> Scene | None:
    """Return the scene of a level; None if it has too many boxes. Where modules fold, what is between them folds too
    until it can be taken in: the losses of many examples are one box."""
    from autograd.pictures.scene import TooManyNodes, scene

    for most in (max_nodes,) if level == "scalars" else (min(max_nodes, FOLDED), max_nodes):
        try:
            return scene(root, level=level, max_nodes=most, graph=graph)
        except TooManyNodes:
            continue
    return None


def fits(view: Mapping[str, Any]) -> bool:
    """Return whether all of a view can be read at once."""
    from autograd.page.wrap import scale

    return scale(view["w"], view["h"]) <= SMALLEST


def readable(views: list[dict[str, Any]]) -> str:
    """Return the most detailed level that can be read as a whole; if there is none, the one that comes closest."""
    from autograd.page.wrap import scale

    closest = min(views, key=lambda view: scale(view["w"], view["h"]))
    return str(next(filter(fits, views), closest)["level"])


def edited(nodes: list[Value]) -> list[str]:
    """Return a sentence for each leaf that has been edited since a use of it was recorded; for the first three."""
    told: dict[str, None] = {}
    for node in nodes:
        for _, _, leaf, then in uses(node):
            if leaf is not None and leaf.op is None and leaf.data != then and not (isnan(leaf.data) and isnan(then)):
                name = one_line(leaf.label) or "a leaf"
                told[f"{name} was {then:.4g} when this was recorded and is {leaf.data:.4g} now."] = None
    return list(told)[:3]


def unmoved(names: Mapping[Op, str], rows: Mapping[str, str]) -> list[str]:
    """Return a sentence about the operations whose rows cannot be written in JavaScript; none if all can."""
    still = list(dict.fromkeys(one_line(op.symbol) for op, name in names.items() if name not in rows))
    if not still:
        return []
    verb, whose = ("stands", "its row is") if len(still) == 1 else ("stand", "their rows are")
    return [f"{', '.join(still)} {verb} still when a leaf moves: {whose} not written in the table's arithmetic."]


def sentence(nodes: list[Value], gradient: Mapping[Value, float]) -> str:
    """Return what a page shows, in words: what is computed, and the gradients that are largest."""
    root = nodes[-1]
    leaves = [node for node in nodes if node.op is None]
    reached = {leaf: gradient.get(leaf, 0.0) + 0.0 for leaf in leaves if leaf is not root}
    strongest = sorted(reached, key=lambda leaf: -abs(reached[leaf]))[:3]
    names = {node: one_line(node.label) or (node.op.symbol if node.op else f"n{i}") for i, node in enumerate(nodes)}
    text = f"The graph of {names[root]}: {len(nodes):,} node{'s' * (len(nodes) > 1)}, "
    text += f"{len(leaves):,} {'leaf' if len(leaves) == 1 else 'leaves'}. Forward, {names[root]} = {root.data:.6g}."
    if strongest:
        gradients = ", ".join(f"{names[leaf]} is {reached[leaf]:.6g}" for leaf in strongest)
        text += f" Backward, the gradient of {gradients}."
    return text
