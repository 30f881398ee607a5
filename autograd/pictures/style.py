"""The look of a scene, whoever draws it: the text in a box and at an arrow, and the ink of both."""

from __future__ import annotations

from math import isfinite, isnan
from typing import NamedTuple

from autograd.base.escape import label
from autograd.base.ink import BAD, Ink, digits, ink
from autograd.scenes.contents import Arrow, Box, Scene

__all__ = ["Line", "alt", "arrow_ink", "arrow_lines", "box_ink", "box_lines", "fill", "legend"]

FILLS = {"leaf": "#FFF6DC", "operation": "#FFFFFF", "constant": "#FFFFFF", "module": "#E9EFF8"}
DEAD, BROKEN = "#E4E4E4", "#FBE2EF"  # fills: no gradient reaches it; nan or inf
NAMES = 6  # leaves that the alternative text names


class Line(NamedTuple):
    """One line of text in a box."""

    text: str
    kind: str  # "symbol", "name", "row" or "note"
    tag: str = ""  # the name in `explain` of a box without a label, in small letters before the line or in the corner


def arrow_ink(arrow: Arrow, scene: Scene) -> Ink:
    """Return the ink of an arrow: that of its share; dotted where a backward pass brought none."""
    if arrow.share is not None or not scene.swept or arrow.constant:
        return ink(arrow.share)
    several = arrow.local is None and arrow.uses > 1
    return ink(None if several else 0.0)


def box_ink(box: Box, swept: bool) -> Ink:
    """Return the ink of a box's border: that of its gradient, plain before a backward pass."""
    if box.data is not None and not isfinite(box.data):
        return Ink(BAD, "bold", 4.0)
    return ink(box.grad if swept else None)


def fill(box: Box, swept: bool) -> str:
    """Return the color inside a box."""
    if any(x is not None and not isfinite(x) for x in (box.data, box.grad)):
        return BROKEN
    return DEAD if box.dead and swept else FILLS[box.kind]


def box_lines(box: Box, swept: bool, precision: int) -> list[Line]:
    """Return the lines of text in a box."""
    if box.kind == "constant":
        return [Line(digits(box.data, precision), "row")]
    name = label(box.label)
    if box.kind == "operation":
        lines = [Line(f"{name} = {box.symbol}", "name") if name else Line(box.symbol, "symbol", box.id)]
    else:
        lines = [Line(name, "name") if name else Line("leaf", "name", box.id)]
    if box.kind == "module":
        times = f"×{box.uses:,}, " if box.uses > 1 else ""
        lines.append(Line(f"{times}{len(box.nodes):,} scalar{'s' * (len(box.nodes) != 1)}", "note"))
    if box.data is not None:
        lines += [
            Line(f"data {digits(box.data, precision)}", "row"),
            Line(f"grad {digits(box.grad, precision)}", "row"),
        ]
    if box.dead and swept:
        lines.append(Line("no gradient", "note"))
    return lines


def arrow_lines(arrow: Arrow, scene: Scene, precision: int) -> list[str]:
    """Return the lines of text at an arrow: × the local derivative, = the share of the gradient."""
    if arrow.constant:
        return []
    lines = [f"{arrow.uses:,} uses"] if arrow.uses > 1 else []
    if arrow.was is not None:
        lines.append(f"was {digits(arrow.was, precision)}")
    if arrow.local is not None:
        lines.append(f"× {digits(arrow.local, precision)}")
    elif not arrow.folded:
        lines.append("× nothing")
    if arrow.share is not None:
        lines.append(f"= {digits(arrow.share, precision)}")
    return lines


def legend(scene: Scene, bare: bool = False) -> list[str]:
    """Return the lines under a picture: what was folded, how to read arrows, unless they are ``bare``, and ink."""
    lines = [scene.note] if scene.note else []
    if bare:
        lines.append("arrows have no numbers in so large a picture; the DOT has them as comments")
    elif any(arrow.local is not None for arrow in scene.arrows):
        lines.append("arrow: × local derivative" + (" = share of the gradient" if scene.swept else ""))
    elif any(arrow.share is not None for arrow in scene.arrows):
        lines.append("arrow: = share of the gradient")
    if scene.swept:
        lines.append("gradient: blue positive; orange, dashed negative; dotted 0; wide large")
    return lines


def alt(scene: Scene) -> str:
    """Return one line that says what a picture of ``scene`` shows, for readers who do not see it.

    >>> from autograd import Value
    >>> from autograd.scenes.scene import scene
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> y = a * b
    >>> y.backward()
    >>> alt(scene(y))
    'Graph of ×: 3 nodes, 2 leaves (a, b); × = -6; largest gradient -3 at a.'
    """
    root, drawn = scene.root, [box for box in scene.boxes if box.kind != "constant"]
    scalars = [node for box in drawn for node in box.nodes]
    leaves = [node for node in scalars if node.op is None]
    name = label(root.label) or (root.op.symbol if root.op else "a leaf")
    known = [label(leaf.label) for leaf in leaves if leaf.label]
    more = f" and {len(leaves) - NAMES:,} more" if len(leaves) > NAMES and known else ""
    names = f" ({', '.join(known[:NAMES])}{more})" if known else ""
    parts = [
        f"Graph of {name}: {plural(len(scalars), 'node')}, {plural(len(leaves), 'leaf')}{names}",
        f"{name} = {digits(root.data, 4)}",
    ]
    if scene.note:
        part = scene.level == "scalars"  # the nodes near the root, and one box for the others
        parts.append(f"folded into {plural(len(drawn), 'box')}" + ("" if part else f" by {scene.level}"))
    if not scene.swept:
        parts.append("no gradients yet")
    elif broken := [leaf for leaf in leaves if leaf._grad is not None and not isfinite(leaf._grad)]:
        parts.append(f"gradient {digits(broken[0].grad, 4)} at {label(broken[0].label) or 'a leaf'}")
    elif root.op is not None and leaves:
        largest = max(leaves, key=lambda leaf: abs(leaf.grad))
        parts.append(f"largest gradient {digits(largest.grad, 4)} at {label(largest.label) or 'a leaf'}")
    if any(isnan(node.data) for node in scalars):
        parts.append("there is a nan")
    return "; ".join(parts) + "."


def plural(count: int, noun: str) -> str:
    """Return ``3 nodes``."""
    several = {"leaf": "leaves", "box": "boxes"}.get(noun, f"{noun}s")
    return f"{count:,} {noun if count == 1 else several}"
