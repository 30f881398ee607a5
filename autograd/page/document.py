"""The page as a file: its template, style and script put together, and the Python object that shows and saves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from autograd.page.levels import SMALLEST
from autograd.page.wrap import PHONE, scale

if TYPE_CHECKING:
    import os
    from pathlib import Path

__all__ = ["Page", "document"]

# The script's parts in their order, a subject each; the rows of the table come before them. What few pages need travels
# with those: steps through folded boxes, what opens them, the check of a user's own rows, steps that are too far
# apart to be read, and what keeps a large drawing fast.
SCRIPT = (
    "trace",
    "digits",
    "words",
    "arithmetic",
    "own",
    "steps",
    "folded",
    "drawing",
    "open",
    "explain",
    "leaves",
    "sight",
    "far",
    "large",
    "export",
    "keys",
)


LARGE = 150  # boxes


class Page:
    """One self-contained HTML page; in a notebook it shows itself.

    Its text is `html`, and `save` writes it to a file. The page of a graph also has its ``trace``, as in JSON: the
    nodes in their order, with the operation and the operands of each. Its ``rows`` are the script that defines the
    operations.
    """

    def __init__(
        self,
        html: str,
        about: str,
        picture: Callable[[], str] | None = None,
        trace: Mapping[str, Any] | None = None,
        rows: str = "",
    ) -> None:
        self.html = html
        self.about = about  # a sentence on what it shows, for those who cannot see it
        self.picture = picture  # draws it as SVG, for places that show no frames
        self.trace = trace  # what the page computes with
        self.rows = rows

    def save(self, file: str | os.PathLike[str]) -> Path:
        """Write the page to a file and return its path; a failure part-way leaves an old file there whole.

        Args:
            file: where to write; its folder must exist.

        Raises:
            TypeError: when file is neither a str nor a path.
            OSError: when it cannot be written, as for a folder that does not exist.
        """
        from autograd.base.files import file_path, replace

        return replace(file_path(file), self.html.encode())

    def _repr_html_(self) -> str:
        from autograd.base.escape import html
        from autograd.base.notebook import image

        frame = f'sandbox="allow-scripts" title="{html(self.about)}" width="100%" height="780" style="border:0"'
        shown = f'<iframe srcdoc="{html(self.html)}" {frame}></iframe>'
        try:
            still = self.picture() if self.picture else ""
        except Exception:  # a cell must not fail for want of a picture
            still = ""
        if not still:
            return shown
        # What strips frames (a notebook that is not trusted, a hosted viewer) leaves this.
        return f"<details><summary>As a picture</summary>{image(still, self.about)}</details>{shown}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Page({self.about!r})"


def document(title: str, about: str, record: Mapping[str, Any], rows: str, own: bool, theme: str | None) -> str:
    """Return the HTML of a page.

    Args:
        title: its title.
        about: what it shows, in a sentence.
        record: the trace, with its views.
        rows: the script that defines the rows of the table.
        own: whether one of them is a user's own.
        theme: "light" or "dark"; None for what the reader's system is set to.
    """
    import re

    from autograd.base.escape import html, json_in_script, source_hash
    from autograd.base.lean import lean, lean_script, lean_style

    style = lean_style(part("page.css")) + (f":root{{color-scheme:{theme}}}" if theme else "")
    views = record["views"]
    some = {
        "folded": any("note" in view for view in views),
        "open": "insides" in record,
        "own": own,
        "far": "insides" in record or not all(map(whole, views)),
        "large": any(len(view["boxes"]) > LARGE for view in views),
    }
    needed = [name for name in SCRIPT if some.get(name, True)]
    script = rows + lean_script("\n".join(part(f"{name}.js") for name in needed))
    policy = f"default-src 'none'; script-src {source_hash(script)}; style-src {source_hash(style)}; img-src data:"
    fields = {
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "title": html(title),
        "about": html(about),
        "style": style,
        "script": script,
        "trace": json_in_script(record),
    }
    template = re.sub(r">\n<(?!s[ct])", "><", lean(part("page.html")))  # style and scripts have lines of their own
    template = re.sub(r'="(?!trace)(\w+)"', r"=\1", template)
    return re.sub(r"\{\{(\w+)\}\}", lambda field: fields[field[1]], template)  # once: a label may say {{title}}


def whole(view: Mapping[str, Any]) -> bool:
    """Return whether all of a view can be read at once: on a phone, too, if it is laid out for one."""
    phone = view.get("tall", view)
    return scale(view["w"], view["h"]) <= SMALLEST and scale(phone["w"], phone["h"], PHONE) <= SMALLEST


def part(name: str) -> str:
    """Return the text of one of the files beside this one, or that of the script that other pages share."""
    from importlib.resources import files

    from autograd.base.ink import digits_script

    if name == "digits.js":
        return digits_script()
    return (files("autograd.page") / name).read_text("utf-8")
