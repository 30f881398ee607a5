"""The page: one HTML file on which a graph is stepped through, forward and backward, with nothing to install.

Python lays the graph out and does all arithmetic; `page.js` only shows it. The file opens from a disk, fetches
nothing, and is forbidden to by its own Content-Security-Policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from autograd.base.real import one_line, shown
from autograd.engine.graph import order
from autograd.engine.value import Value

if TYPE_CHECKING:  # what makes a page is imported when one is made
    import os
    from pathlib import Path

    from autograd.pictures.scene import Scene

__all__ = ["Page", "explore"]

SIZE = (880, 560)  # of a drawing, in pixels, in a window of 1280 by 800
SMALLEST = 1.75  # units of the drawing to a pixel: above, its letters are below 7 pixels
MOST = 20_000  # nodes of which a page holds every number; it would be too large to open beyond that


class Page:
    """One self-contained HTML page; in a notebook it shows itself.

    Its text is `html`, and `save` writes it to a file.
    """

    def __init__(self, html: str, about: str) -> None:
        self.html = html
        self.about = about  # what it shows, in a sentence, for those who cannot see it

    def save(self, file: str | os.PathLike[str]) -> Path:
        """Write the page to a file and return its path; a failure part-way leaves an old file there whole.

        Args:
            file: where to; its folder must exist.

        Raises:
            TypeError: when file is neither a str nor a path.
            OSError: when it cannot be written, as for a folder that does not exist.
        """
        from autograd.base.files import file_path, replace

        return replace(file_path(file), self.html.encode())

    def _repr_html_(self) -> str:
        from autograd.base.escape import html

        frame = f'sandbox="allow-scripts" title="{html(self.about)}" width="100%" height="680" style="border:0"'
        return f'<iframe srcdoc="{html(self.html)}" {frame}></iframe>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Page({self.about!r})"


def explore(
    root: Value,
    *,
    level: str | None = None,
    max_nodes: int | None = None,
    title: str | None = None,
    lines: Mapping[Value, str] | None = None,
    parameters: Iterable[Value] | None = None,
) -> Page:
    """Return a page on which the graph of ``root`` is stepped through, forward and backward, in a browser.

    Args:
        root: the node that is differentiated.
        level: what to show first: "scalars" for every operation, "neurons" or "layers" to fold what a module computes
            into one box; None for the most detailed of these that can be read at once. The page can switch
            between all that ``max_nodes`` allows.
        max_nodes: the most boxes in a drawing, constants not counted; None for 150, which a person still reads.
        title: the page's title; None for the label of root.
        lines: the line of source that created a node, where it is known; the page shows it.
        parameters: the leaves that an update moves; None for those that belong to a module, or all if none does.

    Raises:
        TypeError: when root is no Value, title or a line no str, or parameters holds anything but leaves.
        ValueError: for a level that does not exist; `TooManyNodes` when the boxes are more than max_nodes, or the
            graph has more than 20,000 nodes.

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
    from autograd.page.record import trace
    from autograd.page.view import view
    from autograd.pictures.modules import modules
    from autograd.pictures.scene import BUDGET, TooManyNodes, scene

    budget = BUDGET if max_nodes is None else max_nodes
    nodes = order(root)
    if len(nodes) > MOST:
        raise TooManyNodes(
            f"the graph has {len(nodes):,} nodes, and a page holds at most {MOST:,}: "
            f"explore a part of it (a Value inside it), or a loss over fewer examples"
        )
    first = scene(root, level=level, max_nodes=budget)
    inside = modules(nodes)
    leaves = [v for v in nodes if v.op is None]
    if parameters is None:
        moving = sorted((v for v in leaves if v in inside), key=by_number) or leaves
    else:
        moving = checked(list(parameters), leaves)
    record = trace(root, moving, lines or {})
    about = sentence(record)
    name = one_line(title if title is not None else root.label or "Chainrule")
    views = [view(folded, record) for folded in scenes(first, budget)]
    opened = first.level if level else readable(views)
    record = {"level": opened, "most": most(record), **record, "views": views}
    return Page(filled(name, about, record), about)


def by_number(leaf: Value) -> list[Any]:
    """Return what puts labels in the order in which people count: w[2] before w[10]."""
    import re

    return [int(part) if i % 2 else part for i, part in enumerate(re.split("([0-9]+)", one_line(leaf.label)))]


