"""A scene as SVG, drawn without Graphviz."""

from __future__ import annotations

from autograd.base.escape import html
from autograd.base.ink import FONT, stroke
from autograd.pictures.grid import HEAD
from autograd.pictures.lettering import Text
from autograd.pictures.plan import MARGIN, PlacedArrow, PlacedBox, Plan, plan
from autograd.pictures.style import alt, fill
from autograd.scenes.contents import Scene

__all__ = ["document", "frames", "head", "route", "short", "svg", "text_element"]


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


def short(x: float) -> str:
    """Return a place in pixels, with no more digits than can be seen.

    >>> short(42.37), short(8.04), short(-0.01)
    ('42.4', '8', '0')
    """
    return f"{x:z.1f}".removesuffix(".0")


def text_element(text: Text) -> str:
    """Return a line of text."""
    (x, y), bold = text.at, ' font-weight="bold"' if text.bold else ""
    return (
        f'<text x="{short(x)}" y="{short(y)}" font-size="{text.size}" text-anchor="{text.anchor}" '
        f'fill="{text.color}"{bold}>{html(text.text)}</text>'
    )


def box_elements(placed: PlacedBox, swept: bool) -> list[str]:
    """Return a box and its text."""
    drawn = frames(placed, fill(placed.box, swept), stroke(placed.ink))
    return drawn + [text_element(text) for text in placed.texts]


def frames(placed: PlacedBox, inside: str, line: str = "") -> list[str]:
    """Return the frame of a box, filled with a color, with the attributes of its line; a constant has none, a module
    two."""
    box, (x, y), (width, height) = placed.box, placed.center, placed.size
    if box.kind == "constant":
        return []
    found = []
    for inset, color in [(0.0, inside)] if box.kind != "module" else [(0.0, "white"), (4.0, inside)]:
        place = f'x="{short(x - width / 2 + inset)}" y="{short(y - height / 2 + inset)}"'
        size = f'width="{short(width - 2 * inset)}" height="{short(height - 2 * inset)}"'
        attributes = [place, size, 'rx="8"' if box.kind == "leaf" else "", f'fill="{color}"', line]
        found.append(f"<rect {' '.join(filter(None, attributes))}/>")
    return found


def arrow_elements(placed: PlacedArrow) -> list[str]:
    """Return an arrow, its head, and its text."""
    line = f'<path d="{route(placed)}" fill="none" {stroke(placed.ink)}/>'
    point = f'<path d="{head(placed)}" fill="{placed.ink.color}"/>'
    return [line, point, *map(text_element, placed.texts)]


def route(placed: PlacedArrow) -> str:
    """Return the line of an arrow; it ends inside the head, whose tip a wide line would blunt."""
    (x, y), (dx, dy) = placed.start, placed.direction
    path = [f"M{short(x)} {short(y)}"]
    last = placed.tip[0] - dx * HEAD * 0.7, placed.tip[1] - dy * HEAD * 0.7
    for bend in placed.bends:
        end = last if bend is placed.bends[-1] else bend.end
        if bend.control[1] != bend.end:
            path.append("C" + " ".join(f"{short(a)} {short(b)}" for a, b in (*bend.control, end)))
        elif short(end[1]) == short(y):
            path.append(f"H{short(end[0])}")
        else:
            path.append(f"L{short(end[0])} {short(end[1])}")
        y = end[1]
    return "".join(path)


def head(placed: PlacedArrow) -> str:
    """Return the outline of the head of an arrow, from its tip to its other corners."""
    (x, y), (dx, dy), half = placed.tip, placed.direction, HEAD / 2
    corners = [(half * dy - HEAD * dx, half * dx - HEAD * dy), (-HEAD * dy, -HEAD * dx)]
    return f"M{short(x)} {short(y)}l{' '.join(f'{short(a)} {short(b)}' for a, b in corners)}z"
