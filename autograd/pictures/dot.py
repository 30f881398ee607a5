"""A scene as DOT, the notation of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.base import escape
from autograd.base.ink import FAINT, FONT, TEXT, Ink
from autograd.pictures.lettering import text_size
from autograd.pictures.style import (
    Line,
    arrow_ink,
    arrow_lines,
    box_ink,
    box_lines,
    fill,
    legend,
)
from autograd.scenes.contents import Arrow, Box, Scene

__all__ = ["statements", "dot"]

SIZES = {"symbol": 15, "name": 13, "row": 11, "note": 10}  # points
MANY = 300  # boxes; with more, arrows have no text: nobody could read it, and dot would take seconds to place it


def dot(scene: Scene, *, direction: str = "LR", precision: int = 4) -> str:
    """Return ``scene`` as the text of a DOT file: the same text on every run.

    Args:
        scene: what is drawn.
        direction: which way arrows point: "LR", "TB", "RL" or "BT".
        precision: how many digits numbers have.
    """
    return "digraph chainrule {\n" + "".join(f"\t{line}\n" for line in statements(scene, direction, precision)) + "}\n"


def statements(scene: Scene, direction: str, precision: int) -> Iterator[str]:
    """Yield the statements of the DOT of ``scene``, one line each."""
    many = len(scene.boxes) > MANY
    yield (
        f'graph [rankdir={direction} ordering=in bgcolor="white" pad=0.15 nodesep=0.2 ranksep=0.35 fontname="{FONT}" '
        f'fontsize=10 fontcolor="{FAINT}" labelloc=b labeljust=l label={left(legend(scene, bare=many))}]'
    )
    if many:
        yield "graph [nslimit=0.3 nslimit1=0.5 mclimit=0.1]"  # half the time of the defaults, and it looks no worse
    yield f'node [shape=box fontname="{FONT}" fontcolor="{TEXT}" margin="0.08,0.06" width=0 height=0]'
    yield f'edge [fontname="{FONT}" fontsize=9 fontcolor="{FAINT}" arrowsize=0.6]'
    for box in scene.boxes:
        yield node(box, scene.swept, precision)
    for arrow in scene.arrows:
        yield edge(arrow, arrow_ink(arrow, scene), arrow_lines(arrow, scene, precision), bare=many)


def node(box: Box, swept: bool, precision: int) -> str:
    """Return the statement of a box."""
    line = box_ink(box, swept)
    lines = box_lines(box, swept, precision)
    if box.kind == "constant":
        return f'{box.id} [shape=plaintext margin="0.05,0.02" fontsize=11 label={escape.dot(lines[0].text)}]'
    style = ",".join(["filled", line.style, *(["rounded"] if box.kind == "leaf" else [])])
    double = " peripheries=2" if box.kind == "module" else ""
    return (
        f'{box.id} [style="{style}" color="{line.color}" penwidth={line.width:g} '
        f'fillcolor="{fill(box, swept)}"{double} label=<{table(lines)}>]'
    )


def table(lines: list[Line]) -> str:
    """Return lines of text as Graphviz's table in HTML."""
    rows = "".join(f"<tr><td{least_width(line)}>{font_row(line)}</td></tr>" for line in lines)
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="1">{rows}</table>'


def least_width(line: Line) -> str:
    """Return the width of a name in bold, which Graphviz takes for narrower than it is."""
    return f' width="{text_size([(line.text, SIZES["name"])])[0]:.0f}"' if line.kind == "name" else ""


def font_row(line: Line) -> str:
    """Return a line of text in the size of its kind; symbols and names are bold."""
    text = escape.dot_html(line.text)
    bold = f"<b>{text}</b>" if line.kind in ("symbol", "name") else text
    tag = f'<font point-size="9" color="{FAINT}">{line.tag}  </font>' if line.tag else ""
    return f'{tag}<font point-size="{SIZES[line.kind]}">{bold}</font>'


def edge(arrow: Arrow, line: Ink, lines: list[str], bare: bool) -> str:
    """Return the statement of an arrow. Its text has a margin, to stand off the line; ``bare``, it is a comment."""
    text = ""
    if lines and bare:
        text = f" comment={escape.dot(' '.join(lines))}"
    elif lines:
        rows = "<br/>".join(map(escape.dot_html, lines))
        text = f' label=<<table border="0" cellpadding="3" cellspacing="0"><tr><td>{rows}</td></tr></table>>'
    return f'{arrow.tail} -> {arrow.head} [color="{line.color}" style={line.style} penwidth={line.width:g}{text}]'


def left(lines: list[str]) -> str:
    r"""Return lines as one quoted string, each at the left (\l)."""
    return '"' + "".join(escape.dot(line)[1:-1] + r"\l" for line in lines) + '"'