def checked(parameters: list[Any], leaves: list[Value]) -> list[Value]:
    """Return ``parameters``, which must be leaves; those that root does not depend on are left out."""
    for i, leaf in enumerate(parameters):
        if not isinstance(leaf, Value) or leaf.op is not None:
            raise TypeError(f"parameters[{i}] must be a leaf, a Value that was not computed, got {shown(leaf)}")
    wanted = set(parameters)
    return [leaf for leaf in leaves if leaf in wanted]


def scenes(first: Scene, max_nodes: int) -> list[Scene]:
    """Return the scene of every level that ``max_nodes`` allows and that shows something else, ``first`` among them."""
    from autograd.pictures.scene import LEVELS, TooManyNodes, scene

    found: list[Scene] = []
    for level in LEVELS:
        try:
            other = first if level == first.level else scene(first.root, level=level, max_nodes=max_nodes)
        except TooManyNodes:
            continue
        same = found and len(found[-1].boxes) == len(other.boxes)  # a layer of one neuron, say
        if other is first or ((other.note or level == "scalars") and not same):
            found.append(other)
    return found


def readable(views: list[dict[str, Any]]) -> str:
    """Return the most detailed level that can be read as a whole; if there is none, the one that comes closest."""
    scale = {v["level"]: max(v["w"] / SIZE[0], v["h"] / SIZE[1]) for v in views}
    found = next((level for level in scale if scale[level] <= SMALLEST), min(scale, key=lambda level: scale[level]))
    return str(found)


def most(record: Mapping[str, Any]) -> float:
    """Return the power of 10 that no finite gradient, and no share of one, exceeds: the top of the scale of widths."""
    from math import ceil, isfinite, log10

    both = [*(row["share"] for row in record["sweep"]), *(node["grad"] for node in record["nodes"])]
    largest = max(size for x in both if isfinite(size := abs(float(x))))  # 1 at least: that of root
    return 10.0 ** min(ceil(log10(largest)), 308)


def sentence(record: Mapping[str, Any]) -> str:
    """Return what a trace shows, in words: what is computed, and the gradients that are largest."""
    nodes = record["nodes"]
    root = nodes[-1]
    leaves = [v for v in nodes if "op" not in v]
    strongest = sorted((v for v in leaves if v is not root), key=lambda v: -abs(float(v["grad"])))[:3]
    text = f"The graph of {called(root, record)}: {len(nodes):,} node{'s' * (len(nodes) > 1)}, "
    text += f"{len(leaves):,} {'leaf' if len(leaves) == 1 else 'leaves'}. "
    text += f"Forward, {called(root, record)} = {float(root['data']):.6g}."
    if strongest:
        told = ", ".join(f"{called(v, record)} is {float(v['grad']):.6g}" for v in strongest)
        text += f" Backward, the gradient of {told}."
    return text


def called(entry: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Return the label of a node in a trace, or the symbol of its operation, or its id."""
    return str(entry["label"] or (record["ops"][entry["op"]]["symbol"] if "op" in entry else entry["id"]))


def filled(title: str, about: str, record: Mapping[str, Any]) -> str:
    """Return the page: the template with its style, its script and the trace in place."""
    import re
    from base64 import b64encode
    from hashlib import sha256
    from importlib.resources import files

    from autograd.base.escape import html, json_in_script

    page = files("autograd.page")
    part = {name: (page / f"page.{name}").read_text("utf-8") for name in ("html", "css", "js")}
    # comments, indentation and empty lines are for those who read the sources, and a kilobyte of every page
    part = {name: re.sub(r"(?m)(^|[ \t])// .*$|^\t+", "", text) for name, text in part.items()}
    part = {name: re.sub(r"\n{2,}", "\n", text) for name, text in part.items()}

    def signed(text: str) -> str:  # only this script and this style may run
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    policy = f"default-src 'none'; script-src {signed(part['js'])}; style-src {signed(part['css'])}; img-src data:"
    fields = {
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "title": html(title),
        "about": html(about),
        "style": part["css"],
        "script": part["js"],
        "trace": json_in_script(record),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda field: fields[field[1]], part["html"])  # once: a label may say {{title}}
