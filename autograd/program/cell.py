"""How a notebook shows a program: its source, and the same steps as a graph of arrays, beside it where both fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograd.base.escape import html
from autograd.base.ink import FAINT, FONT, GRAY, TEXT
from autograd.base.notebook import image
from autograd.lift.steps import Gather, Map, Peak, Step, Sum, made_by
from autograd.pictures.layout import routes
from autograd.program.plan import Plan
from autograd.source.listing import shape

__all__ = ["cell"]

MOST_BOXES = 60  # of arrays; a graph of more is not drawn
WIDE, HIGH, LETTER = 24.0, 40.0, 7.5  # of a box: what is beside its text, its height, and the width of a letter
# What a notebook's style sheet would set otherwise: its code in columns, and lines that are not broken.
CODE = "margin: 0; max-width: 100%; overflow-x: auto; white-space: pre; font-family: monospace; font-size: 13px"
COLORS = {"parameter": "#D9EAD3", "input": "#FFF2CC", "constant": "#F3F3F3", "cell": "white"}


def cell(plan: Plan, title: str, decisions: Sequence[str] = ()) -> str:
    """Return a program as HTML: its title, the decisions that it keeps, its source, and its graph."""
    kept = "".join(f"<li>{html(line)}</li>" for line in decisions)
    way = f"<p>{html(title)}</p>" + (f"<ul>{kept}</ul>" if kept else "")
    if plan.listing is None:
        return way
    source = f'<pre style="{CODE}">{html(plan.listing.shown)}</pre>'
    picture = graph(plan)
    beside = f"<div>{image(picture, 'The forward steps of the program as a graph of arrays')}</div>" if picture else ""
    return f'{way}<div style="display: flex; flex-wrap: wrap; gap: 2em; align-items: flex-start">{source}{beside}</div>'


def graph(plan: Plan) -> str:
    """Return the forward steps as SVG: a box for each array, an arrow for each that a step reads; "" if too many."""
    assert plan.lifted is not None
    assert plan.listing is not None
    arrays, names = plan.lifted.arrays, plan.listing.names
    arrows = [(number, made_by(step)) for step in plan.lifted.forward for number in sources(step) if number in names]
    arrows = list(dict.fromkeys(arrows))
    boxes = list(dict.fromkeys([tail for tail, _ in arrows if arrays[tail].role != "cell"]))
    boxes += [made_by(step) for step in plan.lifted.forward]
    if not 0 < len(boxes) <= MOST_BOXES:
        return ""
    texts = {number: (names[number], shape(arrays[number])) for number in boxes}
    sizes = {str(n): (WIDE + LETTER * max(map(len, text)), HIGH) for n, text in texts.items()}
    places, past = routes(sizes, [(str(tail), str(head)) for tail, head in arrows], "TB", apart=(16.0, 28.0))
    body = [
        line([places[str(tail)], *points, places[str(head)]]) for (tail, head), points in zip(arrows, past, strict=True)
    ]
    for number, (name, form) in texts.items():
        body += box(places[str(number)], sizes[str(number)][0], name, form, COLORS[arrays[number].role])
    width = max([places[n][0] + sizes[n][0] / 2 for n in sizes] + [x for points in past for x, _ in points]) + 8
    height = max(y for _, y in places.values()) + HIGH / 2 + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="-4 -4 {width:.0f} {height:.0f}" font-family="{FONT}" text-anchor="middle">\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def sources(step: Step) -> list[int]:
    """Return the arrays that a step reads."""
    if isinstance(step, Gather):
        return list(step.sources)
    if isinstance(step, Peak):
        return [step.read.array]
    if isinstance(step, Map):
        return [view.array for view in step.reads]
    return [view.array for term in step.terms for view in term.reads] if isinstance(step, Sum) else []


def line(points: list[tuple[float, float]]) -> str:
    """Return an arrow from the lower side of a box to the upper side of another, past the boxes between them.

    Args:
        points: the center of the first box, the points that lead past others, and the center of the last box.
    """
    (x, y), *past, (a, b) = points
    y, b = y + HIGH / 2, b - HIGH / 2
    path = f"M{x:.1f} {y:.1f}"
    for (x0, y0), (x1, y1) in pairwise([(x, y), *past, (a, b - 5)]):
        middle = (y0 + y1) / 2
        path += f" C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}"
    tip = f"{a - 3:.1f},{b - 6:.1f} {a + 3:.1f},{b - 6:.1f} {a:.1f},{b:.1f}"
    return f'<path d="{path}" fill="none" stroke="{GRAY}"/><polygon points="{tip}" fill="{GRAY}"/>'


def box(center: tuple[float, float], width: float, name: str, form: str, color: str) -> list[str]:
    """Return the box of an array: its name over its shape."""
    x, y = center
    return [
        f'<rect x="{x - width / 2:.1f}" y="{y - HIGH / 2:.1f}" width="{width:.1f}" height="{HIGH}" rx="4" '
        f'fill="{color}" stroke="{GRAY}"/>',
        f'<text x="{x:.1f}" y="{y - 3:.1f}" fill="{TEXT}" font-size="13">{html(name)}</text>',
        f'<text x="{x:.1f}" y="{y + 13:.1f}" fill="{FAINT}" font-size="11">{html(form)}</text>',
    ]
