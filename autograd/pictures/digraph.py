"""A `graphviz.Digraph` that works without `dot` on the PATH; imported late, since importing graphviz is slow."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import graphviz

from autograd.base.notebook import in_cell, with_alt
from autograd.pictures.render import FORMATS, NoRenderer, is_picture, render

__all__ = ["Digraph"]

# OSError: no process can be started at all; CalledProcessError: a dot that fails
NO_DOT = (graphviz.ExecutableNotFound, graphviz.CalledProcessError, OSError)


class Digraph(graphviz.Digraph):  # type: ignore[misc]  # graphviz has no types
    """A graph in DOT, to add to, to show in a notebook and to render, as in the graphviz package.

    Where that package would raise because there is no `dot`, this draws with pygraphviz, or, if nothing was added to
    the graph, with our own drawing, as SVG.
    """

    _own: Callable[[], str] | None = None  # draws it as it was made, as SVG, without Graphviz; "" if it cannot
    _made = _alt = ""  # its source when it was made, and the line that says what it shows
    _text: Callable[[], str] | None = None  # the text to show where there are no pictures

    def stand_in(self, own: Callable[[], str], alt: str, text: Callable[[], str]) -> None:
        """Set the drawing and the text to show where Graphviz cannot draw the picture."""
        self._own, self._alt, self._text, self._made = own, alt, text, self.source

    def picture(self, format: str) -> bytes:
        """Return the picture in a format, drawn without the graphviz package.

        Raises:
            ValueError: for a format other than svg, png, pdf.
            NoRenderer: when nothing here can draw it.
        """
        try:
            return render(self.source, format)
        except NoRenderer:
            own = self._own() if self._own and format == "svg" and self.source == self._made else ""
            if not own:
                raise
            return own.encode()

    def pipe(self, format: str | None = None, *args: Any, encoding: str | None = None, **kwargs: Any) -> Any:
        """Return the picture as bytes, or as text if an encoding is given; arguments as graphviz has them."""
        kind = format or self.format
        try:
            drawn = super().pipe(format, *args, **kwargs)
        except NO_DOT:
            drawn = self.picture(kind)
        if kind in FORMATS and not is_picture(drawn, kind):
            drawn = self.picture(kind)
        return drawn.decode(encoding) if encoding else drawn

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *args: Any,
        outfile: str | os.PathLike[str] | None = None,
        **kwargs: Any,
    ) -> str:
        """Write the source and the picture beside it, and return the picture's path; arguments as graphviz has them."""
        out = None if outfile is None else Path(directory or self.directory, outfile)
        kind = format or (out.suffix[1:] if out else self.format)
        try:
            wanted = {"directory": directory, "cleanup": cleanup, "format": format, "outfile": outfile}
            path = Path(super().render(filename, *args, **wanted, **kwargs))
            if kind in FORMATS and not is_picture(path.read_bytes(), kind):
                path.write_bytes(self.picture(kind))
        except NO_DOT:
            drawn = self.picture(kind)
            source = Path(self.save(filename or (out and out.with_suffix(".gv")), directory=None if out else directory))
            path = out or Path(f"{source}.{kind}")
            path.write_bytes(drawn)
            if cleanup:
                source.unlink()
        if view:
            webbrowser.open(path.absolute().as_uri())
        return str(path)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, str]:
        alt = self._alt or "A graph"
        text = self._text or (lambda: self.source)
        return in_cell(lambda: with_alt(self.picture("svg"), alt), alt, text, include, exclude)
