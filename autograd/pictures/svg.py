"""A scene as SVG, drawn without Graphviz."""

from __future__ import annotations

from autograd.base.escape import html
from autograd.base.ink import FONT, stroke
from autograd.pictures.grid import HEAD
from autograd.pictures.lettering import Point, Text
from autograd.pictures.plan import MARGIN, PlacedArrow, PlacedBox, Plan, plan
from autograd.pictures.style import alt, fill
from autograd.scenes.contents import Scene

__all__ = ["arrow_elements", "document", "frame_elements", "svg", "text_element"]


def svg(scene: Scene, *, direction: str = "LR", precision: int = 4) -> str:
    """Return ``scene`` as the text of an SVG file: the same text on every run.

    Args:
        scene: what is drawn.
        direction: which way arrows point: "LR", "TB", "RL" or "BT".
        precision: how many digits numbers have.
    """
    drawing = plan(scene, direction=direction, precision=precision)
    body = [element for arrow in drawing.arrows for element in arrow_elements(arrow)]
    body += [element for box in drawing.boxes for element in box_elements(box, scene.swept)]
    return document(drawing, body, alt(scene))


def document(drawing: Plan, body: list[str], title: str) -> str:
    """Return a whole SVG: a drawing whose elements are given, its notes, and a title for readers who cannot see it."""
    width, height = (round(side) + 2 * MARGIN for side in drawing.size)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="{-MARGIN} {-MARGIN} {width} {height}" role="img" aria-label="{html(title)}" '
            f'font-family="{FONT}">',
            f'<rect x="{-MARGIN}" y="{-MARGIN}" width="100%" height="100%" fill="white"/>',
            *body,
            *map(text_element, drawing.notes),
            "</svg>\n",
        ]
    )


def text_element(text: Text) -> str:
    """Return a line of text."""
    (x, y), bold = text.at, ' font-weight="bold"' if text.bold else ""
    return (
        f'<text x="{x:z.1f}" y="{y:z.1f}" font-size="{text.size}" text-anchor="{text.anchor}" '
        f'fill="{text.color}"{bold}>{html(text.text)}</text>'
    )


def box_elements(placed: PlacedBox, swept: bool) -> list[str]:
    """Return a box and its text."""
    return frame_elements(placed, fill(placed.box, swept)) + [text_element(text) for text in placed.texts]


def frame_elements(placed: PlacedBox, inside: str) -> list[str]:
    """Return the frame of a box, filled with a color; a constant has none, a module two."""
    box, (x, y), (width, height) = placed.box, placed.center, placed.size
    if box.kind == "constant":
        return []
    frames = [(0.0, inside)] if box.kind != "module" else [(0.0, "white"), (4.0, inside)]
    return [
        f'<rect x="{x - width / 2 + inset:z.1f}" y="{y - height / 2 + inset:z.1f}" width="{width - 2 * inset:.1f}" '
        f'height="{height - 2 * inset:.1f}" rx="{8 if box.kind == "leaf" else 0}" fill="{color}" {stroke(placed.ink)}/>'
        for inset, color in frames
    ]


def arrow_elements(placed: PlacedArrow) -> list[str]:
    """Return an arrow, its head, and its text."""
    return [curve(placed), head(placed.tip, placed.direction, placed.ink.color), *map(text_element, placed.texts)]


def curve(placed: PlacedArrow) -> str:
    """Return the line of an arrow; it ends inside the head, whose tip a wide line would blunt."""
    (x, y), (dx, dy) = placed.start, placed.direction
    path = [f"M{x:z.1f} {y:z.1f}"]
    last = placed.tip[0] - dx * HEAD * 0.7, placed.tip[1] - dy * HEAD * 0.7
    for bend in placed.bends:
        end = last if bend is placed.bends[-1] else bend.end
        points = (end,) if bend.control[1] == bend.end else (*bend.control, end)
        path.append(("L" if len(points) == 1 else "C") + " ".join(f"{a:z.1f} {b:z.1f}" for a, b in points))
    return f'<path d="{" ".join(path)}" fill="none" {stroke(placed.ink)}/>'


def head(tip: Point, direction: Point, color: str) -> str:
    """Return the head of an arrow."""
    (x, y), (dx, dy), half = tip, direction, HEAD / 2
    back = (x - HEAD * dx, y - HEAD * dy)
    corners = [(x, y), (back[0] + half * dy, back[1] + half * dx), (back[0] - half * dy, back[1] - half * dx)]
    return f'<polygon points="{" ".join(f"{a:z.1f},{b:z.1f}" for a, b in corners)}" fill="{color}"/>'
