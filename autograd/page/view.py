"""A scene as the page shows it: boxes and arrows laid out, and the steps that lead through a folded one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import hypot
from typing import Any

from autograd.base.real import one_line
from autograd.engine.graph import order
from autograd.page.record import number
from autograd.pictures.layout import Point, routes
from autograd.pictures.scene import Box, Scene

__all__ = ["view"]

MARGIN = 16
LEAD = 70.0  # the straight end of an arrow, with a number above it and one below
APART = (24.0, 40.0 + LEAD)  # between boxes of one layer, and between layers
PORT = 32.0  # between the ends of arrows that arrive at one box, two lines of numbers between them
MANY = 6  # arrows at one box, more of which stand closer and have no numbers unless they are lit
CLOSE = 10.0  # between those
TALLEST = 400.0
LINES = 68  # the height of three lines of text
LONGEST = 20  # characters of a label in a box
TERMS = 6  # uses of a box that a step writes out

Entry = dict[str, Any]
Rows = dict[Any, list[Entry]]


def view(drawn: Scene, record: Mapping[str, Any]) -> Entry:
    """Return a scene as a dict of what JSON knows.

    Args:
        drawn: the scene.
        record: the trace of its root.

    A box is a list ``[id, x, y, w, h]``, x and y its centre; one more entry says what a constant is, or what a module
    holds. An arrow is a list ``[tail, head, y, at]``, y where it arrives and at the operand's position; one more entry
    says where it bends and, of an arrow to or from a module, how many uses it stands for and what they hand back. A
    folded scene has its steps; those through scalars are the trace itself.
    """
    ids = {node: f"n{i}" for i, node in enumerate(order(drawn.root))}
    home = {ids[node]: box.id for box in drawn.boxes for node in box.nodes}
    between: Rows = {}  # what comes back along each arrow
    for step in record["sweep"]:
        between.setdefault((home[step["to"]], home[step["from"]]), []).append(step)
    heads = Counter(arrow.head for arrow in drawn.arrows)
    used = outputs(drawn, ids, home)
    held = {box.id: contents(box, ids, record, used) for box in drawn.boxes}
    nodes = {node["id"]: node for node in record["nodes"]}
    shown = {i: nodes.get(held[i].get("out", i), held[i]) for i in held}  # whose data and gradient a box shows
    sizes = {box.id: size(box, heads[box.id], shown[box.id]) for box in drawn.boxes}
    centres, bends = routes(sizes, [(arrow.tail, arrow.head) for arrow in drawn.arrows], apart=APART)
    arrows: list[list[Any]] = []
    for arrow, bent, y in zip(drawn.arrows, bends, ports(drawn, centres, sizes, bends), strict=True):
        more: Entry = {"bends": [point(*corner) for corner in bent]} if bent else {}
        if arrow.folded:
            more |= {"uses": arrow.uses} | handed_back(between.get((arrow.tail, arrow.head), []))
        if heads[arrow.head] > MANY:
            more["plain"] = 1
        position = None if arrow.folded else arrow.position
        arrows.append([arrow.tail, arrow.head, round(y) + MARGIN, position, *([more] if more else [])])
    far = [(x + sizes[i][0] / 2, y + sizes[i][1] / 2) for i, (x, y) in centres.items()]
    far += [corner for corners in bends for corner in corners]
    return {
        "level": drawn.level,
        "note": drawn.note,
        "w": round(max(x for x, _ in far)) + 2 * MARGIN,
        "h": round(max(y for _, y in far)) + 2 * MARGIN,
        "boxes": [[i, *point(*centres[i]), *sizes[i], *([held[i]] if held[i] else [])] for i in sizes],
        "arrows": arrows,
    } | ({"steps": steps(held, record)} if drawn.note else {})


def point(x: float, y: float) -> list[int]:
    """Return a point of the layout as one of the drawing."""
    return [round(x) + MARGIN, round(y) + MARGIN]


def size(box: Box, arriving: int, shown: Mapping[str, Any]) -> tuple[int, int]:
    """Return the width and height that the text of ``box``, the numbers ``shown`` in it, and the ends of arrows at it
    need."""
    digits = max((len(short(float(shown[name]))) for name in ("data", "grad") if name in shown), default=0)
    if box.kind == "constant":
        return 20 + 8 * digits, 30
    letters = sum(1 if c < "\u1100" else 2 for c in one_line(box.label)[:LONGEST])
    letters += len(box.symbol) if box.uses == 1 else len(f"×{box.uses}")
    width = max(116, 44 + round(8.6 * letters), 76 + 8 * digits if digits > 6 else 0)
    return width, max(LINES, round(min(arriving * (PORT if arriving <= MANY else CLOSE), TALLEST)))


def ports(
    drawn: Scene, centres: Mapping[str, Point], sizes: Mapping[str, tuple[int, int]], bends: Sequence[Sequence[Point]]
) -> list[float]:
    """Return how high each arrow ends at its box: side by side, in the order in which they come in, so that the
    numbers at their ends do not overlap."""
    arriving: dict[str, list[tuple[float, int, int]]] = {}
    for i, arrow in enumerate(drawn.arrows):
        came = bends[i][-1][1] if bends[i] else centres[arrow.tail][1]
        arriving.setdefault(arrow.head, []).append((came, arrow.position, i))
    found = [0.0] * len(drawn.arrows)
    for head, coming in arriving.items():
        step = min(PORT, sizes[head][1] / len(coming))
        for place, (_, _, i) in enumerate(sorted(coming)):
            found[i] = centres[head][1] + (place - (len(coming) - 1) / 2) * step
    return found


def outputs(drawn: Scene, ids: Mapping[Any, str], home: Mapping[str, str]) -> dict[str, set[str]]:
    """Return, for each box, the nodes in it that are used outside of it."""
    found = {home[ids[drawn.root]]: {ids[drawn.root]}}
    for node in ids:
        for operand in node.operands:
            if home[ids[operand]] != home[ids[node]]:
                found.setdefault(home[ids[operand]], set()).add(ids[operand])
    return found


def contents(box: Box, ids: Mapping[Any, str], record: Mapping[str, Any], used: Mapping[str, set[str]]) -> Entry:
    """Return what a constant is; what a module holds, and its one output, or the length of its leaves' gradient."""
    if box.kind == "constant" and box.data is not None:
        return {"data": number(box.data)}
    if box.kind != "module":
        return {}
    inside = {ids[node] for node in box.nodes}
    held: Entry = {"label": one_line(box.label), "uses": box.uses, "nodes": [ids[node] for node in box.nodes]}
    leaves = [float(node["grad"]) for node in record["nodes"] if node["id"] in inside and "op" not in node]
    if len(used.get(box.id, ())) == box.uses == 1:
        held["out"] = min(used[box.id])
    elif leaves:
        held["grad"] = number(hypot(*leaves))
    return held


