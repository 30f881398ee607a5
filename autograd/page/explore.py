"""The page: one HTML file on which a reader steps through a graph and moves its leaves, while it computes anew.

Python records the graph, lays it out, and writes the rows of the table that it uses as JavaScript; with them the page
does its own arithmetic. The file opens from a disk and fetches nothing: its own Content-Security-Policy forbids it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd.base.real import one_line, shown
from autograd.engine.graph import order
from autograd.engine.value import Value
from autograd.page.document import Page

__all__ = ["explore"]

MOST = 20_000  # nodes of which a page holds every number; it would be too large to open beyond that
INPUTS = r"(x|y|t|inputs?|targets?)[\W_]*\d*\W*"  # the names of leaves that an update leaves alone


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
            The page can switch between all that ``max_nodes`` allows, and every folded box opens by itself.
        max_nodes: the most boxes in a drawing, constants not counted. None for 150, which a person can still read; if
            every level has more, repeated parts are folded, or only the part nearest to the root is shown.
        title: the page's title; None for the label of root.
        lines: the line of source that created a node, where it is known; the page shows it.
        parameters: the leaves that an update moves. None for those that belong to a module; if none does, for those
            not called x, y, t, input or target; and if that leaves none, for all.
        theme: "light" or "dark"; None for the setting of the reader's system.

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
    check(root, title, lines, theme)
    from autograd.engine.ops import OPS
    from autograd.page.document import document
    from autograd.page.inside import Insides
    from autograd.page.javascript import row, script
    from autograd.page.levels import first_scene, opening, scenes
    from autograd.page.record import row_names, sweep, trace
    from autograd.page.remarks import edited, sentence, unmoved
    from autograd.page.view import view
    from autograd.pictures.svg import svg
    from autograd.scenes.reading import reading
    from autograd.scenes.scene import TooManyNodes

    nodes = order(root)
    if len(nodes) > MOST:
        raise TooManyNodes(
            f"the graph has {len(nodes):,} nodes, and a page holds at most {MOST:,}: "
            f"explore a part of it (a Value inside it), or a loss over fewer examples"
        )
    swept = sweep(nodes)
    graph = reading(nodes, swept.back)
    first = first_scene(root, level, max_nodes, graph)
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    levels = scenes(first, max_nodes, graph)
    insides = Insides(ids, graph)
    views = [view(level, ids, insides.opener(level, levels)) for level in levels]
    names = row_names(nodes)
    rows = {name: text for op, name in names.items() if (text := row(op)) is not None}
    moving = parameters_of(nodes) if parameters is None else chosen(parameters, nodes)
    note = " ".join([*edited(nodes), *unmoved(names, rows)])
    record = {
        "level": first.level if level else opening(views),
        **({"note": note} if note else {}),
        **trace(swept, names, moving, lines or {}),
        "views": views,
        **insides.entry(),
    }
    about = sentence(nodes, swept.gradient)
    name = one_line(title if title is not None else root.label or "Chainrule")
    own = any(OPS.get(op.name) is not op for op in names)
    text = script(rows)
    return Page(document(name, about, record, text, own, theme), about, lambda: svg(first), record, text)


def check(root: Any, title: Any, lines: Any, theme: Any) -> None:
    """Raise an error unless the arguments of `explore` are of the right kind."""
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    for argument, text in (("title", title), *(("a line", line) for line in (lines or {}).values())):
        if text is not None and not isinstance(text, str):
            raise TypeError(f"{argument} must be a str, got {shown(text)}")
    if theme not in (None, "light", "dark"):
        raise ValueError(f"theme must be 'light', 'dark' or None, got {shown(theme)}")


def parameters_of(nodes: list[Value]) -> list[Value]:
    """Return the leaves that an update moves, in the order in which people count: w[2] before w[10]."""
    import re

    from autograd.scenes.modules import modules

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