def handed_back(rows: Sequence[Entry]) -> Entry:
    """Return what uses hand back together: their sum, if all are uses of one node, since the gradients of several do
    not add up, and the slope, if it is one use."""
    if len({row["to"] for row in rows}) != 1:
        return {}
    share = number(sum(float(row["share"]) for row in rows))
    return {"share": share} | ({"local": rows[0]["local"]} if len(rows) == 1 else {})


def steps(held: Mapping[str, Entry], record: Mapping[str, Any]) -> list[Entry]:
    """Return the steps through a folded graph: forward, one for each box that computes; backward, one for each box.

    A step forward without words is said as that of a scalar is.
    """
    nodes = {node["id"]: node for node in record["nodes"]}
    uses: Rows = {}
    for row in record["sweep"]:
        uses.setdefault(row["to"], []).append(row)
    forward: list[Entry] = []
    backward: list[Entry] = []
    for box, holds in held.items():
        node, name = nodes.get(holds.get("out", box)), holds.get("label")
        if node is not None:
            rows = uses.get(node["id"], [])
            name = name or node["label"] or node["id"]
            upstream = [factor(nodes[row["from"]]["grad"]) for row in rows]
            terms = " + ".join(f"{u} × {factor(row['local'])}" for u, row in zip(upstream, rows, strict=True))
            shares = f"{terms} = " if 0 < len(rows) <= TERMS else ""
            step = {"box": box, "grad": node["grad"], "say": f"grad({name}) = {shares}{short(float(node['grad']))}"}
            step["more"] = "upstream × local, summed over its uses" if rows else "backward, from the root"
            if rows:
                many = "Its use receives" if len(rows) == 1 else f"Its {len(rows):,} uses receive"
                step["hint"] = f"{many} {', '.join(upstream[:TERMS])}{', …' if len(rows) > TERMS else ''}"
            backward.append(step)
        elif "grad" in holds:
            said = f"The gradient of the leaves of {name} has length {short(float(holds['grad']))}"
            backward.append({"box": box, "grad": holds["grad"], "say": said, "more": "backward"})
        if "label" in holds:
            computes = sum("op" in nodes[i] for i in holds["nodes"])
            said = f"{name} = {short(float(node['data']))}" if node else f"{name} computes"
            forward.append({"box": box, "say": said, "more": f"forward: {computes:,} operations"})
        elif node and "op" in node:
            forward.append({"box": box})
    return forward + backward[::-1]


def short(x: float) -> str:
    """Return ``x`` in four digits, as the page writes it."""
    return f"{x:.4g}".replace("-", "−")


def factor(x: float | str) -> str:
    """Return ``x`` as it stands in a product."""
    return f"({short(float(x))})" if float(x) < 0 else short(float(x))
